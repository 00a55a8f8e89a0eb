"""Questions with five options, of which one is right: their shape, and what is held against them.

What a question and its answer say is held against the facts as for any pair (see `grounding`). Of free descriptions
most words stand in no table, so that an option can't be shown to be false by what is said instead: it must at least say
something that the facts behind the answer don't. A model that answers from the video blindly can find the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from typing import Final

from pydantic import Field
from rapidfuzz import fuzz

from dreamgen.core.base import Explained
from dreamgen.core.narrowing import Asked, ids, narrowed, one_of, some
from dreamgen.language.stems import every_word, stem, stems, telling_words
from dreamgen.qa.drafting.grounding import SAME, Fault, Grounds, fault_of, option_fault, says_when
from dreamgen.qa.drafting.said import Said
from dreamgen.qa.drafting.sheets import MOST_FACTS, DraftPair
from dreamgen.qa.drafting.stems import general

WRONG: Final = 4
"""Wrong options of each question, beside the right one."""
_NEAR: Final = 12
"""Characters by which the lengths of two options may differ in any case."""
_RATIO: Final = 2.0
"""How many times as long as the shortest option the longest may be."""
_CATCH_ALL: Final = re.compile(
    r"\b(?:all|none|any|both|neither|either|several|two|some|most) of (?:the|these|them|those)\b"
    r"|\b(?:options?|answers?) [A-E1-5]\b|\ball of it\b|\bnone\b\W*$"
    r"|\bcan(?:no|['’])t be (?:told|said|seen|determined)\b",
    re.IGNORECASE,
)
"""Options that speak of other options."""


class DraftFive(Explained):
    """One question with five options."""

    facts: tuple[str, ...] = Field(min_length=1)
    """The numbers of the facts that the answer rests on, all of them and no others: F3."""
    task: str
    """What it is about."""
    question: str = Field(min_length=8, max_length=300)
    """For somebody who has seen the video and nothing else."""
    answer: str = Field(min_length=1, max_length=300)
    """The right option."""
    wrong: tuple[str, ...] = ()
    """Four options that the facts make wrong, of the same kind and length as the answer."""

    @property
    def options(self) -> tuple[str, ...]:
        """All five, the right one first."""
        return (self.answer, *self.wrong)


class DraftFives(Explained):
    """All that is written at once."""

    pairs: tuple[DraftFive, ...]
    """As many as were asked for."""


def fives_shape(facts: Sequence[str], tasks: Sequence[str], pairs: int) -> type[Asked]:
    """The shape of one sheet, in which nothing can be named that is not there.

    Args:
        facts: their numbers.
        tasks: that may be written for.
        pairs: how many are asked for, at most.
    """
    wrong = some(str, WRONG, WRONG)
    five = narrowed(DraftFive, facts=ids(tuple(facts), 1, MOST_FACTS), task=one_of(tasks), wrong=wrong)
    return narrowed(DraftFives, pairs=some(five, 1, pairs))


def fault_of_five(draft: DraftFive, grounds: Grounds, earlier: Sequence[DraftFive] = ()) -> Fault | None:
    """The first thing that is wrong with a question; None when nothing is found.

    Args:
        draft: as it was written.
        grounds: what is known.
        earlier: questions that were taken already.
    """
    straight = _as_pair(draft)
    return (
        _form(draft)
        or fault_of(straight, grounds, [_as_pair(one) for one in earlier])
        or _answer(draft, grounds)
        or next((fault for option in draft.wrong if (fault := _option(draft, option, grounds))), None)
        or _lengths(draft, earlier)
    )


def _as_pair(draft: DraftFive) -> DraftPair:
    """The question and its answer without the wrong options, which are held against the facts here."""
    return DraftPair(facts=draft.facts, task=draft.task, form="open", question=draft.question, answer=draft.answer)


def _form(draft: DraftFive) -> Fault | None:
    said = [" ".join(every_word(option)) for option in draft.options]
    if len(draft.wrong) != WRONG or len(set(said)) != len(said) or not all(said):
        return Fault("wrong_form", f"it needs {WRONG} wrong options, all different from each other and from the answer")
    if catch_all := next((option for option in draft.options if _CATCH_ALL.search(option)), None):
        return Fault("speaks_of_options", f"the option {catch_all!r} speaks of other options")
    for one, other in combinations(draft.options, 2):
        if fuzz.ratio(one.casefold(), other.casefold(), score_cutoff=SAME) and stems(one) == stems(other):
            return Fault("wrong_form", f"the options {one!r} and {other!r} say the same")
    return None


def _answer(draft: DraftFive, grounds: Grounds) -> Fault | None:
    """Every word of the answer that says something must be in the facts that it names, or in the question."""
    known = stems(f"{' '.join(grounds.facts[number] for number in draft.facts)} {draft.question}")
    if strange := [word for word in telling_words(draft.answer) if stem(word) not in known]:
        return Fault("not_in_claims", f"the facts that it names say nothing of {', '.join(dict.fromkeys(strange))}")
    return None


def _option(draft: DraftFive, option: str, grounds: Grounds) -> Fault | None:
    pair = _as_pair(draft)
    if Said.of(option).checkable and (fault := option_fault(pair, option, grounds)):
        return fault
    words = {stem(word) for word in telling_words(option)} - {stem(word) for word in telling_words(draft.question)}
    if general(telling_words(option)) and not general(telling_words(draft.answer)):
        return Fault("two_right_answers", f"{draft.answer!r} may be called {option!r} too")
    if words <= stems(" ".join(grounds.facts[number] for number in draft.facts)):
        return Fault("two_right_answers", f"the facts that the answer rests on say {option!r} too")
    if not says_when(draft.question) and any(words <= stems(fact) for fact in grounds.facts.values()):
        return Fault("two_right_answers", f"a fact says {option!r} too, and the question speaks of no time")
    return None


def _lengths(draft: DraftFive, earlier: Sequence[DraftFive]) -> Fault | None:
    lengths = [len(option) for option in draft.options]
    if max(lengths) > max(_RATIO * min(lengths), min(lengths) + _NEAR):
        return Fault("unlike_lengths", "the longest option is more than twice as long as the shortest")
    if _stands_out(draft) and 2 * sum(map(_stands_out, earlier)) >= len(earlier) + 1:
        return Fault("answer_is_longest", "the answer is the longest option, as in half of the questions before")
    return None


def _stands_out(draft: DraftFive) -> bool:
    return len(draft.answer) > max(map(len, draft.wrong))
