"""What a description says of somebody's looks: "a tall woman with a red coat and glasses"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, get_args

from dreamgen.core.story import Trait
from dreamgen.core.vocabulary import Colour
from dreamgen.story.writers.kinds import noun_gender
from dreamgen.story.writers.lexicon import colour_words, garments, mapping, words
from dreamgen.story.writers.looks import Said, described, worn
from dreamgen.story.writers.phrases import ThingPhrase
from dreamgen.story.writers.vocabulary import singular, small_words, somebody

_BREAKS: Final = re.compile(
    r"[,;:.()!?\n]|\b(?:with|wearing|wears|wear|worn|dressed|in|and|over|under|has|have|having|carrying|carries|who|whose|"
    r"but|plus|a|an|the|his|her|their|its|tied|clad|sporting)\b",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_NONE: Final = frozenset({"no", "without", "not", "never", "lacks", "lacking"})
_SHE: Final = frozenset({"she", "her", "hers", "female", "feminine"})
_HE: Final = frozenset({"he", "his", "him", "male", "masculine"})
_HAIR: Final = frozenset({"hair", "haired", "locks", "tresses"})
_NOT_FUR: Final = frozenset({"eyes", "eye", "eyed", "collar", "ribbon", "bow", "bell", "scarf", "saddle", "tongue"})
_COLOURS: Final[tuple[Colour, ...]] = get_args(Colour)


@dataclass(slots=True)
class Appearance:
    """What a description says of one."""

    said: Said = field(default_factory=Said)
    """Traits that can be drawn."""
    heads: list[str] = field(default_factory=list)
    """Nouns that say who it is: blacksmith, woman."""
    modifiers: list[str] = field(default_factory=list)
    """The words with those nouns."""
    gender: str = ""
    """m, f, or empty where nothing tells."""
    lost: list[str] = field(default_factory=list)
    """Pieces that nothing is drawn for."""


def appearance_of(text: str, animal: bool) -> Appearance:
    """Reads a description piece by piece.

    Args:
        text: a few phrases; any order, any commas.
        animal: whether it is about an animal.
    """
    found = Appearance(gender=_pronoun(text))
    for piece in _pieces(text, animal):
        low = tuple(word.lower() for word in _WORD.findall(piece))
        if low and not _NONE & set(low):
            _read(found, low, animal)
    return found


def nouns_in(text: str) -> list[str]:
    """Words of a text that name somebody, in the singular: the old `lighthouse keeper`."""
    low = [word.lower() for word in _WORD.findall(text)]
    found: list[str] = []
    at = 0
    while at < len(low):
        for length in (3, 2, 1):
            phrase = " ".join(low[at : at + length])
            noun = phrase if phrase in somebody() else singular(phrase)
            if noun is not None and at + length <= len(low):
                found.append(noun)
                at += length - 1
                break
        at += 1
    return found


def _pieces(text: str, animal: bool) -> list[str]:
    """Phrases of a description; a coat of two colours stays one phrase."""
    aged = re.sub(r"\b(years?)[ -]old\b", r"\1", text, flags=re.IGNORECASE)
    denied = re.sub(r"\b(no|without)\s+(?:(?:a|an|any)\s+)?", r"\1 ", aged, flags=re.IGNORECASE)
    whole = re.sub(r"\b(\w+) and (?=\w+)", r"\1 ", denied, flags=re.IGNORECASE) if animal else denied
    return [piece.strip() for piece in _BREAKS.split(whole) if piece.strip()]


def _pronoun(text: str) -> str:
    low = {word.lower() for word in _WORD.findall(text)}
    return "f" if low & _SHE and not low & _HE else "m" if low & _HE and not low & _SHE else ""


def _read(found: Appearance, low: tuple[str, ...], animal: bool) -> None:
    nouns = nouns_in(" ".join(low))
    traits = described(_unhyphened(low), animal and not _NOT_FUR & set(low))
    if not animal:
        traits += _hair(low) or _skin(low) or _worn(low)
    elif not _NOT_FUR & set(low):
        traits = [trait for trait in traits if trait.slot != "coat"] + _fur(low)
    found.said.note(traits)
    if nouns:
        found.heads += nouns
        found.modifiers += [word for word in low if word not in nouns]
        found.gender = found.gender or next((noun_gender(noun) for noun in nouns if noun_gender(noun)), "")
    elif not animal and all(word in colour_words() for word in low):
        found.said.loose_colour = found.said.loose_colour or _colour(low)
    elif words("people", "words", "old") & set(low) or words("people", "words", "young") & set(low):
        found.modifiers += low
    elif not traits and not set(low) <= small_words():
        found.lost.append(" ".join(low))


def _unhyphened(low: Sequence[str]) -> list[str]:
    """`broad-shouldered` too; `heavy-set` is heavy."""
    return [*low, *(part for word in low if "-" in word for part in word.split("-") if part not in colour_words())]


def _hair(low: tuple[str, ...]) -> list[Trait]:
    styles = mapping("looks", "hair", "style_nouns")
    named = [word for word in low if word in styles]
    if not _HAIR & set(low) and not named:
        return []
    known = tuple(part for word in low for part in (word, *word.split("-")))
    traits = worn(ThingPhrase("hair", known, " ".join(low)))
    kept = [trait for trait in traits if trait.slot != "hairstyle"] if named else traits
    return kept + [Trait(slot="hairstyle", value=styles[word], source="text") for word in named[:1]]


def _skin(low: tuple[str, ...]) -> list[Trait]:
    parts = [part for word in low for part in word.split("-")]
    if not words("looks", "skin", "nouns") & set(parts):
        return []
    tones = mapping("looks", "skin", "tones")
    return [Trait(slot="skin", value=tones[part], source="text") for part in parts if part in tones][:1]


def _worn(low: tuple[str, ...]) -> list[Trait]:
    """The garment that a phrase names last, with a colour from anywhere in it: cloak of deep red."""
    for end in range(len(low), 0, -1):
        traits = worn(ThingPhrase(low[end - 1], low[:end], " ".join(low)))
        if traits:
            return [_tinted(trait, low) for trait in traits]
    return []


def _tinted(trait: Trait, low: tuple[str, ...]) -> Trait:
    if trait.colour is not None or trait.slot not in {"top", "bottom", "shoes", "hat", "scarf", "bag"}:
        return trait
    return trait.model_copy(update={"colour": _colour(low)})


def _fur(low: tuple[str, ...]) -> list[Trait]:
    """The colour of a coat, wherever it stands: with brown fur."""
    colour, patterns = _colour(low), mapping("looks", "others", "coats")
    pattern = next((patterns[word] for word in low if word in patterns), "")
    if not (colour or pattern) or garments().get(low[-1]) is not None:
        return []
    pattern = pattern or "plain"
    return [Trait(slot="coat", value=pattern, colour=colour, source="text")]


def _colour(low: Sequence[str]) -> Colour | None:
    name = next((colour_words()[word] for word in low if word in colour_words()), None)
    return next((colour for colour in _COLOURS if colour == name), None)
