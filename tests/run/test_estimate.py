from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.brief import Brief
from dreamgen.core.story import Story
from dreamgen.run.estimate import Estimate, estimate, film_estimate, usual_size
from dreamgen.run.filming import plan
from dreamgen.run.opened import open_run
from dreamgen.run.recipe import read_recipe


@pytest.fixture(scope="module")
def story() -> Story:
    return plan(read_recipe(), Brief(text="Mara walks along the harbour. An old man sits on a bench."), Path())


@pytest.fixture(autouse=True)
def _nothing_downloaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))


def cost(story: Story, *changes: str, recipe: str = "storyboard") -> Estimate:
    return estimate(story, read_recipe(recipe, changes))


def test_smaller_films_cost_less(story: Story) -> None:
    small, large = cost(story, "size=512x288"), cost(story, "size=1024x576")
    assert small.shots == large.shots == len(story.shots)
    assert small.wall_seconds < large.wall_seconds
    assert small.disk_bytes < large.disk_bytes


def test_a_film_of_tiny_pictures_takes_about_the_room_that_was_expected(one_shot: Path) -> None:
    run = open_run(one_shot)
    expected = estimate(run.story.story, run.recipe).disk_bytes
    taken = {path.lstat().st_ino: path.lstat().st_blocks * 512 for path in one_shot.rglob("*")}
    assert expected / 2 < sum(taken.values()) < expected * 2


def test_frames_clips_and_pairs_follow_from_the_plan(story: Story) -> None:
    expected = cost(story, "fps=12")
    assert expected.frames == round(expected.film_seconds * 12)
    assert expected.clips == len(story.scenes) + 1
    assert expected.pairs is not None
    fewer = cost(story, "qa.pairs_per_minute=30").pairs
    assert fewer is not None
    assert 0 < fewer < expected.pairs


def test_a_story_that_is_not_written_yet_is_estimated_from_its_numbers() -> None:
    expected = film_estimate(usual_size(shots=1331, scenes=121), read_recipe())
    assert (expected.shots, expected.clips) == (1331, 122)
    assert expected.frames == round(expected.film_seconds * 24)
    assert 1331 * 2 < expected.film_seconds < 1331 * 5


def test_nothing_is_said_of_a_model_that_draws_nothing(story: Story) -> None:
    assert cost(story).drawing is None


def test_a_model_s_work_is_told_without_an_invented_time(story: Story) -> None:
    pytest.importorskip("torch")
    drawing = cost(story, recipe="sdxl").drawing
    assert drawing is not None
    assert drawing.pictures == len(story.shots) + len(story.cast)
    assert drawing.calls == 60
    assert drawing.tflop is not None
    assert drawing.download_bytes == pytest.approx(13.2e9, rel=0.01)


def test_distilled_models_and_switched_off_locks_cost_less(story: Story) -> None:
    pytest.importorskip("torch")
    tflop = []
    for recipe, changes in (
        ("sdxl", ()),
        ("sdxl", ("render.layout_lock=false",)),
        ("sdxl-lightning", ()),
    ):
        drawing = cost(story, *changes, recipe=recipe).drawing
        assert drawing is not None
        assert drawing.tflop is not None
        tflop.append(drawing.tflop)
    assert tflop == sorted(tflop, reverse=True)


def test_of_other_models_neither_work_nor_size_is_known(story: Story) -> None:
    pytest.importorskip("torch")
    changes = ("diffusion.model=somebody/flux", "diffusion.family=other")
    drawing = cost(story, *changes, recipe="sdxl-refiner").drawing
    assert drawing is not None
    assert drawing.tflop is None
    assert drawing.download_bytes is None
