"""A clip as the `measures` verifier looks at it: what is worked out once and used by several judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.claims import Claim
from dreamgen.engines.glimpsing import Glimpses
from dreamgen.engines.likening import Features, Overlay, features, overlay
from dreamgen.engines.matching import lab
from dreamgen.verify.measuring.hues import shares

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Viewed:
    """One clip."""

    seen: Glimpses
    """Its pictures and its sound."""
    by_id: Mapping[str, Claim]
    """All claims that are judged together: some speak of others."""
    memo: dict[str, Any] = field(default_factory=dict)
    """What was worked out before."""
    _features: dict[int, Features] = field(default_factory=dict)
    _overlays: dict[tuple[int, int], Overlay | None] = field(default_factory=dict)

    def overlay(self, one: int, other: int) -> Overlay | None:
        """How picture `other` lies over picture `one`; None where they show nothing in common."""
        if (one, other) not in self._overlays:
            high, wide = self.seen.pictures[0].shape[:2]
            pair = self._features_of(one), self._features_of(other)
            self._overlays[one, other] = overlay(*pair, (wide, high))
        return self._overlays[one, other]

    def _features_of(self, at: int) -> Features:
        if at not in self._features:
            self._features[at] = features(self.seen.pictures[at])
        return self._features[at]

    @cached_property
    def lightness(self) -> Floats:
        """Mean, median and nine tenths of the lightness (L* of CIELAB, 0-100) of every picture, (n, 3)."""
        return np.stack([self._light(at) for at in range(len(self.seen.pictures))])

    def _light(self, at: int) -> Floats:
        light = lab(self.seen.pictures[at][::2, ::2])[..., 0]
        return np.array([light.mean(), *np.percentile(light, (50, 90))])

    @cached_property
    def colours(self) -> tuple[dict[str, float], ...]:
        """Which share of every picture has which colour."""
        return tuple(shares(lab(picture[::3, ::3])) for picture in self.seen.pictures)
