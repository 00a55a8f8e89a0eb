"""A marked subject: what it does in some frames, when it does something, and all of its doings one after another.

The three tasks of PLM's PLM-STC (Cho et al. 2025, "PerceptionLM", sections 4 and table 10) with its prompts. As there,
texts count frames of the clip, from 0 and the last one included; `segments` has the same in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from dreamgen.core.claims import Absence, Action, Claim
from dreamgen.core.pairs import Form, Program, Segment
from dreamgen.language.mentions import Mention, introduce
from dreamgen.language.moments import Moment
from dreamgen.language.wording import alike, capital, pronoun, sentence
from dreamgen.language.world import World, covers
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.describing import setting
from dreamgen.qa.followed import Told, distinct, life
from dreamgen.qa.subjects import Stretch, beside_whom

GONE: Final = "The subject is out of frame."
_LEAST: Final = 1.0
"""Seconds of a stretch that is asked about by itself."""
_MOST: Final = 0.8
"""Share of the clip beyond which there is nothing to find."""
_MOST_LINES: Final = 20
"""More than anybody would write of one subject."""
_KNOWN: Final = 0.5
"""Share of the time that a subject is seen of which something must be told, in found footage."""


def region_caption(world: World, entity: str, start: str, end: str) -> str | None:
    """What the subject looks like and does in one stretch: `In a forest, a woman in a red coat walks.`."""
    one = _at(world, entity, float(start), float(end))
    told = _caption(world, entity, one) if one is not None and _tells(one) else None
    return told[0] if told else None


def region_localise(world: World, entity: str, start: str, end: str, fps: str) -> str | None:
    """The frames of a stretch as `[96, 191]`; None where the subject may do the same at another time."""
    one = _at(world, entity, float(start), float(end))
    if one is None or not _tells(one) or not _only_then(world, entity, one):
        return None
    return _frames(one, float(fps)) or None


def region_dense(world: World, entity: str, fps: str) -> str | None:
    """A line for each thing that the subject does, from the first frame to the last, as `[0, 95]: She walks.`."""
    told = _lines(world, entity, float(fps))
    return "\n".join(f"{_frames(one, float(fps))}: {text}" for one, text in told) if told else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "region_caption": region_caption,
    "region_localise": region_localise,
    "region_dense": region_dense,
}

TASKS: Final = frozenset(PROGRAMS)
"""Tasks that are worth nothing without the masks of their subject."""


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about every subject, which the mask alone points out: nothing else needs to tell it apart."""
    world = asking.world
    if not world.fps:
        return
    for who in world.entities:
        for one in life(world, who) or ():
            if one.seen and _tells(one) and one.end - one.start >= _LEAST:
                yield from _captions(asking, who, one)
        yield from _dense(asking, who)


def _at(world: World, entity: str, start: float, end: float) -> Stretch | None:
    known = life(world, entity) or ()
    return next((o for o in known if o.seen and abs(o.start - start) < 0.01 and abs(o.end - end) < 0.01), None)


def _tells(one: Stretch) -> bool:
    """Whether there is something to tell of a stretch beside that the subject is seen."""
    return bool(one.text or (isinstance(one, Told) and one.told))


def _event(world: World, entity: str, one: Stretch) -> str | None:
    """What the subject does, and nothing that holds at other times too."""
    if isinstance(one, Told) and one.told:
        return one.told
    who = introduce(world, entity, span=one.span)
    return sentence(f"{who.text} {one.text}") if who is not None else None


def _caption(world: World, entity: str, one: Stretch) -> tuple[str, tuple[str, ...]] | None:
    """What the subject does, where, and beside whom, with the claims that the words rest on."""
    who = introduce(world, entity, span=one.span)
    if who is None:
        return None
    if isinstance(one, Told) and one.told:
        return one.told, one.claims
    used: list[Claim] = []
    where = setting(world, one.span, used)
    beside = beside_whom(world, entity, one, used)
    text = sentence(f"{where}, {who.text} {one.text}" if where else f"{who.text} {one.text}")
    text = f"{text} {sentence(f'{who.pronoun()} is {beside}')}" if beside else text
    return text, tuple(dict.fromkeys((*one.claims, *who.claims, *world.ids_of(used))))


def _named(world: World, entity: str, one: Stretch) -> tuple[str, ...]:
    """What a subject's introduction rests on."""
    who = introduce(world, entity, span=one.span)
    return who.claims if who is not None else ()


def _only_then(world: World, entity: str, one: Stretch) -> bool:
    """Whether it is known what the subject does at every other time, and nothing of it could be called the same."""
    known_life = life(world, entity) or ()
    if isinstance(one, Told):
        return distinct(one, known_life)
    acts = [c for c in world.all(Action) if c.entity == entity]
    gone = [c for c in world.all(Absence) if c.entity == entity]
    known = covers([*acts, *gone], world.opening, world.seconds)
    others = [two for two in known_life if two is not one and two.seen]
    return known and bool(one.acts) and not any(alike(a, b) for two in others for a in one.acts for b in two.acts)


