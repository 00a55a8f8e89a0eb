"""How light the picture is, and which colour covers it, in pictures of its own and in CIELAB."""

from __future__ import annotations

from typing import Final

import numpy as np

from dreamgen.core.claims import Light, Tint
from dreamgen.core.colours import confusable
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.measuring.viewed import Viewed

_FEW: Final = 4
"""Pictures without which nothing is said."""
_EDGE: Final = 0.06
"""Seconds at either end of a span that are not looked at."""
_DARK: Final = (22.0, 34.0)
"""Lightness of a dark picture at most, and of one that certainly is not dark at least, in the mean."""
_BRIGHT: Final = (60.0, 49.0)
"""Lightness of a bright picture at least, and of one that certainly is not bright at most."""
_NEARLY: Final = 0.92
"""Share of the pictures that must bear a claim out."""
_SOME: Final = 0.2
"""Share of the pictures that need only speak clearly against it."""
_COVERS: Final = 0.48
"""Share of a picture that the colour covers at least."""
_OTHER: Final = 0.4
"""Share of a picture that another colour covers, so that the claimed one does not."""


def judge_light(view: Viewed, claim: Light) -> Opinion:
    """Whether the picture is dark, or bright, all through the span."""
    some = view.seen.between(claim.start + _EDGE, claim.end - _EDGE)
    if len(some) < _FEW:
        return unsure("too_short", f"{len(some)} pictures")
    light = view.lightness[some.start : some.stop]
    mean, median = light[:, 0], light[:, 1]
    evidence = f"lightness {mean.min():.0f} to {mean.max():.0f} of 100 in {len(some)} pictures"
    dark = (mean <= _DARK[0]) & (median <= _DARK[0])
    bright = (mean >= _BRIGHT[0]) & (median >= _BRIGHT[0] - 4)
    if claim.level == "dim":
        clear = (dark | bright).mean() >= _NEARLY
        return refuted(0.8, evidence, "other_light") if clear else unsure("no_clear_bounds", evidence)
    own = dark if claim.level == "dark" else bright
    against = mean >= _DARK[1] if claim.level == "dark" else mean <= _BRIGHT[1]
    return _weighed(float(own.mean()), float(against.mean()), evidence, "other_light")


def judge_tint(view: Viewed, claim: Tint) -> Opinion:
    """Whether the colour covers most of the picture all through the span."""
    some = view.seen.between(claim.start + _EDGE, claim.end - _EDGE)
    if len(some) < _FEW:
        return unsure("too_short", f"{len(some)} pictures")
    own, other, near = [], [], []
    for at in some:
        known = view.colours[at]
        own.append(known.get(claim.colour, 0.0))
        other.append(max(share for name, share in known.items() if not confusable(name, claim.colour)))
        near.append(sum(share for name, share in known.items() if confusable(name, claim.colour)))
    first, rest, like = (np.array(shares) for shares in (own, other, near))
    evidence = (
        f"{claim.colour} covers {first.min():.2f} to {first.max():.2f}, another colour up to {rest.max():.2f} of "
        f"{len(some)} pictures"
    )
    holds = (first >= _COVERS) & (rest <= 0.6 * first)
    fails = ((rest >= _OTHER) & (like <= 0.8 * rest)) | ((like <= 0.22) & (rest >= 1.3 * like))
    return _weighed(float(holds.mean()), float(fails.mean()), evidence, "other_colour")


def _weighed(holds: float, fails: float, evidence: str, reason: str) -> Opinion:
    """What shares of pictures that bear a claim out, and that speak against it, amount to."""
    if holds >= _NEARLY and fails == 0:
        return supported(0.7 + 0.28 * holds, evidence)
    if fails >= _SOME:
        return refuted(min(0.98, 0.7 + 0.3 * fails), evidence, reason)
    return unsure("near_threshold", evidence)
