"""Who somebody is, in words for a model that knows no names: a woman with long red hair, wearing a white dress."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from dreamgen.core.story import Character, Prop, Trait
from dreamgen.core.vocabulary import Framing


@cache
def words() -> dict[str, Any]:
    """The tables of `data/words.toml`."""
    return tomllib.loads(files("dreamgen.render").joinpath("data/words.toml").read_text("utf-8"))


def a(noun: str) -> str:
    """A noun with its indefinite article: `an old man`, `boots`."""
    if noun.split()[-1] in words()["no_article"]["words"]:
        return noun
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"


def thing(prop: Prop) -> str:
    """`a red lantern`."""
    return a(_coloured(prop.kind, prop.colour))


def is_person(character: Character) -> bool:
    """Whether it is no animal."""
    return character.kind in words()["people"]


def who(character: Character, framing: Framing = "full", most: int = 12) -> str:
    """A character's looks, with its article.

    Args:
        character: who.
        framing: what is out of the picture is left out.
        most: how many traits are told at most; those that tell most come first.
    """
    traits = {trait.slot: trait for trait in character.traits}
    if not is_person(character):
        return a(_animal(character, traits.get("coat")))
    told = [slot for slot in words()["seen"][framing] if slot in traits][:most]
    body = words()["bodies"].get(traits["body"].value, "") if "body" in told else ""
    features = _features([slot for slot in ("skin", "hair", "beard", "glasses") if slot in told], traits)
    worn = [a(_coloured(traits[slot].value, traits[slot].colour)) for slot in _WORN if slot in told]
    carried = [a(_coloured(traits["bag"].value, traits["bag"].colour))] if "bag" in told else []
    text = a(f"{body} {character.kind}".strip())
    if character.likeness:  # which somebody allowed on purpose
        text += f" who looks like {character.likeness}"
    for link, parts in ((" with ", features), (" wearing ", worn), (" carrying ", carried)):
        if parts:
            text += link + listed(parts)
    return text


def counted(cast: Sequence[Character]) -> str:
    """`two women and one dog`; empty where everybody is one of a kind and alone."""
    if len(cast) < 2:
        return ""
    people = [character.kind for character in cast if is_person(character)]
    animals = Counter(character.kind for character in cast if not is_person(character))
    parts = []
    if people:
        same = len(set(people)) == 1
        plural = words()["people"][people[0]] if same else "people"
        parts.append(_number(len(people), people[0] if len(people) == 1 else plural))
    parts += [_number(count, kind if count == 1 else plural_of(kind)) for kind, count in animals.items()]
    return listed(parts)


def plural_of(animal: str) -> str:
    """`dogs`, `mice`."""
    return str(words()["plurals"].get(animal, f"{animal}s"))


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


_WORN = ("hat", "top", "bottom", "shoes", "scarf")


def _features(slots: Sequence[str], traits: dict[str, Trait]) -> list[str]:
    parts = []
    for slot in slots:
        if slot == "hair":
            style = traits["hairstyle"].value if "hairstyle" in traits else "short"
            parts.append(words()["hairstyles"].get(style, f"{style} {{tone}} hair").format(tone=traits["hair"].value))
        elif slot == "skin":
            parts.append(f"{traits['skin'].value} skin")
        else:
            parts.append(a(traits[slot].value))
    return parts


def _animal(character: Character, coat: Trait | None) -> str:
    pattern = "" if coat is None or coat.value == "plain" else coat.value
    return " ".join(filter(None, (pattern, (coat and coat.colour) or "", character.kind)))


def _coloured(value: str, colour: str | None) -> str:
    noun = words()["things"].get(value, value)
    return f"{colour} {noun}" if colour else str(noun)


def _number(count: int, noun: str) -> str:
    return f"{words()['numbers'].get(str(count), count)} {noun}"
