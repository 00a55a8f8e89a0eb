"""What is held against a pair that a language model wrote: its answer must follow from the facts that it names.

Words are checked and not meanings: every colour, deed, place, light, side, feeling, number, thing, time and quotation
that a pair speaks of must be in the facts, and where it speaks of one person or animal, in a fact about that one. It
can't tell who does what to whom in a sentence about several; a verifier that answers the question from the video can.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

from rapidfuzz import fuzz

from dreamgen.qa.drafting.colouring import repainted
from dreamgen.qa.drafting.lexicon import Term, beings, bounds, terms, unquoted
from dreamgen.qa.drafting.said import Said
from dreamgen.qa.drafting.sheets import DraftPair

SAME: Final = 90.0
"""Likeness (0-100, rapidfuzz's ratio) from which two questions are one."""
_LEAKS: Final = re.compile(
    r"\bF\d+\b|\b(?:the|these|given|according to the) facts?\b|<(?:video|image|audio)>", re.IGNORECASE
)
PASSING: Final = frozenset({"pose", "deed", "feeling", "place", "light", "weather", "camera"})
"""Sorts of which another value may be so at another time."""
_OF_SOMEBODY: Final = frozenset({"pose", "deed", "feeling"})
"""Sorts that are said of somebody."""
_DENIAL: Final = re.compile(
    r"\b(?:not|never|neither|nor|cannot|without)\b|n['’]t\b|\bno (?!one\b|people|persons?|animals?)", re.I
)
"""Facts say what is so, and from that it seldom follows that something is not."""
_YES_NO: Final = re.compile(r"\W*(?:yes|no)\b(?! (?:one|people|persons?|animals?)\b)", re.IGNORECASE)
EITHER: Final = re.compile(r"\bor\b", re.IGNORECASE)
"""What tells that a question offers answers."""
_SOMEBODY: Final = r"(?:man|woman|boy|girl|child|person|player|animal|dog|cat|horse|bird|car|one|row|letter|name)\b"
WHEN: Final = re.compile(
    rf"\b(?:(?:first|last)(?! {_SOMEBODY})|then|after|before|while|when|once|until|starts?|begins?|beginning|ends?"
    r"|later|next(?! to\b)|earlier|moment|during|between (?=\d|the (?:start|beginning|first|moment))|finally|now"
    r"|already|still|(?:second|third|fourth|fifth) (?:time|shot|scene|part|half|second|minute))\b"
    r"|\d:\d|\b\d+(?:\.\d+)?[ -]?s(?:ecs?|econds?)?\b",
    re.IGNORECASE,
)
"""What tells that a question is about a part of the video."""


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

    def about(self, text: str, numbers: Iterable[str] | None = None, *, looks: bool = True) -> list[Said]:
        """What the facts say that can be about the one whom a text speaks of, each for itself.

        Args:
            text: of a question and its answer. Where it names nobody, or several, every fact can.
            numbers: of the facts; None for all.
            looks: whether the colours of clothes in the text must not be others than in the fact.
        """
        known = [Said.of(self.facts[number]) for number in (self.facts if numbers is None else numbers)]
        who, worn = _who(text), bounds(text)
        if len(who) != 1:
            return known
        return [said for said in known if said.has(*who) and not (looks and said.wears_other(worn))]


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
        or _subject(pair, grounds) or _options(pair, grounds)
    )  # fmt: skip


def _form(pair: DraftPair) -> Fault | None:
    if pair.form == "choice":
        options = [text.strip().rstrip(".").casefold() for text in (pair.answer, *pair.wrong)]
        if len(pair.wrong) < 2 or len(set(options)) != len(options):
            return Fault("wrong_form", "a choice needs at least two wrong options, all different from the answer")
    elif pair.wrong:
        return Fault("wrong_form", f"a pair of the form {pair.form} has no wrong options")
    if pair.form == "yes_no" and pair.answer.strip().rstrip(".").casefold() not in ("yes", "no"):
        return Fault("wrong_form", "a question of the form yes_no is answered by Yes or No alone")
    if pair.form != "yes_no" and _YES_NO.match(pair.answer):
        return Fault("wrong_form", f"a question that is answered by Yes or No is of the form yes_no, not {pair.form}")
    return None


def _wording(pair: DraftPair, grounds: Grounds, earlier: Sequence[DraftPair]) -> Fault | None:
    text = " ".join((pair.question, pair.answer, *pair.wrong))
    if leak := _LEAKS.search(text):
        return Fault("speaks_of_the_list", f"it says {leak[0]!r}, which whoever sees the video has never heard of")
    for name in grounds.names:
        named = re.search(rf"\b{re.escape(name)}\b", text)
        if named and not re.search(rf"\b{re.escape(name)} (?:is|was) (?:the|a|an)\b", pair.question):
            return Fault("speaks_by_name", f"the video shows no names, so {name!r} must be called by looks")
    told = text if pair.form != "yes_no" else pair.question
    if denial := _DENIAL.search(unquoted(told)):
        return Fault("says_what_is_not", f"it says {denial[0].strip()!r}, and the facts only say what is so")
    if not pair.question.rstrip().endswith(("?", ".")):
        return Fault("wrong_form", "a question ends in a question mark")
    if any(_alike(pair.question, other.question) for other in earlier):
        return Fault("near_duplicate", "another pair asks the same")
    return None


