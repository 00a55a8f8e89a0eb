"""A caption with one detail changed: wrong, and as likely to read as the right one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from dreamgen.core.colours import COLOURS, confusable
from dreamgen.qa.distractors import Clash
from dreamgen.qa.wording import alike, place, words

_PLAIN = ("walk", "run", "sit", "kneel", "dance", "wave", "lie", "stand")
"""Poses whose verbs can change places in a sentence."""


def twists(text: str) -> list[str]:
    """Every caption that differs from `text` in one detail that a viewer can check; quoted words stay as they are."""
    parts = re.split(r"(“[^”]*”)", text)
    found = []
    for old, new in _swaps():
        for index, part in enumerate(parts):
            changed = re.sub(rf"\b{re.escape(old)}\b", new, part, count=1) if not part.startswith("“") else part
            if changed != part:
                found.append("".join((*parts[:index], changed, *parts[index + 1 :])))
                break
    return found


@cache
def _swaps() -> tuple[tuple[str, str], ...]:
    return tuple(_every_swap())


def _every_swap() -> Iterator[tuple[str, str]]:
    table = words()
    yield from (("to the left", "to the right"), ("to the right", "to the left"))
    yield from _among(COLOURS, confusable)
    places = table["vocabulary"]["places"]
    for one in table["places"]:
        for other in places:
            if not alike(one, other):
                yield place(one), place(other)
                yield place(one).capitalize(), place(other).capitalize()
    poses = {row: forms[1] for row, forms in table["poses"].items() if row in _PLAIN}
    for row, verb in poses.items():
        yield from ((verb, other) for row_2, other in poses.items() if not alike(row, row_2))
    yield from _among([f"looking {feeling}" for feeling in table["feelings"] if feeling != "neutral"], _feelings_alike)
    yield from _among([f"The camera {move}" for move in table["camera"].values()], str.__eq__)
    yield from _among([phrase for phrase in table["on_a"].values() if " " in phrase], _settings_alike)


def _among(values: Iterable[str], clash: Clash) -> Iterator[tuple[str, str]]:
    known = list(values)
    yield from ((one, other) for one in known for other in known if not clash(one, other))


def _feelings_alike(one: str, other: str) -> bool:
    return alike(one.removeprefix("looking "), other.removeprefix("looking "))


def _settings_alike(one: str, other: str) -> bool:
    # only the light is changed: clear and foggy could both be said of a hazy picture
    light, light_2 = one.split()[-1], other.split()[-1]
    return light == light_2 or one.removesuffix(light) != other.removesuffix(light_2)
