"""What style pictures are asked for and called: prompts/style/*.md."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dreamgen.errors import UsageError
from dreamgen.shelf import find

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def learning_prompts() -> tuple[str, ...]:
    """What pictures are called while a style is learned, with `{word}` for the word that stands for it.

    Raises:
        UsageError: when the file is missing, or a line of it does not have the word.
    """
    prompts = _lines("learning")
    for prompt in prompts:
        if re.findall(r"{.*?}|[{}]", prompt) != ["{word}"]:
            raise UsageError(
                f"prompts/style/learning.md: {prompt!r} can't be learned from",
                "Write {word} once, and no other braces.",
            )
    if not prompts:
        raise UsageError("prompts/style/learning.md has no prompt", "Write one a line, with {word} in it.")
    return prompts


def reference_prompt(place: str, style: str) -> str:
    """What is asked for when a picture in a style is drawn."""
    pieces = (line.replace("{place}", place).replace("{style}", style) for line in _lines("reference"))
    return ", ".join(piece for piece in pieces if piece)


def places(own: Sequence[str], count: int) -> tuple[str, ...]:
    """Where pictures in a style are set: in a story's own places where it has so many, else in ours.

    Raises:
        UsageError: when there are too few places.
    """
    own = tuple(dict.fromkeys(own))
    return _first(own, count) if len(own) >= count else _first(_lines("places"), count)


def _first(names: Sequence[str], count: int) -> tuple[str, ...]:
    if len(names) < count:
        raise UsageError(
            f"prompts/style/places.md has {len(names)} places, and {count} are wanted",
            "Ask for fewer with --set style.places=N, or add some.",
        )
    return tuple(names[:count])


def _lines(name: str) -> tuple[str, ...]:
    path = find("prompts", f"style/{name}.md")
    if path is None:
        raise UsageError(f"prompts/style/{name}.md is missing", "Put it back; the package and its repository have one.")
    text = _COMMENT.sub("", path.read_text("utf-8"))
    return tuple(line.strip() for line in text.splitlines() if line.strip())
