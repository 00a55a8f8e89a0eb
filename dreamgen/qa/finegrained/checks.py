"""What is held against a fine-grained question, and against a wrong answer to it.

As everywhere in drafting, words are checked and not meanings: an answer may say nothing that is not in the facts that
it names, and what a wrong answer says in place of the changed detail may not be in any fact. Two words for one thing
(a knife, a blade) are not known to be one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from dreamgen.core.altered import altered
from dreamgen.core.colours import confusable
from dreamgen.core.lookalikes import alike
from dreamgen.core.question_types import mistyped
from dreamgen.qa.drafting.grounding import EITHER, PASSING, WHEN, Fault, Grounds, fault_of, option_fault
from dreamgen.qa.drafting.lexicon import Term, terms
from dreamgen.qa.drafting.said import Said
from dreamgen.qa.drafting.stems import foreign, general, stem, telling, tokens
from dreamgen.qa.finegrained.details import details, parted
from dreamgen.qa.finegrained.drafts import DraftFollowUp

MOST_CHANGED: Final = 4
"""Words of one detail."""
LONGER: Final = 2
"""Words by which the changed detail may be longer or shorter."""
_ALIKE: Final = ("pose", "feeling", "place", "weather")
"""Sorts of words of which tables say which values are alike."""
_SLOTS: Final = ("top", "bottom", "hat")
_ARTICLE: Final = re.compile(r"\ba (?=[aeio])|\ban (?=[bcdfgjklmnpqrstvwxyz])", re.IGNORECASE)


def question_fault(draft: DraftFollowUp, grounds: Grounds, taken: Sequence[DraftFollowUp]) -> Fault | None:
    """The first thing that is wrong with a question and its answer; None when nothing is found.

    Args:
        draft: as it was written.
        grounds: what is known.
        taken: questions that were taken already; of a follow-up also the one that it follows.
    """
    return (
        fault_of(draft.as_pair, grounds, [one.as_pair for one in taken])
        or _gives_away(draft)
        or _timeless(draft, grounds)
        or _type(draft)
        or _borne_out(draft, grounds)
        or _repeats(draft, taken)
    )


def _gives_away(draft: DraftFollowUp) -> Fault | None:
    """A question that says all that its answer says needs no video, unless it offers several answers."""
    if foreign(draft.answer, draft.question) or EITHER.search(draft.question):
        return None
    return Fault("gives_itself_away", "the question says all that the answer says")


def _timeless(draft: DraftFollowUp, grounds: Grounds) -> Fault | None:
    """What is otherwise at another time has several right answers, where the question does not say when."""
    if WHEN.search(draft.question):
        return None
    said = {term for term in terms(draft.answer) if term.sort in PASSING}
    for fact in grounds.about(f"{draft.question} {draft.answer}"):
        for term in sorted(fact.terms - said - terms(draft.question)):
            if term.sort in {one.sort for one in said}:
                return Fault("asks_of_no_time", f"a fact says {term.value} too, and the question does not say when")
    return None


def _type(draft: DraftFollowUp) -> Fault | None:
    why = mistyped(draft.type, draft.question, draft.answer)
    return Fault("wrong_type", f"it is no question of the type {draft.type}: {why}") if why else None


def _borne_out(draft: DraftFollowUp, grounds: Grounds) -> Fault | None:
    facts = " ".join(grounds.facts[number] for number in draft.facts)
    # a colour, a number or a deed has been held against the facts by its meaning
    unknown = (word for word in tokens(draft.answer) if not Said.of(word).checkable)
    strange = foreign(unknown, f"{facts} {draft.question}")
    return Fault("not_in_claims", f"the facts that it names say nothing of {', '.join(strange)}") if strange else None


def _repeats(draft: DraftFollowUp, taken: Sequence[DraftFollowUp]) -> Fault | None:
    """Whether it gives an answer again that rests on the same facts."""
    for other in taken:
        same = other.type == draft.type and tokens(other.answer) == tokens(draft.answer)
        if same and set(other.facts) & set(draft.facts):
            return Fault("repeats_answer", f"{other.question!r} has this answer already")
    return None


def negative_fault(
    draft: DraftFollowUp, negative: str, grounds: Grounds, others: Sequence[str] = (), *, false: bool = False
) -> Fault | None:
    """The first thing that is wrong with a wrong answer; None when nothing is found.

    Args:
        draft: the question with the right answer.
        negative: the wrong one.
        grounds: what is known.
        others: wrong answers that the question has already.
        false: whether it is known to be false, so that no fact need be held against it.
    """
    return (
        _one_detail(draft.answer, negative)
        or _worded(draft, negative, others)
        or _asked_for(draft, negative)
        or _too_like(draft, negative)
        or (None if false else _false(draft, negative, grounds))
    )  # fmt: skip


def _one_detail(right: str, negative: str) -> Fault | None:
    changes = details(right, negative)
    if not changes:
        return Fault("no_detail_changed", "it says what the right answer says")
    if len(changes) > 1:
        places = "; ".join(f"{' '.join(one.was) or 'nothing'} -> {' '.join(one.now) or 'nothing'}" for one in changes)
        return Fault("several_details_changed", f"it changes {len(changes)} places: {places}")
    (change,) = changes
    if not change.was or not change.now:
        return Fault("wrong_form", "it leaves a detail out, or adds one, and puts none in the place of another")
    longest = max(len(change.was), len(change.now))
    if longest > MOST_CHANGED or abs(len(change.was) - len(change.now)) > LONGER:
        return Fault("wrong_form", f"the detail must stay about as long: {' '.join(change.was)} is not")
    if parted(change.was) and parted(change.now):
        return Fault("several_details_changed", f"{' '.join(change.was)!r} is more than one detail")
    sorts = [{term.sort for term in terms(" ".join(words))} for words in (change.was, change.now)]
    if len(sorts[0] & sorts[1]) > 1:
        return Fault("several_details_changed", f"it changes {' and '.join(sorted(sorts[0] & sorts[1]))}")
    return None


def _worded(draft: DraftFollowUp, negative: str, others: Sequence[str]) -> Fault | None:
    if any(tokens(negative) == tokens(other) for other in others):
        return Fault("near_duplicate", "the question has this wrong answer already")
    if _ARTICLE.search(negative) and not _ARTICLE.search(draft.answer):
        return Fault("wrong_form", "its article does not fit")
    return None


def _too_like(draft: DraftFollowUp, negative: str) -> Fault | None:
    """What one viewer or another could mistake for the right one, or what that is a sort of, makes nothing false."""
    (change,) = details(draft.answer, negative)
    if general(change.now) and not general(change.was):
        return Fault("too_like", f"{' '.join(change.was)} may be called {' '.join(change.now)}")
    right, wrong = terms(draft.answer), terms(negative)
    for was in right - wrong:
        for now in wrong - right:
            if was.sort == now.sort and mistakable(was, now):
                return Fault("too_like", f"some would call {was.value} what others call {now.value}")
    return None


def mistakable(one: Term, other: Term) -> bool:
    """Whether two values of one sort could be taken for each other by whoever looks."""
    if one.sort == "colour":
        return confusable(one.value, other.value)
    slots = _SLOTS if one.sort == "garment" else (one.sort,) if one.sort in _ALIKE else ()
    return one == other or any(alike(what, one.value, other.value) for what in slots)


def _asked_for(draft: DraftFollowUp, negative: str) -> Fault | None:
    """A detail that the question states can't be wrong: who has read the question knows."""
    (change,) = details(draft.answer, negative)
    stated = {stem(word) for word in change.was} <= {stem(word) for word in tokens(draft.question)}
    if stated and not EITHER.search(draft.question):
        return Fault("not_what_is_asked", f"the question itself says {' '.join(change.was)!r}")
    return None


def _false(draft: DraftFollowUp, negative: str, grounds: Grounds) -> Fault | None:
    """A wrong answer must not be right as well, by any fact."""
    (change,) = details(draft.answer, negative)
    said = " ".join(grounds.facts.values())
    new, meant = list(telling(change.now)), terms(negative) - terms(draft.answer)
    if not new and not meant:
        # before for after, in for on: sure to be false only where the tables know both
        known = negative in set(altered(draft.answer))
        return None if known else Fault("not_checkable", f"{' '.join(change.now)!r} need not be wrong")
    if new and set(foreign(change.now, said)) == set(new):
        return None
    if not meant:
        return Fault("may_be_true", f"a fact speaks of {' '.join(change.now)} too")
    about = grounds.about(f"{draft.question} {draft.answer}")
    if not WHEN.search(draft.question) and any(not fact.missing(negative) for fact in about):
        return Fault("two_right_answers", f"a fact says {negative!r} too, and the question speaks of no time")
    return option_fault(draft.as_pair, negative, grounds)
