"""What, why, how and where, of a shot, a scene and the whole film, and what the film is about.

The question words of DreamFrame (Lin et al. 2024, prompts of its three levels). What and why are the plot's own words;
how and where are told by what can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from dreamgen.core.claims import Absence, Action, Cause, Claim, Expression, Movement, Narration, Place, Presence
from dreamgen.language.mentions import introduce, mention
from dreamgen.language.moments import Moment, around, whole
from dreamgen.language.statements import doing, grounds, statement
from dreamgen.language.wording import a, alike, listed, number, place, words
from dreamgen.language.world import World, covers
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.programs.captions import narrations
from dreamgen.qa.programs.causes import because

_WHOLE: Final = 0.9
"""Share of the film from which on a narration tells of all of it."""
_UNFINISHED: Final = re.compile(r"(?:and|but|or|so|then|who|which|where|when|while)\b", re.IGNORECASE)
_GOING: Final = {"walk", "run"}
_MOST_CAST: Final = 6


def told_of(world: World, narration: str) -> str | None:
    """What the story says of one stretch, in the plot's own words."""
    claim = world.by_id.get(narration)
    return _closed(claim.text) if isinstance(claim, Narration) else None


def why_in_film(world: World, cause: str) -> str | None:
    """The reason that the story gives for something that is done once in the film."""
    claim = world.by_id.get(cause)
    effect = world.by_id.get(claim.effect) if isinstance(claim, Cause) else None
    if not isinstance(claim, Cause) or not isinstance(effect, Action) or not _once(world, effect):
        return None
    return because(claim.because)


def manner_of(world: World, entity: str, start: str, end: str) -> str | None:
    """Which way, with what in hand and with what face somebody does the one thing that they do."""
    acts = [c for c in world.during(Action, float(start), float(end)) if c.entity == entity]
    told = _manner(world, acts[0]) if len(acts) == 1 else None
    return told[0] if told else None


def place_of_act(world: World, entity: str, action: str) -> str | None:
    """Where somebody does something: `in a street`; None where it may be done elsewhere too."""
    acts = [c for c in world.all(Action) if c.entity == entity and alike(c.action, action)]
    found = {c.place for act in acts for c in world.during(Place, act.start, act.end)}
    known = all(covers(world.during(Place, act.start, act.end), act.start, act.end) for act in acts)
    return place(found.pop()) if acts and known and len(found) == 1 else None


def overview(world: World) -> str | None:
    """What the whole film is about, in the words of its overview."""
    told = [c for c in world.all(Narration) if c.end - c.start >= _WHOLE * world.seconds]
    return _closed(told[0].text) if len(told) == 1 else None


def cast_and_places(world: World) -> str | None:
    """Whom the whole film shows and where, as far as that is known of all of it."""
    told = _cast(world)
    return told[0] if told else None


PROGRAMS: Final[Mapping[str, Compute]] = {
    "told_of": told_of,
    "why_in_film": why_in_film,
    "manner_of": manner_of,
    "place_of_act": place_of_act,
    "overview": overview,
    "cast_and_places": cast_and_places,
}


def ask(asking: Asking) -> Iterator[Draft]:
    """What, how and where in one clip; why is a task of its own there."""
    yield from _what(asking)
    yield from _how(asking)
    yield from _where(asking)


def ask_film(asking: Asking) -> Iterator[Draft]:
    """The same for the whole film, with its reasons, and what it is about."""
    yield from ask(asking)
    yield from _why(asking)
    yield from _about(asking)


def _closed(text: str) -> str | None:
    """A narration that reads as a sentence by itself, without its full stop."""
    text = text.strip().rstrip(".")
    return text if len(text.split()) >= 3 and not _UNFINISHED.match(text) else None


