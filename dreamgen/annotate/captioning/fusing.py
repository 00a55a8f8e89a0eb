"""A language model makes one description of what was seen and of the notes that came with a video."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from pydantic import Field

from dreamgen.annotate.captioning.faults import fault_of
from dreamgen.annotate.captioning.grounding import Grounds
from dreamgen.annotate.captioning.looking import Look
from dreamgen.annotate.captioning.sentences import leans, units
from dreamgen.annotate.faults import Fault
from dreamgen.core.base import Explained
from dreamgen.core.found import Notes, Said
from dreamgen.core.narrowing import NOTHING, narrowed, one_of, some
from dreamgen.engines.chat.asking import Request
from dreamgen.engines.chat.prompts import read_prompt

FUSE: Final = "annotate/fuse"
LENGTH: Final = 60
"""Words of a sentence, at most: what is longer says too much to be judged at once."""
_LATE: Final = 0.5
"""Seconds by which a time may lie after the end of the clip."""
_ROOM: Final = 4000
"""Characters of each sort of notes that are told."""


class FusedSentence(Explained):
    """One thing that is to be seen."""

    text: str = Field(min_length=1)
    """A sentence that can be understood without the others."""
    start: float | None = None
    """Seconds from which on it is so; null for all of the video, or where nobody says."""
    end: float | None = None
    """Seconds until which it is so; null for all of the video, or where nobody says."""
    who: str | None = None
    """Of the list of people and things the one whom it is about."""


class FusedDraft(Explained):
    """The description."""

    sentences: tuple[FusedSentence, ...]
    """In the order in which things happen."""


@dataclass(frozen=True)
class Material:
    """What a description is made from."""

    looks: Sequence[Look]
    """What was seen."""
    notes: Notes
    """What came with the video."""
    seconds: float
    """Length of the clip."""
    cast: Mapping[str, str]
    """Entities that earlier annotators introduced, and what they look like: `the woman in the red coat`."""

    @property
    def noted(self) -> tuple[str, ...]:
        """All that came with the video, in words, as far as it is told."""
        return tuple(text[:_ROOM] for text in self._notes)

    @property
    def left_out(self) -> int:
        """Characters of the notes that are not told."""
        return sum(max(0, len(text) - _ROOM) for text in self._notes)

    @property
    def _notes(self) -> tuple[str, ...]:
        notes = self.notes
        timed = map(_timed, (notes.tags, notes.speech, notes.read))
        return (notes.title, "\n".join(notes.labels), *timed)

    @property
    def frames(self) -> str:
        """One line a frame that was looked at."""
        return "\n".join(f"at {look.at:.1f} s: {look.text}" for look in self.looks if look.at is not None)

    @property
    def video(self) -> str:
        """What was seen in the whole clip."""
        return " ".join(look.text for look in self.looks if look.at is None)

    def grounds(self, slack: float) -> Grounds:
        """What a description is held against; see `Grounds`."""
        cast = tuple(self.cast.values())
        said = (*self.notes.tags, *self.notes.speech, *self.notes.read)
        notes = (self.notes.title, *self.notes.labels, *(one.text for one in said))
        return Grounds((*(look.text for look in self.looks), *cast), notes, slack)


def request(material: Material, most: int, clip: str, seed: int) -> Request[FusedDraft]:
    """What a language model is asked.

    Args:
        material: what it is given.
        most: sentences at most.
        clip: its id.
        seed: for models that take one.
    """
    names = {f"P{number}": who for number, who in enumerate(material.cast.values(), start=1)}
    title, labels, tags, speech, read = material.noted
    filled = read_prompt(FUSE).fill(
        {
            "seconds": round(material.seconds, 1), "video": material.video, "frames": material.frames, "title": title,
            "labels": labels, "tags": tags, "speech": speech, "read": read, "most": most,
            "cast": "\n".join(f"{name}: {who}" for name, who in names.items()),
        }
    )  # fmt: skip
    who = (one_of(names)[0] | None, None) if names else NOTHING
    sentence = narrowed(FusedSentence, who=who)
    return Request(
        purpose=FUSE,
        where=clip,
        system=filled.system,
        user=filled.user,
        shape=narrowed(FusedDraft, sentences=some(sentence, 1, most)),  # type: ignore[arg-type]
        seed=seed,
        faults=partial(_faults, material.seconds),
    )


def entity_of(material: Material, sentence: FusedSentence) -> str | None:
    """Whom a sentence is about."""
    names = {f"P{number}": entity for number, entity in enumerate(material.cast, start=1)}
    return names.get(sentence.who or "")


def fault_in(seconds: float, sentence: FusedSentence) -> Fault | None:
    """What is wrong with a sentence as it stands, whatever it is made from."""
    if fault := fault_of(sentence.text, LENGTH * max(1, len(units(sentence.text)))):
        return fault
    start, end = sentence.start or 0.0, seconds if sentence.end is None else sentence.end
    if not 0.0 <= start < min(end, seconds) or end > seconds + _LATE:
        told = f"it says from {sentence.start} to {sentence.end}, and the video lasts {seconds:.1f} seconds"
        return Fault("impossible_times", told)
    return None


def leaning(sentence: FusedSentence) -> Fault | None:
    """Whether a sentence, unless it says whom it is about, can be judged only by who knows the others."""
    if sentence.who is None and leans(sentence.text):
        return Fault("leans_on_another", "it does not name whom it is about")
    return None


def _faults(seconds: float, draft: FusedDraft) -> tuple[str, ...]:
    told = ((number, leaning(one) or fault_in(seconds, one)) for number, one in enumerate(draft.sentences, start=1))
    return tuple(f"Sentence {number}: {fault.detail}." for number, fault in told if fault)


def _timed(some: Sequence[Said]) -> str:
    return "\n".join(f"from {one.start:.1f} to {one.end:.1f} s: {one.text}" for one in some)
