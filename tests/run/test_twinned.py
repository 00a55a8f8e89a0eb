from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.errors import UsageError
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import read_recipe
from dreamgen.run.twinned import TWINS, check_twins
from dreamgen.run.watch import Watch

PLOT = "A woman in a red coat walks along the street. A man in a blue shirt dances. The dog runs."


class Diary(Watch):
    def __init__(self) -> None:
        self.items: list[str] = []

    def made(self, stage: str, item: str) -> None:
        self.items.append(item)


@pytest.mark.slow
def test_twin_clips_are_asked_what_has_another_answer_in_them(tiny: tuple[str, ...], tmp_path: Path) -> None:
    plot, out = tmp_path / "plot.txt", tmp_path / "run"
    plot.write_text(PLOT)
    small = [*tiny, 'verify=["sight"]', 'export=["llava"]']
    dream(plot, read_recipe("storyboard", [*small, "twins=2"]), out)

    story = open_run(out).story
    twins = {name: clip for name, clip in story.clips.items() if clip.twin_of}
    assert len(twins) == 2
    assert all((story.folder / clip.video.path).is_file() for clip in twins.values())
    assert not {span.shot for span in story.clips["film"].spans} - {shot.id for shot in story.story.shots}
    pairs = {pair.id: pair for pair in story.pairs}
    asked = [pair for pair in pairs.values() if pair.clip in twins]
    assert asked
    for pair in asked:
        if pair.twin:
            assert pairs[pair.twin].twin
            assert pairs[pair.twin].turns[0] == pair.turns[0] and pairs[pair.twin].turns[1] != pair.turns[1]
    assert story.receipt is not None
    assert {made.item for made in story.receipt.made} >= set(twins)

    diary = Diary()
    dream(plot, read_recipe("storyboard", [*small, "twins=2"]), out, watch=diary)
    assert diary.items == []

    dream(plot, read_recipe("storyboard", small), out)
    assert not any((story.folder / TWINS).rglob("*.mp4"))
    assert not any(pair.twin for pair in open_run(out).story.pairs)


def test_pictures_that_a_model_draws_have_no_twins() -> None:
    with pytest.raises(UsageError, match="twins = 1 needs pictures that are drawn by rule"):
        check_twins(read_recipe("sdxl", ["twins=1"]))
