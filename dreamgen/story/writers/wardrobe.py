"""How somebody looks: what the plot says first, the rest drawn by lot so that no two look alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import get_args

from dreamgen.core.base import derived_random
from dreamgen.core.colours import confusable
from dreamgen.core.story import Trait
from dreamgen.core.vocabulary import Colour
from dreamgen.story.writers.lexicon import table
from dreamgen.story.writers.looks import Said

_COLOURS: tuple[Colour, ...] = get_args(Colour)
_OLD = {"old man", "old woman"}
_SHOWS_HAIR = {"crown"}
"""Hats under which hair is seen."""
_HAIR = {
    "man": ("black", "brown", "blonde", "red"), "woman": ("black", "brown", "blonde", "red"),
    "boy": ("black", "brown", "blonde", "red"), "girl": ("black", "brown", "blonde", "red"),
    "old man": ("grey", "white"), "old woman": ("grey", "white"),
}  # fmt: skip
_STYLES = {
    "man": ("short", "curly", "spiky", "short"), "woman": ("long", "bob", "bun", "ponytail", "curly"),
    "boy": ("short", "curly", "spiky"), "girl": ("ponytail", "bob", "long", "curly"),
    "old man": ("thin", "short", "bald"), "old woman": ("bun", "bob", "curly"),
}  # fmt: skip
_TOPS = {
    "man": ("jacket", "sweater", "shirt", "coat"), "woman": ("dress", "coat", "sweater", "shirt"),
    "boy": ("tee", "hoodie", "sweater", "shirt"), "girl": ("dress", "tee", "hoodie", "sweater"),
    "old man": ("coat", "sweater", "jacket"), "old woman": ("dress", "coat", "sweater"),
}  # fmt: skip
_BOTTOM_COLOURS: tuple[Colour, ...] = ("navy", "brown", "grey", "black", "olive", "beige")
_SHOE_COLOURS: tuple[Colour, ...] = ("brown", "black", "grey")
_SKINS = ("pale", "light", "tan", "brown", "dark")
_LIKE_SKIN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"brown": ("brown", "dark"), "beige": ("pale", "light", "tan"), "orange": ("tan",)}
)
"""Colours of clothes that look like no clothes on some skins."""


@dataclass(frozen=True, slots=True)
class Model:
    """One who needs looks."""

    id: str
    kind: str
    role: str
    said: Said
    costume: str = ""
    """`slot=value:colour; ...` that goes with its role."""
    never: frozenset[str] = frozenset()
    """Slots that no lot may fill: it has no hat."""

    @property
    def person(self) -> bool:
        """Whether it wears clothes."""
        return self.kind in _HAIR


def dress(models: Sequence[Model], seed: int) -> dict[str, tuple[Trait, ...]]:
    """Traits for everybody, such that a viewer can tell any two apart by what they wear.

    Everybody's top has a colour that can't be taken for another's, for as long as the sixteen colours allow (six at
    least); beyond, hair, hats and trousers differ. Animals of one kind differ in the colour of their fur.
    """
    people = [model for model in models if model.person]
    colours = _top_colours(people, seed)
    found: dict[str, tuple[Trait, ...]] = {}
    seen: list[dict[str, tuple[str, Colour | None]]] = []
    for model in models:
        if model.person:
            traits = _person(model, colours[model.id], seed, seen)
            seen.append({trait.slot: (trait.value, trait.colour) for trait in traits})
        else:
            traits = _animal(model, [other for other in models if other.kind == model.kind], found, seed)
        found[model.id] = traits
    return found


def _top_colours(people: Sequence[Model], seed: int) -> dict[str, Colour]:
    """A colour for each top: the plot's own, then the role's where it clashes with none, then by lot."""
    fixed: dict[str, Colour] = {}
    for model in people:
        top = model.said.traits.get("top")
        colour = (top.colour if top else None) or model.said.loose_colour
        if colour:
            fixed[model.id] = colour
    for model in people:
        wish = _costume(model.costume).get("top", ("", None))[1]
        if model.id not in fixed and wish and not any(confusable(wish, other) for other in fixed.values()):
            fixed[model.id] = wish
    left = [model for model in people if model.id not in fixed]
    lots = derived_random(seed, "look", "palette", *sorted(fixed.values()))
    free = _palette(sorted(set(fixed.values())), len(left), lots)
    for number, model in enumerate(left):
        fixed[model.id] = free[number % len(free)]
    return fixed


def _palette(taken: Sequence[Colour], wanted: int, lots: Random) -> list[Colour]:
    """Colours that can't be confused with `taken` nor with each other; when they run out, the least used follow."""
    allowed = [colour for colour in _COLOURS if not any(confusable(colour, other) for other in taken)]
    best: list[Colour] = []
    for _ in range(60):
        order = allowed[:]
        lots.shuffle(order)
        chosen: list[Colour] = []
        for colour in order:
            if not any(confusable(colour, other) for other in chosen):
                chosen.append(colour)
        if len(chosen) > len(best):
            best = chosen
        if len(best) >= min(wanted, 6):
            break
    rest = [colour for colour in _COLOURS if colour not in best and colour not in taken]
    lots.shuffle(rest)
    return (best[:wanted] if len(best) >= wanted else best + rest) or list(_COLOURS)


