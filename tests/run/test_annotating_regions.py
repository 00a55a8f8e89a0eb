"""From a found video to region tasks: what a network follows becomes masks, claims, verdicts, pairs."""

from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.clip.truth import read_masklets
from dreamgen.core.claims import Claim
from dreamgen.core.media import Masklet
from dreamgen.engines.masks import box_map
from dreamgen.run.annotating import Until, annotate
from dreamgen.run.opened import FoundRun, open_run
from dreamgen.run.recipe import Choice, read_recipe
from dreamgen.run.standing import split
from tests.annotate.regions.scene import across, film


def _run(folder: Path, out: Path, until: Until = "all", **options: object) -> FoundRun:
    recipe = read_recipe("annotate").model_copy(
        update={
            "annotate": (
                Choice(backend="classic"),
                Choice.model_validate({"backend": "tests.annotate.regions.scene:Seeing", "words": ["ball"], **options}),
            ),
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
def run(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> FoundRun:
    return _run(folder, tmp_path_factory.mktemp("run") / "out")


@pytest.mark.slow
def test_masks_that_were_checked_bear_out_that_somebody_is_there(run: FoundRun) -> None:
    kinds = {claim.kind for claim in run.claims.values()}
    assert {"presence", "absence", "movement", "attribute"} <= kinds
    fallen = {reject.what for reject in run.rejects if reject.kind == "claim"}
    standing: list[Claim] = [claim for claim in run.claims.values() if claim.id not in fallen]
    assert "presence" in {claim.kind for claim in standing}
    # that it is gone nobody has borne out: no network that draws masks proves an absence
    assert "absence" not in {claim.kind for claim in standing}


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
    assert set(ids) == {"ball-1"}
    assert {who for pair in run.pairs for who in pair.masklets} <= set(ids)
    spoken = {claim.entity for claim in run.claims.values() if claim.kind == "presence"}
    assert spoken == set(ids)


@pytest.mark.slow
def test_where_masks_are_only_intended_they_bear_nothing_out(folder: Path, tmp_path: Path) -> None:
    doubted = _run(folder, tmp_path / "out", "claims", trust="never")

    (clip,) = doubted.clips.values()
    assert clip.masklets is not None
    masklets = read_masklets(doubted.folder / clip.masklets.path)
    assert all(masklet.intends(mask.frame) for masklet in masklets for mask in masklet.frames)
    claims = [claim for claim in doubted.claims.values() if claim.kind in ("presence", "relation")]
    standing, rejects = split(clip, claims, (), masklets)
    assert (standing, {reject.reason for reject in rejects}) == ((), {"unconfirmed"})
