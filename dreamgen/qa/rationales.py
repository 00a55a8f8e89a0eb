"""The way from what is seen to an answer, step by step: the claims that the answer rests on, in words, then `so`.

Nothing is told that no claim says, and the last sentence holds the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from dreamgen.core.claims import (
    Absence,
    Action,
    CameraMove,
    Cause,
    Claim,
    Count,
    Cut,
    Duration,
    Expression,
    Interaction,
    Movement,
    Place,
    Presence,
    Relation,
    Speech,
    Time,
    WeatherIs,
)
from dreamgen.core.pairs import Program
from dreamgen.language.mentions import introduce, mention
from dreamgen.language.moments import shot_moment
from dreamgen.language.statements import statement
from dreamgen.language.wording import clock, listed, place, sentence, words
from dreamgen.language.world import SLACK, World
from dreamgen.qa.asking import WORDING, templates
from dreamgen.qa.programs import PROGRAMS

_MOST: Final = 6
"""Steps beyond which nobody follows."""

_DEEDS: Final = (Action, Interaction, Speech)
_SETTING: Final = (Place, Time, WeatherIs)


@dataclass(frozen=True)
class Rationale:
    """Steps to an answer, and what they rest on."""

    text: str = ""
    claims: tuple[str, ...] = ()


NONE: Final = Rationale()
"""Nothing to tell: the answer is seen at one look, or the steps can't be put in words."""


def rationale_of(world: World, program: Program, rests_on: Sequence[str]) -> Rationale:
    """How `program` comes to its answer in a world.

    Args:
        world: the clip's standing claims.
        program: the pair's.
        rests_on: ids of the pair's claims; the rationale names those, and who takes part in them.
    """
    so = templates()["so"].get(program.name)
    arguments = dict(program.arguments)
    inputs = {name: text for name, text in arguments.items() if name not in WORDING}
    value = PROGRAMS[program.name](world, **inputs) if so is not None else None
    if so is None or value is None:
        return NONE
    steps = _STEPS.get(program.name, _observed)(world, inputs, [world.by_id[i] for i in rests_on if i in world.by_id])
    told = list(steps)
    if not 1 <= len(told) <= _MOST:
        return NONE
    end = str(so).format(value=value)
    proposed = arguments.get("proposed")
    if proposed is not None:
        verdict = f"the answer is {'yes' if value == proposed else 'no'}"
        end = verdict if value in {"yes", "no"} else f"{end}, and {verdict}"
    text = " ".join([*(sentence(step) for step, _ in told), sentence(f"so {end}")])
    return Rationale(text, tuple(dict.fromkeys(name for _, claims in told for name in claims)))


Step = tuple[str, tuple[str, ...]]
"""A sentence and the claims that it tells."""


def _observed(world: World, inputs: Mapping[str, str], known: Sequence[Claim]) -> Iterator[Step]:
    """What the claims say that the program was given, or else all that it looked at."""
    named = {part for value in inputs.values() for part in value.split()}
    given = [claim for claim in known if claim.id in named]
    seen = [
        claim for claim in known if isinstance(claim, (*_DEEDS, *_SETTING, Expression, Movement, Relation, CameraMove))
    ]
    yield from _timed(world, given or seen)


def _ordered(world: World, inputs: Mapping[str, str], known: Sequence[Claim]) -> Iterator[Step]:
    """What begins, in the order in which it begins; arrivals count as such."""
    named = {part for value in inputs.values() for part in value.split()}
    given = [claim for claim in known if claim.id in named]
    for claim in sorted(given, key=lambda claim: claim.start):
        told = statement(world, claim)
        if told is None:
            return
        when = _clock(claim.start, [one.start for one in given])
        yield (
            (f"at {when}, {told.text}" if isinstance(claim, Presence) else f"from {when} on, {told.text}"),
            told.claims,
        )


def _next(world: World, inputs: Mapping[str, str], known: Sequence[Claim]) -> Iterator[Step]:
    """What begins, and what begins after it."""
    here = world.by_id[inputs["claim"]]
    later = [c for c in known if isinstance(c, _DEEDS) and c.start > here.start + SLACK]
    following = min(later, key=lambda claim: claim.start, default=None)
    if following is not None:
        pair = {"claims": f"{here.id} {following.id}"}
        yield from _ordered(world, pair, (here, following))


