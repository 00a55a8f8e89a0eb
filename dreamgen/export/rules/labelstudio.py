"""Label Studio: `LabelInterface._validate_object_logic` of label_studio_sdk/label_interface, and its video tags.

A task that lacks a variable of the configuration is refused at the import; a prediction whose names, types, labels or
choices the configuration does not have is imported and shows nothing. Frames count from 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from dreamgen.export.rules.files import Row, listed, split_files
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.leaks import Splits, leaks
from dreamgen.export.rules.videos import Videos

LOCAL: Final = "/data/local-files/?d="
_SIDES: Final = (("x", "width"), ("y", "height"))


class _Config:
    """The tags of a labelling configuration.

    Args:
        path: of config.xml.
        found: notes what is wrong with it.
    """

    def __init__(self, path: Path, found: Findings) -> None:
        self.tags: dict[str, ElementTree.Element] = {}
        try:
            root = ElementTree.parse(path).getroot()
        except (OSError, ElementTree.ParseError) as error:
            found.wrong(path.name, f"can't be read: {error}")
            return
        for tag in root.iter():
            name = tag.get("name")
            if name and name in self.tags:
                found.wrong(path.name, f"has two tags called {name}")
            elif name:
                self.tags[name] = tag
        for name, tag in self.tags.items():
            if tag.get("toName") and tag.get("toName") not in self.tags:
                found.wrong(path.name, f"{name} is about {tag.get('toName')}, which there is not")

    @property
    def variables(self) -> set[str]:
        """What every task has to have."""
        told = (value for tag in self.tags.values() for value in tag.attrib.values())
        return {value[1:] for value in told if value.startswith("$")}

    def labels(self, name: str) -> set[str]:
        """What may be chosen of a tag."""
        return {str(one.get("value")) for one in self.tags[name]}


def look(folder: Path) -> Findings:
    """Reads train.json and those of other splits: a list of tasks with predictions, for the tags of config.xml."""
    found = Findings()
    config, videos, clips = _Config(folder / "config.xml", found), Videos(folder), Splits("clip")
    for path in split_files(folder, ".json", found):
        for where, task in listed(path, found):
            data = task.get("data")
            if not isinstance(data, dict):
                found.wrong(where, "has no data")
                continue
            name = str(data.get("id"))
            found.pairs[name] += 1
            for what in (
                f"{name} stands here a second time" if found.pairs[name] > 1 else "",
                *(f"lacks {one}, which the configuration shows" for one in sorted(config.variables - data.keys())),
                _video(data.get("video"), videos),
                *clips.defects(data.get("clip"), path.stem),
                *_predictions(task, data, config),
            ):
                if what:
                    found.wrong(where, what)
    found.defects += leaks(folder)
    return found


def _video(place: Any, videos: Videos) -> str:
    """What is wrong with a clip; one at an address is somebody else's to serve."""
    if isinstance(place, str) and place.startswith(("http://", "https://", "s3://", "gs://")):
        return ""
    return videos.defect(place.removeprefix(LOCAL) if isinstance(place, str) else place)


def _predictions(task: Row, data: Row, config: _Config) -> Iterator[str]:
    predictions = task.get("predictions")
    if not isinstance(predictions, list) or not predictions:
        yield "has no prediction"
        return
    for one in predictions:
        score = one.get("score")
        if not isinstance(score, int | float) or not 0 <= score <= 1:
            yield f"has the score {score!r}, which is none from 0 to 1"
        regions = one.get("result")
        if not isinstance(regions, list) or not regions:
            yield "has a prediction without a result"
            continue
        ids = [region.get("id") for region in regions]
        if len(set(ids)) < len(ids):
            yield "has two regions of the same id"
        for region in regions:
            yield from _region(region, data, config)


def _region(region: Row, data: Row, config: _Config) -> Iterator[str]:
    name, value = str(region.get("from_name")), region.get("value")
    tag = config.tags.get(name)
    if tag is None:
        yield f"has a region of {name}, which is not in the configuration"
    elif region.get("type") != tag.tag.lower():
        yield f"has a region of {name} that is {region.get('type')} and not {tag.tag.lower()}"
    elif region.get("to_name") != tag.get("toName"):
        yield f"has a region of {name} about {region.get('to_name')} and not {tag.get('toName')}"
    elif not isinstance(value, dict):
        yield f"has a region of {name} without a value"
    else:
        yield from _LOOKS.get(tag.tag, _nothing)(name, value, data, config)


def _nothing(name: str, value: Row, data: Row, config: _Config) -> Iterator[str]:
    yield f"has a region of {name}, of which nobody here knows the value"


def _text(name: str, value: Row, data: Row, config: _Config) -> Iterator[str]:
    texts = value.get("text")
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts) or not texts:
        yield f"has a region of {name} without a list of texts"


def _choices(name: str, value: Row, data: Row, config: _Config) -> Iterator[str]:
    given = config.tags[name].get("value", "")
    options = data.get(given[1:]) if given.startswith("$") else None
    listed_ones = {str(one.get("value")) for one in options or () if isinstance(one, dict)} | config.labels(name)
    for choice in value.get("choices") or ("nothing",):
        if choice not in listed_ones:
            yield f"chooses {choice!r}, which is no choice of {name}"


def _times(name: str, value: Row, data: Row, config: _Config) -> Iterator[str]:
    yield from _labels(name, value.get("timelinelabels"), config.labels(name))
    ranges: list[Row] = value.get("ranges") or [{}]
    for one in ranges:
        first, last = one.get("start"), one.get("end")
        if not isinstance(first, int) or not isinstance(last, int) or not 1 <= first <= last:
            yield f"has a range of {name} from {first} to {last}: frames count from 1"


def _boxes(name: str, value: Row, data: Row, config: _Config) -> Iterator[str]:
    known = {label for other, tag in config.tags.items() if tag.tag == "Labels" for label in config.labels(other)}
    yield from _labels(name, value.get("labels"), known)
    frames, before = value.get("framesCount"), 0
    sequence = value.get("sequence")
    if not isinstance(frames, int) or not isinstance(value.get("duration"), float) or not sequence:
        yield f"has boxes of {name} without framesCount, duration or sequence"
        return
    for box in sequence:
        frame = box.get("frame")
        if not isinstance(frame, int) or not before < frame <= frames:
            yield f"has a box of {name} in frame {frame}, after {before} and of {frames}"
            return
        before = frame
        if not isinstance(box.get("time"), int | float) or not isinstance(box.get("enabled"), bool):
            yield f"has a box of {name} in frame {frame} without time or enabled"
        for low, side in _SIDES:
            if not _inside(box, low, side):
                yield f"has a box of {name} in frame {frame} that leaves the picture, which is 100 wide and high"


def _inside(box: Mapping[str, Any], low: str, side: str) -> bool:
    begin, length = box.get(low), box.get(side)
    if not isinstance(begin, int | float) or not isinstance(length, int | float):
        return False
    return begin >= 0 and length > 0 and begin + length <= 100.01  # they are rounded


def _labels(name: str, labels: Any, known: set[str]) -> Iterator[str]:
    for label in labels or ("nothing",):
        if label not in known:
            yield f"has the label {label!r}, which is none of {name}"


_LOOKS: Final = {
    "TextArea": _text, "Choices": _choices, "TimelineLabels": _times, "VideoRectangle": _boxes,
}  # fmt: skip
