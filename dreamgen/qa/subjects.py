"""One person, animal or thing over time, in words: what it looks like, and what it does from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from dreamgen.core.claims import (
    Absence,
    Action,
    Attribute,
    Claim,
    Expression,
    Interaction,
    Movement,
    Presence,
    Relation,
    Speech,
)
from dreamgen.language.mentions import introduce, mention
from dreamgen.language.statements import doing, grounds
from dreamgen.language.wording import a, listed, quoted, thing, words
from dreamgen.language.world import SLACK, World

Span = tuple[float, float]
_Stated = Presence | Absence | Action | Interaction | Movement

_WORN: Final = ("top", "coat", "bottom", "shoes", "hat", "scarf", "glasses")
_ADJECTIVES: Final = ("long", "short", "curly", "spiky", "thin")
_CUTS: Final = {"bob": "cut in a bob", "bun": "in a bun", "ponytail": "in a ponytail"}
_SHOWN_BY: Final = {
    "hug": ("hug",), "talk to": ("talk",), "look at": ("look",), "point at": ("point",), "wave at": ("wave",),
    "walk with": ("walk",), "chase": ("walk", "run"),
}  # fmt: skip
"""Deeds and the actions that need no words beside them."""
_SIDES: Final = {"left of": "right of", "right of": "left of"}
_MOSTLY: Final = 0.6
"""Share of a stretch for which a face must show a feeling that is told of all of it."""


@dataclass(frozen=True)
class Stretch:
    """What one subject does for some time, or that it can't be seen."""

    start: float
    end: float
    seen: bool
    text: str
    """`walks to the right, looking happy`; empty for somebody who can be seen and of whom nothing else is known."""
    claims: tuple[str, ...]
    acts: tuple[str, ...] = ()
    """Rows of the table of poses that the subject is seen in."""

    @property
    def span(self) -> Span:
        """Start and end in seconds."""
        return self.start, self.end


def life_of(world: World, who: str) -> tuple[Stretch, ...] | None:
    """The whole clip in stretches without gap or overlap, one for each thing that `who` does one after another.

    None where it is not known all the time whether it can be seen.
    """
    key = ("life", who)
    if key not in world.memo:
        world.memo[key] = _life(world, who)
    told: tuple[Stretch, ...] | None = world.memo[key]
    return told


def glimpses_of(world: World, who: str) -> tuple[Stretch, ...]:
    """The stretches in which `who` can surely be seen, in order; what is between them may be unknown."""
    stretches = (_stretch(world, who, *span) for span in _spans(world, who))
    return _joined([one for one in stretches if one is not None and one.seen])


def _life(world: World, who: str) -> tuple[Stretch, ...] | None:
    stretches = [_stretch(world, who, *span) for span in _spans(world, who)]
    known = [one for one in stretches if one is not None]
    return _joined(known) if known and len(known) == len(stretches) else None


def _spans(world: World, who: str) -> list[Span]:
    told: tuple[_Stated, ...] = (
        *world.all(Presence),
        *world.all(Absence),
        *world.all(Action),
        *world.all(Interaction),
        *world.all(Movement),
    )
    times = {0.0, world.seconds}
    for claim in told:
        if claim.entity == who:
            times |= {claim.start, min(claim.end, world.seconds)}
    bounds: list[float] = []
    for time in sorted(times):
        if not bounds or time - bounds[-1] > SLACK:
            bounds.append(time)
    bounds[-1] = world.seconds
    return list(pairwise(bounds))


def _stretch(world: World, who: str, start: float, end: float) -> Stretch | None:
    if world.seen(who, start, end):
        text, used, acts = deeds_of(world, who, (start, end))
        here = [claim for claim in world.entities[who].presences if claim.start < end and claim.end > start]
        return Stretch(start, end, True, text, world.ids_of((*here, *used)), acts)
    # nobody is seen on a title card either, which is not spoken of
    if world.unseen(who, start, end):
        gone = [claim for claim in world.during(Absence, start, end) if claim.entity == who]
        return Stretch(start, end, False, "", world.ids_of(gone)) if gone else None
    return None


