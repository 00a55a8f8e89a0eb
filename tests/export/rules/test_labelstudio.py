from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.labelstudio import LabelstudioExporter
from dreamgen.export.rules.labelstudio import look
from tests.datasets import dataset
from tests.export.marked import about_her, marked_clip

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path) -> Path:
    LabelstudioExporter().export(dataset([pairs[1], about_her(pairs[0])], [marked_clip(clip, media)], media), into)
    return into


def rewrite(folder: Path, change: Change) -> None:
    """The second task in another way: its regions are a choice, a stretch and boxes."""
    tasks = json.loads((folder / "train.json").read_text("utf-8"))
    change(tasks[1])
    (folder / "train.json").write_text(json.dumps(tasks), "utf-8")


def region(number: int, change: Change) -> Change:
    return lambda task: change(task["predictions"][0]["result"][number])


def value(number: int, change: Change) -> Change:
    return region(number, lambda one: change(one["value"]))


def test_what_we_write_is_right(folder: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 2 and found.pairs == {"p1": 1, "p2": 1}


TRAPS: tuple[tuple[Change, str], ...] = (
    (lambda task: task.pop("data"), "has no data"),
    (lambda task: task["data"].pop("options"), "lacks options, which the configuration shows"),
    (lambda task: task["data"].update(video="/data/local-files/?d=clips/none.mp4"), "names clips/none.mp4, which is"),
    (lambda task: task["data"].update(video="/data/local-files/?d=../x.mp4"), "which is not below the folder"),
    (lambda task: task["data"].update(id="p2"), "p2 stands here a second time"),
    (lambda task: task.pop("predictions"), "has no prediction"),
    (lambda task: task["predictions"][0].update(score=7), "has the score 7, which is none from 0 to 1"),
    (lambda task: task["predictions"][0].update(result=[]), "has a prediction without a result"),
    (region(1, lambda one: one.update(id="r0")), "has two regions of the same id"),
    (region(0, lambda one: one.update(from_name="picks")), "has a region of picks, which is not in the configuration"),
    (region(0, lambda one: one.update(type="labels")), "has a region of choice that is labels and not choices"),
    (region(0, lambda one: one.update(to_name="film")), "has a region of choice about film and not video"),
    (region(0, lambda one: one.pop("value")), "has a region of choice without a value"),
    (value(0, lambda one: one.update(choices=["Pink"])), "chooses 'Pink', which is no choice of choice"),
    (value(1, lambda one: one["ranges"][0].update(start=0)), "has a range of times from 0 to 24: frames count from 1"),
    (value(1, lambda one: one.update(timelinelabels=["when"])), "has the label 'when', which is none of times"),
    (value(2, lambda one: one.update(labels=["girl"])), "has the label 'girl', which is none of box"),
    (value(2, lambda one: one.pop("framesCount")), "has boxes of box without framesCount, duration or sequence"),
    (value(2, lambda one: one["sequence"][0].update(frame=0)), "has a box of box in frame 0, after 0 and of 24"),
    (value(2, lambda one: one["sequence"][-1].update(frame=25)), "has a box of box in frame 25"),
    (value(2, lambda one: one["sequence"][0].update(x=0.9, width=140)), "leaves the picture"),
    (value(2, lambda one: one["sequence"][0].pop("time")), "without time or enabled"),
)


def test_every_trap_is_found(folder: Path) -> None:
    whole = (folder / "train.json").read_bytes()
    for change, what in TRAPS:
        (folder / "train.json").write_bytes(whole)
        rewrite(folder, change)
        defects = look(folder).defects
        assert {one.where for one in defects} == {"train.json:2"} and what in defects[0].what, (defects, what)


def test_a_clip_at_an_address_is_somebody_elses_to_serve(folder: Path) -> None:
    rewrite(folder, lambda task: task["data"].update(video="https://example.org/scene-01.mp4"))
    assert look(folder).defects == []


def test_an_answer_without_words_is_found(folder: Path) -> None:
    tasks = json.loads((folder / "train.json").read_text("utf-8"))
    tasks[0]["predictions"][0]["result"][0]["value"]["text"] = [""]
    (folder / "train.json").write_text(json.dumps(tasks), "utf-8")
    assert look(folder).defects[0].what == "has a region of answer without a list of texts"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("</View>", "", "can't be read"),
        ('name="answer"', 'name="choice"', "has two tags called choice"),
        ('name="answer" toName="video"', 'name="answer" toName="film"', "answer is about film, which there is not"),
    ],
)
def test_a_configuration_that_names_what_there_is_not_is_found(folder: Path, old: str, new: str, what: str) -> None:
    config = folder / "config.xml"
    config.write_text(config.read_text("utf-8").replace(old, new), "utf-8")
    assert any(one.where == "config.xml" and what in one.what for one in look(folder).defects)
