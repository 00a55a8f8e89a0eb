"""Whether words name clothes, and whether what stands beside them could wear them: a table can't, a doll can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dreamgen.core.story import Trait
from dreamgen.core.vocabulary import Colour
from dreamgen.story.writers.lexicon import colour_words, garments, index, places, things, verb_forms, words
from dreamgen.story.writers.looks import colour_alone, worn
from dreamgen.story.writers.phrases import Chunk, Clause
from dreamgen.story.writers.vocabulary import describing

NOT_CLOTHES = {"beard", "bag"}
"""Slots that one is not in."""
_GROWN = {"hair", "hairstyle", "beard"}
"""Slots of what one has wherever it is."""
_ALL_IN = {"all", "clad", "dressed"}
_KEEPING = {"in", "inside", "on", "over", "under"}
_KEEPERS = {"hand", "hands", "arm", "arms", "finger", "fingers", "mouth", "lap", "suitcase", "drawer", "car"}
"""Where what one has is not worn."""


def names_clothes(chunk: Chunk) -> bool:
    """Whether a phrase names something to be in, or hair to have."""
    if chunk.thing is None:
        return False
    return bool(worn(chunk.thing)) or bare_colour(chunk) is not None or undrawn(chunk)


def only_describes(chunk: Chunk) -> bool:
    """The first half of `an old, red coat`, or of `a black and white dress`."""
    return chunk.thing is not None and bool(chunk.thing.words) and set(chunk.thing.words) <= describing()


def bare_colour(chunk: Chunk) -> Colour | None:
    """`in red`; not `in the dark`."""
    if chunk.thing is None or chunk.thing.determiner or chunk.thing.owner is not None:
        return None
    return colour_alone(chunk.thing)


def only_colours(chunks: Sequence[Chunk]) -> bool:
    """`in red`, which is clothes behind `dressed` or `a man`, and seldom elsewhere."""
    return all(bare_colour(chunk) is not None for chunk in chunks)


def all_in(chunk: Chunk) -> bool:
    """Whether a colour after it is worn: all in red, clad in red."""
    return chunk.low in _ALL_IN


def undrawn(chunk: Chunk) -> bool:
    """Whether it names clothes that are not drawn: a sari."""
    return chunk.thing is not None and chunk.thing.head in words("looks", "others", "undrawn")


def lost_in(chunk: Chunk) -> bool:
    """Whether a verb was read as its noun, so that it names no clothes any more: the king in a veil | dance."""
    told = chunk.thing.words if chunk.thing is not None else ()
    known = garments().keys() | words("looks", "others", "undrawn") | colour_words().keys()
    return len(told) > 1 and told[-2] in known and told[-1] in verb_forms() and told[-1] not in places()


def one_each(chunks: Sequence[Chunk]) -> bool:
    """Whether several must be in them: in red coats."""
    told = [chunk.thing for chunk in chunks if chunk.thing is not None and worn(chunk.thing)]
    return any(thing.head not in garments() and thing.head.endswith("s") for thing in told)


def is_single(chunk: Chunk) -> bool:
    """Whether a phrase names one alone: Tom, not the men, not a crowd of girls."""
    return chunk.who is not None and not chunk.who.plural and " of " not in chunk.low


def holds(chunk: Chunk, things_too: bool) -> bool:
    """Whether it is something to hold another thing: hides in a sack, pours wine in glasses."""
    traits = worn(chunk.thing) if chunk.thing is not None else []
    return any(trait.slot in NOT_CLOTHES or (things_too and trait.slot == "glasses") for trait in traits)


def wears_nothing(chunk: Chunk) -> bool:
    """Whether no clothes behind it can be its own: a place, an hour, a table; who knows of a doll or a picture."""
    known = things().get(chunk.thing.head) if chunk.thing is not None else None
    shown = known is not None and known.shows
    return shown or is_setting(chunk) or names_clothes(chunk) or only_describes(chunk) or chunk.low == "all"


def is_setting(chunk: Chunk) -> bool:
    """Whether it is where or when: crosses the street, walks all night."""
    if chunk.thing is None:
        return False
    head, times = chunk.thing.head, index("places", "time_of_day").keys() | index("places", "weather").keys()
    return head in places() or head in words("places", "parts", "words") or head in times


def kept_elsewhere(clause: Clause, chunk: Chunk) -> bool:
    """Whether one has a thing without wearing it: has a coat in his hands, has a coat in a suitcase."""
    traits = worn(chunk.thing) if chunk.thing is not None else []
    if clause.verb.lemma != "have" or any(trait.slot in _GROWN for trait in traits):
        return False
    if any(preposition == "in" and other is chunk for preposition, other in clause.phrases):
        return any(other.thing is not None and other.thing.head in things() for other in clause.objects)
    later = [("", other) for other in clause.objects] + clause.phrases
    following = min((one for one in later if one[1].start > chunk.start), key=lambda one: one[1].start, default=None)
    if following is None or following[0] not in _KEEPING or following[1].thing is None:
        return False
    return following[1].thing.head in _KEEPERS or following[1].thing.head in things()


def dyed(chunks: Sequence[Chunk], at: int) -> Chunk:
    """A phrase with the colour that stands behind it: a coat of deep red."""
    chunk, rest = chunks[at], chunks[at + 1 : at + 3]
    if len(rest) < 2 or rest[0].low != "of" or chunk.thing is None or rest[1].thing is None:
        return chunk
    if bare_colour(rest[1]) is None:
        return chunk
    return replace(chunk, thing=replace(chunk.thing, words=(*rest[1].thing.words, *chunk.thing.words)))


def goes_with(trait: Trait, kept: Trait) -> bool:
    """Whether what is drawn shows it too: a top hat is a hat."""
    alike = kept.value.endswith(trait.value) or trait.value.endswith(kept.value)
    return alike and (trait.colour is None or trait.colour == kept.colour)
