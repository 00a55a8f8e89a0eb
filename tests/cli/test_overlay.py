from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.clip.truth import read_masklets
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.masks import box_map
from dreamgen.engines.video import probe
from dreamgen.run.opened import open_run

CLI = CliRunner()


@pytest.fixture(scope="module")
def pair(finished: Path) -> InstructionPair:
    """A pair about somebody whose masks are known."""
    return next(pair for pair in open_run(finished).pairs if pair.masklets)


def test_P6_the_subject_of_a_pair_is_marked_in_sampled_frames(
    finished: Path, pair: InstructionPair, tmp_path: Path
) -> None:
    told = CLI.invoke(app, ["overlay", str(finished), pair.id, "--out", str(tmp_path / "frames"), "--frames", "4"])

    assert told.exit_code == 0, told.output
    part = open_run(finished).part
    clip = part.clips[pair.clip]
    assert clip.masklets is not None
    masklets = {masklet.entity: masklet for masklet in read_masklets(part.folder / clip.masklets.path)}
    boxes = box_map(masklets[pair.masklets[0]], clip.frames)
    stills = sorted((tmp_path / "frames").glob("*.png"))
    assert len(stills) == min(4, clip.frames)
    for path in stills:
        red = (np.asarray(Image.open(path)) == (255, 0, 0)).all(-1)
        box = boxes[int(path.stem)]
        assert bool(red.sum() > 30) == (box is not None)
        if box is not None:
            assert red[box[1], box[0] : box[2]].all()


def test_P6_the_subject_of_a_pair_is_marked_in_a_film(finished: Path, pair: InstructionPair, tmp_path: Path) -> None:
    out, name = tmp_path / "new" / "marked.mp4", f"{open_run(finished).part.name}-{pair.id}"  # as in a dataset
    told = CLI.invoke(app, ["overlay", str(finished), name, "--out", str(out), "--entity", pair.masklets[0]])
    assert told.exit_code == 0, told.output
    assert f"{pair.masklets[0]} is marked in" in told.stdout
    assert probe(out).frames == open_run(finished).part.clips[pair.clip].frames


def test_a_pair_or_an_entity_that_is_not_there_is_told(finished: Path, pair: InstructionPair, tmp_path: Path) -> None:
    wrong = {"there is no pair 'nosuchpair'": ["nosuchpair"], "unknown entity": [pair.id, "--entity", "nobody"]}
    for words, named in wrong.items():
        told = CLI.invoke(app, ["overlay", str(finished), *named, "--out", str(tmp_path / "x")])
        assert told.exit_code == 2
        assert words in told.stderr
    assert not (tmp_path / "x").exists()