def _costume(text: str) -> dict[str, tuple[str, Colour | None]]:
    found: dict[str, tuple[str, Colour | None]] = {}
    for item in filter(None, (part.strip() for part in text.split(";"))):
        slot, _, rest = item.partition("=")
        value, _, name = rest.partition(":")
        found[slot] = (value, next((colour for colour in _COLOURS if colour == name), None))
    return found


def _person(
    model: Model, top_colour: Colour, seed: int, seen: Sequence[dict[str, tuple[str, Colour | None]]]
) -> tuple[Trait, ...]:
    """All slots of one person; of several lots, the one least like the others."""
    best: tuple[Trait, ...] = ()
    best_score = -1.0
    for attempt in range(6):
        traits = _drawn_person(model, top_colour, derived_random(seed, "look", model.id, attempt))
        mine = {trait.slot: (trait.value, trait.colour) for trait in traits}
        score = min((_distance(mine, other) for other in seen), default=99.0)
        if score > best_score + 0.5:
            best, best_score = traits, score
        if best_score >= 4:
            break
    return best


def _distance(one: dict[str, tuple[str, Colour | None]], other: dict[str, tuple[str, Colour | None]]) -> float:
    """How many things about two people differ, the large ones counting more."""
    weights = {
        "top": 2.0,
        "hair": 1.5,
        "hat": 1.5,
        "bottom": 1.0,
        "hairstyle": 1.0,
        "beard": 1.0,
        "scarf": 1.0,
        "skin": 0.5,
    }
    score = 0.0
    for slot, weight in weights.items():
        mine, theirs = one.get(slot), other.get(slot)
        if (mine is None) != (theirs is None) or (mine and theirs and mine[0] != theirs[0]):
            score += weight * (0.5 if slot == "top" else 1.0)
        if mine and theirs and mine[1] and theirs[1] and not confusable(mine[1], theirs[1]):
            score += weight
    return score


def _drawn_person(model: Model, top_colour: Colour, lots: Random) -> tuple[Trait, ...]:
    said, costume, kind = model.said.traits, _costume(model.costume), model.kind
    out: dict[str, Trait] = {}

    def settle(slot: str, value: str, colour: Colour | None = None) -> None:
        """The plot's word, else the role's, else the lot's."""
        told = said.get(slot)
        role = None if slot == "hair" and kind in _OLD else costume.get(slot)
        if told is not None:
            out[slot] = told if told.colour or colour is None else told.model_copy(update={"colour": colour})
        elif role is not None:
            out[slot] = Trait(slot=slot, value=role[0], colour=role[1] or colour)
        else:
            out[slot] = Trait(slot=slot, value=value, colour=colour)

    settle("body", "average")
    settle("skin", _skin(lots.choice(_SKINS), top_colour))
    settle("hair", lots.choice(_HAIR[kind]))
    settle("hairstyle", lots.choice(_STYLES[kind]))
    settle("top", lots.choice(_TOPS[kind]))
    out["top"] = out["top"].model_copy(update={"colour": top_colour})
    if model.said.loose_colour:
        out["top"] = out["top"].model_copy(update={"source": "text"})
    bottoms = [colour for colour in _BOTTOM_COLOURS if not confusable(colour, top_colour)] or list(_BOTTOM_COLOURS)
    if out["top"].value not in {"dress", "robe"} or "bottom" in said:
        settle("bottom", _bottom(kind, lots), lots.choice(bottoms))
    settle("shoes", "shoes", lots.choice(_SHOE_COLOURS))
    _accessories(model, out, settle, costume, lots)
    return tuple(out.values())