def _counted(world: World, inputs: Mapping[str, str], known: Sequence[Claim]) -> Iterator[Step]:
    """Everybody who is counted, by looks."""
    count = world.by_id[inputs["claim"]]
    if not isinstance(count, Count):
        return
    sort = "person" if count.what == "people" else "animal"
    here = {c.entity: c for c in world.during(Presence, count.start, count.end) if c.category == sort}
    named = [mention(world, who) or introduce(world, who) for who in here]
    if len(named) == count.number and count.number and all(named):
        claims = (*(name for one in named if one for name in one.claims), *world.ids_of(here.values()))
        when, rests_on = _when(world, count.start, count.end, ())
        yield f"{when}, {listed([one.text for one in named if one])} can be seen", (*claims, *rests_on)


def _cuts(world: World, inputs: Mapping[str, str], known: Sequence[Claim]) -> Iterator[Step]:
    cuts = world.all(Cut)
    times = [cut.at for cut in cuts]
    if times:
        yield f"the picture cuts at {listed([_clock(at, times) for at in times])}", world.ids_of(cuts)
        if inputs.get("plus") == "1":
            yield "there is one shot more than there are cuts", ()


def _lasting(world: World, inputs: Mapping[str, str], known: Sequence[Claim]) -> Iterator[Step]:
    duration = world.by_id[inputs["duration"]]
    of = world.by_id.get(duration.of) if isinstance(duration, Duration) else None
    told = _clause(world, of) if of is not None else None
    if of is not None and told is not None:
        yield f"{told[0]} from second {of.start:.1f} to second {of.end:.1f}", (duration.id, *told[1])


def _explained(world: World, inputs: Mapping[str, str], known: Sequence[Claim]) -> Iterator[Step]:
    cause = world.by_id[inputs["cause"]]
    effect = world.by_id.get(cause.effect) if isinstance(cause, Cause) else None
    if effect is None or not isinstance(cause, Cause):
        return
    yield from _timed(world, [effect])
    yield f"the story gives the reason: {cause.because.strip().rstrip('.')}", (cause.id,)


def _supposed(world: World, inputs: Mapping[str, str], known: Sequence[Claim]) -> Iterator[Step]:
    yield from _explained(world, inputs, known)
    if "without" not in inputs or PROGRAMS["still_reason"](world, **inputs) == "no":
        yield "it gives no other reason, and here that one is taken away", ()
    else:
        yield "what is taken away here is something else", ()


def _absent(world: World, inputs: Mapping[str, str], known: Sequence[Claim]) -> Iterator[Step]:
    yield from _timed(world, [claim for claim in known if isinstance(claim, Absence)])


def _over(world: World, inputs: Mapping[str, str], known: Sequence[Claim]) -> Iterator[Step]:
    yield f"the last picture comes before {clock(float(inputs['at']))}", ()


def _seen(world: World, inputs: Mapping[str, str], known: Sequence[Claim]) -> Iterator[Step]:
    """When somebody can be seen, and when not."""
    yield from _timed(world, [c for c in known if isinstance(c, Presence | Absence) and c.entity == inputs["entity"]])


_STEPS: Final[Mapping[str, Callable[[World, Mapping[str, str], Sequence[Claim]], Iterator[Step]]]] = {
    "earlier": _ordered, "is_before": _ordered, "first_of": _ordered, "last_of": _ordered, "next_after": _next,
    "first_to_appear": _ordered, "last_to_appear": _ordered, "number_counted": _counted, "number_of_cuts": _cuts,
    "lasts": _lasting, "reason_of": _explained, "left_without_reason": _supposed, "still_reason": _supposed,
    "nobody_such": _absent, "away_then": _absent, "past_end": _over, "shots_seen": _seen,
}  # fmt: skip
"""Programs whose steps are their own; those of the others are the claims that they look at, in order."""


