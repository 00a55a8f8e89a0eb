"""What a plot says about how somebody looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import get_args

from dreamgen.core.story import Trait
from dreamgen.core.vocabulary import Colour
from dreamgen.story.writers.lexicon import Garment, colour_words, garments, index, mapping, words
from dreamgen.story.writers.phrases import ThingPhrase

_COLOURS: tuple[Colour, ...] = get_args(Colour)


@dataclass(slots=True)
class Said:
    """What a plot says about the looks of one."""

    traits: dict[str, Trait] = field(default_factory=dict)
    loose_colour: Colour | None = None
    """`dressed in red`: a colour for whatever is worn above."""

    def note(self, traits: Iterable[Trait]) -> None:
        """Keeps the first that is said for each slot."""
        for trait in traits:
            known = self.traits.get(trait.slot)
            if known is None or (known.colour is None and trait.colour is not None and known.value == trait.value):
                self.traits[trait.slot] = trait

    def fitting(self, traits: Iterable[Trait]) -> list[Trait]:
        """The traits, a top without its colour where another was told before: all in red, then in a blue coat."""
        told = self.loose_colour
        pale = {"colour": None} if told is not None else {}
        return [
            trait.model_copy(update=pale) if trait.slot == "top" and trait.colour != told else trait for trait in traits
        ]


def described(modifiers: Sequence[str], animal: bool) -> list[Trait]:
    """Traits in the words before a noun: large, white, bearded, red-haired."""
    found: list[Trait] = []
    for word in modifiers:
        if word in words("looks", "body", "large"):
            found.append(_said("body", "large"))
        elif word in words("looks", "body", "slim"):
            found.append(_said("body", "slim"))
        elif animal and word in mapping("looks", "others", "coats"):
            found.append(_said("coat", mapping("looks", "others", "coats")[word], _colour_in(modifiers)))
        elif animal and word in colour_words():
            found.append(_said("coat", "plain", _colour_in([word])))
        elif word in index("looks", "hair") and "-" in word + "-":
            found.append(_said("hair", index("looks", "hair")[word]))
        elif word in mapping("looks", "hair", "alone"):
            found.append(_said("hairstyle", mapping("looks", "hair", "alone")[word]))
        elif word in mapping("looks", "others", "words"):
            slot, _, value = mapping("looks", "others", "words")[word].partition("=")
            found.append(_said(slot, value))
    return found


def worn(thing: ThingPhrase) -> list[Trait]:
    """Traits in a noun phrase: a yellow raincoat, long grey hair, glasses."""
    colour = _colour_in(thing.words)
    if thing.head in {"hair", "curls", "braids", "braid", "ponytail", "pigtails", "bun", "plait", "plaits"}:
        return _hair(thing)
    for length in (2, 1):
        garment = _garment(" ".join(thing.words[-length:]), thing)
        if garment is not None:
            if garment.slot == "beard":
                tone = next(
                    (
                        mapping("looks", "hair", "tones")[w]
                        for w in thing.words
                        if w in mapping("looks", "hair", "tones")
                    ),
                    None,
                )
                return [_said("beard", "beard"), *([_said("hair", tone)] if tone else [])]
            value = garment.value
            if garment.slot == "hat" and "straw" in thing.words:
                value, colour = "straw hat", "beige"
            return [_said(garment.slot, value, None if garment.slot == "glasses" else colour)]
    return []


def _garment(text: str, thing: ThingPhrase) -> Garment | None:
    """What a word names; several of a kind only where several may have one each: `his habits` are none."""
    several = thing.owner is None or thing.owner.pronoun == "their"
    forms = (text, text.removesuffix("s"), text.removesuffix("es"), text.removesuffix("ves") + "f")
    return next((garments()[form] for form in forms[: None if several else 1] if form in garments()), None)


def two_coloured(thing: ThingPhrase) -> bool:
    """`a blue-grey coat`: no one colour is drawn for it."""
    return any(len(_hues(word)) > 1 for word in thing.words)


def colour_alone(thing: ThingPhrase) -> Colour | None:
    """The colour in `dressed all in red`."""
    return _colour_in(thing.words) if thing.head in colour_words() else None


def _hair(thing: ThingPhrase) -> list[Trait]:
    tones, styles = mapping("looks", "hair", "tones"), mapping("looks", "hair", "styles")
    nouns = mapping("looks", "hair", "style_nouns")
    found = [_said("hair", tones[word]) for word in thing.words if word in tones][:1]
    found += [_said("hairstyle", styles[word]) for word in thing.words if word in styles][:1]
    if thing.head in nouns:
        found.append(_said("hairstyle", nouns[thing.head]))
    return found


def _colour_in(text: Iterable[str]) -> Colour | None:
    named = [hues[0] for hues in map(_hues, text) if len(hues) == 1]
    hue = next((word for word in named if word != "dark"), next(iter(named), None))  # a dark red coat is red
    name = colour_words()[hue] if hue is not None else None
    return next((colour for colour in _COLOURS if colour == name), None)


def _hues(word: str) -> list[str]:
    """The colours that a word tells: two of blue-grey, one of blood-red, none of red-rimmed."""
    if word in colour_words():
        return [word]
    parts = word.split("-")
    return [part for part in parts if part in colour_words() and part != "dark"] if parts[-1] in colour_words() else []


def _said(slot: str, value: str, colour: Colour | None = None) -> Trait:
    return Trait(slot=slot, value=value, colour=colour, source="text")
