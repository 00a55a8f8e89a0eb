import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dreamgen.core.claims import Cause, Cut, Place, Presence, Time
from dreamgen.core.media import Footage
from dreamgen.engines.imaging import resized
from dreamgen.engines.video import encode_segment
from dreamgen.errors import DreamgenError
from dreamgen.verify.verifiers.sight import SightVerifier

CLAIMS = (
    Place(start=0, end=2, place="forest"),
    Time(start=0, end=2, time="night"),
    Presence(start=0, end=2, entity="mara", what="woman", category="person"),
    Cut(start=1, end=1),
    Cause(start=1, end=1, effect="c1", because="it was late"),
)


@pytest.fixture(scope="module")
def blots(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """Two seconds of coloured blots, which nobody ever drew."""
    lot = np.random.default_rng(2)
    frames = [resized(lot.integers(0, 255, (18, 32, 3), np.uint8), 512, 288) for _ in range(24)]
    video = tmp_path_factory.mktemp("film") / "film.mp4"
    video.write_bytes(encode_segment(frames, 12, (512, 288)))
    return Footage("film", video, {})


def test_nothing_is_said_of_pictures_that_are_none_of_the_illustrators(blots: Footage) -> None:
    verdicts = list(SightVerifier().verify(blots, CLAIMS, Path()))
    assert [verdict.about for verdict in verdicts] == [claim.id for claim in CLAIMS]
    assert {(verdict.outcome, verdict.reason) for verdict in verdicts} == {("unsure", "strange_pictures")}
    assert {verdict.by for verdict in verdicts} == {"sight"}


def test_portraits_that_a_model_could_have_drawn_are_none_of_the_illustrators(blots: Footage, tmp_path: Path) -> None:
    for level in (0x8E, 0x8F):
        Image.new("RGB", (192, 256), (level, 0x8F, 0x8F)).save(tmp_path / f"{level}.png")
    said = [
        next(SightVerifier().verify(Footage("x", blots.video, {"mara": tmp_path / f"{level}.png"}), CLAIMS, Path()))
        for level in (0x8E, 0x8F)
    ]
    assert "portraits" in said[0].evidence
    assert "portraits" not in said[1].evidence


def test_the_name_of_the_file_changes_nothing(blots: Footage, tmp_path: Path) -> None:
    renamed = tmp_path / "a forest at night.mp4"
    shutil.copy(blots.video, renamed)
    first = list(SightVerifier().verify(blots, CLAIMS, Path()))
    assert first == list(SightVerifier().verify(Footage("other", renamed, {}), CLAIMS, Path()))


def test_a_file_that_is_no_film_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    with pytest.raises(DreamgenError, match=r"broken\.mp4"):
        list(SightVerifier().verify(Footage("x", tmp_path / "broken.mp4", {}), CLAIMS, Path()))
