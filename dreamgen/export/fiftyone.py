"""FiftyOne: a sample a clip, its pairs as temporal detections, and who is marked in it as boxes frame by frame.

`fiftyone.Dataset.from_dir(FOLDER, dataset_type=fiftyone.types.FiftyOneDataset)` reads it. Where metadata.json names no
version of FiftyOne the fields are inferred, whatever the version that reads. Frames count from 1; splits are tags.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset, Split
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Segment
from dreamgen.export.columns import sample_key
from dreamgen.export.conversations import messages, plain
from dreamgen.export.ready import Ready, make_ready
from dreamgen.export.tracks import Tracks, framed

METADATA, SAMPLES, FRAMES = "metadata.json", "samples.json", "frames"


class FiftyoneExporter(Record):
    """Writes `metadata.json`, `samples.json`, `frames/` and `clips/`."""

    marks_subjects: bool = Field(default=True, exclude=True)
    """Frames have the boxes of those whom pairs speak of."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The folder; what is held out is tagged with its split."""
        ready = make_ready(dataset, into)
        (into / METADATA).write_text(
            json.dumps({"media_type": "video", "info": {"made_by": "dreamgen"}}) + "\n", "utf-8"
        )
        (into / FRAMES).mkdir()
        with (into / SAMPLES).open("w", encoding="utf-8", newline="\n") as file:
            mark = '{"samples": [\n'
            for sample in self._samples(ready, into):
                file.write(mark + json.dumps(sample, ensure_ascii=False))
                mark = ",\n"
            file.write("\n]}\n" if mark == ",\n" else '{"samples": []}\n')
        return into

    def _samples(self, ready: Ready, into: Path) -> Iterator[dict[str, Any]]:
        tracks = Tracks()
        for split in ready.splits:
            for clip, video, pairs in ready.asked(split):
                frames = f"{FRAMES}/{sample_key(clip.id)}.json"
                marked = _frames(tracks, clip, ready.media_of(clip.id), pairs)
                (into / frames).write_text(json.dumps({"frames": marked}) + "\n", "utf-8")
                size = (into / video).stat().st_size
                yield _sample(clip, video, frames, pairs, split, ready.dataset.group_of(clip.id), size)


def _sample(
    clip: Clip, video: str, frames: str, pairs: Sequence[InstructionPair], split: Split, group: str, size: int
) -> dict[str, Any]:
    segments = [_segment(pair, one, clip) for pair in pairs for one in pair.segments]
    return {
        "filepath": video,
        "tags": [split],
        "metadata": {
            "_cls": "VideoMetadata",
            "size_bytes": size,
            "mime_type": "video/mp4",
            "frame_width": clip.size[0],
            "frame_height": clip.size[1],
            "frame_rate": float(clip.fps),
            "total_frame_count": clip.frames,
            "duration": float(clip.seconds),
        },
        "_media_type": "video",
        "frames": frames,
        "clip": clip.id,
        "story": group,
        "origin": clip.origin,
        "pairs": {"_cls": "TemporalDetections", "detections": [_pair(pair, clip) for pair in pairs]},
        "segments": {"_cls": "TemporalDetections", "detections": segments},
    }


def _pair(pair: InstructionPair, clip: Clip) -> dict[str, Any]:
    return {
        "_cls": "TemporalDetection",
        "tags": [],
        "label": pair.task,
        "support": list(framed(pair.span or (0.0, clip.seconds), clip)),
        "confidence": float(pair.weight),
        "pair": pair.id,
        "form": pair.form,
        "question": plain(pair.turns[0].text),
        "options": [plain(option) for option in pair.options],
        "answer": plain(pair.turns[1].text),
        "conversation": "\n".join(f"{role}: {text}" for role, text in messages(pair)),
    }


def _segment(pair: InstructionPair, one: Segment, clip: Clip) -> dict[str, Any]:
    return {
        "_cls": "TemporalDetection",
        "tags": [],
        "label": plain(one.text),
        "support": list(framed((one.start, one.end), clip)),
        "pair": pair.id,
    }


def _frames(tracks: Tracks, clip: Clip, media: Path, pairs: Sequence[InstructionPair]) -> dict[str, Any]:
    entities = sorted({name for pair in pairs for name in pair.masklets})
    found: dict[int, list[dict[str, Any]]] = {}
    for number, (name, seen) in enumerate(tracks.of(clip, media, entities).items(), start=1):
        for frame, box in seen:
            found.setdefault(frame + 1, []).append(
                {
                    "_cls": "Detection",
                    "tags": [],
                    "attributes": {},
                    "label": name,
                    "bounding_box": [round(value, 6) for value in box],
                    "index": number,
                }
            )
    return {
        str(frame): {"frame_number": frame, "subjects": {"_cls": "Detections", "detections": boxes}}
        for frame, boxes in sorted(found.items())
    }
