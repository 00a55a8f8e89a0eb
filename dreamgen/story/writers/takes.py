"""Beats are gathered into takes: what one shot shows, and what a film of this length leaves out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dreamgen.core.story import Note
from dreamgen.story.writers.beats import Beat, Deed

MOST_VISIBLE = 4
_SECONDS_A_WORD = 0.31
_USUAL_SECONDS = 3.1


@dataclass(slots=True)
class Take:
    """Beats that one shot shows."""

    beats: list[Beat] = field(default_factory=list)

    @property
    def deeds(self) -> list[Deed]:
        """All deeds, in order; who acts again is not also carried along."""
        acting = {deed.who for beat in self.beats for deed in beat.deeds if deed.text}
        found: list[Deed] = []
        for beat in self.beats:
            for deed in beat.deeds:
                if deed.text or (deed.who not in acting and deed.who not in {other.who for other in found}):
                    found.append(deed)
        return found

    @property
    def visible(self) -> set[str]:
        """Characters and props in it."""
        return {i for deed in self.deeds for i in (deed.who, deed.whom, deed.using) if i}

    @property
    def strength(self) -> float:
        """How much there is to see."""
        return sum(beat.strength for beat in self.beats)


def takes(beats: Sequence[Beat], words_in_all: int, most: int, cast: frozenset[str]) -> tuple[list[Take], list[Note]]:
    """The shots of a plot, and notes on what was cut.

    Beats of one sentence share a shot where the film would else be much longer than its plot deserves, and where
    nobody has to do two things at once.
    """
    found = _joined_alike(_joined_with_empty([Take([beat]) for beat in beats]))
    wanted = max(4, round(words_in_all * _SECONDS_A_WORD / _USUAL_SECONDS * 1.25))
    notes: list[Note] = []
    while len(found) > wanted:
        pairs = [at for at in range(len(found) - 1) if _can_share(found[at], found[at + 1], cast)]
        if not pairs:
            break
        best = min(
            pairs,
            key=lambda at: (
                not found[at].visible & found[at + 1].visible,
                found[at].strength + found[at + 1].strength,
                at,
            ),
        )
        found[best : best + 2] = [Take(found[best].beats + found[best + 1].beats)]
    found, cut = _absorbed(found, wanted, cast)
    notes += cut
    if len(found) > most:
        found, cut = _shortened(found, most)
        notes += cut
    return found, notes


def _joined_with_empty(found: list[Take]) -> list[Take]:
    """Beats in which nobody does anything go with a neighbour of the same sentence."""
    out: list[Take] = []
    for take in found:
        beat = take.beats[0]
        before = out[-1] if out else None
        idle = not any(deed.text for deed in beat.deeds)
        if (
            before is not None
            and before.beats[-1].sentence == beat.sentence
            and before.beats[-1].scenery == beat.scenery
        ):
            idle_before = not any(deed.text for other in before.beats for deed in other.deeds)
            if idle or idle_before:
                before.beats.append(beat)
                continue
        out.append(take)
    return out


def _joined_alike(found: list[Take]) -> list[Take]:
    """Two deeds of a sentence in which the same people do the same are one shot: lay asleep, resting."""
    out: list[Take] = []
    for take in found:
        before = out[-1] if out else None
        if before is not None and before.beats[-1].sentence == take.beats[0].sentence:
            mine = {(deed.who, deed.does) for deed in take.deeds}
            theirs = {(deed.who, deed.does) for deed in before.deeds}
            spoken = any(deed.says for deed in [*before.deeds, *take.deeds])
            if mine and mine == theirs and not spoken and before.beats[-1].scenery == take.beats[0].scenery:
                before.beats += take.beats
                continue
        out.append(take)
    return out


def _can_share(one: Take, other: Take, cast: frozenset[str]) -> bool:
    first, second = one.beats[-1], other.beats[0]
    if first.sentence != second.sentence or first.scenery != second.scenery:
        return False
    if len((one.visible | other.visible) & cast) > MOST_VISIBLE or len(one.deeds) + len(other.deeds) > 4:
        return False
    if any(deed.says for deed in one.deeds) and any(deed.says for deed in other.deeds):
        return False
    poses = {deed.who: deed.does for deed in one.deeds}
    hands = {deed.who: deed.using for deed in one.deeds}
    return all(
        poses.get(deed.who, deed.does) == deed.does and hands.get(deed.who, deed.using) == deed.using
        for deed in other.deeds
    )


def _absorbed(found: list[Take], wanted: int, cast: frozenset[str]) -> tuple[list[Take], list[Note]]:
    """In a film that is still too long, what nobody could see gives way to the same people's next deed."""
    notes: list[Note] = []
    while len(found) > wanted * 1.15:
        weak = [
            at
            for at in range(len(found) - 1)
            if found[at].beats[-1].sentence == found[at + 1].beats[0].sentence
            and found[at].beats[-1].scenery == found[at + 1].beats[0].scenery
            and not any(deed.seen or deed.says for deed in found[at].deeds if deed.text)
            and {deed.who for deed in found[at].deeds} & {deed.who for deed in found[at + 1].deeds}
            and len((found[at].visible | found[at + 1].visible) & cast) <= MOST_VISIBLE
        ]
        if not weak:
            break
        at = min(weak, key=lambda number: (found[number].strength, number))
        acting = {deed.who for deed in found[at + 1].deeds if deed.text}
        for beat in found[at].beats:
            notes += [
                Note(where="plot", what=deed.text, reason="told_with_the_next", shown_as="")
                for deed in beat.deeds
                if deed.text and deed.who in acting
            ]
            beat.deeds = [deed for deed in beat.deeds if deed.who not in acting]
        found[at : at + 2] = [Take(found[at].beats + found[at + 1].beats)]
    return found, list(dict.fromkeys(notes))


def _shortened(found: list[Take], most: int) -> tuple[list[Take], list[Note]]:
    """The `most` takes with most to see, in order; the others are noted."""
    ranked = sorted(range(len(found)), key=lambda at: (-min(found[at].strength, 2.0), at * 7919 % len(found)))
    kept = set(ranked[:most]) | {0, len(found) - 1}
    while len(kept) > most:
        kept.discard(next(at for at in reversed(ranked) if at in kept and at not in {0, len(found) - 1}))
    notes = [
        Note(where="plot", what=text_of(take), reason="over_max_shots", shown_as="")
        for at, take in enumerate(found)
        if at not in kept
    ]
    return [take for at, take in enumerate(found) if at in kept], notes


def text_of(take: Take) -> str:
    """The words of all its beats."""
    return re.sub(r"\s+", " ", " ".join(beat.text for beat in take.beats)).strip()
