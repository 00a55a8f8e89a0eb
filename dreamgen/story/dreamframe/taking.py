"""The frames of a file, one by one: words, place, and what is said after each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dreamgen.story.dreamframe import frames, places
from dreamgen.story.dreamframe.file import StoryInfo


@dataclass(slots=True)
class Frame:
    """One frame on its way to a shot."""

    written: str
    """As in the file."""
    told: str
    """With names for looks, without prefix."""
    rest: str
    """Without place too."""
    place: str
    """By the name that it mostly goes by."""
    dialogues: list[str] = field(default_factory=list)
    early: int = 0
    """How many of them come before it."""


def frames_of(info: StoryInfo, word: str) -> list[Frame]:
    """All frames of a file, in order, each with its place.

    Args:
        info: the file.
        word: the style's keyword.
    """
    found: list[Frame] = []
    early: list[str] = []
    for piece in info.pieces:
        if piece.sort == "dialogue":
            (found[-1].dialogues if found else early).append(piece.text)
            continue
        told = frames.body(piece.text, word)
        told = frames.with_names(frames.looser_body(piece.text) if told is None else told, dict(info.looks))
        place, rest = places.split(told)
        found.append(Frame(piece.text, told, rest, place))
    found[0].dialogues[:0], found[0].early = early, len(early)
    same = places.same_places([frame.place for frame in found])
    last = next(iter(same.values()), places.ANYWHERE)
    for frame in found:
        last = frame.place = same.get(frame.place) or places.told_within(frame.told, same) or last
    return found


def labels_of(found: Sequence[Frame]) -> Mapping[str, str]:
    """How the frames mostly write the names of their places: Town Square."""
    written: dict[str, Counter[str]] = {}
    for frame in found:
        match = re.search(re.escape(frame.place), frame.told.replace("\u2019", "'"), re.I)
        if match:
            written.setdefault(frame.place, Counter())[match[0]] += 1
    return {name: times.most_common(1)[0][0] for name, times in written.items()}
