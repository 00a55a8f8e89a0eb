"""The verb that answers: whoever can look answers each question blind, and the key is held against the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from dreamgen.core.base import Record
from dreamgen.core.media import Clip, Footage
from dreamgen.core.pairs import Answer, InstructionPair, Verdict, questions_of
from dreamgen.core.receipts import Reject
from dreamgen.run.blind import nameless
from dreamgen.run.books import Books
from dreamgen.run.filming import Desk
from dreamgen.run.journal import lines
from dreamgen.run.store import references
from dreamgen.run.verifying import Claims, who_is_who
from dreamgen.verify.asking.pairs import POINTED
from dreamgen.verify.comparing.keys import Case, Held, hold, judged, verdict
from dreamgen.verify.voting import vote

Pairs = tuple[InstructionPair, ...]

UNSURE: Final = 0.8
"""What is left of the trust in a pair whose answer was looked at and could be neither borne out nor refuted. A choice,
not a measurement: no key is known to be wrong, and so nothing tells how often a wrong one is left undecided."""

CLOSED: Final = frozenset({"choice", "yes_no"})
"""Forms of which the answer is one of a few."""


class Answered(Record):
    """What somebody who has not seen the keys answered about one clip."""

    answers: tuple[Answer, ...]
    """One a question."""
    verdicts: tuple[Verdict, ...]
    """One a pair that was asked."""


def answer(desk: Desk, pairs: Pairs, clips: Sequence[Clip], claims: Claims, books: Books) -> Pairs:
    """The pairs that nobody who answered them blind answers otherwise; where nobody could tell, trusted less.

    Every verifier that can answer does, unless its option `pairs` says that it does not; several vote as they do on
    claims. The others go to the rejects, with what was answered.
    """
    seats = [(name, one) for name, one in desk.recipe.build_all("verify") if getattr(one, "pairs", "none") != "none"]
    for made in desk.store.stages():
        if made.startswith("answer-") and made.removeprefix("answer-") not in {name for name, _ in seats}:
            desk.store.forget(made)
    if not seats:
        return pairs
    voices = [_heard(desk, name, one, pairs, clips, claims) for name, one in seats]
    said: dict[str, list[Verdict]] = {}
    for found in voices:
        for one in found:
            said.setdefault(one.about, []).append(one)
    told = {about: vote(some, min(desk.recipe.trust.votes, len(some))) for about, some in said.items()}
    desk.store.write("answered.jsonl", lines(told.values()))
    books.reject(_reject(pair, told[pair.id]) for pair in pairs if _is(told, pair, "refuted"))
    left = (pair for pair in pairs if not _is(told, pair, "refuted"))
    return tuple(_trusted_less(pair) if _is(told, pair, "unsure") else pair for pair in left)


def compare(verifier: Any, footage: Footage, pairs: Sequence[InstructionPair], seed: int, kept: Path) -> Answered:
    """What a verifier answers to pairs about one clip, and what that says of their keys.

    Args:
        verifier: an `Answerer`; where it can also `judge`, it is asked whether free answers agree with the key.
        footage: the clip.
        pairs: about it.
        seed: of the story.
        kept: see `Answerer`.
    """
    questions = [question for pair in pairs for question in questions_of(pair)]
    answers = tuple(verifier.answer(footage, questions, "video", seed, kept))
    by_pair: dict[str, list[Answer]] = {}
    for one in answers:
        by_pair.setdefault(one.about, []).append(one)
    margin = getattr(verifier, "margin", 0.0)
    held = {pair.id: [hold(pair, one, margin) for one in by_pair[pair.id]] for pair in pairs}
    _judge(verifier, held.values(), kept)
    by = answers[0].by if answers else ""
    return Answered(answers=answers, verdicts=tuple(verdict(pair, held[pair.id], by) for pair in pairs))


def _judge(verifier: Any, held: Iterable[list[Held]], kept: Path) -> None:
    """Puts what is left to judge before the verifier, all of it at once."""
    judge: Callable[[Sequence[Case], Path], Iterator[float | None]] | None = getattr(verifier, "judge", None)
    if judge is None:
        return
    waiting = [(some, place, one.case) for some in held for place, one in enumerate(some) if one.case is not None]
    for (some, place, _), chance in zip(waiting, judge([case for _, _, case in waiting], kept), strict=True):
        some[place] = judged(some[place], chance, verifier.support, verifier.refute)


def _heard(desk: Desk, name: str, verifier: Any, pairs: Pairs, clips: Sequence[Clip], claims: Claims) -> list[Verdict]:
    """What one verifier's answers say of all pairs."""
    wanted = [pair for pair in pairs if pair.form not in POINTED and (verifier.pairs == "all" or pair.form in CLOSED)]
    some: dict[str, list[InstructionPair]] = {}
    for pair in wanted:
        some.setdefault(pair.clip, []).append(pair)
    asked = {clip.id: tuple(some.get(clip.id, ())) for clip in clips}
    by_id, cast = {clip.id: clip for clip in clips}, who_is_who(claims)

    def make(items: tuple[str, ...], into: Path) -> Iterator[tuple[str, Answered]]:
        for item in items:
            with nameless(by_id[item].footage(into, cast), desk.recipe.seed) as footage:
                found = compare(verifier, footage, asked[item], desk.recipe.seed, desk.kept)
            yield item, found

    inputs = {name: [by_id[name].video, put] for name, put in asked.items() if put}
    given = [ref for clip in clips for ref in (clip.video, *references(clip.portraits))]
    step = desk.step(f"answer-{name}", verifier, "verify")
    found = desk.store.each(step, inputs, TypeAdapter(Answered), make, given)
    return [one for some in found.values() for one in some.verdicts]


def _is(told: dict[str, Verdict], pair: InstructionPair, outcome: str) -> bool:
    return pair.id in told and told[pair.id].outcome == outcome


def _trusted_less(pair: InstructionPair) -> InstructionPair:
    return pair.model_copy(update={"weight": round(pair.weight * UNSURE, 6)})


def _reject(pair: InstructionPair, why: Verdict) -> Reject:
    return Reject(
        what=pair.id, kind="pair", stage="answer", reason=why.reason, clip=pair.clip,
        detail=f"asked {pair.turns[0].text!r}: {why.evidence}",
    )  # fmt: skip
