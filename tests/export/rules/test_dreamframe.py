from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.export.rules.dreamframe import look

Change = Callable[[dict[str, Any]], object]
PAIR = {"Question": "Who walks?", "Answer": "A man in brown."}
STORY = {
    "character": {"Darius": "a man in brown"},
    "img_diag": [
        ["frame", "generate an image in Dramatic style: In the shop, a man in brown is standing."],
        ["dialogue", "It must be perfect."],
        ["frame", "generate an image in Dramatic style: At the gate, a man in brown is walking."],
    ],
    "QA": [PAIR],
    "overview": "A smith saves a city.",
}
MOVIE = {
    "movie_title": "The Smith",
    "QA": {"overview_qa": [PAIR], "plot_qa": [PAIR, PAIR], "temporal_qa": [PAIR]},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "prompt_bench").mkdir()
    (tmp_path / "story_info_0.json").write_text(json.dumps(STORY), "utf-8")
    (tmp_path / "prompt_bench/story_0.json").write_text(json.dumps(MOVIE), "utf-8")
    (tmp_path / "2.png").write_bytes(b"")
    return tmp_path


def changed(path: Path, change: Change) -> None:
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")


def test_a_story_in_dreamframes_shape_is_right(folder: Path) -> None:
    found = look(folder)
    assert (found.defects, found.rows, found.pairs.total()) == ([], 2, 0)


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (lambda data: data.update(title="x"), "story_info_0.json", "has the keys character, img_diag, QA, overview"),
        (lambda data: data.update(character=[]), "story_info_0.json:character", "is no object of names and looks"),
        (lambda data: data.update(overview=""), "story_info_0.json:overview", "is no text"),
        (lambda data: data["img_diag"][1].reverse(), "story_info_0.json:img_diag:2", "is no pair of frame or dialogue"),
        (lambda data: data["img_diag"][1].__setitem__(1, " "), "story_info_0.json:img_diag:2", "has no words"),
        (
            lambda data: data["img_diag"][0].__setitem__(1, "A man stands."),
            "story_info_0.json:img_diag:1",
            "does not begin with",
        ),
        (
            lambda data: data["img_diag"][0].__setitem__(1, "generate an image in Noir style: A man."),
            "story_info_0.json:img_diag",
            "has frames of 2 styles: Dramatic, Noir",
        ),
        (lambda data: data.update(img_diag=[]), "story_info_0.json:img_diag", "has no frame"),
        (lambda data: data["QA"][0].pop("Answer"), "story_info_0.json:QA", "pair 1 has not a Question and an Answer"),
    ],
)
def test_every_trap_is_found(folder: Path, change: Change, where: str, what: str) -> None:
    changed(folder / "story_info_0.json", change)
    assert any(one.where == where and what in one.what for one in look(folder).defects), look(folder).defects


def test_a_picture_of_no_frame_is_found(folder: Path) -> None:
    (folder / "3.png").write_bytes(b"")
    assert [one.what for one in look(folder).defects] == ["has 3.png beside it, and 2 frames"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda data: data.pop("movie_title"), "has no movie_title"),
        (lambda data: data["QA"].pop("plot_qa"), "has no QA of overview_qa, plot_qa, temporal_qa"),
        (lambda data: data["QA"]["plot_qa"].pop(), "has not 2 of plot_qa"),
        (lambda data: data["QA"]["plot_qa"][0].update(Answer=""), "plot_qa: pair 1 has not a Question and an Answer"),
    ],
)
def test_a_movie_that_the_benchmark_could_not_score_is_found(folder: Path, change: Change, what: str) -> None:
    changed(folder / "prompt_bench/story_0.json", change)
    (defect,) = look(folder).defects
    assert defect.where == "prompt_bench/story_0.json" and what in defect.what
