"""Captions: a stretch of the clip told in sentences, every one of which is a claim."""

from __future__ import annotations

from dataclasses import dataclass

from dreamgen.core.claims import (
    Action,
    CameraMove,
    Claim,
    Expression,
    Interaction,
    Movement,
    Place,
    Presence,
    Speech,
    Time,
    WeatherIs,
)
from dreamgen.language.mentions import introduce, mention
from dreamgen.language.statements import doing
from dreamgen.language.wording import capital, listed, place, quoted, sentence, words
from dreamgen.language.world import World

Span = tuple[float, float]
Deed = Action | Interaction | Speech


_SHOWN_BY = {
    "hug": ("hug",), "talk to": ("talk",), "look at": ("look",), "point at": ("point",), "wave at": ("wave",),
    "walk with": ("walk",), "chase": ("walk", "run"),
}  # fmt: skip
"""Deeds and the actions that need no words beside them."""


@dataclass(frozen=True)
class Telling:
    """Text and what it rests on."""

    text: str
    claims: tuple[str, ...]
    setting: str
    """Where and when, in words."""
    body: str
    """Who does what, without the setting and the camera."""
    met: frozenset[str]
    """Ids of those that it has spoken of."""


def describe(world: World, start: float, end: float, after: Telling | None = None) -> Telling | None:
    """What can be seen from `start` to `end`: where and when, who does what, what the camera does.

    Args:
        world: the clip's standing claims.
        start: seconds.
        end: seconds.
        after: what was told right before; the same setting is not told again, nobody is introduced twice, and the
            camera is only spoken of when it moves.
    """
    span = (start, end)
    used: list[Claim] = []
    opening = setting(world, span, used)
    met = set(after.met) if after else set()
    clauses = [clause for who in _beings(world, span) if (clause := _doings(world, who, span, met, used)) is not None]
    if not clauses and not opening:
        return None
    known = after is not None and after.setting == opening
    body = " ".join(clauses)
    if after is not None and known and body == after.body:
        clauses = []  # nothing has changed but the camera
    sentences = _joined("then" if known else opening, clauses) if clauses or not known else []
    moves = {c.move: c for c in world.during(CameraMove, *span)}
    if len(moves) == 1 and (after is None or "static" not in moves):
        ((move, claim),) = moves.items()
        used.append(claim)
        sentences.append(f"The camera {words()['camera'][move]}")
    if not sentences:
        return None
    text = " ".join(sentence(part) for part in sentences)
    return Telling(text, world.ids_of(used), opening or (after.setting if after else ""), body, frozenset(met))


def setting(world: World, span: Span, used: list[Claim]) -> str:
    """`in a forest on a rainy night`, as far as it is the same all the time; adds its claims to `used`."""
    parts: list[str] = []
    places, times, weathers = world.during(Place, *span), world.during(Time, *span), world.during(WeatherIs, *span)
    if len({c.place for c in places}) == 1:
        parts.append(place(places[0].place))
        used.extend(places[:1])
    weather = weathers[0].weather if len({c.weather for c in weathers}) == 1 else None
    if len({c.time for c in times}) == 1:
        used.extend(times[:1])
        parts.append(str(words()["on_a"][f"{weather or 'clear'} {times[0].time}"]))
        used.extend(weathers[:1] if weather else ())
    elif weather and weather != "clear":
        parts.append(f"while {words()['falling'][weather]}")
        used.extend(weathers[:1])
    return " ".join(parts)


def _joined(opening: str, clauses: list[str]) -> list[str]:
    if not clauses:
        return [f"The picture shows the scene {opening}"]
    joint = " " if opening == "then" else ", "
    first = f"{capital(opening)}{joint}{clauses[0]}" if opening else clauses[0]
    return [first, *clauses[1:]]


def _beings(world: World, span: Span) -> list[str]:
    here = [c for c in world.during(Presence, *span) if c.category != "prop"]
    acting = {c.entity for c in world.during(Action, *span)} | {c.entity for c in world.during(Interaction, *span)}
    return sorted(dict.fromkeys(c.entity for c in here), key=lambda who: who not in acting)


