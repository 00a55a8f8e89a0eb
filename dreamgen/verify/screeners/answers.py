"""What a pair answers, without the words around it."""

from __future__ import annotations

from dreamgen.core.pairs import InstructionPair


def short_answer(pair: InstructionPair) -> str:
    """`yellow` for a pair that answers `The boy's hoodie is yellow.`; in small letters, without a full stop."""
    if pair.options and pair.answer_index is not None:
        return _plain(pair.options[pair.answer_index])
    text = pair.turns[-1].text
    front, _, back = dict(pair.program.arguments).get("say", "{answer}").partition("{answer}")
    if text.casefold().startswith(front.casefold()):
        text = text[len(front) :]
    return _plain(text.removesuffix(back) if back.strip(".") else text)


def _plain(text: str) -> str:
    return text.strip().rstrip(".").casefold()
