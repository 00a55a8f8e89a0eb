"""Why, where the text of the story says why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dreamgen.core.claims import Cause, Claim
from dreamgen.language.moments import around
from dreamgen.language.statements import statement
from dreamgen.language.wording import words
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact


def reason_of(world: World, cause: str) -> str | None:
    """The reason that the story gives."""
    claim = world.by_id.get(cause)
    return because(claim.because) if isinstance(claim, Cause) else None


PROGRAMS: Final[Mapping[str, Compute]] = {"reason_of": reason_of}


def because(text: str) -> str:
    """A reason as a clause that can stand by itself: `because he was cold`, `to get away`."""
    clause = text.strip().rstrip(".")
    starts = ("because", "to ", "so that", "in order", "for ", "since", "as ", "out of", "in ", "by ", "due ")
    return clause if clause.lower().startswith(starts) else f"because {clause}"


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about reasons."""
    world = asking.world
    for cause in world.all(Cause):
        effect: Claim | None = world.by_id.get(cause.effect)
        told = statement(world, effect) if effect is not None else None
        if effect is None or told is None:
            continue
        moment = around(world, effect.start, effect.end)[0]
        fact = Fact(
            task="why",
            wording="why",
            program="reason_of",
            arguments=(("cause", cause.id),),
            moment=moment,
            claims=(cause.id, effect.id, *told.claims),
            slots={"who": told.who, "do": told.bare},
            near=[because(other.because) for other in world.all(Cause) if other.effect != cause.effect],
            far=words()["vocabulary"]["reasons"],
            entities=told.entities,
            forms=("open", "choice"),
        )
        yield from asking.drafts(fact, reason_of)
