from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Segment
from dreamgen.export.fiftyone import FiftyoneExporter
from tests.datasets import dataset
from tests.export.marked import about_her, marked_clip

Pairs = tuple[InstructionPair, ...]


def samples(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "samples.json").read_text("utf-8"))["samples"]
    return found


def test_a_clip_is_a_sample_and_a_pair_a_temporal_detection(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    late = pairs[1].model_copy(update={"span": (0.5, 1.0), "segments": (Segment(start=1.0, end=2.0, text="Stops."),)})
    (sample,) = samples(FiftyoneExporter().export(dataset([pairs[0], late], [clip], media), into))
    assert sample["filepath"] == "clips/scene-01.mp4" and sample["tags"] == ["train"] and sample["story"] == "scene-01"
    assert (sample["metadata"]["frame_rate"], sample["metadata"]["total_frame_count"]) == (12.0, 24)
    first, second = sample["pairs"]["detections"]
    assert first["label"] == "attribute" and first["answer"] == "Red" and first["support"] == [1, 24]
    assert first["conversation"].endswith("assistant: B")
    assert second["support"] == [7, 12] and second["options"] == []
    (segment,) = sample["segments"]["detections"]
    assert (segment["label"], segment["support"], segment["pair"]) == ("Stops.", [13, 24], "p2")


def test_frames_have_the_boxes_of_who_is_marked(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    marked = marked_clip(clip, media)
    (sample,) = samples(FiftyoneExporter().export(dataset([about_her(pairs[0])], [marked], media), into))
    frames = json.loads((into / sample["frames"]).read_text("utf-8"))["frames"]
    assert list(frames) == [str(n) for n in (*range(1, 9), *range(13, 21))]
    (box,) = frames["1"]["subjects"]["detections"]
    assert (box["label"], box["bounding_box"], box["index"]) == ("girl", [0.0, 0.25, 0.4, 0.5], 1)


def test_splits_are_tags(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    other = clip.model_copy(update={"id": "scene-02"})
    last = pairs[0].model_copy(update={"id": "p5", "clip": "scene-02"})
    held = dataset([*pairs, last], [clip, other], media, splits={"scene-01": "validation"})
    found = samples(FiftyoneExporter().export(held, into))
    assert [(one["clip"], one["tags"]) for one in found] == [("scene-02", ["train"]), ("scene-01", ["validation"])]
