"""Whoever wants pictures of a diffusion model asks a studio: orders in, drawings out, in order."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import fingerprint
from dreamgen.engines.device import tidy
from dreamgen.engines.diffusion import weights
from dreamgen.engines.diffusion.adapters.distilled import sampling_for
from dreamgen.engines.diffusion.batching import batches, one_ahead
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.gathering import Gathering
from dreamgen.engines.diffusion.memory import Portions, out_of_memory
from dreamgen.engines.diffusion.orders import Drawing, Order, Pixels, Sampling
from dreamgen.engines.diffusion.painting import Painted, Painter, Painting
from dreamgen.engines.diffusion.pipelines import PipelinePainter
from dreamgen.engines.diffusion.schedules import check_scheduler
from dreamgen.engines.diffusion.signature import signature
from dreamgen.engines.diffusion.walking import walker
from dreamgen.errors import ModelError, UsageError

if TYPE_CHECKING:
    from dreamgen.engines.diffusion.loading import Loaded

_OPEN: OrderedDict[str, Studio] = OrderedDict()
_OPENING = threading.Lock()
_WORKER = "studio"
_AT_ONCE = 2
"""Studios that a process keeps open: one to learn a style with and one to draw with."""


def open_studio(checkpoint: Checkpoint) -> Studio:
    """The studio for a checkpoint; equal ones share one in a process. Nothing is loaded yet.

    Raises:
        MissingExtra: without the libraries.
    """
    key = fingerprint([checkpoint, signature(checkpoint)])
    with _OPENING:
        studio = _OPEN.pop(key, None) or Studio(checkpoint)
        _OPEN[key] = studio
        surplus = [_OPEN.popitem(last=False)[1] for _ in range(len(_OPEN) - _AT_ONCE)]
    for other in surplus:
        other.close()
    return studio


def filled() -> Filled:
    """How full the batches of all open studios were."""
    with _OPENING:
        return sum((studio.filled for studio in _OPEN.values()), Filled())


def close_studios() -> None:
    """Makes room for something else: the networks of all open studios go. Whoever has one may still draw with it."""
    with _OPENING:
        open_ones = list(_OPEN.values())
        _OPEN.clear()
    for studio in reversed(open_ones):
        studio.close()


class Begun(NamedTuple):
    """A batch that was begun."""

    orders: Sequence[Order]
    """Of its pictures."""
    painting: Painting
    """Waits for them."""
    strained: str
    """What could not be done as asked."""


@dataclass(frozen=True)
class Filled:
    """How full batches were."""

    batches: int = 0
    """Begun so far."""
    pictures: int = 0
    """In all of them."""
    places: int = 0
    """Pictures that would have had room in them."""

    def __add__(self, other: Filled) -> Filled:
        return Filled(self.batches + other.batches, self.pictures + other.pictures, self.places + other.places)

    def __sub__(self, other: Filled) -> Filled:
        return Filled(self.batches - other.batches, self.pictures - other.pictures, self.places - other.places)


class Studio:
    """Draws orders in batches. It loads on the first picture, and on the first one after it was closed.

    Threads that are `walking` share its batches, and wait for its one worker. All others draw one after the other.

    Args:
        checkpoint: what to draw with.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self.painter = self._painter(checkpoint)
        self._portions: dict[Sampling, Portions] = {}
        self._exactly_helps = True
        self._worker: ThreadPoolExecutor | None = None
        self._drawing = 0
        self._closing = False
        # whoever comes first loads, and the others wait for it
        self._lock = threading.RLock()
        self._gathering = Gathering(self._begun, self._finished, self._thread)
        self.filled = Filled()
        """How full its batches were."""

    @property
    def loaded(self) -> Loaded:
        """The networks."""
        with self._lock:
            return self.painter.loaded

    def draw(self, orders: Iterable[Order], sampling: Sampling) -> Iterator[Drawing]:
        """One drawing an order, in order, as soon as its batch is done; see `Draws`.

        On a GPU the next batches are begun while the drawings of one are looked at, so orders are asked for two
        batches ahead.
        """
        check_scheduler(sampling.scheduler)
        _check_size(sampling.size)
        sampling = self.sampling_for(sampling)
        with self._at_work():
            portions, who = self._portions_of(sampling), walker()
            if who is None:
                made = self._alone(orders, sampling, portions)
            else:
                made = self._gathering.draw(who, orders, sampling, portions)
            with closing(made):
                for number, drawing in enumerate(made):
                    yield replace(drawing, index=number)

    def batch_size(self, sampling: Sampling) -> int:
        """Pictures that are drawn at once now: as many as memory allows, which is known once the model is loaded."""
        return self._portions_of(self.sampling_for(sampling)).size

    def close(self) -> None:
        """Lets the networks go, and gives their memory back; while pictures are drawn, when they are done."""
        with self._lock:
            self._closing = self._drawing > 0
            if self._closing:
                return
            worker, self._worker = self._worker, None
            place = self.painter.__dict__.get("place")
            self.painter = self._painter(self.checkpoint)
            self._portions.clear()
        if worker is not None:
            # what is collected may be collected in the worker itself, which can't wait for its own end
            own = threading.current_thread().name.startswith(_WORKER)
            worker.shutdown(wait=not own, cancel_futures=True)
        if place is not None:  # networks and their locks know each other: only the collector sees that nobody else does
            tidy(place)

    def look(self, image: Pixels) -> NDArray[np.float32]:
        """A picture's embedding by the identity adapter's image encoder, of length 1.

        Raises:
            UsageError: when the checkpoint has no image encoder.
        """
        with self._lock:
            eyes = self.painter.eyes
        if eyes is None:
            raise UsageError(
                "no image encoder is loaded that could compare pictures",
                "--set diffusion.image_encoder=h94/IP-Adapter/models/image_encoder",
            )
        return eyes.look(image)

    def sampling_for(self, sampling: Sampling) -> Sampling:
        """What can be had: a distilled model has steps, guidance and scheduler of its own."""
        return sampling_for(self.checkpoint, sampling)

    def find(self, name: str) -> Path:
        """The local file or folder of weights, downloaded if need be."""
        return weights.find(name, self.checkpoint.variant, self.checkpoint.offline)

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._lock:
            self._drawing += 1
        try:
            yield
        finally:
            with self._lock:
                self._drawing -= 1
                closing = self._closing
            if closing:
                self.close()

    def _alone(self, orders: Iterable[Order], sampling: Sampling, portions: Portions) -> Generator[Drawing, None, None]:
        begin, finish = partial(self._begun, sampling, portions), partial(self._finished, sampling)
        worker = self._thread() if self.painter.place.gpu else None
        with closing(one_ahead(batches(orders, lambda: portions.size), begin, finish, worker)) as made:
            yield from chain.from_iterable(made)

    def _thread(self) -> ThreadPoolExecutor:
        """Keeps a GPU busy: always the same, since what cuDNN found out to be fastest is known to one thread only."""
        with self._lock:
            self._worker = self._worker or ThreadPoolExecutor(1, _WORKER)
            return self._worker

    def _painter(self, checkpoint: Checkpoint) -> Painter | PipelinePainter:
        if checkpoint.family == "sdxl":
            return Painter(checkpoint, self.find)
        return PipelinePainter(checkpoint, self.find)

    def _portions_of(self, sampling: Sampling) -> Portions:
        """How many pictures at once; what was learnt for this sampling holds for the next time."""
        with self._lock:
            if sampling not in self._portions:
                self._portions[sampling] = Portions(self.painter.batch_size(sampling))
            return self._portions[sampling]

    def _begun(self, sampling: Sampling, portions: Portions, orders: Sequence[Order]) -> list[Begun]:
        """One batch, or several smaller ones where memory is not enough."""
        with self._lock:
            self.painter.wake()

        def once(part: Sequence[Order]) -> Painting:
            return self.painter.begin(part, sampling, portions.size)

        made = portions.make(orders, once, partial(tidy, self.painter.place))
        begun = [Begun(part, painting, portions.strained) for part, painting in made]
        self.filled += Filled(len(begun), len(orders), len(begun) * portions.size)
        return begun

    def _finished(self, sampling: Sampling, begun: Sequence[Begun]) -> list[Drawing]:
        drawings = []
        for part, painting, halved in begun:
            painted = painting()
            broken = [number for number, (image, _) in enumerate(painted) if image is None]
            if broken and self.painter.place.dtype.itemsize < 4:
                again = self._painted_exactly(sampling, [part[number] for number in broken])
                for number, made in zip(broken, again, strict=True):
                    painted[number] = made
            dropped = self.painter.dropped(sampling)
            for image, note in painted:
                drawings.append(Drawing(0, image, len(part), "; ".join(filter(None, (halved, dropped, note)))))
        return drawings

    def _painted_exactly(self, sampling: Sampling, orders: Sequence[Order]) -> list[Painted]:
        """The same noise in float32, with weights loaded anew: adapters and all have the right numbers then.

        It is as good as never needed, so the second model goes again at once. Nothing, where it does not fit. It takes
        long: where it did not help, it is not tried again.
        """
        if not self._exactly_helps:
            return [(None, "not drawn again in float32, which did not help before")] * len(orders)
        exact = self.checkpoint.model_copy(update={"dtype": "float32", "compile": False, "attention": "sdpa"})
        painter = self._painter(exact)
        images: list[Pixels | None] = [None] * len(orders)
        try:
            images = [painter.paint([order], sampling, 1)[0] for order in orders]
        except (RuntimeError, MemoryError, ModelError) as error:
            if not isinstance(error, ModelError) and not out_of_memory(error):
                raise
        del painter
        tidy(self.painter.place)
        self._exactly_helps = any(image is not None for image in images)
        again = "drawn again in float32 (not a number)"
        return [(image, again if image is not None else "") for image in images]


def _check_size(size: tuple[int, int]) -> None:
    if min(size) < 64 or any(side % 8 for side in size):
        raise UsageError(f"a picture can't be {size[0]}x{size[1]}", "Take sides of at least 64, in multiples of 8.")