def _timed(world: World, some: Sequence[Claim]) -> Iterator[Step]:
    """Claims in order of time, those of one stretch in one sentence; nothing where one can't be told."""
    told = [(claim, clause) for claim in _each_once(some) if (clause := _clause(world, claim)) is not None]
    if len(told) < len(_each_once(some)):
        return
    told.sort(key=lambda row: (row[0].start, row[0].end, row[1][0]))
    starts = [claim.start for claim, _ in told]
    for (start, end), rows in groupby(told, key=lambda row: (row[0].start, row[0].end)):
        group = list(rows)
        text = listed(list(dict.fromkeys(clause[0] for _, clause in group)))
        when, rests_on = _when(world, start, end, starts)
        yield f"{when}, {text}", (*(name for _, clause in group for name in clause[1]), *rests_on)


def _each_once(some: Sequence[Claim]) -> list[Claim]:
    """Without those that another says with more words: whoever waves at somebody waves."""
    deeds = {(c.entity, c.action.split()[0], c.start) for c in some if isinstance(c, Interaction)}
    said = {(c.entity, c.start) for c in some if isinstance(c, Speech)}
    return [
        c
        for c in dict.fromkeys(some)
        if not isinstance(c, Action)
        or ((c.entity, c.action, c.start) not in deeds and (c.action != "talk" or (c.entity, c.start) not in said))
    ]


def _when(world: World, start: float, end: float, starts: Sequence[float]) -> tuple[str, tuple[str, ...]]:
    """`in the second shot, from 0:04 to 0:08`, and the claims that the words rest on."""
    if start <= world.opening + SLACK and end >= world.seconds - SLACK:
        return "all the time", ()
    times = f"from {_clock(start, [*starts, end])} to {_clock(end, [*starts, start])}"
    for index, shot in enumerate(world.shots):
        if abs(shot[0] - start) <= SLACK and abs(shot[1] - end) <= SLACK:
            moment = shot_moment(world, index)
            if moment is not None:
                return f"{moment.words}, {times}", moment.claims
    return times, ()


def _clock(at: float, others: Sequence[float]) -> str:
    """A time as a clock shows it, or with a tenth of a second where another one would look the same."""
    whole = int(at + 0.5)
    same = any(int(other + 0.5) == whole and abs(other - at) > SLACK for other in others)
    return f"{at:.1f} seconds" if same else clock(whole)


def _clause(world: World, claim: Claim) -> Step | None:
    """What a claim says, without its time."""
    told = statement(world, claim)
    if told is not None:
        text = f"{told.who} can be seen" if isinstance(claim, Presence) else told.text
        return text, told.claims
    own = (claim.id,)
    if isinstance(claim, _SETTING):
        return _setting(claim), own
    if isinstance(claim, CameraMove):
        return f"the camera {words()['camera'][claim.move]}", own
    if isinstance(claim, Absence):
        who = mention(world, claim.entity)
        return (f"{who.text} can't be seen", (*own, *who.claims)) if who else (f"no {claim.what} can be seen", own)
    if isinstance(claim, Expression | Movement | Relation):
        return _of_somebody(world, claim)
    return None


def _setting(claim: Place | Time | WeatherIs) -> str:
    if isinstance(claim, Place):
        return f"the scene is set {place(claim.place)}"
    if isinstance(claim, Time):
        return f"the light is that of {words()['light'][claim.time]}"
    return f"the weather is {words()['weather'][claim.weather]}"


def _of_somebody(world: World, claim: Expression | Movement | Relation) -> Step | None:
    who = mention(world, claim.entity)
    if who is None:
        return None
    own = (claim.id, *who.claims)
    if isinstance(claim, Expression):
        return f"{who.text} looks {words()['feelings'][claim.feeling]}", own
    if isinstance(claim, Movement):
        way = "stays in one spot" if claim.direction == "none" else f"moves to the {claim.direction}"
        return f"{who.text} {way}", own
    other = mention(world, claim.other)
    if other is None:
        return None
    return f"{who.text} is {words()['relations'][claim.relation]} {other.text}", (*own, *other.claims)
