"""Answers to a pair's questions, held against its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from dreamgen.core.pairs import Answer, InstructionPair, Verdict
from dreamgen.verify.comparing.words import liken, yes_or_no
from dreamgen.verify.screeners.answers import short_answer

SURE: Final = 0.9
"""Confidence in what a rule finds in free words: the answer itself came without a chance."""


@dataclass(frozen=True)
class Case:
    """Two texts of which somebody must judge whether they agree."""

    about: str
    """The id of the pair."""
    turn: int
    """Which of its questions, from 0."""
    question: str
    """What was asked."""
    key: str
    """The right answer."""
    answer: str
    """What was answered."""
    kind: Literal["same", "compatible"]
    """Whether they must say the same, or only not contradict each other, as descriptions."""


@dataclass(frozen=True)
class Held:
    """What came of one answer."""

    outcome: Literal["supported", "refuted", "unsure"]
    """Of the key, as far as this question goes."""
    confidence: float
    """Of the outcome, 0-1."""
    told: str
    """For people."""
    reason: str = ""
    """Machine-readable, where it is unsure."""
    case: Case | None = None
    """What is left to judge."""


def hold(pair: InstructionPair, answer: Answer, margin: float) -> Held:
    """One answer against the key of its question.

    Args:
        pair: with the key.
        answer: by somebody who has not seen it.
        margin: by how much the chance of one closed answer must be above that of every other one.
    """
    if answer.failure:
        return Held("unsure", 0.0, f"no answer: {answer.failure}", answer.failure)
    key = pair.turns[2 * answer.turn + 1].text
    if pair.form == "choice" and pair.answer_index is not None:
        return _closed(answer, pair.answer_index, pair.options, margin)
    if pair.form == "yes_no" and yes_or_no(key):
        return _closed(answer, 0 if yes_or_no(key) == "yes" else 1, ("Yes", "No"), margin)
    told = f"it said {answer.text!r}, the key is {key!r}"
    case = Case(pair.id, answer.turn, pair.turns[2 * answer.turn].text, key, answer.text, _kind(pair))
    if case.kind == "compatible":
        return Held("unsure", 0.0, told, "not_comparable", case)
    short = short_answer(pair) if len(pair.turns) == 2 else key
    likeness = liken(short, answer.text)
    if likeness.outcome == "open":
        return Held("unsure", 0.0, told, "not_comparable", case)
    return Held("supported" if likeness.outcome == "same" else "refuted", SURE, f"{told} (by {likeness.by})")


def judged(held: Held, chance: float | None, support: float, refute: float) -> Held:
    """What was left to judge, judged.

    Args:
        held: with a case.
        chance: that the two texts agree; None where no judge could be heard.
        support: chance from which they do.
        refute: chance down from which they do not.
    """
    if chance is None:
        return Held("unsure", 0.0, held.told, "no_judgement")
    told = f"{held.told} (judged to agree {chance:.2f})"
    if chance >= support:
        return Held("supported", chance, told)
    if chance <= refute:
        return Held("refuted", 1 - chance, told)
    return Held("unsure", 1 - abs(2 * chance - 1), told, "undecided")


def verdict(pair: InstructionPair, held: Sequence[Held], by: str) -> Verdict:
    """What all questions of a pair come to: one that is refuted refutes it, one that is unsure leaves it unsure.

    Whoever answers what the video does not tell may only have guessed, which is no evidence that it tells it.
    """
    outcome = next(one for one in ("refuted", "unsure", "supported") if any(each.outcome == one for each in held))
    decisive = [each for each in held if each.outcome == outcome]
    if outcome == "refuted" and not pair.answerable:
        decisive, outcome = [Held("unsure", 0.0, "", "guessed")], "unsure"
    return Verdict(
        about=pair.id,
        outcome=outcome,
        confidence=round(min(each.confidence for each in decisive), 4),
        by=by,
        evidence="; ".join(each.told for each in held),
        reason=f"{by}_disagrees" if outcome == "refuted" else decisive[0].reason,
    )


def _closed(answer: Answer, right: int, options: Sequence[str], margin: float) -> Held:
    if len(answer.chances) != len(options):
        return Held("unsure", 0.0, "no chances", "prose")
    chance = answer.chances[right]
    best = max((at for at in range(len(options)) if at != right), key=answer.chances.__getitem__)
    rival = answer.chances[best]
    told = f"the key {options[right]!r} {chance:.2f}, {options[best]!r} {rival:.2f}"
    if chance - rival >= margin:
        return Held("supported", chance, told)
    if rival - chance >= margin:
        return Held("refuted", 1 - chance, told)
    return Held("unsure", 1 - abs(chance - rival), told, "undecided")


def _kind(pair: InstructionPair) -> Literal["same", "compatible"]:
    return "compatible" if pair.form == "caption" else "same"
