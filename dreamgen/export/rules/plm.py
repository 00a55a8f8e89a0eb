"""Perception LM: core/data/{data_mixer,preprocessor,conversation}.py and core/transforms/video_transform.py.

`VisionPreprocessor` skips a row in which anything fails, with a line in the log; a line that is no JSON ends the
reading of its file in `JSONLIterator`. apps/plm/dataset_conf.py reads which files there are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

import yaml

from dreamgen.core.dataset import SPLITS
from dreamgen.engines.overlay import sampled
from dreamgen.engines.video import Facts
from dreamgen.export.rules.boxes import Clips, box_defects, drawn
from dreamgen.export.rules.files import Row, lined, split_files
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.talks import Talks
from dreamgen.export.rules.turns import Manner

CONFIG: Final = "datasets.yaml"
MANNER: Final = Manner(
    human="human", assistant="assistant", tag="", otherwise="raises an error or is passed over, and is not trained on"
)
_MOST: Final = 32
"""Frames that the trainer shows, where a text does not say how many."""
_MARK: Final = re.compile(r"\bred rectangles?\b")
_COUNT: Final = re.compile(r"\bin this (\d+) frame video")
_WITHIN: Final = re.compile(r"\bwithin frames \[(\d+), ?(\d+)\]")
_LINE: Final = re.compile(r"^\[(\d+), ?(\d+)\](?::|$)", re.MULTILINE)
_READ: Final = frozenset(
    {"id", "video", "start_time", "end_time", "bbox_map", "conversations", "bbox", "image", "images"}
)
"""Columns that are read, and those that are told of elsewhere."""
_NAME: Final = re.compile(r"[^\s:,]+")


def look(folder: Path) -> Findings:
    """Reads train.jsonl and those of other splits, and datasets.yaml: role `assistant`, times and boxes of the clip."""
    found = Findings()
    roots = _datasets(folder, found)
    talks = Talks(folder, MANNER, found)
    clips = Clips(folder)
    for path in split_files(folder, ".jsonl", found):
        root = roots.get(path.name, "")
        for where, row in lined(path, found):
            video = row.get("video")
            place = str(PurePosixPath(root) / video) if isinstance(video, str) and video else video
            talks.look(path.stem, where, row, place)
            for what in _row_defects(row, clips.facts(place)):
                found.wrong(where, what)
    talks.compare()
    return found


def _datasets(folder: Path, found: Findings) -> dict[str, str]:
    """File of rows to the folder before its videos, as datasets.yaml registers them."""
    path = folder / CONFIG
    try:
        entries = yaml.safe_load(path.read_bytes().decode())
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        found.wrong(CONFIG, f"is no YAML: {' '.join(str(error).split())}")
        return {}
    if not isinstance(entries, dict) or not entries:
        found.wrong(CONFIG, "registers no dataset")
        return {}
    roots = {}
    for name, entry in entries.items():
        named = entry.get("annotation") if isinstance(entry, dict) else None
        root = entry.get("root_dir") if isinstance(entry, dict) else None
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            found.wrong(CONFIG, f"registers {name!r}: a mix is written NAME:WEIGHT,NAME:WEIGHT")
        if not isinstance(named, str) or not (folder / named).is_file():
            found.wrong(CONFIG, f"registers {name} with the annotation {named!r}, which is not there")
            continue
        if root is not None and not (isinstance(root, str) and (folder / root).is_dir()):
            found.wrong(CONFIG, f"registers {name} with the root_dir {root!r}, which is no folder")
            continue
        roots[named] = str(root or "")
    for split in SPLITS:
        if (folder / f"{split}.jsonl").is_file() and f"{split}.jsonl" not in roots:
            found.wrong(CONFIG, f"does not register {split}.jsonl")
    return roots


def _row_defects(row: Row, facts: Facts | None) -> Iterator[str]:
    if "bbox" in row:
        yield "has bbox, which is for pictures: with it a row needs width and height, and its texts are searched for it"
    unread = sorted(row.keys() - _READ)
    if unread:
        yield f"has {unread[0]}, which the trainer does not read: what is told of a pair belongs into provenance.jsonl"
    if facts is None:
        return
    yield from _time_defects(row, facts)
    boxes = row.get("bbox_map")
    if boxes is not None:
        yield from box_defects(boxes, facts.frames, facts.size)
        if not isinstance(boxes, dict):
            return
    turns = row.get("conversations")
    told = turns if isinstance(turns, list) else []
    texts = [str(turn.get("value")) for turn in told if isinstance(turn, dict)]
    yield from _mark_defects(boxes, texts, row, facts)


def _time_defects(row: Row, facts: Facts) -> Iterator[str]:
    start, end = row.get("start_time"), row.get("end_time")
    strange = [name for name in ("start_time", "end_time") if not _number(row.get(name))]
    if strange:
        yield f"has {row.get(strange[0])!r} for {strange[0]}, which is no number of seconds"
        return
    length = facts.frames / float(facts.fps)
    if start is not None and (start < 0 or start >= length):
        yield f"starts at {start} s of a clip of {length:g} s"
    if end is not None and end > length + 1 / float(facts.fps):
        yield f"ends at {end} s of a clip of {length:g} s"
    if start is not None and end is not None and start >= end:
        yield f"starts at {start} s and ends at {end} s: the trainer would turn them round"


def _number(value: Any) -> bool:
    return value is None or (type(value) in (int, float) and abs(value) < math.inf)


def _mark_defects(boxes: Any, texts: list[str], row: Row, facts: Facts) -> Iterator[str]:
    asked, answered = "\n".join(texts[::2]), "\n".join(texts[1::2])
    if not boxes:
        if _MARK.search(asked):
            yield "speaks of a red rectangle and has no bbox_map: none is drawn"
        return
    count = _COUNT.search(asked)
    most = int(count[1]) if count else _MOST
    shown = _shown(row, facts, most)
    if count and len(shown) != most:
        yield f"speaks of {most} frames, and the trainer shows {len(shown)}"
        return
    if not any(drawn(boxes, frame) for frame in shown):
        yield f"has no box on any of the {len(shown)} frames that the trainer samples"
    if count:
        lines = [(int(start), int(end)) for start, end in _LINE.findall(answered)]
        stretches = [*((int(start), int(end)) for start, end in _WITHIN.findall(asked)), *lines]
        strange = next((f"[{start}, {end}]" for start, end in stretches if not start <= end < most), "")
        if strange:
            yield f"speaks of the frames {strange} of {most}"
        elif not _WITHIN.search(asked) and not lines:
            yield f"asks for frames, and is answered {answered[:40]!r}"
        elif "dense caption" in asked and not _tile(lines, most):
            yield f"tells of the frames {lines[0][0]} to {lines[-1][1]} of {most} with a gap or an overlap"


def _shown(row: Row, facts: Facts, most: int) -> list[int]:
    """The frames of the clip that the trainer samples."""
    start, end = (row.get(name) if _number(row.get(name)) else None for name in ("start_time", "end_time"))
    last = facts.frames - 1
    first = int(min(max(start, 0.0) * float(facts.fps), last)) if start is not None else 0
    stop = int(min(max(end, 0.0) * float(facts.fps), last)) if end is not None else last
    first, stop = min(first, stop), max(first, stop)
    return [first + frame for frame in sampled(stop - first + 1, float(facts.fps), max(most, 1))]


def _tile(lines: list[tuple[int, int]], most: int) -> bool:
    ends = [-1, *(end for _, end in lines)]
    return ends[-1] == most - 1 and all(start == end + 1 for (start, _), end in zip(lines, ends, strict=False))