def _doings(world: World, who: str, span: Span, met: set[str], used: list[Claim]) -> str | None:
    name = mention(world, who, span=span) if who in met else introduce(world, who, span=span)
    if name is None:
        return None
    known = who in met and any(who in claim.about for claim in used if isinstance(claim, Interaction))
    met.add(who)
    used.extend(world.by_id[i] for i in name.claims)
    done: tuple[Deed, ...] = (
        *world.during(Action, *span),
        *world.during(Interaction, *span),
        *world.during(Speech, *span),
    )
    acts = sorted((c for c in done if c.entity == who), key=lambda c: (c.start, c.kind))
    deeds = [text for c in acts if (text := _deed(world, c, span, met, acts, used)) is not None]
    deeds = list(dict.fromkeys(deeds))
    feeling = _feeling(world, who, span, used)
    lines = [c for c in acts if isinstance(c, Speech)]
    used.extend(lines)
    goes_on = bool(lines) and any(c.start >= lines[0].end for c in acts)
    said = [f"says: {quoted(lines[0].words)}"] if lines and not goes_on else []
    if not deeds and not said and not feeling and known:
        return None  # somebody else's deed has shown them
    if not deeds:
        deeds = [f"looks {feeling}"] if feeling else [] if said else ["can be seen"]
        feeling = ""
    if not feeling:
        return f"{name.text} {listed([*deeds, *said])}"
    return f"{name.text} {listed(deeds)}, looking {feeling}{''.join(f', and {line}' for line in said)}"


def _feeling(world: World, who: str, span: Span, used: list[Claim]) -> str:
    shown = [c for c in world.during(Expression, *span) if c.entity == who]
    # a feeling that is seen in a small part of a long stretch does not go with all that is done in it
    faces = {c.feeling: c for c in shown if c.end - c.start >= 0.6 * (span[1] - span[0])}
    if len(faces) != 1 or "neutral" in faces:
        return ""
    ((feeling, face),) = faces.items()
    used.append(face)
    return str(words()["feelings"][feeling])


def _deed(world: World, claim: Deed, span: Span, met: set[str], acts: list[Deed], used: list[Claim]) -> str | None:
    if isinstance(claim, Interaction):
        if claim.action == "hug" and any(c.about == (claim.other, claim.entity) for c in used):
            return None  # the other half of a hug that was told already
        other = (
            mention(world, claim.other, span=span) if claim.other in met else introduce(world, claim.other, span=span)
        )
        if other is None:
            return None
        met.add(claim.other)
        used.extend((claim, *(world.by_id[i] for i in other.claims)))
        return f"{words()['deeds'][claim.action][1]} {other.text}"
    if isinstance(claim, Action):
        return _move(world, claim, span, acts, used)
    # words at the end stand there after a colon
    lines = [c for c in acts if isinstance(c, Speech)]
    goes_on = claim is lines[0] and any(c.start >= claim.end for c in acts)
    return f"says {quoted(claim.words, inside=True)}" if goes_on else None


def _move(world: World, claim: Action, span: Span, acts: list[Deed], used: list[Claim]) -> str | None:
    deeds = [c for c in acts if isinstance(c, Interaction)]
    if any(claim.action in _SHOWN_BY.get(c.action, ()) for c in deeds) or claim.action == "hug":
        return None
    if claim.action == "talk" and any(isinstance(c, Speech) for c in acts):
        return None
    if claim.action == "stand" and len(acts) > 1 and not claim.using:
        return None
    used.append(claim)
    ways = {c.direction: c for c in world.during(Movement, claim.start, claim.end) if c.entity == claim.entity}
    text = doing(world, claim, 1) or ""
    if len(ways) == 1 and claim.action in {"walk", "run"} and "none" not in ways:
        ((way, movement),) = ways.items()
        used.append(movement)
        verb, _, rest = text.partition(" ")
        text = f"{verb} to the {way} {rest}".strip()
    return text
