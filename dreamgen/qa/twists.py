"""Captions with details changed: wrong, and as likely to read as the right one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from random import Random

from dreamgen.core.colours import COLOURS, confusable
from dreamgen.language.wording import a, alike, capital, place, words
from dreamgen.qa.distractors import Clash

Swap = tuple[str, str]
"""A phrase and the one to put in its place."""

_VERBS = ("walk", "run", "sit", "kneel", "dance", "wave", "lie", "stand")
"""Poses whose verbs can change places in a sentence."""


def square(text: str, lot: Random, weigh: Callable[[str], float] = lambda phrase: 1.0) -> list[str]:
    """Three wrong captions: one detail changed, another detail changed, both changed.

    So each detail is right in two of the four, and nobody finds the right one by comparing the options.
    Empty when the caption has no two details that a viewer can check. Quoted words stay as they are. `weigh` tells how
    often a phrase is right in captions; those that often are are put in rather.
    """
    kinds = sorted(_swaps())
    lot.shuffle(kinds)
    found: list[Swap] = []
    for kind in kinds:
        usable = [swap for swap in _swaps()[kind] if _changed(text, swap) is not None]
        if usable and len(found) < 2:
            found += lot.choices(usable, [weigh(new) for _, new in usable])
    if len(found) < 2:
        return []
    one, other = (_changed(text, swap) for swap in found)
    both = _changed(one, found[1]) if one else None
    options = [option for option in (one, other, both) if option]
    return options if len(set(options)) == 3 else []


def phrases_in(text: str) -> list[str]:
    """The details of a caption that could be changed."""
    known = {old for swaps in _swaps().values() for old, _ in swaps}
    return sorted(phrase for phrase in known if re.search(rf"\b{re.escape(phrase)}\b", text))


def _changed(text: str, swap: Swap) -> str | None:
    """The text with the first use of a phrase outside quotes replaced; None where it has none."""
    old, new = swap
    if old not in text:
        return None
    parts = re.split(r"(“[^”]*”)", text)
    for index, part in enumerate(parts):
        # a verb that is followed by `at` or `to` needs just that verb, and `red hair` has colours of its own
        changed = re.sub(rf"\b{re.escape(old)}\b(?! (?:at|to|hair)\b)", new, part, count=1)
        changed = re.sub(rf"\ban? (?={re.escape(new)}\b)", f"{a(new).split()[0]} ", changed)
        if changed != part and not part.startswith("“"):
            return "".join((*parts[:index], changed, *parts[index + 1 :]))
    return None


@cache
def _swaps() -> dict[str, tuple[Swap, ...]]:
    """Kind of detail to every swap of that kind."""
    table = words()
    verbs = {forms[1]: row for row, forms in table["poses"].items() if row in _VERBS}
    return {
        "direction": (("to the left", "to the right"), ("to the right", "to the left")),
        "colour": tuple(_among(COLOURS, confusable)),
        "place": tuple(_places()),
        "action": tuple(_among(verbs, lambda one, other: alike(verbs[one], verbs[other]))),
        "feeling": tuple(_among([f"looking {one}" for one in table["feelings"] if one != "neutral"], _faces_alike)),
        "camera": tuple(_among([f"The camera {move}" for move in table["camera"].values()], str.__eq__)),
        "light": tuple(_lights()),
    }


def _places() -> Iterator[Swap]:
    for one in words()["places"]:
        for other in words()["vocabulary"]["places"]:
            if not alike(one, other):
                yield place(one), place(other)
                yield capital(place(one)), capital(place(other))


def _lights() -> Iterator[Swap]:
    # only the light changes, never the weather with it: clear and foggy could both be said of a hazy picture
    times = tuple(words()["time"])
    for weather in words()["weather"]:
        phrases = [str(words()["on_a"][f"{weather} {time}"]) for time in times]
        yield from _among(phrases, str.__eq__)


def _among(values: Iterable[str], clash: Clash) -> Iterator[Swap]:
    known = list(values)
    yield from ((one, other) for one in known for other in known if not clash(one, other))


def _faces_alike(one: str, other: str) -> bool:
    return alike(one.removeprefix("looking "), other.removeprefix("looking "))
