from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.media import Clip, Span
from dreamgen.core.pairs import InstructionPair, Segment
from dreamgen.export.labelstudio import LabelstudioExporter
from tests.datasets import dataset
from tests.export.marked import about_her, marked_clip

Pairs = tuple[InstructionPair, ...]


def tasks(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return found


def values(task: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["value"] for one in task["predictions"][0]["result"] if one["type"] == kind]


def test_a_pair_is_a_task_whose_answer_is_chosen_or_written(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    choice, text, yes_no, dialogue = tasks(LabelstudioExporter().export(dataset(pairs, [clip], media), into))
    assert choice["data"]["video"] == "/data/local-files/?d=clips/scene-01.mp4" and choice["data"]["fps"] == 12.0
    assert [one["value"] for one in choice["data"]["options"]] == ["Blue", "Red", "Grey", "Green"]
    assert values(choice, "choices") == [{"choices": ["Red"]}]
    assert values(yes_no, "choices") == [{"choices": ["No"]}]
    assert values(text, "textarea") == [{"text": ["She is walking."]}] and text["data"]["options"] == []
    assert dialogue["data"]["question"] == "Q: Where is this?\nA: In a forest.\nQ: And who is there?"
    assert values(dialogue, "textarea") == [{"text": ["The boy."]}]


def test_times_are_frames_from_1(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    dense = pairs[1].model_copy(
        update={"span": (0.5, 1.0), "segments": (Segment(start=1.0, end=2.0, text="She stops."),)}
    )
    (task,) = tasks(LabelstudioExporter().export(dataset([dense], [clip], media), into))
    assert [one["ranges"] for one in values(task, "timelinelabels")] == [
        [{"start": 7, "end": 12}], [{"start": 13, "end": 24}],
    ]  # fmt: skip
    assert task["predictions"][0]["result"][-1]["meta"] == {"text": ["She stops."]}


def test_boxes_follow_the_subject_within_shots_and_end_where_it_is_not_seen(
    pairs: Pairs, clip: Clip, media: Path, into: Path
) -> None:
    spans = (Span(shot="a", first=0, stop=4), Span(shot="b", first=4, stop=24))
    cut = marked_clip(clip, media).model_copy(update={"spans": spans})
    exporter = LabelstudioExporter(keyframes=0.25, video_root="https://example.org/")
    (task,) = tasks(exporter.export(dataset([about_her(pairs[0])], [cut], media), into))
    assert task["data"]["video"] == "https://example.org/clips/scene-01.mp4"
    (boxes,) = values(task, "videorectangle")
    assert (boxes["framesCount"], boxes["duration"], boxes["labels"]) == (24, 2.0, ["subject"])
    # a box every 3 frames; a cut before frame 5, out of sight in 9 to 12, and nobody checked from 21 on
    assert [(one["frame"], one["enabled"]) for one in boxes["sequence"]] == [
        (1, True), (4, False), (5, True), (8, False), (13, True), (16, True), (19, True), (20, False),
    ]  # fmt: skip
    first, last = boxes["sequence"][0], boxes["sequence"][-1]
    assert (first["x"], first["width"], first["y"], first["height"]) == (0.0, 40.0, 25.0, 50.0)
    assert (last["x"], last["width"]) == pytest.approx((49.375, 50.0)) and last["time"] == pytest.approx(19 / 12, 1e-3)


def test_the_same_pairs_give_the_same_bytes(pairs: Pairs, clip: Clip, media: Path, into: Path, tmp_path: Path) -> None:
    (again := tmp_path / "again").mkdir()
    one, two = (LabelstudioExporter().export(dataset(pairs, [clip], media), place) for place in (into, again))
    assert one.read_bytes() == two.read_bytes()
