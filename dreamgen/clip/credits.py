"""What stands before and after a film that is cut for people: its title, its end and its cast."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dreamgen.clip.edits import Card
from dreamgen.core.media import Style
from dreamgen.illustrator import title_card
from dreamgen.illustrator.lettering import written

TITLE_SECONDS, END_SECONDS = 2.5, 3.0
"""How long a card stands."""

_ROOM = 110
"""Letters of names that fit on a card beside the rest."""


def opening(title: str, size: tuple[int, int], fps: int, style: Style) -> Card:
    """The title, in the film's style."""
    return Card(title_card(title, "", size, style), round(TITLE_SECONDS * fps))


def ending(cast: Sequence[str], generated: bool, size: tuple[int, int], fps: int, style: Style) -> Iterator[Card]:
    """The end and the cast, on as many cards as the names need.

    Args:
        cast: names; those that can't be written in the embedded font are left out.
        generated: whether a model drew the pictures, which the last card then says.
        size: width and height in pixels.
        fps: frames a second.
        style: of the cards.
    """
    drawn = f"Pictures by {'a generative model' if generated else 'dreamgen'}."
    groups = _groups([words for name in cast if (words := written(name).words)])
    for number, names in enumerate(groups):
        said = f"{'' if number else 'With '}{', '.join(names)}." if names else ""
        small = f"{said} {drawn}".strip() if number == len(groups) - 1 else said
        yield Card(title_card("With" if number else "The End", small, size, style), round(END_SECONDS * fps))


def _groups(cast: Sequence[str]) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    for name in cast:
        if groups[-1] and len(", ".join([*groups[-1], name])) > _ROOM:
            groups.append([])
        groups[-1].append(name)
    return groups