def _alike(one: str, other: str) -> bool:
    """Whether two questions are one; those about another colour, person or time are not."""
    if not fuzz.ratio(one, other, score_cutoff=SAME):
        return False
    said = [Said.of(text) for text in (one, other)]
    return said[0].terms == said[1].terms and sorted(said[0].times) == sorted(said[1].times)


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
        return _polar(pair, named, grounds)
    # what is asked may be said again, but for a question that offers answers
    backed = named if EITHER.search(pair.question) else named | Said.of(pair.question)
    missing = backed.missing(pair.answer)
    if not Said.of(pair.answer).checkable and named.strange(pair.answer):
        return Fault("not_checkable", f"nothing in the answer {pair.answer!r} can be held against the facts")
    if missing and named.contradicts(pair.answer):
        return Fault("contradicts_claims", f"the facts that it names say something else than {', '.join(missing)}")
    if missing:
        return Fault("not_in_claims", f"the facts that it names say nothing of {', '.join(missing)}")
    if colours := repainted(pair.question, pair.answer, (grounds.facts[number] for number in pair.facts)):
        return Fault("not_in_claims", f"the facts that it names give {', '.join(colours)} to something else")
    return None


def _polar(pair: DraftPair, named: Said, grounds: Grounds) -> Fault | None:
    yes = pair.answer.strip().casefold().startswith("yes")
    if not Said.of(pair.question).checkable:
        return Fault("not_checkable", "nothing in the question can be held against the facts")
    if yes:
        missing = named.missing(pair.question)
        why = f"the answer is Yes, but the facts that it names don't say {', '.join(missing)}"
        return Fault("contradicts_claims", why) if missing else None
    known = grounds.about(pair.question, looks=False)
    if known and not reduce(or_, known).missing(pair.question):
        return Fault("contradicts_claims", "the answer is No, but the facts say all that the question says")
    if not any(said.denies(pair.question) for said in grounds.about(pair.question, pair.facts, looks=False)):
        return Fault("not_in_claims", "the answer is No, but no fact that it names says anything else in its place")
    return None


def _subject(pair: DraftPair, grounds: Grounds) -> Fault | None:
    """Where a pair speaks of one person or animal, each deed must be in a fact about that one."""
    told = f"{pair.question} {pair.answer}"
    who = _who(told)
    if len(who) != 1 or (pair.form == "yes_no" and pair.answer.casefold().startswith("no")):
        return None
    says = pair.question if pair.form == "yes_no" else pair.answer
    for text, facts in ((says, grounds.about(told, pair.facts)), (pair.question, grounds.about(told))):
        deeds = sorted(term for term in terms(text) if term.sort in _OF_SOMEBODY)
        if lost := [term.value for term in deeds if not any(said.has(term) for said in facts)]:
            (one,) = who
            return Fault("contradicts_claims", f"no fact that it names says {', '.join(lost)} of the {one.value}")
    return None


def _who(text: str) -> frozenset[Term]:
    """The people and animals that a text names, of whatever looks."""
    return frozenset(term for term in terms(text) if term.sort == "being" and term.value in beings())


def says_when(question: str) -> bool:
    """Whether a question is about a part of the video, so that what is so at another time is no answer to it."""
    return WHEN.search(question) is not None


def _options(pair: DraftPair, grounds: Grounds) -> Fault | None:
    return next((fault for option in pair.wrong if (fault := option_fault(pair, option, grounds))), None)


def option_fault(pair: DraftPair, option: str, grounds: Grounds) -> Fault | None:
    """What speaks against a wrong option of a pair: nothing in it can be checked, or it may be right too."""
    said = Said.of(option)
    if not said.checkable:
        return Fault("not_checkable", f"nothing in the option {option!r} can be held against the facts")
    if not grounds.all().missing(option) and not grounds.said(pair.facts).missing(option):
        return Fault("two_right_answers", f"the facts don't make the option {option!r} false")
    # what is so at another time is right too, where the question speaks of none
    states = any(term.sort in PASSING for term in said.terms) and not says_when(pair.question)
    if states and any(not fact.missing(option) for fact in grounds.about(f"{pair.question} {pair.answer}")):
        return Fault("two_right_answers", f"a fact says {option!r} too, and the question speaks of no time")
    return None