def _frames(one: Stretch, fps: float) -> str:
    """The frames of a stretch, from 0 and the last one included; empty where no frame lies in it."""
    first, stop = round(one.start * fps), round(one.end * fps)
    return f"[{first}, {stop - 1}]" if first < stop else ""


def _lines(world: World, entity: str, fps: float) -> list[tuple[Stretch, str]]:
    """Every stretch with its text; empty where there is too little to tell, or some of it is unknown."""
    # a stretch shorter than a frame has none, and its neighbours touch without it
    known = [one for one in life(world, entity) or () if _frames(one, fps)]
    if not 2 <= len(known) <= _MOST_LINES or not _enough(known):
        return []
    told: list[tuple[Stretch, str]] = []
    met = False
    for one in known:
        who = introduce(world, entity, span=one.span)
        if who is None:
            return []
        told.append((one, _line(who, one, met) if one.seen else GONE))
        met = met or one.seen
    return told


def _line(who: Mention, one: Stretch, met: bool) -> str:
    """What the subject does in one stretch; where it is met for the first time, who it is besides."""
    if isinstance(one, Told) and one.told:
        return one.told
    text = f"{capital(pronoun(who.noun))} {one.text or 'can be seen'}"
    return sentence(text if met else f"The subject is {who.text}. {text}")


def _enough(known: Sequence[Stretch]) -> bool:
    """Whether so much is known of a subject that its life is worth telling."""
    if not any(isinstance(one, Told) for one in known):
        return any(one.text for one in known)
    seen = [one for one in known if one.seen]
    if any(isinstance(one, Told) and one.told for one in seen):
        return all(_tells(one) for one in seen)
    tells = sum(one.end - one.start for one in seen if _tells(one))
    return tells > 0 and tells >= _KNOWN * sum(one.end - one.start for one in seen)


def _captions(asking: Asking, who: str, one: Stretch) -> Iterator[Draft]:
    world = asking.world
    event, told, span = _event(world, who, one), _caption(world, who, one), _frames(one, world.fps)
    if event is None or told is None or not span:
        return
    first, last = span.strip("[]").split(", ")
    frames = str(round(world.seconds * world.fps))
    bounds = (("entity", who), ("start", f"{one.start:.4f}"), ("end", f"{one.end:.4f}"))
    fact = Fact(
        task="region_caption",
        wording="region_caption",
        program="region_caption",
        arguments=bounds,
        moment=Moment(one.start, one.end, ""),
        claims=told[1],
        slots={
            "first": first,
            "last": last,
            "frames": frames,
            "stop": str(int(frames) - 1),
            "event": event.rstrip("."),
        },
        segments=(Segment(start=one.start, end=one.end, text=told[0]),),
        entities=(who,),
    )
    yield from _verbatim(asking, fact, "region_caption")
    if one.end - one.start <= _MOST * (world.seconds - world.opening):
        known = life(world, who) or ()
        fact = replace(
            fact,
            task="region_localise",
            wording="region_localise",
            program="region_localise",
            arguments=(*bounds, ("fps", str(world.fps))),
            moment=Moment(0.0, world.seconds, ""),
            claims=tuple(dict.fromkeys((*_named(world, who, one), *(name for two in known for name in two.claims)))),
            segments=(Segment(start=one.start, end=one.end, text=event),),
        )
        yield from _verbatim(asking, fact, "region_localise")


def _dense(asking: Asking, who: str) -> Iterator[Draft]:
    world = asking.world
    told = _lines(world, who, world.fps)
    described = introduce(world, who)
    if not told or described is None:
        return
    frames = round(world.seconds * world.fps)
    fact = Fact(
        task="region_dense",
        wording="region_dense",
        program="region_dense",
        arguments=(("entity", who), ("fps", str(world.fps))),
        moment=Moment(0.0, world.seconds, ""),
        claims=tuple(dict.fromkeys((*(name for one, _ in told for name in one.claims), *described.claims))),
        slots={"frames": str(frames), "stop": str(frames - 1)},
        segments=tuple(Segment(start=one.start, end=one.end, text=text) for one, text in told),
        entities=(who,),
    )
    yield from _verbatim(asking, fact, "region_dense")


def _verbatim(asking: Asking, fact: Fact, form: Form) -> Iterator[Draft]:
    """The fact's only draft, whose answer stands as the program gives it: lines stay lines."""
    for draft in asking.drafts(replace(fact, forms=(form,)), PROGRAMS[fact.program]):
        yield replace(draft, program=Program(name=fact.program, arguments=fact.arguments), plain="")