def _cast_in(world: World, text: str) -> tuple[str, tuple[str, ...]] | None:
    """`Mara is the woman. ` for everybody whom a text names; None where somebody named can't be pointed out."""
    spoken: list[str] = []
    used: list[str] = []
    names: tuple[Presence | Absence, ...] = (*world.all(Presence), *world.all(Absence))
    known = {claim.entity: claim.name for claim in names if claim.name and claim.name[:1].isupper()}
    for who, name in sorted(known.items()):
        if not re.search(rf"\b{re.escape(name)}\b", text):
            continue
        named = mention(world, who)
        if named is None:
            return None
        spoken.append(f"{name} is {named.text}")
        used.extend(named.claims)
    return (f"{listed(spoken)}. " if spoken else ""), tuple(used)


def _what(asking: Asking) -> Iterator[Draft]:
    world = asking.world
    told = [c for c in narrations(world) if c.end - c.start < _WHOLE * world.seconds]
    for claim in told:
        cast = _cast_in(world, claim.text)
        moment = next((m for m in around(world, claim.start, claim.end)[:1] if m.words), None)
        # a moment in which more is told than this has another answer
        if cast is None or moment is None or [c for c in told if _meets(c, moment)] != [claim]:
            continue
        fact = Fact(
            task="story",
            wording="story_what",
            program="told_of",
            arguments=(("narration", claim.id),),
            moment=moment,
            claims=(claim.id, *cast[1]),
            slots={"intro": cast[0]},
            near=[
                text for c in told if c is not claim and (text := _closed(c.text)) and _cast_in(world, text) == ("", ())
            ],
            forms=("open",) if cast[0] else ("open", "choice"),
        )
        yield from asking.drafts(fact, told_of)


def _meets(claim: Claim, moment: Moment) -> bool:
    return min(claim.end, moment.end) - max(claim.start, moment.start) > 0.15


def _once(world: World, act: Action) -> bool:
    return not any(alike(c.action, act.action) and c is not act for c in world.all(Action) if c.entity == act.entity)


def _why(asking: Asking) -> Iterator[Draft]:
    world = asking.world
    for cause in world.all(Cause):
        effect = world.by_id.get(cause.effect)
        told = statement(world, effect) if isinstance(effect, Action) else None
        if effect is None or told is None:
            continue
        fact = Fact(
            task="story",
            wording="story_why",
            program="why_in_film",
            arguments=(("cause", cause.id),),
            moment=whole(world),
            claims=(cause.id, *told.claims),
            slots={"who": told.who, "do": told.bare},
            near=[because(other.because) for other in world.all(Cause) if other.effect != cause.effect],
            far=words()["vocabulary"]["reasons"],
            entities=told.entities,
            forms=("open", "choice"),
        )
        yield from asking.drafts(fact, why_in_film)


def _manner(world: World, act: Action) -> tuple[str, tuple[Claim, ...]] | None:
    """`to the right with a lantern, looking happy`: two of the three at least."""
    ways = [c for c in world.during(Movement, act.start, act.end) if c.entity == act.entity and c.direction != "none"]
    faces = [c for c in world.during(Expression, act.start, act.end) if c.entity == act.entity]
    held = world.entities.get(act.using) if act.using and act.action != "hold" else None
    parts: list[str] = []
    used: list[Claim] = [act]
    if act.action in _GOING and len(ways) == 1:
        parts.append(f"to the {ways[0].direction}")
        used.append(ways[0])
    if held is not None:
        parts.append(f"with {a(held.what)}")
        used.append(held.presences[0])
    text = " ".join(parts)
    if len(faces) == 1 and faces[0].feeling != "neutral" and covers(faces, act.start, act.end):
        text = f"{text}, looking {words()['feelings'][faces[0].feeling]}"
        parts.append("face")
        used.append(faces[0])
    return (text.removeprefix(", "), tuple(used)) if len(parts) >= 2 else None


