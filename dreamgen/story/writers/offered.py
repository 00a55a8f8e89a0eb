"""What the illustrator offers, so that the writer asks for nothing else."""

from __future__ import annotations

from functools import cache

from dreamgen.illustrator import set_names

ANIMALS = frozenset(
    {
        "dog", "cat", "horse", "bird", "lion", "mouse", "rabbit", "cow", "fox", "bear", "deer", "sheep", "pig", "goat",
        "wolf", "donkey",
    }
)  # fmt: skip
"""Animals that can be drawn."""


@cache
def offered_sets() -> frozenset[str]:
    """Names of the sets that can be drawn."""
    return frozenset(set_names())


def choose_set(shows: tuple[str, ...], stands_in: tuple[str, ...]) -> tuple[str, bool] | None:
    """The first set on offer, and whether a viewer would call it so; None when there is none."""
    for sets, honest in ((shows, True), (stands_in, False)):
        for name in sets:
            if name in offered_sets():
                return name, honest
    return None
