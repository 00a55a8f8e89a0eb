"""What is made of an answer: the chance of each choice, from the tokens that were likely where the choice was said."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from dreamgen.core.base import Record
from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.vision.seeing import Query, SeeFailure, Seen

WITHOUT: Final = "no logprobs"
"""The detail of an answer whose chances nobody told: what was said counts as certain."""
_SHOWN: Final = 300
"""Characters of an answer that people are shown."""


class Token(Record):
    """One token of an answer."""

    text: str
    """As it stands in the answer, with the space before it."""
    tops: tuple[tuple[str, float], ...] = ()
    """The likeliest tokens in its place, itself among them, with the logarithms of their probabilities."""


class Look(RawAnswer):
    """An answer of a server, before anything was made of it."""

    tokens: tuple[Token, ...] = ()
    """Token by token; empty where the server does not tell."""
    most: int = 0
    """Tokens that it was held to."""

    @property
    def unsaid(self) -> bool:
        """Whether it ran out of tokens before it said anything: some think first."""
        return self.finish == "length" and not _visible(self.text).strip()


def seen_of(query: Query, look: Look) -> Seen:
    """What became of a query; it follows from the answer alone. What can't be read is a failure, never a choice."""
    seen = Seen(query, tokens_in=look.tokens_in, tokens_out=look.tokens_out)
    told = _visible(look.text).strip()

    def failed(failure: SeeFailure) -> Seen:
        detail = f"cut off after {look.tokens_out} tokens; see vision.max_output_tokens. " if look.unsaid else ""
        said = " ".join(told.split())[:_SHOWN] or ("" if detail else "nothing")
        return replace(seen, failure=failure, detail=f"{detail}{said}".strip())

    if look.finish == "refused":
        return failed("refused")
    if look.unsaid or (look.finish == "length" and not query.choices):
        return failed("cut_off")
    if not query.choices:
        return replace(seen, text=told) if told else failed("prose")
    if chances := _chances(query.choices, look.tokens):
        best = max(range(len(chances)), key=chances.__getitem__)
        return replace(seen, chances=chances, text=query.choices[best])
    found = said(look.text, query.choices, strict=True)
    if found is None:
        return failed("prose")
    certain = tuple(float(number == found.choice) for number in range(len(query.choices)))
    return replace(seen, chances=certain, text=query.choices[found.choice], detail=WITHOUT)


class Said(NamedTuple):
    """A choice that was found in a text."""

    choice: int
    """Which one."""
    start: int
    """Where it begins."""


def said(text: str, choices: Sequence[str], *, strict: bool) -> Said | None:
    """The choice that a text says; None when it says none, or it is not clear which.

    Args:
        text: Yes. / Answer: B / **b** / B. red coat.
        choices: what may be said.
        strict: whether there may be nothing beside it but marks, and what stands behind a letter. Otherwise it is
            enough that the text begins with it: Yes, she does.
    """
    lead = _THOUGHT.match(text)
    begin = lead.end() if lead else 0
    for start in dict.fromkeys((_skipped(_MARKS, text, begin), _skipped(_LEAD, text, begin))):
        # longest first: one choice may begin with another
        for number in sorted(range(len(choices)), key=lambda one: -len(choices[one])):
            choice, rest = choices[number].casefold(), text[start:].casefold()
            if rest.startswith(choice) and _ends(rest[len(choice) :], choices, number, strict=strict):
                return Said(number, start)
    return None


def _skipped(what: re.Pattern[str], text: str, begin: int) -> int:
    found = what.match(text, begin)
    return found.end() if found else begin


def _ends(rest: str, choices: Sequence[str], number: int, *, strict: bool) -> bool:
    """Whether a choice is over where the rest begins."""
    if not rest.strip(_AROUND):
        return True
    if len(choices[number]) == 1:
        # A woman: the letter is a word of a sentence
        others = {choice.casefold() for choice in choices} - {choices[number].casefold()}
        named = {letter for letter in _LETTERED.findall(rest) if letter in others}
        return bool(_BEHIND.match(rest)) and not named
    return not strict and not (rest[0].isalnum() or rest[0] in "'\u2019-")


_AROUND: Final = " \t\r\n\"'`*_.,:;!()[]{}\u201c\u201d\u2018\u2019"
"""Marks around a choice that say nothing."""
_MARKS: Final = re.compile(r"[\s\"'`*_(\[{\u201c\u2018]*")
_LEAD: Final = re.compile(
    rf"{_MARKS.pattern}(?:(?:the|my)\s+)?(?:(?:correct|final|best|right)\s+)?(?:answer|option|choice|letter)\b"
    rf"(?:\s+is)?\s*[:=-]?{_MARKS.pattern}(?:option\s+)?{_MARKS.pattern}",
    re.IGNORECASE,
)
"""What some say before a choice: the correct answer is: **"""
_BEHIND: Final = re.compile(r"[*_]*[.):,\]\n]")
"""What stands behind a letter that is a choice."""
_LETTERED: Final = re.compile(r"\b(\w)[.):](?=\s)")
_THOUGHT: Final = re.compile(r".*</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
"""What a model thinks before it says anything."""


def _visible(text: str) -> str:
    """What is said, without what was thought before."""
    thought = _THOUGHT.match(text)
    if thought:
        return text[thought.end() :]
    return "" if text.lstrip().lower().startswith(("<think>", "<thinking>")) else text


def _chances(choices: Sequence[str], tokens: Sequence[Token]) -> tuple[float, ...]:
    """The probability of each choice, where the answer says one; empty when it can't be told."""
    found = said("".join(token.text for token in tokens), choices, strict=False)
    if found is None:
        return ()
    begin = 0
    for token in tokens:
        if begin + len(token.text) > found.start:
            break
        begin += len(token.text)
    chances = [0.0] * len(choices)
    for text, logarithm in token.tops:
        number = _meant(text, choices)
        if number is not None:
            chances[number] += math.exp(min(0.0, logarithm))
    if not chances[found.choice]:
        return ()
    # rounding apart, they are parts of one
    whole = max(1.0, math.fsum(chances))
    return tuple(chance / whole for chance in chances)


def _meant(token: str, choices: Sequence[str]) -> int | None:
    """The choice that an answer beginning with this token says: it is the choice, or no other begins so."""
    word = token.strip(_AROUND + "\u0120\u2581").casefold()
    fits = [number for number, choice in enumerate(choices) if word and choice.casefold().startswith(word)]
    if len(fits) != 1:
        return None
    return fits[0] if len(word) > 1 or word == choices[fits[0]].casefold() else None
