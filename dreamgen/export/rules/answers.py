"""Rows of tables that name their choices: the letter, the option and the answer say the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dreamgen.core.pairs import LETTERS


def answer_defects(row: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the options, the letter and the answer of a row."""
    options, letter, answer = row.get("options"), row.get("answer_letter"), row.get("answer")
    if not isinstance(answer, str) or not answer.strip():
        yield "has no answer"
    if not options:
        if letter:
            yield f"answers {letter!r} and has no options"
        return
    if not isinstance(options, list) or len(options) < 2:
        yield "has no list of two options or more"
    elif len(set(map(str, options))) < len(options):
        yield "has the same option twice"
    elif not isinstance(letter, str) or letter not in LETTERS[: len(options)] or not letter:
        yield f"answers {letter!r}, which is none of {len(options)} options"
    elif options[LETTERS.index(letter)] != answer:
        yield f"answers {letter}, which is {options[LETTERS.index(letter)]!r} and not {answer!r}"
