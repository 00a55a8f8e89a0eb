"""Three or more side by side: who is at an end of the row, who is in the middle, and all of them in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import permutations
from typing import Final

from dreamgen.core.claims import Presence, Relation
from dreamgen.language.mentions import mention
from dreamgen.language.moments import Moment, throughout
from dreamgen.language.world import SLACK, World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.persons import invented

Span = tuple[float, float]


def row_of(world: World, start: str, end: str) -> str | None:
    """All who can be seen from `start` to `end`, from left to right: `the boy, the dog, the woman`."""
    row = _row(world, (float(start), float(end)))
    return _told(world, row, (float(start), float(end))) if row else None


def end_of_row(world: World, place: str, start: str, end: str) -> str | None:
    """Who is farthest to the left (`place` 0), in the middle of three (1) or farthest to the right (-1)."""
    row = _row(world, (float(start), float(end)))
    if not row or (place == "1" and len(row) != 3):
        return None
    described = mention(world, row[int(place)], span=(float(start), float(end)))
    return described.text if described else None


PROGRAMS: Final[Mapping[str, Compute]] = {"row_of": row_of, "end_of_row": end_of_row}

_PLACES: Final = {"0": "farthest to the left", "1": "between the two others", "-1": "farthest to the right"}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about who stands where among several."""
    world = asking.world
    spans = dict.fromkeys((c.start, c.end) for c in world.all(Relation))
    for span in spans:
        for moment in throughout(world, *span)[:1]:
            row = _row(world, moment.span)
            if row:
                yield from _ends(asking, moment, row)
                yield from _whole(asking, moment, row)


def _row(world: World, span: Span) -> list[str]:
    """Everybody from left to right; empty where fewer than three are seen, or where two of them have no sides."""
    beings = list(dict.fromkeys(c.entity for c in world.during(Presence, *span) if c.category != "prop"))
    if not 3 <= len(beings) <= 5 or not world.closed(*span):
        return []
    left: set[tuple[str, str]] = set()
    for claim in world.during(Relation, *span):
        if (
            claim.start <= span[0] + SLACK
            and claim.end >= span[1] - SLACK
            and claim.relation in ("left of", "right of")
        ):
            left.add((claim.entity, claim.other) if claim.relation == "left of" else (claim.other, claim.entity))
    row = sorted(beings, key=lambda who: sum((other, who) in left for other in beings))
    apart = all(
        (one, other) in left and (other, one) not in left for n, one in enumerate(row) for other in row[n + 1 :]
    )
    return row if apart else []


def _told(world: World, row: list[str], span: Span) -> str | None:
    told = [described.text for who in row if (described := mention(world, who, span=span)) is not None]
    return ", ".join(told) if len(told) == len(row) else None


def _fact(asking: Asking, moment: Moment, row: list[str], wording: str, program: str) -> Fact:
    world = asking.world
    told = [name for who in row if (one := mention(world, who, span=moment.span)) is not None for name in one.claims]
    sides = [c for c in world.during(Relation, *moment.span) if c.relation in ("left of", "right of")]
    return Fact(
        task="spatial",
        wording=wording,
        program=program,
        arguments=moment.bounds,
        moment=moment,
        claims=tuple(dict.fromkeys((*world.ids_of(sides), *told))),
        slots={},
        entities=tuple(row),
    )


def _ends(asking: Asking, moment: Moment, row: list[str]) -> Iterator[Draft]:
    world = asking.world
    for place, where in _PLACES.items():
        rest = [one.text for who in row if (one := mention(world, who, span=moment.span)) is not None]
        fact = _fact(asking, moment, row, "row_end", "end_of_row")
        fact = replace(
            fact,
            arguments=(("place", place), *moment.bounds),
            slots={"where": where},
            near=rest,
            far=invented(world, row[0]),
            wrong=max(2, min(3, len(row) - 1)),
        )
        yield from asking.drafts(fact, end_of_row)


def _whole(asking: Asking, moment: Moment, row: list[str]) -> Iterator[Draft]:
    orders = [_told(asking.world, list(some), moment.span) for some in permutations(row[:4]) if list(some) != row]
    near = [text for text in orders if text is not None]
    if len(row) <= 4:
        fact = _fact(asking, moment, row, "row_whole", "row_of")
        yield from asking.drafts(replace(fact, near=near, forms=("open", "choice")), row_of)
