"""FiftyOne: `LegacyFiftyOneDatasetImporter` of fiftyone/utils/data/importers.py, and the labels that it makes.

A metadata.json with a version is another format, with a schema of all fields. Every video needs a file of frames, be it
empty. Supports and frames count from 1; boxes are x, y, width and height in fractions of the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from dreamgen.core.dataset import SPLITS
from dreamgen.engines.video import probe
from dreamgen.export.rules.files import Row, keyed
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.leaks import Splits, leaks
from dreamgen.export.rules.one_by_one import values
from dreamgen.export.rules.shapes import Shape
from dreamgen.export.rules.videos import Videos


def look(folder: Path) -> Findings:
    """Reads metadata.json, samples.json and a file of frames a sample; a row is a pair."""
    found = Findings()
    metadata = keyed(folder / "metadata.json", found)
    if metadata and metadata.get("media_type") != "video":
        found.wrong("metadata.json", "does not say that the media type is video: frames would not be read")
    if "version" in metadata:
        found.wrong("metadata.json", "names a version, and then has to name every field, too")
    looker = _Samples(folder, found)
    for number, sample in enumerate(_read(folder / "samples.json", found), start=1):
        looker.look(f"samples.json:{number}", sample)
    found.defects += leaks(folder)
    return found


def _read(path: Path, found: Findings) -> Iterator[Any]:
    """The samples; one after the other where nothing else stands beside their list."""
    told = 0
    try:
        for sample in values(path, "samples"):
            told += 1
            yield sample
    except (OSError, ValueError, RecursionError):
        samples = keyed(path, found).get("samples")
        if isinstance(samples, list):
            yield from samples[told:]
        else:
            found.wrong(path.name, "has no list of samples")


class _Samples:
    def __init__(self, folder: Path, found: Findings) -> None:
        self._folder, self._found = folder, found
        self._videos, self._shape = Videos(folder), Shape()
        self._clips, self._stories, self._paths = Splits("clip"), Splits("story"), set[str]()

    def look(self, where: str, sample: Any) -> None:
        """Looks at one sample."""
        for what in self._sample(sample) if isinstance(sample, dict) else ("is no object",):
            if what:
                self._found.wrong(where, what)

    def _sample(self, sample: Row) -> Iterator[str]:
        path = sample.get("filepath")
        wrong = self._videos.defect(path)
        yield wrong
        if path in self._paths:
            yield f"is another sample of {path}"
        self._paths.add(str(path))
        tags = sample.get("tags")
        split = tags[0] if isinstance(tags, list) and len(tags) == 1 else None
        if split not in SPLITS:
            yield f"has the tags {tags!r}, and not its split alone"
        yield from self._clips.defects(sample.get("clip"), split)
        yield from self._stories.defects(sample.get("story"), split)
        frames = 0 if wrong else probe(self._folder / str(path)).frames
        if frames and (sample.get("metadata") or {}).get("total_frame_count") != frames:
            yield f"has other metadata than its clip of {frames} frames"
        yield from self._detections(sample.get("pairs"), frames)
        yield from self._frames(sample.get("frames"), frames)

    def _detections(self, pairs: Any, frames: int) -> Iterator[str]:
        if not isinstance(pairs, dict) or pairs.get("_cls") != "TemporalDetections":
            yield "has no pairs that are TemporalDetections"
            return
        for one in pairs.get("detections") or ():
            self._found.rows += 1
            name = str(one.get("pair"))
            self._found.pairs[name] += 1
            if self._found.pairs[name] > 1:
                yield f"the pair {name} stands here a second time"
            if one.get("_cls") != "TemporalDetection" or not one.get("label"):
                yield f"{name} is no TemporalDetection with a label"
            yield from (f"{name}: {what}" for what in self._shape.changes(one, "samples"))
            support = one.get("support")
            if not _is_support(support, frames):
                yield f"{name} has the support {support!r} in a clip of {frames} frames: they count from 1"
            sure = one.get("confidence")
            if not isinstance(sure, float) or not 0 <= sure <= 1:
                yield f"{name} has the confidence {sure!r}, which is none from 0 to 1"

    def _frames(self, path: Any, frames: int) -> Iterator[str]:
        if not isinstance(path, str) or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            yield f"has its frames in {path!r}, which is not below the folder"
            return
        apart = Findings()
        known = keyed(self._folder / path, apart).get("frames")
        yield from (f"{path}: {defect.what}" for defect in apart.defects)
        for number, frame in known.items() if isinstance(known, dict) else ():
            if not number.isdigit() or not 1 <= int(number) <= frames or frame.get("frame_number") != int(number):
                yield f"{path} has the frame {number} of {frames}: they count from 1"
            for one in (frame.get("subjects") or {}).get("detections") or ():
                if not _is_box(one.get("bounding_box")) or not one.get("label"):
                    yield f"{path} has in frame {number} the box {one.get('bounding_box')!r} of {one.get('label')!r}"


def _is_support(support: Any, frames: int) -> bool:
    if not isinstance(support, list) or len(support) != 2 or not all(isinstance(one, int) for one in support):
        return False
    return bool(1 <= support[0] <= support[1] <= (frames or support[1]))


def _is_box(box: Any) -> bool:
    if not isinstance(box, list) or len(box) != 4 or not all(isinstance(one, int | float) for one in box):
        return False
    x, y, width, height = box
    # they are rounded
    return bool(min(x, y) >= 0 and min(width, height) > 0 and max(x + width, y + height) <= 1.00001)
