"""From a found video to region tasks: what a network follows becomes masks, claims, verdicts, pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dreamgen.clip.truth import read_masklets
from dreamgen.core.media import Masklet
from dreamgen.engines.masks import box_map
from dreamgen.engines.vision.model import VisionModel
from dreamgen.run.annotating import Until, annotate
from dreamgen.run.opened import FoundRun, open_run
from dreamgen.run.recipe import Choice, read_recipe
from dreamgen.run.standing import split
from tests.annotate.regions.scene import across, film
from tests.scripted import Asked, ScriptedServer, Told

TASKS = ["region_caption", "region_localise", "region_dense"]
TELLS = ("The red ball rolls from the left to the middle.", "It goes on to the far side and leaves.")


def _run(folder: Path, out: Path, until: Until = "all", url: str = "", **options: object) -> FoundRun:
    seeing = {"backend": "tests.annotate.regions.scene:Seeing", "words": ["ball"], **options}
    recipe = read_recipe("annotate").model_copy(
        update={
            "annotate": (Choice(backend="classic"), Choice.model_validate(seeing)),
            "vision": VisionModel(model="eye", base_url=url, frames=2, side=64, tries=2),
            "verify": (Choice(backend="tests.run.liars:YesSayer"),),
            "qa": (Choice.model_validate({"backend": "programs", "tasks": TASKS, "pairs_per_minute": 1000}),),
            "export": (Choice(backend="huggingface"),),
        }
    )
    annotate([folder], recipe, out, until)
    found = open_run(out).found
    assert found is not None
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ball rolls to the right and is gone."""
    folder = tmp_path_factory.mktemp("videos")
    film(folder / "ball.mp4", {"ball": lambda n: across(0.15, 0.85, frames=40)(n) if n < 40 else None}, frames=60)
    return folder


@pytest.fixture(scope="module")
def run(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FoundRun]:
    """A run in which somebody describes the ball and somebody else agrees with everything."""

    def reply(asked: Asked) -> Told:
        return Told(TELLS[0] if "from 0.0 to" in asked.user else TELLS[1])

    with ScriptedServer(reply=reply) as server:
        yield _run(folder, tmp_path_factory.mktemp("run") / "out", url=server.url, describe=True, longest=2)


@pytest.mark.slow
def test_found_footage_has_the_three_region_tasks(run: FoundRun) -> None:
    pairs = {pair.form: pair for pair in run.pairs if pair.form.startswith("region_")}
    assert set(pairs) == set(TASKS)
    (clip,) = run.clips.values()
    dense = pairs["region_dense"].turns[1].text.split("\n")
    assert [line.split(": ")[1] for line in dense] == [*TELLS, "The subject is out of frame."]
    bounds = [tuple(map(int, re.findall(r"\d+", line.split(":")[0]))) for line in dense]
    assert bounds[0][0] == 0
    assert bounds[-1][1] == clip.frames - 1
    assert [last + 1 for _, last in bounds[:-1]] == [first for first, _ in bounds[1:]]


@pytest.mark.slow
def test_P5_ids_of_pairs_and_masks_join_one_to_one(run: FoundRun) -> None:
    ids: dict[str, Masklet] = {}
    for clip in run.clips.values():
        assert clip.masklets is not None
        masklets = read_masklets(run.folder / clip.masklets.path)
        ids |= {masklet.entity: masklet for masklet in masklets}
        assert len({masklet.entity for masklet in masklets}) == len(masklets)
        for masklet in masklets:
            boxes = box_map(masklet, clip.frames)
            assert len(boxes) == clip.frames
            assert boxes[0] is not None
            assert boxes[-1] is None
    assert {who for pair in run.pairs for who in pair.masklets} == set(ids) == {"ball-1"}
    assert {claim.entity for claim in run.claims.values() if claim.kind == "presence"} == set(ids)


@pytest.mark.slow
@pytest.mark.parametrize(("trust", "left"), [("checked", {"presence"}), ("never", set())])
def test_masks_bear_out_that_a_thing_is_there_where_they_were_checked_and_nothing_else(
    folder: Path, tmp_path: Path, trust: str, left: set[str]
) -> None:
    known = _run(folder, tmp_path / "out", "claims", trust=trust)

    (clip,) = known.clips.values()
    assert clip.masklets is not None
    masklets = read_masklets(known.folder / clip.masklets.path)
    claims = [claim for claim in known.claims.values() if "ball-1" in claim.about]
    assert {claim.kind for claim in claims} == {"presence", "absence", "movement", "attribute"}
    standing, rejects = split(clip, claims, (), masklets)
    assert {claim.kind for claim in standing} == left
    assert {reject.reason for reject in rejects} == {"unconfirmed"}
