"""A pair as the messages that a trainer sees."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from dreamgen.core.pairs import LETTERS, InstructionPair

ASK_FOR_LETTER = "Answer with the option's letter."

TAG: Final = re.compile(r"<([/|\uff5c]*\w[\w.:/|\uff5c\u2581-]*)>")
"""What tokenizers and loaders take for something else than words: media tags, which they count and replace by pictures
(`<video>`, InternVL's `<IMG_CONTEXT>`), places of boxes (ms-swift's `<ref-object>`) and special tokens, which would end
a turn (Qwen's `<|im_end|>`, Llama's `</s>`)."""


def messages(pair: InstructionPair) -> list[tuple[str, str]]:
    """Role (human or assistant) and text, in turn; a choice has its options lettered and answers with the letter."""
    turns: list[tuple[str, str]] = [(turn.role, turn.text) for turn in pair.turns]
    if pair.options and pair.answer_index is not None:
        lettered = [f"{letter}. {option}" for letter, option in zip(LETTERS, pair.options, strict=False)]
        turns[-2] = ("human", "\n".join((turns[-2][1], *lettered, ASK_FOR_LETTER)))
        turns[-1] = ("assistant", LETTERS[pair.answer_index])
    return [(role, plain(text)) for role, text in turns]


def plain(text: str) -> str:
    """The text in NFC; what looks like a tag (a plot may quote one) is in round brackets: see `TAG`."""
    composed = unicodedata.normalize("NFC", text)
    return TAG.sub(lambda found: f"({found[1].strip('|' + chr(0xFF5C))})", composed) if "<" in composed else composed
