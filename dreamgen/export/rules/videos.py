"""Clips as any loader takes them: there, below the folder, long and large enough, and open to a decoder."""

from __future__ import annotations

import os.path
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from dreamgen.engines.probing import FileFacts, pictures_in, probe_file
from dreamgen.engines.video import Facts, probe
from dreamgen.errors import DreamgenError

LEAST_FRAMES: Final = 8
LEAST_SIDE: Final = 64
LEAST_RATE: Final = 1.0
"""Frames a second; LLaVA-NeXT and PLM divide by its half, rounded down."""
_OTHERS: Final = {".gif": "pictures without a rate", ".pkl": "features, and unpickle it"}
"""What some loaders take a file for by its name."""


class Videos:
    """The clips of a folder, each looked at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, str] = {}

    def defect(self, path: Any) -> str:
        """What is wrong with the clip that a row names; empty where nothing is."""
        if not isinstance(path, str) or not path:
            return f"names no clip but {path!r}"
        if path not in self._known:
            self._known[path] = self._look(path)
        return self._known[path]

    def _look(self, path: str) -> str:
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts or "\\" in path or "\0" in path:
            return f"names {path}, which is not below the folder"
        file = self._folder / path
        if not os.path.isfile(file):  # of a name that no disk takes, pathlib would raise
            return f"names {path}, which is not there"
        if parts.suffix.lower() in _OTHERS:
            return f"names {path}: some loaders take it for {_OTHERS[parts.suffix.lower()]}"
        try:
            wrong = (*_short(probe(file), pictures_in(file)), *_coded(probe_file(file)), *_scattered(file))
        except DreamgenError as error:
            return f"names {path}, which can't be read: {error.message}"
        return f"names {path} of {wrong[0]}" if wrong else ""


def _short(facts: Facts, held: int) -> Iterator[str]:
    if held < facts.frames:
        yield f"{facts.frames} frames, of which it holds {held}: it was cut off"
    if facts.fps < LEAST_RATE:
        yield f"{float(facts.fps):g} frames a second: loaders want 1 at least"
    if facts.frames < LEAST_FRAMES:
        yield f"{facts.frames} frames: loaders want {LEAST_FRAMES} at least"
    if min(facts.size) < LEAST_SIDE or any(side % 2 for side in facts.size):
        yield f"{facts.size[0]}x{facts.size[1]}: sides must be even, and {LEAST_SIDE} at least"


def _coded(facts: FileFacts) -> Iterator[str]:
    if (facts.codec, facts.pixels) != ("h264", "yuv420p"):
        yield f"{facts.codec} in {facts.pixels}: not every decoder opens what is no h264 in yuv420p"
    if facts.variable:
        yield "a rate that varies: loaders take frames by their number, and times by the mean rate"


def _scattered(file: Path) -> Iterator[str]:
    """Whether the index of an mp4 comes after its pictures, so that nothing is shown before all of it is read."""
    names: list[bytes] = []
    with file.open("rb") as boxes:
        while len(head := boxes.read(8)) == 8 and len(names) < 100:
            size, name = int.from_bytes(head[:4]), head[4:]
            names.append(name)
            long = size == 1
            size = int.from_bytes(boxes.read(8)) if long else size
            if size < 8:  # up to the end of the file, or none at all
                break
            boxes.seek(size - (16 if long else 8), 1)
    if b"moov" in names and b"mdat" in names and names.index(b"mdat") < names.index(b"moov"):
        yield "an index behind its pictures: it has to be read whole before any of it is shown"
