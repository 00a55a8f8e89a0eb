"""Dialogue goes to the shots in which it is said, with time to read every line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dreamgen.core.story import Note
from dreamgen.core.vocabulary import Pose
from dreamgen.story.composing.known import Known
from dreamgen.story.composing.steps import Stage
from dreamgen.story.composing.texts import plain
from dreamgen.story.expansion.drafts import LineDraft
from dreamgen.story.pacing import LEAD, LONGEST, reading
from dreamgen.story.writers.beats import Deed
from dreamgen.story.writers.speech import chunks_of_speech
from dreamgen.story.writers.takes import MOST_VISIBLE

_MOST_WORDS: Final = 30
"""Of one caption; a longer line is cut where a reader would breathe."""
_HASTE: Final = 1.5
"""How much faster than usual captions may follow each other where a scene has more words than time."""
_LONGEST_WAY: Final[dict[Pose, float]] = {"walk": 3.5, "run": 2.5}
"""Seconds that somebody can walk or run without leaving the stage."""
_IDLE: Final[frozenset[Pose]] = frozenset({"stand", "talk", "hold", "sit"})
"""Poses in which a speaker turns to somebody."""


@dataclass(frozen=True)
class Speech:
    """One caption."""

    who: str
    """The id of the speaker."""
    words: str
    """What is said."""
    shot: int
    """From 0: in or after which shot of the scene."""

    @property
    def seconds(self) -> float:
        """How long it takes to read, with what comes before."""
        return reading(self.words) + LEAD


def speeches_of(lines: Sequence[LineDraft], shots: int, scene: str, known: Known) -> tuple[list[Speech], list[Note]]:
    """The captions of a scene, in order, and notes on lines that nobody can say."""
    found: list[Speech] = []
    notes: list[Note] = []
    for line in sorted(lines, key=lambda line: line.shot):
        who, words = known.id_of(line.who), plain(line.words).strip('"“”').strip()
        if who is None or who not in known.cast:
            reason = "unknown_id" if who is None else "thing_does_not_act"
            notes.append(Note(where=scene, what=plain(f"{line.who}: {words}"), reason=reason))
        elif words:
            pieces = [words] if len(words.split()) <= _MOST_WORDS else chunks_of_speech(words)
            found += [Speech(who, piece, min(line.shot, shots) - 1) for piece in pieces]
    return found, notes


def place_speeches(
    speeches: Sequence[Speech], takes: Sequence[list[Deed]], stages: Sequence[Stage], shots: Sequence[str]
) -> list[Note]:
    """Puts captions into the deeds of a scene's shots; a line that finds no room goes to the next shot.

    Args:
        speeches: in order.
        takes: the deeds of every shot, changed in place.
        stages: how everybody was left before each shot.
        shots: ids of the shots, for the notes.

    Returns:
        Notes on what is said nowhere, with its words, and on those who stand still to speak.
    """
    notes: list[Note] = []
    spoken = [LEAD] * len(takes)
    latest = _latest(speeches, len(takes))
    last = 0
    for speech, limit in zip(speeches, latest, strict=True):
        first = max(last, min(speech.shot, limit))
        at = next(_homes(speech, takes, spoken, first, limit), None)
        if at is None:
            notes.append(
                Note(where=shots[min(speech.shot, len(shots) - 1)], what=f"{speech.who}: {speech.words}",
                     reason="no_time_to_say")
            )  # fmt: skip
            continue
        _say(takes[at], speech, _partner(speeches, speech), stages[at])
        spoken[at] += speech.seconds
        last = at
    for deeds, seconds, shot in zip(takes, spoken, shots, strict=True):
        notes += _slowed(deeds, seconds, shot)
    return notes


def _latest(speeches: Sequence[Speech], shots: int) -> list[int]:
    """The last shot for each caption that leaves room for those after it."""
    found: list[int] = []
    at, room = shots - 1, LONGEST - LEAD
    for speech in reversed(speeches):
        if speech.seconds > room:
            at, room = at - 1, LONGEST - LEAD
        room -= speech.seconds
        found.append(max(0, at))
    return found[::-1]


def _homes(
    speech: Speech, takes: Sequence[list[Deed]], spoken: Sequence[float], first: int, limit: int
) -> Iterator[int]:
    """Shots from `first` on in which it can be said, the best first.

    Right there or in the next shot at the usual pace while nobody has to stop walking; then wherever there is time;
    then in some haste.
    """
    there = range(first, len(takes))
    for near in there[: max(1, min(2, limit - first + 1))]:
        if spoken[near] + speech.seconds <= _longest(takes[near]) and _has_room(takes[near], speech.who):
            yield near
    for most in (LONGEST, LONGEST * _HASTE):
        for at in there:
            if spoken[at] + speech.seconds <= most and _has_room(takes[at], speech.who):
                yield at


def _longest(deeds: Sequence[Deed]) -> float:
    return min((_LONGEST_WAY[deed.does] for deed in deeds if deed.does in _LONGEST_WAY), default=LONGEST)


def _slowed(deeds: list[Deed], seconds: float, shot: str) -> Iterator[Note]:
    """Those who would walk out of the picture before all is said walk instead of run, or stand."""
    if not any(deed.says for deed in deeds):
        return
    for number, deed in enumerate(deeds):
        if seconds <= _LONGEST_WAY.get(deed.does, LONGEST * _HASTE):
            continue
        slower: Pose = "walk" if seconds <= _LONGEST_WAY["walk"] else "hold" if deed.using else "stand"
        yield Note(
            where=shot, what=f"{deed.who} {deed.action}", reason="action_not_drawable", shown_as=f"{deed.who} {slower}"
        )
        deeds[number] = replace(deed, does=slower, seen=False)


def _has_room(deeds: Sequence[Deed], speaker: str) -> bool:
    acting = {i for deed in deeds for i in (deed.who, deed.whom) if i}
    return speaker in acting or len(acting) < MOST_VISIBLE


def _partner(speeches: Sequence[Speech], speech: Speech) -> str | None:
    """Whom somebody talks to: who spoke last, or else speaks next."""
    at = speeches.index(speech)
    near = [*speeches[:at][::-1], *speeches[at:]]
    return next((other.who for other in near if other.who != speech.who), None)


def _say(deeds: list[Deed], speech: Speech, partner: str | None, stage: Stage) -> None:
    """The words go with what their speaker does, or are a deed of their own where that would change their order."""
    there = {who for deed in deeds for who in (deed.who, deed.whom) if who}
    others = [who for who in (partner, *(deed.who for deed in deeds)) if who in there and who != speech.who]
    listener = others[0] if others else None
    said = [number for number, deed in enumerate(deeds) if deed.says]
    for number, deed in enumerate(deeds):
        # the reason for a deed is none for the words
        free = not deed.says and deed.because is None
        if deed.who == speech.who and free and number > max(said, default=-1):
            turned = listener if deed.whom is None and deed.does in _IDLE else deed.whom
            talks = deed.does == "stand" and not deed.seen
            deeds[number] = replace(deed, says=speech.words, whom=turned, does="talk" if talks else deed.does)
            return
    text = deeds[0].text if deeds else ""
    sits = stage.poses.get(speech.who) == "sit"
    held = stage.holding.get(speech.who)
    pose: Pose = "sit" if sits else "talk"
    deeds.append(Deed(speech.who, pose, "say", not sits, listener, held, None, speech.words, text=text))
