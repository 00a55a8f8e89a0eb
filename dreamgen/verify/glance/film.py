"""One film and its cast, looked at where a claim speaks of it; every frame is looked at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from dreamgen.engines.sight import Floats, Pixels, with_change
from dreamgen.engines.watching import Reel
from dreamgen.verify.glance.seer import Look, Seen, Seer

_EVERY: Final = 0.5
"""Seconds between two looks."""
_MARGIN: Final = 0.12
"""Seconds at either end of a span in which nothing is looked at, so that a cut is on its right side."""
_SAMPLES: Final = 7
"""Looks over the whole film that tell whether it is of a kind that the networks know."""
SHARPNESS: Final = 12.0
"""What cosines between vectors are multiplied with; the networks were taught with it."""


@dataclass(frozen=True)
class Known:
    """Somebody of the cast in one look."""

    chance: float
    """Probability that they are there."""
    seen: Seen | None
    """The body that is most like them; None where nobody is."""


class Film:
    """The decoded film and the portraits."""

    def __init__(self, reel: Reel, portraits: Mapping[str, Pixels], seer: Seer) -> None:
        self.reel = reel
        self.seer = seer
        self.cast = {who: seer.portrait(image) for who, image in sorted(portraits.items())}
        """Everybody's vector."""
        self._looks: dict[int, Look] = {}

    def looks(self, start: float, end: float) -> tuple[Look, ...]:
        """What is seen between two times in seconds: two looks a second, one at least, none after the film's end."""
        if start >= self.reel.seconds:
            return ()
        first, last = start + _MARGIN, min(end, self.reel.seconds) - _MARGIN - self.reel.step / self.reel.fps
        times = np.arange(np.ceil(first / _EVERY), np.floor(last / _EVERY) + 1) * _EVERY
        if not len(times):
            times = np.array([max(start, (first + last) / 2)])
        return tuple(
            self._look(frame) for frame in dict.fromkeys(self.reel.kept(round(t * self.reel.fps)) for t in times)
        )

    @cached_property
    def strange(self) -> float:
        """How unlike the frames that the networks learned from most of the film is; see `Look.strange`."""
        middles = [(share + 0.5) / _SAMPLES * self.reel.seconds for share in range(_SAMPLES)]
        # at times at which claims are looked at as well
        frames = [self.reel.kept(round(round(t / _EVERY) * _EVERY * self.reel.fps)) for t in middles]
        return float(np.median([self._look(frame).strange for frame in frames]))

    def _look(self, frame: int) -> Look:
        if frame not in self._looks:
            following = self.reel.colour(min(frame + self.reel.step, self.reel.count - 1))
            self._looks[frame] = self.seer.look(with_change(self.reel.colour(frame), following))
        return self._looks[frame]


def recognised(look: Look, cast: Mapping[str, Floats]) -> dict[str, Known]:
    """Who of the cast is there: each body is one of them or a stranger, and nobody is there twice."""
    names = list(cast)
    if not names or not look.seen:
        return {name: Known(0.0, None) for name in names}
    vectors = np.stack([cast[name] for name in names])
    odds = np.array([SHARPNESS * (vectors @ seen.vector) - SHARPNESS / 2 for seen in look.seen])
    weights = np.exp(odds)
    scores = np.array([seen.body.score for seen in look.seen])
    chances = scores[:, None] * weights / (1 + weights.sum(1, keepdims=True))
    found: dict[str, Known] = {}
    free = np.ones_like(chances, bool)
    for _ in range(min(chances.shape)):
        body, member = np.unravel_index(np.argmax(np.where(free, chances, -1.0)), chances.shape)
        found[names[member]] = Known(float(chances[body, member]), look.seen[body])
        free[body, :] = free[:, member] = False
    return {name: found.get(name, Known(0.0, None)) for name in names}


def mean_logs(rows: Sequence[Floats]) -> Floats:
    """What several looks at the same thing make of it together: the mean of the logarithms, as probabilities."""
    logs = np.maximum(np.stack(rows), -7.0).mean(0)
    powers = np.exp(logs - logs.max())
    return np.asarray(powers / powers.sum(), np.float32)