def _skin(drawn: str, top: Colour) -> str:
    """The skin that was drawn, or the next one that a top of this colour is told from."""
    first = _SKINS.index(drawn)
    return next(skin for skin in (*_SKINS[first:], *_SKINS) if skin not in _LIKE_SKIN.get(top, ()))


def _bottom(kind: str, lots: Random) -> str:
    if kind in {"woman", "old woman", "girl"}:
        return lots.choice(("trousers", "skirt"))
    return lots.choice(("trousers", "shorts")) if kind == "boy" else "trousers"


def _may_draw(slot: str, kind: str) -> bool:
    """Whether a lot may give this to people of a kind."""
    return {"hat": kind not in _OLD, "beard": kind in {"man", "old man"}}.get(slot, True)


def _accessories(
    model: Model, out: dict[str, Trait], settle: object, costume: dict[str, tuple[str, Colour | None]], lots: Random
) -> None:
    assert callable(settle)
    told = model.said.traits
    top = out["top"].colour or "grey"
    others = [colour for colour in _COLOURS if not confusable(colour, top)]
    chances = {
        "hat": 0.25,
        "scarf": 0.2,
        "glasses": 0.2,
        "beard": 0.6 if model.kind == "old man" else 0.25,
        "bag": 0.08,
    }
    usual = {
        "hat": lots.choice(("hat", "cap", "beanie")), "scarf": "scarf", "glasses": "glasses", "beard": "beard",
        "bag": "backpack",
    }  # fmt: skip
    for slot, chance in chances.items():
        by_lot = lots.random() < chance and _may_draw(slot, model.kind) and slot not in model.never
        if model.kind in _OLD and slot not in told:
            if slot == "hat" and costume.get(slot, ("",))[0] not in _SHOWS_HAIR and "beard" not in costume:
                continue  # nothing but grey hair tells their age
            bald = model.kind == "old man" and out["hairstyle"].value == "bald"
            by_lot = by_lot or (slot == "beard" and bald and slot not in model.never)
        colour = lots.choice(others) if slot in {"hat", "scarf", "bag"} else None
        if slot in told or slot in costume or by_lot:
            if slot == "beard" and slot in costume and slot not in told and model.kind not in {"man", "old man"}:
                continue
            settle(slot, usual[slot], colour)
    if "hat" in out and out["hat"].value == "straw hat" and not (told.get("hat") and told["hat"].colour):
        out["hat"] = out["hat"].model_copy(update={"colour": "beige"})


def _animal(
    model: Model, alike: Sequence[Model], dressed: dict[str, tuple[Trait, ...]], seed: int
) -> tuple[Trait, ...]:
    said = model.said.traits
    traits = [said["body"]] if "body" in said else []
    coat = said.get("coat")
    if coat is None or coat.colour is None:
        usual: tuple[Colour, ...] = tuple(
            colour
            for name in table("animals")["coats"].get(model.kind, "brown").split()
            for colour in _COLOURS
            if colour == name
        )
        taken = [
            trait.colour
            for other in alike
            for trait in dressed.get(other.id, ())
            if trait.slot == "coat" and trait.colour
        ]
        taken += [
            told.colour
            for other in alike
            if other.id != model.id and (told := other.said.traits.get("coat")) and told.colour
        ]
        free = [colour for colour in (*usual, *_COLOURS) if not any(confusable(colour, other) for other in taken)]
        lots = derived_random(seed, "look", model.id, "coat")
        likely = [colour for colour in free if colour in usual]
        colour = lots.choice(likely[:2] if likely else free or list(_COLOURS))
        coat = coat.model_copy(update={"colour": colour}) if coat else Trait(slot="coat", value="plain", colour=colour)
    traits.append(coat)
    return tuple(traits)
