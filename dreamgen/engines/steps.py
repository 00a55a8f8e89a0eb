"""Hard cuts, fades and dissolves in tiny pictures of every frame, without any library but NumPy and OpenCV.

A cut is a change that stands out from those around it (the idea of PySceneDetect's adaptive detector), that no shift
of the picture explains as a fast camera's are, and that does not go back a moment later, as a flash does. A fade
passes through a blank picture. In the middle of a dissolve, a frame is the mean of those that lie as far before it as
behind it, which no movement makes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.imaging import opencv

Thumb = NDArray[np.float32]
"""A frame as (36, 64, 3): luma and twice the two colour differences, so that colours count."""

_SPOT, _SHARE = 20.0, 0.3
"""Levels by which a spot must change to count, and the share of the picture that must count at a cut."""
_STANDS_OUT: Final = 2.5
"""How much larger than its neighbours a cut's change is."""
_BACK: Final = 0.5
"""What comes after a cut differs from what was before it by this share of the cut's change at least."""
_FLASH: Final = 5
"""Frames that a flash lasts at most."""
_BLANK, _DARK, _LIGHT = 7.0, 24.0, 232.0
"""Deviation of a blank picture's luma, and its luma at most or at least, in levels."""
_MEAN, _SHARP, _APART, _ALIKE, _FAINT, _PANS = 0.3, 0.42, 9.0, 0.75, 0.35, 0.6
"""A dissolve: how far from the mean its middle may be, as a share of the change, in soft and in sharp thumbs; that
change in levels; how alike the shapes before and after it may be; how much less contrast one of them may have; and what
share of the change a shift must leave."""


