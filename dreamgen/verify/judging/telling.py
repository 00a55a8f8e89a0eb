"""From a classifier's probabilities to an opinion: decided only where the classifier was found to be reliable."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.sight.learned import Chances

LEAST = 0.05
"""Chance that a claimed value itself must have; where only values like it do, the pixels speak for one of those."""


def told(chances: Chances | None, what: str, values: Sequence[str], alike: Callable[[str, str], bool]) -> Opinion:
    """Whether it is one of `values`.

    What people could take for a claimed value speaks for it: a forest is not refuted because it may be a park.

    Args:
        chances: probability of each value; None when nothing was found to look at.
        what: colour, pose, place: for the evidence and the reason.
        values: any of these would do.
        alike: whether one value could be taken for another.
    """
    if chances is None:
        return unsure("not_found", f"no {what} to look at")
    if not any(value in chances.of for value in values):
        return unsure("unknown_value", f"{'/'.join(values)} is none of {', '.join(sorted(chances.of))}")
    best = chances.best
    near = sum(chance for name, chance in chances.of.items() if any(alike(name, value) for value in values))
    evidence = f"{what} looks most like {best} ({chances.of[best]:.2f}); {'/'.join(values)} or one like it {near:.2f}"
    own = sum(chances.of.get(value, 0.0) for value in values)
    if near >= chances.supports and own < LEAST:
        return unsure(f"like_another_{what}", evidence)
    if near >= chances.supports:
        return supported(near, evidence, exact=best in values)
    if near <= chances.refutes:
        return refuted(1 - near, evidence, f"wrong_{what}")
    return unsure(f"unclear_{what}", evidence)
