from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.fiftyone import FiftyoneExporter
from dreamgen.export.rules.fiftyone import look
from tests.datasets import dataset
from tests.export.marked import about_her, marked_clip

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path) -> Path:
    return FiftyoneExporter().export(dataset([about_her(pairs[0]), pairs[1]], [marked_clip(clip, media)], media), into)


def changed(path: Path, change: Change) -> None:
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")


def first(change: Change) -> Change:
    return lambda data: change(data["samples"][0])


def pair(change: Change) -> Change:
    return first(lambda sample: change(sample["pairs"]["detections"][1]))


def test_what_we_write_is_right(folder: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 2 and found.pairs == {"p1": 1, "p2": 1}


TRAPS: tuple[tuple[str, Change, str], ...] = (
    ("metadata.json", lambda data: data.update(version="1.22"), "names a version, and then has to name every field"),
    ("metadata.json", lambda data: data.pop("media_type"), "does not say that the media type is video"),
    ("samples.json", lambda data: data.pop("samples"), "is no object with something in it"),
    ("samples.json", first(lambda one: one.update(filepath="/clips/scene-01.mp4")), "which is not below the folder"),
    ("samples.json", first(lambda one: one.update(filepath="clips/none.mp4")), "which is not there"),
    ("samples.json", lambda data: data["samples"].append(data["samples"][0]), "is another sample of clips/scene-01"),
    ("samples.json", first(lambda one: one.update(tags=["train", "test"])), "and not its split alone"),
    ("samples.json", first(lambda one: one.update(metadata=None)), "has other metadata than its clip of 24 frames"),
    ("samples.json", first(lambda one: one.update(pairs=[])), "has no pairs that are TemporalDetections"),
    ("samples.json", pair(lambda one: one.update(pair="p1")), "the pair p1 stands here a second time"),
    ("samples.json", pair(lambda one: one.update(label="")), "p2 is no TemporalDetection with a label"),
    ("samples.json", pair(lambda one: one.update(answer=None)), "p2: answer is null, which tells no type"),
    ("samples.json", pair(lambda one: one.update(support=[0, 12])), "has the support [0, 12] in a clip of 24 frames"),
    ("samples.json", pair(lambda one: one.update(support=[1, 25])), "has the support [1, 25] in a clip of 24 frames"),
    ("samples.json", pair(lambda one: one.update(confidence=1.5)), "has the confidence 1.5"),
    ("samples.json", first(lambda one: one.update(frames="../x.json")), "which is not below the folder"),
    ("samples.json", first(lambda one: one.update(frames="frames/x.json")), "frames/x.json: has no x.json"),
    (
        "frames/scene-01.json",
        lambda data: data["frames"].update({"0": {"frame_number": 0}}),
        "has the frame 0 of 24: they count from 1",
    ),
    (
        "frames/scene-01.json",
        lambda data: data["frames"]["1"]["subjects"]["detections"][0].update(bounding_box=[10, 16, 38, 32]),
        "the box [10, 16, 38, 32] of 'girl'",
    ),
)


def test_every_trap_is_found(folder: Path) -> None:
    for name, change, what in TRAPS:
        whole = (folder / name).read_bytes()
        changed(folder / name, change)
        found = look(folder).defects
        assert any(what in one.what for one in found), (what, found)
        (folder / name).write_bytes(whole)


def test_a_clip_in_two_splits_is_found(folder: Path) -> None:
    def twice(data: dict[str, Any]) -> None:
        data["samples"].append({**data["samples"][0], "tags": ["test"]})

    changed(folder / "samples.json", twice)
    told = {one.what for one in look(folder).defects}
    assert {"the clip scene-01 is in train and in test", "the story scene-01 is in train and in test"} <= told
