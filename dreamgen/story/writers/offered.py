"""What the illustrator offers, so that the writer asks for nothing else."""

from __future__ import annotations

from functools import cache

from dreamgen.illustrator import catalogue


@cache
def offered_animals() -> frozenset[str]:
    """Animals that can be drawn."""
    return frozenset(catalogue().animals)


def choose_set(shows: tuple[str, ...], stands_in: tuple[str, ...]) -> tuple[str, bool] | None:
    """The first set on offer, and whether a viewer would call it so; None when there is none."""
    for sets, honest in ((shows, True), (stands_in, False)):
        for name in sets:
            if name in catalogue().sets:
                return name, honest
    return None