def _joined(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    joined: list[Stretch] = []
    for one in stretches:
        last = joined[-1] if joined else None
        touching = last is not None and abs(last.end - one.start) <= SLACK
        if last is not None and touching and (last.seen, last.text) == (one.seen, one.text):
            claims = tuple(dict.fromkeys((*last.claims, *one.claims)))
            acts = tuple(dict.fromkeys((*last.acts, *one.acts)))
            joined[-1] = Stretch(last.start, one.end, one.seen, one.text, claims, acts)
        else:
            joined.append(one)
    return tuple(joined)


def deeds_of(world: World, who: str, span: Span) -> tuple[str, tuple[Claim, ...], tuple[str, ...]]:
    """What `who` does during `span` as the rest of a sentence, the claims that say so, and the rows of its poses.

    Others are introduced by their looks, or pointed out where they can be told apart.
    """
    acts = [c for c in world.during(Action, *span) if c.entity == who]
    used: list[Claim] = []
    parts = [*_together(world, who, span, used), *_alone(world, who, acts, span, used)]
    said = [c for c in world.during(Speech, *span) if c.entity == who]
    used.extend(said[:1])
    feeling = _feeling(world, who, span, used)
    lines = [f"says: {quoted(said[0].words)}"] if said else []
    text = listed(list(dict.fromkeys(parts))) if parts else ""
    if feeling:
        text = f"{text}, looking {feeling}" if text else f"looks {feeling}"
    if lines:
        text = f"{text}{', and ' if feeling and parts else ' and ' if text else ''}{lines[0]}"
    return text, tuple(used), tuple(dict.fromkeys(c.action for c in acts))


def _together(world: World, who: str, span: Span, used: list[Claim]) -> list[str]:
    told = []
    for claim in sorted(world.during(Interaction, *span), key=lambda c: (c.start, c.action, c.other)):
        hugged = claim.action == "hug" and claim.other == who
        if claim.entity != who and not hugged:
            continue
        other = claim.entity if hugged else claim.other
        named = mention(world, other, span=span) or introduce(world, other, span=span)
        if named is not None:
            used.extend((claim, *(world.by_id[name] for name in named.claims)))
            told.append(f"{words()['deeds'][claim.action][1]} {named.text}")
    return told


def _alone(world: World, who: str, acts: Sequence[Action], span: Span, used: list[Claim]) -> list[str]:
    deeds = [c.action for c in used if isinstance(c, Interaction) and c.entity == who]
    speaks = any(c.entity == who for c in world.during(Speech, *span))
    told = []
    for claim in acts:
        shown = any(claim.action in _SHOWN_BY[deed] for deed in deeds) or (claim.action == "talk" and speaks)
        idle = claim.action == "stand" and (len(acts) > 1 or bool(deeds)) and not claim.using
        text = None if shown or idle else _move(world, claim, span, used)
        told += [text] if text is not None else []
    return told


def _move(world: World, claim: Action, span: Span, used: list[Claim]) -> str | None:
    text = doing(world, claim, 1)
    if text is None:
        return None
    used.extend(world.by_id[name] for name in grounds(world, claim))
    start, end = max(span[0], claim.start), min(span[1], claim.end)
    ways = {c.direction: c for c in world.during(Movement, start, end) if c.entity == claim.entity}
    if len(ways) == 1 and claim.action in {"walk", "run"} and "none" not in ways:
        ((way, movement),) = ways.items()
        used.append(movement)
        verb, _, rest = text.partition(" ")
        text = f"{verb} to the {way} {rest}".strip()
    return text


def _feeling(world: World, who: str, span: Span, used: list[Claim]) -> str:
    shown = [c for c in world.during(Expression, *span) if c.entity == who]
    faces = {
        c.feeling: c for c in shown if min(c.end, span[1]) - max(c.start, span[0]) >= _MOSTLY * (span[1] - span[0])
    }
    if len({c.feeling for c in shown}) != 1 or len(faces) != 1 or "neutral" in faces:
        return ""
    ((feeling, face),) = faces.items()
    used.append(face)
    return str(words()["feelings"][feeling])


def looks_of(world: World, who: str) -> tuple[str, tuple[Attribute, ...]]:
    """What `who` wears and has, as the rest of a sentence: `wears a red coat and a straw hat, and has black hair`.

    Looks that change in the clip are left out. Empty where nothing is known.
    """
    slots = dict.fromkeys(look.slot for look in world.attributes(who))
    steady = {slot: world.attributes(who, slot)[0] for slot in slots if _steady(world, who, slot)}
    known = world.entities[who]
    if known.category != "person":
        return _hide(known.what, steady)
    used: list[Attribute] = []
    worn = [a(thing(steady[slot].value, steady[slot].colour)) for slot in _WORN if slot in steady]
    used += [steady[slot] for slot in _WORN if slot in steady]
    has = _hair(steady, used)
    if "beard" in steady:
        used.append(steady["beard"])
        has.append(a(steady["beard"].value))
    parts = [f"wears {listed(worn)}"] if worn else []
    parts += [f"has {listed(has)}"] if has else []
    if "bag" in steady:
        used.append(steady["bag"])
        parts.append(f"carries {a(thing(steady['bag'].value, steady['bag'].colour))}")
    return listed(parts) if parts else "", tuple(used)


def _steady(world: World, who: str, slot: str) -> bool:
    return len({(look.value, look.colour) for look in world.attributes(who, slot)}) == 1


def _hair(steady: dict[str, Attribute], used: list[Attribute]) -> list[str]:
    style, tone = steady.get("hairstyle"), steady.get("hair")
    used += [look for look in (style, tone) if look is not None]
    if style is not None and style.value == "bald":
        return ["a bald head"]
    colour = f"{tone.value} hair" if tone is not None else "hair"
    if style is not None and style.value in _ADJECTIVES:
        return [f"{style.value} {colour}"]
    if style is not None and style.value in _CUTS:
        return [f"{colour} {_CUTS[style.value]}"]
    return [colour] if tone is not None else []


def _hide(what: str, steady: dict[str, Attribute]) -> tuple[str, tuple[Attribute, ...]]:
    coat, body = steady.get("coat"), steady.get("body")
    if coat is not None and (coat.colour or coat.value != "plain"):
        pattern = "" if coat.value == "plain" else coat.value
        look = " ".join(word for word in (coat.colour or "", pattern) if word)
        return f"is {look}", (coat,)
    return (f"is {body.colour}", (body,)) if body is not None and body.colour else ("", ())


def beside_whom(world: World, entity: str, one: Stretch, used: list[Claim]) -> str:
    """`to the left of the boy`, as far as sides are claimed for all of the stretch; adds its claims to `used`."""
    sides: dict[str, list[str]] = {}
    for claim in world.during(Relation, *one.span):
        if claim.relation not in _SIDES or entity not in claim.about or (claim.start, claim.end) != one.span:
            continue
        mine = claim.entity == entity
        other = claim.other if mine else claim.entity
        named = mention(world, other, span=one.span)
        if named is None or world.entities[other].category == "prop":
            continue
        used += [claim, *(world.by_id[name] for name in named.claims)]
        sides.setdefault(claim.relation if mine else _SIDES[claim.relation], []).append(named.text)
    return (
        listed([f"{words()['relations'][side]} {listed(names)}" for side, names in sorted(sides.items())])
        if sides
        else ""
    )
