"""What is held against a pair that a language model wrote: its answer must follow from the facts that it names.

Words are checked and not meanings: every colour, deed, place, light, side, feeling, number, thing and time that a pair
speaks of must be in the facts. It can't tell who does what to whom in a clever sentence; a verifier that answers the
question from the video can.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from dreamgen.language.wording import alike
from dreamgen.qa.drafting.lexicon import Bound, Term, bounds, terms, times
from dreamgen.qa.drafting.sheets import DraftPair

NEAR: Final = 0.75
"""Seconds by which a clock time may miss the start and end of the facts."""
SAME: Final = 90.0
"""Likeness (0-100, rapidfuzz's ratio) from which two questions are one."""
_LEAKS: Final = re.compile(
    r"\bF\d+\b|\b(?:the|these|given|according to the) facts?\b|<(?:video|image|audio)>", re.IGNORECASE
)
_EXCLUSIVE: Final = frozenset({"colour", "pose", "place", "weather", "light", "side", "feeling", "number", "camera"})
"""Sorts of which facts state one value, so that another one contradicts them."""


@dataclass(frozen=True)
class Fault:
    """Why a pair is not taken."""

    reason: str
    """Machine-readable."""
    words: str
    """For the model that wrote it, and for people."""


@dataclass(frozen=True)
class Grounds:
    """What is known of the clip, in words."""

    facts: Mapping[str, str]
    """Number to text."""
    names: Sequence[str] = ()
    """Proper names of the cast, which the video does not show."""

    def said(self, numbers: Sequence[str]) -> Said:
        """What some facts say."""
        return Said.of(" ; ".join(self.facts[number] for number in numbers))

    def all(self) -> Said:
        """What they all say."""
        return Said.of(" ; ".join(self.facts.values()))


@dataclass(frozen=True)
class Said:
    """What a text says, as far as it can be checked."""

    terms: frozenset[Term]
    bounds: frozenset[Bound]
    times: tuple[float, ...]

    @classmethod
    def of(cls, text: str) -> Said:
        """What `text` says."""
        return cls(terms(text), bounds(text), times(text))

    def missing(self, text: str) -> list[str]:
        """What `text` says and this does not bear out, in words; empty when it bears out all of it."""
        other = Said.of(text)
        words = [term.value for term in sorted(other.terms) if not self._has(term)]
        words += [
            f"{bound.colour} {bound.what}" for bound in sorted(other.bounds - self.bounds) if not self._worn(bound)
        ]
        words += [f"{time:g} s" for time in other.times if all(abs(time - known) > NEAR for known in self.times)]
        return words

    def contradicts(self, text: str) -> bool:
        """Whether this says something else where `text` says what it does not bear out."""
        other = Said.of(text)
        sorts = {term.sort for term in other.terms if not self._has(term)}
        return bool(sorts & _EXCLUSIVE & {term.sort for term in self.terms}) or bool(other.bounds - self.bounds)

    @property
    def checkable(self) -> bool:
        """Whether it says anything that can be checked."""
        return bool(self.terms or self.times)

    def _has(self, term: Term) -> bool:
        if term.sort in ("garment", "being"):
            return any(known.sort == term.sort and alike(known.value, term.value) for known in self.terms)
        return term in self.terms

    def _worn(self, bound: Bound) -> bool:
        return any(known.colour == bound.colour and alike(known.what, bound.what) for known in self.bounds)


def fault_of(pair: DraftPair, grounds: Grounds, earlier: Sequence[DraftPair] = ()) -> Fault | None:
    """The first thing that is wrong with a pair; None when nothing is found.

    Args:
        pair: as it was written.
        grounds: what is known.
        earlier: pairs that were taken already.
    """
    unknown = [number for number in pair.facts if number not in grounds.facts]
    if not pair.facts or unknown:
        return Fault("names_no_claim", f"it rests on {', '.join(unknown) or 'nothing'}, which is no fact of the list")
    return (
        _form(pair) or _wording(pair, grounds, earlier) or _question(pair, grounds) or _answer(pair, grounds)
        or _options(pair, grounds)
    )  # fmt: skip


def _form(pair: DraftPair) -> Fault | None:
    if pair.form == "choice":
        options = [text.strip().casefold() for text in (pair.answer, *pair.wrong)]
        if len(pair.wrong) < 2 or len(set(options)) != len(options):
            return Fault("wrong_form", "a choice needs at least two wrong options, all different from the answer")
    elif pair.wrong:
        return Fault("wrong_form", f"a pair of the form {pair.form} has no wrong options")
    if pair.form == "yes_no" and pair.answer.strip().rstrip(".").casefold() not in ("yes", "no"):
        return Fault("wrong_form", "a question of the form yes_no is answered by Yes or No alone")
    return None


def _wording(pair: DraftPair, grounds: Grounds, earlier: Sequence[DraftPair]) -> Fault | None:
    text = " ".join((pair.question, pair.answer, *pair.wrong))
    if leak := _LEAKS.search(text):
        return Fault("speaks_of_the_list", f"it says {leak[0]!r}, which whoever sees the video has never heard of")
    for name in grounds.names:
        named = re.search(rf"\b{re.escape(name)}\b", pair.question)
        if named and not re.search(rf"\b{re.escape(name)} (?:is|was) (?:the|a|an)\b", pair.question):
            return Fault("speaks_by_name", f"the video shows no names, so {name!r} must be called by looks")
    if not pair.question.rstrip().endswith(("?", ".")):
        return Fault("wrong_form", "a question ends in a question mark")
    if any(fuzz.ratio(pair.question, other.question, score_cutoff=SAME) for other in earlier):
        return Fault("near_duplicate", "another pair asks the same")
    return None


def _question(pair: DraftPair, grounds: Grounds) -> Fault | None:
    """What a question takes for granted must be so; of a yes-no question it may be what is asked."""
    if pair.form == "yes_no":
        return None
    missing = grounds.all().missing(pair.question)
    if missing:
        return Fault("asks_of_what_is_not_there", f"no fact says anything of {', '.join(missing)}")
    return None


def _answer(pair: DraftPair, grounds: Grounds) -> Fault | None:
    named = grounds.said(pair.facts)
    if pair.form == "yes_no":
        return _polar(pair, named, grounds.all())
    asked = Said.of(pair.question)
    backed = Said(named.terms | asked.terms, named.bounds | asked.bounds, (*named.times, *asked.times))
    missing = backed.missing(pair.answer)
    if missing and named.contradicts(pair.answer):
        return Fault("contradicts_claims", f"the facts that it names say something else than {', '.join(missing)}")
    if missing:
        return Fault("not_in_claims", f"the facts that it names say nothing of {', '.join(missing)}")
    return None


def _polar(pair: DraftPair, named: Said, known: Said) -> Fault | None:
    yes = pair.answer.strip().casefold().startswith("yes")
    if not Said.of(pair.question).checkable:
        return Fault("not_checkable", "nothing in the question can be held against the facts")
    if yes and (missing := named.missing(pair.question)):
        return Fault(
            "contradicts_claims", f"the answer is Yes, but the facts that it names don't say {', '.join(missing)}"
        )
    if not yes and not known.missing(pair.question):
        return Fault("contradicts_claims", "the answer is No, but the facts say all that the question says")
    return None


def _options(pair: DraftPair, grounds: Grounds) -> Fault | None:
    known = grounds.all()
    for option in pair.wrong:
        said = Said.of(option)
        if not said.checkable:
            return Fault("not_checkable", f"nothing in the option {option!r} can be held against the facts")
        if not known.missing(f"{option}") and not grounds.said(pair.facts).missing(option):
            return Fault("two_right_answers", f"the facts don't make the option {option!r} false")
    return None
