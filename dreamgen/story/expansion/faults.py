"""What can be wrong with an answer that has its shape: found, told to the model, and noted when it stays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rapidfuzz.fuzz import token_sort_ratio

from dreamgen.story.expansion.drafts import ActPlan, Outline, Premise, QuestionDraft, ScenePlan
from dreamgen.story.expansion.telling import untold
from dreamgen.story.expansion.tone import read_tone
from dreamgen.story.writers.vocabulary import first_names, somebody

ASKED_WITH: Final = ("what", "why", "how", "where")
"""First words of questions: DreamFrame's four."""

_ALIKE: Final = 92.0
"""Share of the words of two shots, in %, from which they are near enough the same."""
_ALIKE_IN_A_ROW: Final = 2
_ELIDED: Final = re.compile(r"…{2,}|\.{4,}|(?:…|\.{3})\s*$|\band so on\b|\betc\b\.?\s*$", re.IGNORECASE)
_SOMEBODYS: Final = re.compile(r"['’]s\b|s['’](?=\s|$)")
_LIKENESS: Final = re.compile(r"\b(?:looks?|looking) like [A-Z][a-z]+|\b(?:resembl\w+|lookalike)\b")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong."""

    reason: str
    """Machine-readable: elided, place_name_too_long."""
    says: str
    """One sentence, for the next ask and for the notes."""
    later: bool = False
    """Whether whatever is left of it is put right, or told, when the whole draft is there."""


def premise_faults(premise: Premise, *, likeness: bool, genre: str = "") -> tuple[Fault, ...]:
    """Of a premise: names, places, tone and style as they must be, and nobody who is famous.

    Args:
        premise: as the model wrote it.
        likeness: whether people may look like somebody who is known.
        genre: the one that was asked for, however many words it has.
    """
    return tuple(
        [
            *_elided((("the overview", premise.overview),)),
            *_style_faults(premise, genre),
            *_place_faults(premise),
            *_twice("cast", (one.name for one in premise.cast)),
            *_twice("places", (one.name for one in premise.places)),
            *([] if likeness else _likeness_faults(premise)),
            *_question_faults(premise.questions),
        ]
    )


def outline_faults(outline: Outline) -> tuple[Fault, ...]:
    """Of an outline: each act is told in full, and goes on from the one before."""
    named = [(f"act {number}", act.content) for number, act in enumerate(outline.acts, start=1)]
    questions = [one for act in outline.acts for one in act.questions]
    return (*_elided(named), *_same(named), *_question_faults(questions))


def act_faults(plan: ActPlan, questions: Sequence[QuestionDraft]) -> tuple[Fault, ...]:
    """Of an act's scenes: each is told in full, and goes on from the one before."""
    named = [(f"scene {number}", scene.content) for number, scene in enumerate(plan.scenes, start=1)]
    return (*_elided(named), *_same(named), *_question_faults(questions))


def scene_faults(plan: ScenePlan, told: tuple[int, int] | None) -> tuple[Fault, ...]:
    """Of a scene's shots: told in full, no three alike in a row, and a plot's sentences in order, none left out."""
    named = [(f"shot {number}", shot.text) for number, shot in enumerate(plan.shots, start=1)]
    return tuple(
        [
            *_elided(named),
            *_alike(named),
            *(_telling_faults(plan, told) if told else ()),
            *_question_faults(plan.questions),
        ]
    )


def _style_faults(premise: Premise, genre: str) -> Iterator[Fault]:
    for what, word in (("genre", premise.genre), ("style_word", premise.style_word)):
        if len(word.split()) != 1 and word != genre:
            yield Fault("not_one_word", f"{what} must be one word, not {word!r}.")
    tone = read_tone(premise.tone)
    if {word.casefold() for word in tone.keywords} - {premise.style_word.strip().casefold()}:
        yield Fault("tone_keyword", f"tone must have no word in braces but the style word: {{{premise.style_word}}}.")
    if not any(weight > 1 for _, weight in tone.phrases):
        yield Fault("tone_weights", "tone must have its most important phrases in ((double brackets)).")


def _place_faults(premise: Premise) -> Iterator[Fault]:
    names = {word for one in premise.cast for word in _proper(one.name)}
    for place in premise.places:
        if len(place.name.split()) > 2:
            yield Fault("place_name_too_long", f"The place {place.name!r} must have two words at most.")
        if _SOMEBODYS.search(place.name) or names & {word.casefold() for word in place.name.split()}:
            yield Fault(
                "place_name_personal", f"The place {place.name!r} must not hold anybody's name or be somebody's."
            )


def _proper(name: str) -> set[str]:
    """The words of a name that are nothing else: Tom of Captain Tom, but not rabbit of White Rabbit."""
    words = {word.casefold() for word in name.split() if word[:1].isupper()}
    return words & first_names() or (words if len(name.split()) == 1 and not words & set(somebody()) else set())


def _likeness_faults(premise: Premise) -> Iterator[Fault]:
    for one in premise.cast:
        if _LIKENESS.search(one.looks):
            yield Fault("likeness", f"The looks of {one.name} must be invented, not somebody's whom people know.")


def _twice(what: str, names: Iterable[str]) -> Iterator[Fault]:
    counted = Counter(" ".join(name.casefold().split()) for name in names)
    for name, times in counted.items():
        if times > 1:
            yield Fault("named_twice", f"Two of the {what} are called {name!r}; each needs a name of its own.")


def _elided(texts: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    for where, text in texts:
        if _ELIDED.search(text):
            yield Fault("elided", f"{where} breaks off: {text[-30:]!r}; write it in full.")


def _same(texts: Sequence[tuple[str, str]]) -> Iterator[Fault]:
    for (_, before), (where, text) in pairwise(texts):
        if " ".join(text.casefold().split()) == " ".join(before.casefold().split()):
            yield Fault("told_twice", f"{where} tells the same as the one before it; the story must go on.")


def _alike(shots: Sequence[tuple[str, str]]) -> Iterator[Fault]:
    row = 1
    for (_, before), (where, text) in pairwise(shots):
        row = row + 1 if token_sort_ratio(before.casefold(), text.casefold()) >= _ALIKE else 1
        if row == _ALIKE_IN_A_ROW + 1:
            yield Fault(
                "shots_alike", f"{where} shows the same as the two shots before it; something new must be seen."
            )


def _telling_faults(plan: ScenePlan, told: tuple[int, int]) -> Iterator[Fault]:
    tells = [shot.tells for shot in plan.shots if shot.tells]
    if tells != sorted(tells):
        yield Fault("told_out_of_order", f"The sentences are told in the order {tells}; tell them in theirs.")
    left = untold(told, tells)
    if left and len(plan.shots) > told[1] - told[0]:
        numbers = ", ".join(map(str, left))
        yield Fault("not_told", f"No shot tells sentence {numbers}; there are shots enough for all.", later=True)


def _question_faults(questions: Iterable[QuestionDraft]) -> Iterator[Fault]:
    for one in questions:
        first = re.match(r"\W*(\w+)", one.question)
        if not first or first[1].casefold() not in ASKED_WITH:
            yield Fault("question_word", f"The question {one.question!r} must begin with {', '.join(ASKED_WITH)}.")
