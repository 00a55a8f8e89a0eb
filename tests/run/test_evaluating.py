from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run.evaluating import CONSISTENCY, Weights, evaluate, evaluated, keyframes_of, open_instruments
from dreamgen.run.opened import Run, open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import read_recipe
from dreamgen.run.watch import Watch


@pytest.fixture(scope="module")
def drawn(plot: Path, tiny: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with keyframes and no film."""
    folder = tmp_path_factory.mktemp("drawn") / "run"
    dream(plot, read_recipe("storyboard", tiny), folder, "render")
    return folder


@pytest.fixture
def run(drawn: Path, tmp_path: Path) -> Run:
    return open_run(shutil.copytree(drawn, tmp_path / "run"))


class Heard(Watch):
    """Writes down what is told."""

    def __init__(self) -> None:
        self.made_of: list[str] = []
        self.ended = 0

    def made(self, stage: str, item: str) -> None:
        self.made_of.append(item)

    def ends(self, stage: str) -> None:
        self.ended += 1


@pytest.mark.slow
def test_keyframes_are_measured_and_the_numbers_kept_beside_them(run: Run) -> None:
    heard = Heard()
    found = evaluate(run.story, open_instruments(Weights()), heard)
    shots = [shot.id for shot in run.story.story.shots]
    assert found.keyframes == len(shots)
    assert heard.made_of == shots
    assert heard.ended == 1
    assert {score.by for score in found.scores} == {"colours"}
    assert {one.entity for one in found.identities} <= {member.id for member in run.story.story.cast}
    assert evaluated(run.story) == found


@pytest.mark.slow
def test_keyframes_come_in_the_order_of_the_story(run: Run) -> None:
    assert [frame.shot for frame in keyframes_of(run.story)] == [shot.id for shot in run.story.story.shots]


@pytest.mark.slow
def test_numbers_of_other_pictures_are_not_shown(run: Run, plot: Path, tiny: tuple[str, ...]) -> None:
    evaluate(run.story, open_instruments(Weights()))
    dream(plot, read_recipe("storyboard", (*tiny, "look=noir")), run.folder, "render")
    again = open_run(run.folder).story
    assert (again.folder / CONSISTENCY).is_file()
    assert evaluated(again) is None


@pytest.mark.slow
def test_a_story_without_measures_or_with_damaged_ones(run: Run) -> None:
    assert evaluated(run.story) is None
    (run.story.folder / CONSISTENCY).write_text("{}")
    with pytest.raises(DreamgenError, match=r"consistency\.json is damaged"):
        evaluated(run.story)


@pytest.mark.slow
def test_a_story_without_keyframes_is_told(plot: Path, tiny: tuple[str, ...], tmp_path: Path) -> None:
    dream(plot, read_recipe("storyboard", tiny), tmp_path / "run", "plan")
    with pytest.raises(UsageError, match="has no keyframes yet"):
        evaluate(open_run(tmp_path / "run").story, open_instruments(Weights()))
