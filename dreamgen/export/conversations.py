"""A pair as the messages that a trainer sees."""

from __future__ import annotations

import re
import unicodedata

from dreamgen.core.pairs import LETTERS, InstructionPair

ASK_FOR_LETTER = "Answer with the option's letter."

_TAG = re.compile(r"<(/?\w+)>")


def messages(pair: InstructionPair) -> list[tuple[str, str]]:
    """Role (human or assistant) and text, in turn; a choice has its options lettered and answers with the letter."""
    turns: list[tuple[str, str]] = [(turn.role, turn.text) for turn in pair.turns]
    if pair.options and pair.answer_index is not None:
        lettered = [f"{letter}. {option}" for letter, option in zip(LETTERS, pair.options, strict=False)]
        turns[-2] = ("human", "\n".join((turns[-2][1], *lettered, ASK_FOR_LETTER)))
        turns[-1] = ("assistant", LETTERS[pair.answer_index])
    return [(role, plain(text)) for role, text in turns]


def plain(text: str) -> str:
    """The text in NFC; what looks like a media tag (a plot may quote one) is in round brackets: loaders count tags."""
    return unicodedata.normalize("NFC", _TAG.sub(r"(\1)", text))
