"""What is measured of every frame while a video is decoded once: numbers, from which claims are made later."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.annotate.measuring.tones import NAMES, shares
from dreamgen.engines.files import whole
from dreamgen.engines.flowing import step
from dreamgen.engines.imaging import opencv
from dreamgen.engines.loudness import loudness
from dreamgen.errors import DreamgenError

WIDE: Final = 128
"""Pixels of the width at which pictures are compared."""
EVERY: Final = 0.1
"""Seconds between two pictures that are compared, at least."""
LOOK: Final = 0.25
"""Seconds between two pictures whose colours are counted, at least."""
BLOCK: Final = 0.1
"""Seconds of sound that make one number."""
CHANGED: Final = 24
"""Levels by which a spot must differ from the frame before to count as changed."""

_FRAME, _LOOK, _STEP, _BLOCK = 4, 1 + len(NAMES) + 3, 12, 2
"""Numbers of each frame, look, step and block of sound; the first is its time. They lie one behind the other, since a
video may last for hours."""

Numbers = NDArray[np.float64]


class Signals(NamedTuple):
    """The numbers of one clip; all times are seconds of the clip."""

    seconds: Numbers
    """When each frame is shown, (frames,)."""
    luma: Numbers
    """Mean luma of each frame, 0-255, (frames,)."""
    change: Numbers
    """Mean change of a spot since the frame before, in levels, (frames,); 0 for the first."""
    spots: Numbers
    """Share of the spots that changed since the frame before, 0-1, (frames,); 0 for the first."""
    looks: Numbers
    """When colours were counted, (looks,)."""
    tones: Numbers
    """Share of each colour of `measuring.tones.NAMES`, (looks, colours)."""
    tenths: Numbers
    """Luma below which a tenth, half and nine tenths of the picture lie, 0-255, (looks, 3)."""
    spans: Numbers
    """From when to when each step goes, (steps, 2)."""
    steps: Numbers
    """Across, down, growth, agree, followed, moving, drift to the right and down, together, spread,
    (steps, 10): see `Step`."""
    heard: Numbers
    """When each block of sound begins, (blocks,); empty where there is no sound track."""
    loudness: Numbers
    """Of each block in LUFS, (blocks,)."""
    fps: float
    """Frames a second; the mean where the rate varies."""
    end: float
    """Seconds at which the clip ends."""


class Gauge:
    """Measures a video while it is decoded, frame after frame, and keeps a few numbers of each."""

    def __init__(self, fps: float) -> None:
        """Args: fps: frames a second; the mean where the rate varies."""
        self._fps = fps
        self._frames, self._looks, self._steps, self._blocks = (array("d") for _ in range(4))
        self._thumb: NDArray[np.int16] | None = None
        self._last: tuple[float, NDArray[np.uint8]] | None = None
        self._rest: NDArray[np.float32] = np.empty(0, np.float32)
        self._due = 0.0

    def see(self, picture: NDArray[np.uint8], seconds: float) -> None:
        """One frame, in order.

        Args:
            picture: uint8 (h, w, 3), BGR, at most about 160 pixels wide.
            seconds: when it is shown, in seconds of the video.
        """
        cv2 = opencv()
        grey: NDArray[np.uint8] = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        thumb = cv2.resize(picture, (32, 18), interpolation=cv2.INTER_AREA).astype(np.int16)
        change = spots = 0.0
        if self._thumb is not None:
            apart = np.abs(thumb - self._thumb).max(-1)
            change, spots = float(apart.mean()), float((apart > CHANGED).mean())
        self._thumb = thumb
        self._frames.extend((seconds, float(grey.mean()), change, spots))
        if not self._looks or seconds - self._looks[-_LOOK] >= LOOK - 1e-6:
            tenths = np.percentile(grey[::2, ::2], (10, 50, 90))
            self._looks.extend((seconds, *shares(picture[::2, ::2]).tolist(), *tenths.tolist()))
        self._compare(grey, seconds)

    def _compare(self, grey: NDArray[np.uint8], seconds: float) -> None:
        if self._last is not None and seconds - self._last[0] < EVERY - 1e-6:
            return
        small = _small(grey)
        if self._last is not None and self._last[1].shape == small.shape and min(small.shape) >= 24:
            found = step(self._last[1], small)
            self._steps.extend((self._last[0], seconds, *found[:6], *found.drift, *found[7:]))
        self._last = seconds, small

    def hear(self, samples: NDArray[np.float32], rate: int, seconds: float) -> None:
        """A stretch of sound, in order; stretches may have any length.

        Args:
            samples: float32 (n,), one channel, 1.0 at full scale.
            rate: samples a second, the same for all stretches.
            seconds: when the first sample is heard, in seconds of the video.
        """
        waiting = len(self._rest) / rate
        if abs(self._due + waiting - seconds) > BLOCK / 2:
            self._rest, self._due = np.empty(0, np.float32), seconds
        some = np.concatenate([self._rest, np.asarray(samples, np.float32)])
        size = round(BLOCK * rate)
        for first in range(0, len(some) - size + 1, size):
            self._blocks.extend((self._due, loudness(some[first : first + size], rate)))
            self._due += size / rate
        self._rest = some[len(some) // size * size :]

    def write(self, path: Path, start: float, end: float) -> None:
        """The numbers of one clip as an npz file: the same numbers are the same bytes.

        Args:
            path: the file; it appears whole or not at all.
            start: seconds of the video at which the clip begins.
            end: seconds of the video at which it ends.
        """
        tables = self._tables(start, end)
        with whole(path) as unfinished, unfinished.open("wb") as file:
            np.savez(file, **tables)  # type: ignore[arg-type]

    def signals(self, start: float = 0.0, end: float = float("inf")) -> Signals:
        """The numbers of one stretch, in its own time."""
        return _signals(self._tables(start, end))

    def _tables(self, start: float, end: float) -> dict[str, NDArray[np.float32] | Numbers]:
        # a frame belongs to the stretch in which it begins; times are rounded in files
        first, last = start - 1e-3, end - 1e-3
        frames = _within(self._frames, _FRAME, first, last)
        frames[:1, 2:] = 0.0
        looks = _within(self._looks, _LOOK, first, last)
        steps = _within(self._steps, _STEP, first, last)
        steps = steps[steps[:, 1] < last]
        blocks = _within(self._blocks, _BLOCK, first, last)
        if np.isinf(end):
            end = float(frames[-1, 0]) + 1 / self._fps if len(frames) else start
        return {
            "fps": np.array([self._fps]), "end": np.round(np.array([end - start]), 6),
            "seconds": _from(frames[:, 0], start), "luma": frames[:, 1].astype(np.float32),
            "change": frames[:, 2].astype(np.float32), "spots": frames[:, 3].astype(np.float32),
            "looks": _from(looks[:, 0], start), "tones": looks[:, 1:-3].astype(np.float32),
            "tenths": looks[:, -3:].astype(np.float32), "spans": _from(steps[:, :2], start),
            "steps": steps[:, 2:].astype(np.float32),
            "heard": _from(blocks[:, 0], start), "loudness": blocks[:, 1].astype(np.float32),
        }  # fmt: skip


def read_signals(path: Path) -> Signals:
    """What `Gauge.write` wrote.

    Raises:
        DreamgenError: when there is no such file, or it holds something else.
    """
    try:
        with np.load(path, allow_pickle=False) as found:
            return _signals({name: found[name] for name in (*Signals._fields,)})
    except (OSError, ValueError, KeyError) as error:
        raise DreamgenError(f"{path} holds no signals: {error}", "Run `dreamgen annotate` again.") from None


def _signals(tables: dict[str, NDArray[np.float32] | Numbers]) -> Signals:
    numbers = {name: np.asarray(table, np.float64) for name, table in tables.items()}
    fps, end = (float(numbers.pop(name)[0]) for name in ("fps", "end"))
    return Signals(fps=fps, end=end, **numbers)


def _within(numbers: array[float], wide: int, first: float, last: float) -> Numbers:
    """A copy of those rows, which begin with their time and lie in order, that begin in a stretch."""
    rows = np.frombuffer(numbers, np.float64).reshape(-1, wide)
    low, high = np.searchsorted(rows[:, 0], (first, last))
    return np.array(rows[low:high])


def _from(times: object, start: float) -> Numbers:
    return np.maximum(0.0, np.round(np.asarray(times, np.float64) - start, 6))


def _small(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    high, wide = grey.shape
    if wide <= WIDE:
        return grey
    cv2 = opencv()
    size = WIDE, max(2, round(high * WIDE / wide))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
