"""Pairs as people decided about them: rejected ones go, fixed ones say what a person wrote, accepted ones are audited.

A decision holds for the pair that was seen. When the pair has changed since, in its words or its video, the decision
is left alone and told of, until somebody looks again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.receipts import Reject
from dreamgen.run.books import STORIES, Books
from dreamgen.run.decisions import Decision, Decisions, read_decisions, seen_as
from dreamgen.run.filming import Desk
from dreamgen.run.mending import mended
from dreamgen.run.opened import Part
from dreamgen.run.twinned import told_of_each_other

STAGE: Final = "review"

Pairs = tuple[InstructionPair, ...]


@dataclass(frozen=True)
class Reviewed:
    """What is left after people looked."""

    pairs: Pairs
    """Those that stay."""
    rejects: tuple[Reject, ...]
    """One line for each that goes."""
    outdated: tuple[str, ...]
    """Pairs that have changed since somebody decided about them, as a dataset calls them."""


def named(part: str, pair: str) -> str:
    """A pair as a dataset calls it.

    Args:
        part: the story's id; empty for videos.
        pair: the pair's own.
    """
    return f"{part}-{pair}" if part else pair


def look_through(
    part: str, pairs: Sequence[InstructionPair], clips: Mapping[str, Clip], standing: Mapping[str, Decision]
) -> Reviewed:
    """Does with pairs what was decided.

    Args:
        part: the story's id; empty for videos.
        pairs: as they were made.
        clips: what they are about, by id.
        standing: see `Decisions.standing`.
    """
    left: list[InstructionPair] = []
    rejects, outdated, fixed = [], [], set()
    for pair in pairs:
        decision = standing.get(named(part, pair.id))
        if decision is None:
            left.append(pair)
        elif decision.of != seen_as(pair, clips.get(pair.clip)):
            outdated.append(decision.pair)
            left.append(pair)
        elif decision.verdict == "reject":
            rejects.append(_reject(pair, decision))
        else:
            left.append(_as_decided(pair, decision, clips[pair.clip]))
            fixed |= {pair.id} if decision.verdict == "fix" else set()
    # a pair with new words has no twin any more
    alone = (pair.model_copy(update={"twin": ""}) if pair.twin in fixed else pair for pair in left)
    return Reviewed(told_of_each_other(tuple(alone)), tuple(rejects), tuple(outdated))


def review(desk: Desk, pairs: Pairs, clips: Sequence[Clip], books: Books) -> Pairs:
    """The pairs of a run that is being made, as people decided about them when they looked at an earlier one."""
    known = read_decisions(desk.run or desk.store.folder)
    for words in known.told:
        desk.store.watch.says(f"note: {words}")
    found = look_through(name_of(desk.store.folder), pairs, {clip.id: clip for clip in clips}, known.standing())
    books.reject(found.rejects)
    if found.outdated:
        desk.store.watch.says(f"note: {outdated_in_words(found.outdated)}")
    return found.pairs


def outdated_in_words(pairs: Sequence[str]) -> str:
    """What is said of decisions that hold no more."""
    some = ", ".join(pairs[:3]) + (", ..." if len(pairs) > 3 else "")
    have, them = ("pair has", "it") if len(pairs) == 1 else ("pairs have", "them")
    return f"{len(pairs)} {have} changed since somebody decided about {them}, who should look again: {some}"


def name_of(folder: Path) -> str:
    """What stands in front of the names of a part's pairs, from its folder."""
    return folder.name if folder.parent.name == STORIES else ""


def as_made(part: Part, decisions: Decisions) -> Pairs:
    """The pairs of a part as they were before anybody decided.

    Its files hold what was made of the decisions of then: what was rejected is not there, and fixed pairs are as fixed.
    Those come from the decisions, which keep what was seen.
    """
    gone = {reject.what for reject in part.rejects if reject.stage == STAGE}
    shown = {name: line.seen for name, line in decisions.shown().items()}
    found = []
    for pair in part.pairs:
        before = shown.get(named(part.name, pair.id)) if pair.audited else None
        found.append(before or pair.model_copy(update={"audited": False}))
    there = {pair.id for pair in found}
    for name, seen in shown.items():
        if name == named(part.name, seen.id) and seen.id in gone - there and seen.clip in part.clips:
            found.insert(_behind(found, seen.clip), seen)
    return tuple(found)


def _behind(pairs: Sequence[InstructionPair], clip: str) -> int:
    """The place behind the last pair about a clip."""
    return max((place for place, pair in enumerate(pairs, start=1) if pair.clip == clip), default=len(pairs))


def reviewed(part: Part, decisions: Decisions) -> Reviewed:
    """The pairs of a part as a dataset should have them now."""
    return look_through(part.name, as_made(part, decisions), part.clips, decisions.standing())


def _as_decided(pair: InstructionPair, decision: Decision, clip: Clip) -> InstructionPair:
    fixed = mended(pair, decision, clip.fps) if decision.verdict == "fix" else pair
    return fixed.model_copy(update={"audited": True, "weight": 1.0})


def _reject(pair: InstructionPair, decision: Decision) -> Reject:
    note = f": {decision.note}" if decision.note else ""
    return Reject(
        what=pair.id, kind="pair", stage=STAGE, reason=decision.reason, clip=pair.clip,
        detail=f"{decision.reviewer}{note}",
    )  # fmt: skip
