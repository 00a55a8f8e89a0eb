"""Models that several clips ask at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore, Lock

from dreamgen.engines.chat.asking import Asks
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat
from dreamgen.engines.chat.places import Hosted, place_of
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.opening import open_vision
from dreamgen.engines.vision.seeing import Sees


class Opened:
    """Each model is opened once, so that its limits hold for all clips together, and takes so many calls at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._chats: dict[Path, Asks] = {}
        self._eyes: dict[Path, Sees] = {}
        self._slots: dict[str, BoundedSemaphore] = {}

    def chat(self, model: ChatModel, kept: Path) -> Asks:
        """The language model. See `open_chat`."""
        with self._lock:
            if kept not in self._chats:
                self._chats[kept] = open_chat(model, kept)
            return self._chats[kept]

    def eyes(self, model: VisionModel, kept: Path) -> Sees:
        """The model that looks. See `open_vision`."""
        with self._lock:
            if kept not in self._eyes:
                self._eyes[kept] = open_vision(model, kept)
            return self._eyes[kept]

    def at_once(self, model: ChatModel, requests: int) -> int:
        """How many clips can be at work at once, of which each has so many requests in flight."""
        served = bool(model.base_url) or isinstance(place_of(model), Hosted)
        return max(1, model.concurrency // max(1, requests)) if served else 1

    @contextmanager
    def slot(self, model: ChatModel | VisionModel) -> Iterator[None]:
        """While this is open, one of the model's `concurrency` calls is taken."""
        name = type(model).__name__
        with self._lock:
            slots = self._slots.setdefault(name, BoundedSemaphore(model.concurrency))
        with slots:
            yield