class Steps:
    """Finds cuts, fades and dissolves; see `ShotFinder`."""

    def __init__(self, fps: float, threshold: float = 0.0) -> None:
        """Args: fps: frames a second. threshold: levels that count as a change of a spot; 0 for 20."""
        self._spot = threshold or _SPOT
        self._near = min(max(round(fps * 0.25), 3), 16)
        self._far = min(max(round(fps * 0.5), self._near), 30)
        self._keep = 2 * self._far + 2
        self._thumbs: list[Thumb] = []
        self._changes: list[tuple[float, float]] = []
        self._first = 0  # the number of the first frame kept
        self._blank_since: int | None = None
        self._shown = False
        self._fades: list[tuple[int, int, int]] = []
        self._dissolving: tuple[float, int] | None = None
        self._said = -self._far

    def see(self, number: int, picture: NDArray[np.uint8]) -> Sequence[int]:
        """See `ShotFinder.see`."""
        thumb = _thumb(picture)
        self._changes.append(self._moved(thumb))
        self._thumbs.append(thumb)
        self._fade(number, thumb)
        if len(self._thumbs) > self._keep:
            del self._thumbs[0], self._changes[0]
            self._first += 1
        return self._certain(number - self._far, number)

    def _moved(self, thumb: Thumb) -> tuple[float, float]:
        """How a frame differs from the one before, after the shift that explains it best."""
        if not self._thumbs:
            return 0.0, 0.0
        share, amount = _change(self._thumbs[-1], thumb, self._spot)
        return _shifted(self._thumbs[-1], thumb, self._spot, (share, amount)) if share >= _SHARE else (share, amount)

    def end(self) -> Sequence[int]:
        """See `ShotFinder.end`."""
        last = self._first + len(self._thumbs) - 1
        found = [one for at in range(max(1, last - self._far + 1), last + 1) for one in self._certain(at, last)]
        return [*found, *self._finish()]

    def _certain(self, at: int, last: int) -> list[int]:
        """What is certain of frame `at` once `last` was seen."""
        if at < 1:
            return []
        self._fades = [fade for fade in self._fades if fade[2] + self._near >= at]
        found = [middle for _, middle, ended in self._fades if ended == at]
        if self._is_cut(at, last) and not self._fading(at):
            found += [*self._finish(), at]
        else:
            found += self._dissolve(at, last)
        if found:
            self._said = max(found)
        return sorted(found)

    def _is_cut(self, at: int, last: int) -> bool:
        share, amount = self._changes[at - self._first]
        if share < _SHARE:
            return False
        low, high = max(self._first + 1, at - self._near), min(last, at + self._near)
        around = [self._changes[n - self._first][1] for n in range(low, high + 1) if n != at]
        if around and (amount < _STANDS_OUT * (float(np.median(around)) + 1.0) or amount < 0.8 * max(around)):
            return False
        return self._stays(at, last, amount)

    def _stays(self, at: int, last: int, amount: float) -> bool:
        """Whether what is shown from a frame on was not shown before, and what was before does not come back."""
        before, now = (self._thumbs[n - self._first] for n in (at - 1, at))
        later = [self._thumbs[n - self._first] for n in range(at + 1, min(last, at + _FLASH) + 1)]
        sooner = [self._thumbs[n - self._first] for n in range(max(self._first, at - 1 - _FLASH), at - 1)]
        pairs = [*((before, thumb) for thumb in later), *((thumb, now) for thumb in sooner)]
        return all(_change(one, other, self._spot)[1] > _BACK * amount for one, other in pairs)

    def _fade(self, number: int, thumb: Thumb) -> None:
        luma = thumb[..., 0]
        blank = bool(luma.std() < _BLANK) and not _DARK < float(luma.mean()) < _LIGHT
        if blank:
            self._blank_since = number if self._blank_since is None else self._blank_since
            return
        if self._blank_since is not None and self._shown and not self._flashed(number):
            middle = (self._blank_since + number) // 2
            self._fades.append((self._blank_since, max(1, middle), number))
        self._blank_since, self._shown = None, True

    def _flashed(self, number: int) -> bool:
        """Whether a blank stretch that ended now was so short, and leads back so well, that it was a flash."""
        before = (self._blank_since or 0) - 1 - self._first
        if before < 0 or number - (self._blank_since or 0) > self._near:
            return False
        return _change(self._thumbs[before], self._thumbs[-1], self._spot)[0] < _SHARE

    def _fading(self, at: int) -> bool:
        """Whether a frame begins or ends a blank stretch, whose middle is the only cut there."""
        near = self._near // 2
        if self._blank_since is not None and at >= self._blank_since - near:
            return self._shown
        return any(begun - near <= at <= ended + near for begun, _, ended in self._fades)

    def _dissolve(self, at: int, last: int) -> list[int]:
        found: list[int] = []
        score = self._dissolved(at, last)
        if score > 0 and (self._dissolving is None or score > self._dissolving[0]):
            self._dissolving = score, at
        elif score <= 0 and self._dissolving is not None and at - self._dissolving[1] > self._near:
            found = self._finish()
        return found

    def _finish(self) -> list[int]:
        best, self._dissolving = self._dissolving, None
        return [best[1]] if best and best[1] - self._said > self._far else []

    def _dissolved(self, at: int, last: int) -> float:
        """How far a frame is the middle of a dissolve; 0 when it is not."""
        best = 0.0
        for reach in (self._far, self._far * 2 // 3):
            low, high = at - reach, at + reach
            if reach < 3 or low < self._first or high > last or self._jumps(low, high):
                continue
            a, b, middle = (self._thumbs[n - self._first] for n in (low, high, at))
            faint, strong = sorted((float(a[..., 0].std()), float(b[..., 0].std())))
            if faint < max(_BLANK, _FAINT * strong) or _alike(a[..., 0], b[..., 0]) > _ALIKE:
                continue
            if _off(a, middle, b) > _SHARP or self._pans(a, b):
                continue
            a, b, middle = (_soft(one) for one in (a, b, middle))
            apart, off = float(np.abs(a - b).mean()), _off(a, middle, b)
            if apart > _APART and off < _MEAN:
                best = max(best, apart * (1 - off))
        return best

    def _pans(self, a: Thumb, b: Thumb) -> bool:
        """Whether a shift explains most of what differs: a camera that moves slowly is nearly a dissolve, too."""
        straight = _change(a, b, self._spot)
        return _shifted(a, b, self._spot, straight)[1] < _PANS * straight[1]

    def _jumps(self, low: int, high: int) -> bool:
        """Whether a single step makes up much of the change."""
        amounts = [self._changes[n - self._first][1] for n in range(low + 1, high + 1)]
        return max(amounts) > 0.5 * sum(amounts)


def _thumb(picture: NDArray[np.uint8]) -> Thumb:
    cv2 = opencv()
    small = cv2.resize(picture, (64, 36), interpolation=cv2.INTER_AREA)
    planes = cv2.cvtColor(small, cv2.COLOR_BGR2YUV).astype(np.float32)
    planes[..., 1:] = (planes[..., 1:] - 128.0) * 2.0
    thumb: Thumb = planes
    return thumb


def _change(a: Thumb, b: Thumb, spot: float) -> tuple[float, float]:
    """The share of the spots that changed, and the mean change in levels."""
    apart = np.abs(a - b).max(-1)
    return float((apart > spot).mean()), float(apart.mean())


def _shifted(a: Thumb, b: Thumb, spot: float, straight: tuple[float, float]) -> tuple[float, float]:
    """How much of the middle of `a` is not found anywhere in `b`; at most what differs without a shift."""
    cv2 = opencv()
    high, wide = a.shape[0] // 4, a.shape[1] // 4
    middle = np.ascontiguousarray(a[high : a.shape[0] - high, wide : a.shape[1] - wide])
    _, _, (left, top), _ = cv2.minMaxLoc(cv2.matchTemplate(b, middle, cv2.TM_SQDIFF))
    found = b[top : top + middle.shape[0], left : left + middle.shape[1]]
    return min(straight, _change(middle, found, spot), key=lambda one: one[1])


def _off(a: Thumb, middle: Thumb, b: Thumb) -> float:
    """How far a frame is from the mean of two others, as a share of what these differ by."""
    return float(np.abs(middle - (a + b) / 2).mean()) / max(float(np.abs(a - b).mean()), 1e-6)


def _soft(thumb: Thumb) -> Thumb:
    """A thumb at a quarter of its size, where small movements are lost."""
    cv2 = opencv()
    soft: Thumb = cv2.resize(thumb, (16, 9), interpolation=cv2.INTER_AREA)
    return soft


def _alike(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """How alike the shapes of two planes are, -1 to 1, whatever their brightness and contrast."""
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / size if size > 1e-6 else 1.0
