"""Label Studio: a task a pair, with the answer, its times and its subjects' boxes as pre-annotations to be corrected.

The labelling configuration is config.xml. Frames count from 1; boxes are in hundredths of the picture, and between two
of a sequence Label Studio draws the line from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset, Split
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.conversations import plain
from dreamgen.export.ready import Ready, make_ready
from dreamgen.export.rows import write_list
from dreamgen.export.tracks import Seen, Tracks, framed, runs

CONFIG: Final = "config.xml"
LOCAL: Final = "/data/local-files/?d="
"""How Label Studio serves files below its LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT."""
_SPEAKERS: Final = {"human": "Q", "assistant": "A"}
_BINARY: Final = ("Yes", "No")


class LabelstudioExporter(Record):
    """Writes `train.json`, `config.xml` and `clips/`; the folder is the document root for local files."""

    marks_subjects: bool = Field(default=True, exclude=True)
    """A task has the boxes of those whom its pair speaks of."""
    video_root: str = LOCAL
    """What stands before a clip's path in a task: Label Studio's local files, or a URL that ends in a slash."""
    keyframes: float = Field(default=0.5, gt=0.0)
    """Seconds between two boxes of a sequence."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of `train.json`; what is held out is in a file of its own beside it."""
        ready = make_ready(dataset, into)
        (into / CONFIG).write_bytes(files("dreamgen.export").joinpath("labelstudio.xml").read_bytes())
        made = [write_list(into / f"{split}.json", self._tasks(ready, split)) for split in ready.splits]
        return made[0]

    def _tasks(self, ready: Ready, split: Split) -> Iterator[dict[str, Any]]:
        tracks = Tracks()
        for pair, clip, video in ready.rows(split):
            result = [*_answer(pair), *_times(pair, clip), *self._boxes(pair, clip, ready, tracks)]
            for number, region in enumerate(result):
                region["id"] = f"r{number}"
            yield {
                "data": _data(pair, clip, self.video_root + video),
                "predictions": [{"model_version": "dreamgen", "score": float(pair.weight), "result": result}],
            }

    def _boxes(self, pair: InstructionPair, clip: Clip, ready: Ready, tracks: Tracks) -> Iterator[dict[str, Any]]:
        every = max(1, round(self.keyframes * clip.fps))
        for name, seen in tracks.of(clip, ready.media_of(clip.id), pair.masklets).items():
            step = tracks.step(name)
            sequence = [box for run in runs(seen, step, clip) for box in _sequence(run, clip, max(1, every // step))]
            if sequence:
                value = {"framesCount": clip.frames, "duration": clip.seconds, "sequence": sequence}
                yield _region("box", "videorectangle", value | {"labels": ["subject"]}, name)


def _data(pair: InstructionPair, clip: Clip, video: str) -> dict[str, Any]:
    told = [f"{_SPEAKERS[turn.role]}: {plain(turn.text)}" for turn in pair.turns[:-1]]
    return {
        "id": pair.id,
        "video": video,
        "fps": float(clip.fps),
        "clip": pair.clip,
        "task": pair.task,
        "form": pair.form,
        "question": plain(pair.turns[0].text) if len(told) == 1 else "\n".join(told),
        "options": [{"value": option} for option in _options(pair)],
    }


def _options(pair: InstructionPair) -> tuple[str, ...]:
    if pair.form == "yes_no" and _short(pair) in _BINARY:
        return _BINARY
    return tuple(plain(option) for option in pair.options)


def _short(pair: InstructionPair) -> str:
    return pair.turns[-1].text.rstrip(".")


def _answer(pair: InstructionPair) -> Iterator[dict[str, Any]]:
    options = _options(pair)
    if pair.answer_index is not None:
        yield _region("choice", "choices", {"choices": [options[pair.answer_index]]})
    elif options:
        yield _region("choice", "choices", {"choices": [_short(pair)]})
    else:
        yield _region("answer", "textarea", {"text": [plain(pair.turns[-1].text)]})


def _times(pair: InstructionPair, clip: Clip) -> Iterator[dict[str, Any]]:
    if pair.span is not None:
        yield _stretch("evidence", pair.span, clip, "")
    for one in pair.segments:
        yield _stretch("segment", (one.start, one.end), clip, plain(one.text))


def _stretch(label: str, span: tuple[float, float], clip: Clip, text: str) -> dict[str, Any]:
    first, last = framed(span, clip)
    value = {"ranges": [{"start": first, "end": last}], "timelinelabels": [label]}
    return _region("times", "timelinelabels", value, text)


def _sequence(run: tuple[Seen, ...], clip: Clip, every: int) -> Iterator[dict[str, Any]]:
    """Boxes of a stretch in which somebody is seen; the last one ends it."""
    for at, (frame, box) in enumerate(run):
        if at % every and at < len(run) - 1:
            continue
        x, y, width, height = (round(100 * value, 3) for value in box)
        yield {
            "frame": frame + 1,
            "time": round(frame / clip.fps, 4),
            "enabled": at < len(run) - 1,
            "rotation": 0,
            "x": x,
            "y": y,
            "width": width,
            "height": height,
        }


def _region(control: str, kind: str, value: dict[str, Any], text: str = "") -> dict[str, Any]:
    region: dict[str, Any] = {"from_name": control, "to_name": "video", "type": kind, "value": value}
    return region | {"meta": {"text": [text]}} if text else region