def _how(asking: Asking) -> Iterator[Draft]:
    world = asking.world
    for act in world.all(Action):
        told, named = _manner(world, act), mention(world, act.entity, span=(act.start, act.end))
        if told is None or named is None:
            continue
        moment = around(world, act.start, act.end)[0]
        plain = doing(world, act.model_copy(update={"using": None}), 2)
        ing = doing(world, act.model_copy(update={"using": None}), 0)
        fact = Fact(
            task="story",
            wording="story_how",
            program="manner_of",
            arguments=(("entity", act.entity), *moment.bounds),
            moment=moment,
            claims=tuple(dict.fromkeys((*world.ids_of(told[1]), *grounds(world, act), *named.claims))),
            slots={**named.slots, "do": plain or "", "doing": ing or ""},
            near=_other_manners(asking, told[0], act.entity),
            entities=(act.entity,),
            forms=("open", "choice"),
        )
        if plain and ing:
            yield from asking.drafts(fact, manner_of)


def _other_manners(asking: Asking, told: str, who: str) -> list[str]:
    """The way turned round, another face, and both: no option is the middle of the others."""
    way, _, face = told.partition(", looking ")
    turned = way.replace("to the left", "to the RIGHT").replace("to the right", "to the left").replace("RIGHT", "right")
    faces = [one for one in ("happy", "sad", "angry", "surprised") if face and not alike(one, face)]
    if turned == way or not faces:
        return []
    other = asking.pick(faces, "face", who, told)
    return [f"{turned}, looking {face}", f"{way}, looking {other}", f"{turned}, looking {other}"]


def _where(asking: Asking) -> Iterator[Draft]:
    world = asking.world
    places = sorted({c.place for c in world.all(Place)})
    if len(places) < 2:
        return
    for act in world.all(Action):
        told = statement(world, act)
        if told is None or act.action in {"stand", "look", "hold", "talk"} or not _once(world, act):
            continue
        fact = Fact(
            task="story",
            wording="story_where",
            program="place_of_act",
            arguments=(("entity", act.entity), ("action", act.action)),
            moment=whole(world),
            claims=tuple(dict.fromkeys((*told.claims, *world.ids_of(world.during(Place, act.start, act.end))))),
            slots={"who": told.who, "do": told.bare, "does": told.does},
            near=[place(name) for name in places],
            far=[place(name) for name in words()["vocabulary"]["places"]],
            clash=lambda one, other: alike(one.split(" ", 2)[-1], other.split(" ", 2)[-1]),
            entities=told.entities,
            forms=("open", "choice"),
        )
        yield from asking.drafts(fact, place_of_act)


def _about(asking: Asking) -> Iterator[Draft]:
    world = asking.world
    told = [c for c in world.all(Narration) if c.end - c.start >= _WHOLE * world.seconds]
    text = overview(world)
    cast = _cast_in(world, text) if text else None
    base = Fact(
        task="overview", wording="overview", program="overview", arguments=(), moment=whole(world), claims=(), slots={},
        forms=("open",),
    )  # fmt: skip
    if text is not None and cast is not None:
        fact = replace(base, claims=(*world.ids_of(told), *cast[1]), slots={"intro": cast[0]})
        yield from asking.drafts(fact, overview)
    shown = _cast(world)
    if shown is not None:
        fact = replace(base, wording="overview_shown", program="cast_and_places", claims=shown[1])
        yield from asking.drafts(fact, cast_and_places)


def _cast(world: World) -> tuple[str, tuple[str, ...]] | None:
    """`two people and a dog: a woman in a red coat, a boy in a hoodie. It leads from a forest to a street`."""
    beings = [who for who in world.entities.values() if who.category != "prop"]
    places = world.all(Place)
    if not 1 <= len(beings) <= _MOST_CAST or world.hidden or world.strangers or not places:
        return None
    if not covers(places, world.opening, world.seconds):
        return None
    beings.sort(key=lambda who: (who.category != "person", -sum(c.end - c.start for c in who.presences), who.id))
    named = [one for who in beings if (one := introduce(world, who.id)) is not None]
    route = list(dict.fromkeys(c.place for c in places))
    if len(named) < len(beings):
        return None
    count = f"{number(len(route))} places" if len(route) > 1 else "one place"
    text = f"it shows {listed([one.text for one in named])}, at {count}: {listed([place(one) for one in route])}"
    claims = (*(name for one in named for name in one.claims), *world.ids_of(places))
    return text, tuple(dict.fromkeys(claims))
