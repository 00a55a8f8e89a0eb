"""Conversations as loaders take them: who speaks when, and how many media tags stand where."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

TAGS: Final = ("<video>", "<image>", "<audio>")
"""What loaders count and replace by pictures, wherever it stands."""

_SPECIAL: Final = re.compile(
    r"<[|\uff5c][^<>\s]+[|\uff5c]>|</?s>|<(?:unk|pad|bos|eos)>|<(?:start|end)_of_turn>"
    r"|</?(?:img|ref|box|quad|IMG_CONTEXT|im_start|im_end|im_patch)>"
)
"""What tokenizers of these models take for a single token: the end of a turn, a picture; typed, it would be one."""
_OPTION: Final = re.compile(r"^\(?([A-Z])[.):] ?\S", re.MULTILINE)
_LETTER: Final = re.compile(r"\(?([A-Z])(?:[.):].*)?", re.DOTALL)


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
    otherwise: str = ""
    """What the loader does with a turn of anybody else: is trained as an answer."""
    forbidden: tuple[str, ...] = ()
    """What the loader cuts texts at, or takes away from them, besides tags and special tokens."""


def turn_defects(turns: Any, manner: Manner) -> Iterator[str]:
    """What is wrong with a conversation.

    Args:
        turns: what stands where the list of turns should.
        manner: how the form writes them.
    """
    if not isinstance(turns, list) or not turns:
        yield "has no turns"
        return
    asked = ""
    for number, turn in enumerate(turns):
        wanted = manner.assistant if number % 2 else manner.human
        role = turn.get(manner.role_key) if isinstance(turn, dict) else None
        if role != wanted:
            otherwise = f"; such a turn {manner.otherwise}" if manner.otherwise else ""
            yield f"turn {number + 1} is by {role!r} and not by {wanted}: roles must alternate{otherwise}"
            return
        text = turn.get(manner.text_key)
        if not isinstance(text, str) or not text.strip():
            yield f"turn {number + 1} has no text"
            return
        yield from (f"turn {number + 1} {what}" for what in _text_defects(text, manner, first=number == 0))
        if number % 2:
            yield from _answer_defects(asked, text)
        asked = text
    if len(turns) % 2:
        yield "ends with a question: nothing is left to learn"


def _text_defects(text: str, manner: Manner, *, first: bool) -> Iterator[str]:
    rest = text.removeprefix(manner.tag) if first else text
    strays = [tag for tag in TAGS if tag in rest]
    if first and manner.tag and rest == text:
        yield f"does not begin with {manner.tag!r}"
    elif strays:
        yield f"has {strays[0]} in its text, which would stand for one more file"
    elif not rest.strip():
        yield "asks nothing"
    special = _SPECIAL.search(rest)
    if special:
        yield f"has {special[0]} in its text, which a tokenizer takes for a token of its own"
    for word in manner.forbidden:
        if word in rest:
            yield f"has {word!r} in its text, where the loader cuts it"
    if unicodedata.normalize("NFC", text) != text:
        yield "is not in NFC"
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        yield "has half a character, which is no UTF-8"


def _answer_defects(asked: str, answer: str) -> Iterator[str]:
    """A choice, whose options stand in the question with letters, is answered with one of them."""
    letters = _OPTION.findall(asked)
    if len(letters) < 2 or letters != [chr(ord("A") + number) for number in range(len(letters))]:
        return
    given = _LETTER.fullmatch(answer.strip())
    wanted = "letter" in asked.rpartition("\n")[2].lower()
    if wanted and not given:
        yield f"answers {answer[:40]!r}, which is none of the letters {_span(letters)}"
    elif given and given[1] not in letters:
        yield f"answers {given[1]}, which is none of the letters {_span(letters)}"


def _span(letters: Sequence[str]) -> str:
    return f"{letters[0]} to {letters[-1]}"
