"""Conversations as loaders take them: who speaks when, and how many media tags stand where."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

TAGS: Final = ("<video>", "<image>", "<audio>")
"""What loaders count and replace by pictures, wherever it stands."""


class Manner(NamedTuple):
    """How a form writes a conversation."""

    human: str
    """The role of who asks: human, user."""
    assistant: str
    """The role of who answers: gpt, assistant."""
    tag: str
    """What stands for the video in the first turn: <image>, `<video>` with a line break; empty for none at all."""
    role_key: str = "from"
    """The key of the role."""
    text_key: str = "value"
    """The key of the text."""


def turn_defects(turns: Any, manner: Manner) -> Iterator[str]:
    """What is wrong with a conversation.

    Args:
        turns: what stands where the list of turns should.
        manner: how the form writes them.
    """
    if not isinstance(turns, list) or not turns:
        yield "has no turns"
        return
    for number, turn in enumerate(turns):
        wanted = manner.assistant if number % 2 else manner.human
        role = turn.get(manner.role_key) if isinstance(turn, dict) else None
        if role != wanted:
            yield f"turn {number + 1} is by {role!r} and not by {wanted}: roles must alternate"
            return
        text = turn.get(manner.text_key)
        if not isinstance(text, str) or not text.strip():
            yield f"turn {number + 1} has no text"
            return
        rest = text.removeprefix(manner.tag) if number == 0 else text
        strays = [tag for tag in TAGS if tag in rest]
        if number == 0 and manner.tag and rest == text:
            yield f"the first turn does not begin with {manner.tag!r}"
        elif strays:
            yield f"turn {number + 1} has {strays[0]} in its text, which would stand for one more file"
        if unicodedata.normalize("NFC", text) != text:
            yield f"turn {number + 1} is not in NFC"
    if len(turns) % 2:
        yield "ends with a question: nothing is left to learn"
