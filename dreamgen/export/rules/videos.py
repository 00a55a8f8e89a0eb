"""Clips as any loader takes them: there, below the folder, long and large enough, and open to a decoder."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any, Final

from dreamgen.engines.video import probe
from dreamgen.errors import DreamgenError

LEAST_FRAMES: Final = 8
LEAST_SIDE: Final = 64
LEAST_RATE: Final = 1.0
"""Frames a second; LLaVA-NeXT and PLM divide by its half, rounded down."""


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
        if parts.is_absolute() or ".." in parts.parts or "\\" in path:
            return f"names {path}, which is not below the folder"
        file = self._folder / path
        if not file.is_file():
            return f"names {path}, which is not there"
        try:
            facts = probe(file)
        except DreamgenError as error:
            return f"names {path}, which can't be read: {error}"
        if facts.fps < LEAST_RATE:
            return f"names {path} of {facts.fps:g} frames a second: loaders want 1 at least"
        if facts.frames < LEAST_FRAMES:
            return f"names {path} of {facts.frames} frames: loaders want {LEAST_FRAMES} at least"
        if min(facts.size) < LEAST_SIDE or any(side % 2 for side in facts.size):
            return f"names {path} of {facts.size[0]}x{facts.size[1]}: sides must be even, and {LEAST_SIDE} at least"
        return ""
