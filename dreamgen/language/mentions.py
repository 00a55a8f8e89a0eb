"""How a question speaks of somebody: by what a viewer can see, as shortly as is unique in the clip."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from dreamgen.core.claims import Action, Attribute, Claim
from dreamgen.core.colours import confusable
from dreamgen.language.wording import a, alike, pronoun, thing, words
from dreamgen.language.world import Entity, World, overlap

Span = tuple[float, float]

_WORN_OR_NOT = {"hat", "scarf"}
"""Slots in which somebody whose hair is seen and who has no claim wears nothing. Elsewhere a missing claim means
`not seen`: glasses and beards need a closer look than hair."""


@dataclass(frozen=True)
class Mention:
    """Words for one entity and the claims that make them true."""

    text: str
    """`the woman in the red coat`."""
    noun: str
    """`woman`."""
    claims: tuple[str, ...]
    bare: bool
    """Whether the noun alone was enough, so that `the boy's hoodie` reads well."""
    name: str = ""
    """A proper name, for texts that introduce it; the picture does not show it."""

    @property
    def owner(self) -> str:
        """`the boy's`; only good style for a bare mention."""
        return f"{self.text}'" if self.text.endswith("s") else f"{self.text}'s"

    @property
    def slots(self) -> dict[str, str]:
        """What templates may say of somebody: who, he, him, his."""
        slots = {"who": self.text, "he": self.pronoun(), "him": self.pronoun(1), "his": self.pronoun(2)}
        return {**slots, "name": self.name} if self.name else slots

    def pronoun(self, case: int = 0) -> str:
        """He, she or it (0); him, her or it (1); his, her or its (2)."""
        return pronoun(self.noun, case)


def mention(world: World, entity: str, avoid: frozenset[str] = frozenset(), span: Span | None = None) -> Mention | None:
    """The shortest description of `entity` that fits nobody else in the clip, or None when there is none.

    Args:
        world: the clip's standing claims.
        entity: whom to describe.
        avoid: slots that must not be named, since the question asks about them.
        span: the seconds that the question is about; looks that can be seen then are preferred.
    """
    key = ("mention", entity, avoid, span)
    if key not in world.memo:
        world.memo[key] = _mention(world, entity, avoid, span)
    found: Mention | None = world.memo[key]
    return found


def mention_by_looks(world: World, entity: str) -> Mention | None:
    """The same with at least one look, for whom more of its kind may be in the picture than anybody has introduced."""
    return _mention(world, entity, frozenset(), None, bare=False)


def _mention(
    world: World, entity: str, avoid: frozenset[str], span: Span | None, *, bare: bool = True
) -> Mention | None:
    who = world.entities.get(entity)
    if who is None or who.category in world.strangers:
        return None
    # the street has benches of its own, and the harbour boats: only what somebody holds is the one that is meant
    if who.category == "prop" and not any(act.using == entity for act in world.all(Action)):
        return None
    if any(_could_be(world.cast[other][0], who) for other in world.hidden):
        return None
    rivals = [other for other in world.entities.values() if other.id != entity and _could_be(other.what, who)]
    for looks in _descriptions(world, who, avoid, span):
        if (looks or bare) and all(any(differs(world, look, rival) for look in looks) for rival in rivals):
            seen: tuple[Claim, ...] = (who.presences[0], *looks)
            return Mention(f"the {_phrase(who, looks)}", who.what, world.ids_of(seen), not looks, _proper(who.name))
    return None


def introduce(world: World, entity: str, span: Span | None = None) -> Mention | None:
    """`a woman in a red coat`: somebody who is spoken of for the first time, with the look that shows most."""
    who = world.entities.get(entity)
    if who is None:
        return None
    looks: tuple[Attribute, ...] = next((some for some in _descriptions(world, who, frozenset(), span) if some), ())
    if looks and who.category == "person" and looks[0].slot not in {"top", "hat"}:
        looks = ()
    text = a(_phrase(who, looks, known=False))
    return Mention(text, who.what, world.ids_of((who.presences[0], *looks)), bare=not looks)


def renderings(world: World, entity: str) -> tuple[str, ...]:
    """All words with up to two looks that are true of an entity, and may be of others: `the woman` first."""
    who = world.entities.get(entity)
    if who is None:
        return ()
    return tuple(f"the {_phrase(who, looks)}" for looks in _descriptions(world, who, frozenset(), None))


def _proper(name: str | None) -> str:
    """A name that is one, as Mara is and `the keeper` is not."""
    return name if name and re.fullmatch(r"[A-Z][a-z]+(?: [A-Z][a-z]+)?", name) and not name.startswith("The ") else ""


def _could_be(what: str, who: Entity) -> bool:
    return what == who.what or fits(who.what, what)


def fits(noun: str, kind: str) -> bool:
    """Whether somebody of a kind could be called by this noun too: an old man is a man."""
    return kind in words()["includes"].get(noun, ())


def _descriptions(
    world: World, who: Entity, avoid: frozenset[str], span: Span | None
) -> Iterator[tuple[Attribute, ...]]:
    yield ()
    looks = _tellable(world, who, avoid, span)
    for size in (1, 2):
        yield from combinations(looks, size)


def _tellable(world: World, who: Entity, avoid: frozenset[str], span: Span | None) -> list[Attribute]:
    if who.category != "person":
        slot = "coat" if who.category == "animal" else "body"
        looks = [c for c in world.attributes(who.id, slot) if slot not in avoid and (c.colour or slot == "coat")]
        return looks[:1] if _constant(looks) else []
    found = []
    for slot in words()["order"]["slots"]:
        looks = [] if slot in avoid else list(world.attributes(who.id, slot))
        if not looks or not _constant(looks):
            continue
        # what can be seen in the moment that is asked about is the better guide
        now = [c for c in looks if span is None or overlap((c.start, c.end), span) > 0]
        found.append((not now, (now or looks)[0]))
    return [look for _, look in sorted(found, key=lambda pair: pair[0])]


def _constant(looks: list[Attribute]) -> bool:
    return len({(look.value, look.colour) for look in looks}) == 1


def differs(world: World, look: Attribute, rival: Entity) -> bool:
    """Whether nobody could think that `rival`, too, has this look."""
    others = world.attributes(rival.id, look.slot)
    if not others:
        return look.slot in _WORN_OR_NOT and bool(world.attributes(rival.id, "hair"))
    return all(_unlike(look, other) for other in others)


def _unlike(look: Attribute, other: Attribute) -> bool:
    if look.colour and other.colour:
        return not confusable(look.colour, other.colour)
    if look.slot == "hair":
        return not alike(f"{look.value} hair", f"{other.value} hair")
    return not alike(look.value, other.value)


def _phrase(who: Entity, looks: tuple[Attribute, ...], known: bool = True) -> str:
    if who.category != "person":
        return " ".join((*(_animal_look(look) for look in looks), who.what))
    parts: dict[str, list[str]] = {}
    for look in looks:
        joint, rest = _look(look, known).split(" ", 1)
        parts.setdefault(joint, []).append(rest)
    # `with` before `in`: the man with grey hair in the blue coat
    tail = " ".join(f"{joint} {' and '.join(rests)}" for joint, rests in sorted(parts.items(), reverse=True))
    return f"{who.what} {tail}".strip()


def _animal_look(look: Attribute) -> str:
    pattern = look.value if look.slot == "coat" and look.value != "plain" else ""
    return " ".join(word for word in (look.colour or "", pattern) if word)


def _look(look: Attribute, known: bool) -> str:
    table = words()["looks"]
    value = look.value if look.slot == "hair" else thing(look.value, look.colour)
    pattern = table.get(look.value) or table.get(look.slot) or "with {it}"
    return str(pattern).format(it=f"the {value}" if known else a(value), value=value)
