"""Which part of a story tells what: a plot's sentences are numbered and dealt out here, so that no model can lose one.

Every act and scene gets a run of sentences, in order and without gaps, and a number of shots.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import ceil
from typing import Final

from dreamgen.core.base import Record
from dreamgen.core.brief import Brief
from dreamgen.errors import UsageError
from dreamgen.story.expansion.factors import DEFAULT, MOST, Factors
from dreamgen.story.writers.reading import Sentence, read

_WORDS_A_SHOT: Final = 11
_MOST_SHOTS_A_SENTENCE: Final = 6
_SHOTS_A_SCENE: Final = 5
_FEW_ACTS: Final = 3
_SCENES_A_SHORT_ACT: Final = 3
_SCENES_A_LONG_ACT: Final = 12
_PULL: Final = (0.0, 0.3, 0.8)
"""How far, in parts, a cut moves to fall between sentences, paragraphs or sections."""
_WIDE_STOP = re.compile(r"(?<=[。！？])(?=.)")


class ScenePart(Record):
    """What one scene has to do."""

    shots: int
    """How many it has."""
    told: tuple[int, int] | None = None
    """First and last number of the plot's sentences that it tells, from 1; None for an invented story."""


class ActPart(Record):
    """What one act has to do."""

    scenes: tuple[ScenePart, ...]
    """In order."""
    heading: str = ""
    """The plot's own, where it has one."""

    @property
    def told(self) -> tuple[int, int] | None:
        """First and last number of the plot's sentences that it tells."""
        first, last = self.scenes[0].told, self.scenes[-1].told
        return (first[0], last[1]) if first and last else None


class Division(Record):
    """A story before it is written: how many parts it has, and what each tells."""

    acts: tuple[ActPart, ...]
    """In order."""
    sentences: tuple[str, ...] = ()
    """A given plot's, in order: number 1 comes first."""

    @property
    def scenes(self) -> int:
        """In all."""
        return sum(len(act.scenes) for act in self.acts)

    @property
    def shots(self) -> int:
        """In all."""
        return sum(scene.shots for act in self.acts for scene in act.scenes)

    @property
    def calls(self) -> int:
        """Answers that it takes when none has to be asked for again: premise, outline, each act, each scene."""
        return 2 + len(self.acts) + self.scenes

    def lines(self, told: tuple[int, int] | None) -> str:
        """The sentences of a part with their numbers, one a line."""
        first, last = told or (1, 0)
        return "\n".join(f"{number}. {self.sentences[number - 1]}" for number in range(first, last + 1))


def sentences_of(plot: str) -> tuple[str, ...]:
    """A plot's sentences as they are numbered: the first is number 1."""
    return tuple(sentence.text for sentence in _sentences(plot)[0])


def divided(brief: Brief, factors: Factors | None) -> Division:
    """The parts of a story.

    Args:
        brief: a theme, or a plot, whose sentences are dealt out by length; cuts are made at its headings and
            paragraphs where they are near.
        factors: how many parts; None takes `DEFAULT` for a theme, and for a plot what its length asks for: a shot
            for some 11 words, a scene for some 5 shots, and an act for each heading, or up to three.

    Raises:
        UsageError: for a brief without words.
    """
    if not any(ch.isalnum() for ch in brief.text):
        raise UsageError(f"the {brief.sort} is empty", "Write what the story is about.")
    if brief.sort == "theme":
        wanted = factors or DEFAULT
        scene = ScenePart(shots=wanted.shots)
        return Division(acts=(ActPart(scenes=(scene,) * wanted.scenes),) * wanted.acts)
    sentences, headings = _sentences(brief.text)
    acts = _asked(sentences, factors) if factors else _measured(sentences)
    named = (act.model_copy(update={"heading": _heading(act, sentences, headings)}) for act in acts)
    return Division(acts=tuple(named), sentences=tuple(sentence.text for sentence in sentences))


def _sentences(plot: str) -> tuple[list[Sentence], tuple[str, ...]]:
    """Sentences and headings; scripts that write without blanks after a full stop are split too."""
    reading = read(plot)
    pieces = [
        Sentence(piece.strip(), 0, sentence.paragraph, sentence.section)
        for sentence in reading.sentences
        for piece in _WIDE_STOP.split(sentence.text)
    ]
    # a plot of headings alone still says something
    return pieces or [Sentence(" ".join(plot.split()), 0, 0, -1)], reading.headings


def _asked(sentences: Sequence[Sentence], factors: Factors) -> list[ActPart]:
    """So many acts and scenes, each with its run; where sentences are fewer than parts, neighbours tell the same."""
    weights = [len(sentence.text) for sentence in sentences]
    acts = []
    for first, last in _runs(sentences, weights, factors.acts):
        inner = sentences[first : last + 1]
        scenes = (
            ScenePart(shots=factors.shots, told=(first + start + 1, first + end + 1))
            for start, end in _runs(inner, weights[first : last + 1], factors.scenes)
        )
        acts.append(ActPart(scenes=tuple(scenes)))
    return acts


def _measured(sentences: Sequence[Sentence]) -> list[ActPart]:
    """As many acts, scenes and shots as the plot's length asks for."""
    shots = [_shots(sentence.text) for sentence in sentences]
    acts = []
    for first, last in _acts(sentences, shots):
        inner, weights = sentences[first : last + 1], shots[first : last + 1]
        parts = min(MOST, len(inner), ceil(sum(weights) / _SHOTS_A_SCENE))
        scenes = (
            ScenePart(
                shots=min(MOST, sum(weights[start : end + 1])),
                told=(first + start + 1, first + end + 1),
            )
            for start, end in _runs(inner, weights, parts)
        )
        acts.append(ActPart(scenes=tuple(scenes)))
    return acts


def _acts(sentences: Sequence[Sentence], shots: Sequence[int]) -> list[tuple[int, int]]:
    sections = [at for at in range(len(sentences)) if not at or sentences[at].section != sentences[at - 1].section]
    if 1 < len(sections) <= MOST:
        return list(zip(sections, [*(at - 1 for at in sections[1:]), len(sentences) - 1], strict=True))
    scenes = ceil(sum(shots) / _SHOTS_A_SCENE)
    few = min(_FEW_ACTS, ceil(scenes / _SCENES_A_SHORT_ACT))
    return _runs(sentences, shots, min(MOST, len(sentences), max(few, ceil(scenes / _SCENES_A_LONG_ACT))))


def _shots(sentence: str) -> int:
    """How many a sentence needs; a script without blanks has some two characters a word."""
    words = max(len(sentence.split()), sum(ord(ch) > 0x2E80 for ch in sentence) // 2)
    return min(_MOST_SHOTS_A_SENTENCE, max(1, round(words / _WORDS_A_SHOT)))


def _runs(sentences: Sequence[Sentence], weights: Sequence[int], parts: int) -> list[tuple[int, int]]:
    """First and last index of so many runs of about the same weight."""
    number = len(sentences)
    if number <= parts:
        return [(part * number // parts,) * 2 for part in range(parts)]
    sums = list(accumulate(weights))
    size = sums[-1] / parts
    starts = [0]
    for part in range(1, parts):
        free = range(starts[-1] + 1, number - (parts - part) + 1)
        starts.append(min(free, key=lambda at: (abs(sums[at - 1] - part * size) / size - _pull(sentences, at), at)))
    return list(zip(starts, [*(at - 1 for at in starts[1:]), number - 1], strict=True))


def _pull(sentences: Sequence[Sentence], at: int) -> float:
    """Of a cut right before a sentence."""
    before, after = sentences[at - 1], sentences[at]
    return _PULL[(before.paragraph != after.paragraph) + (before.section != after.section)]


def _heading(act: ActPart, sentences: Sequence[Sentence], headings: Sequence[str]) -> str:
    """Of the section that an act begins in, where it begins with it."""
    at = (act.told or (1, 1))[0] - 1
    section = sentences[at].section
    opens = at == 0 or sentences[at - 1].section != section
    return headings[section] if opens and section >= 0 else ""


def untold(told: tuple[int, int], tells: Iterable[int | None]) -> tuple[int, ...]:
    """Numbers of the sentences of a part that none of its shots tells."""
    done = set(tells)
    return tuple(number for number in range(told[0], told[1] + 1) if number not in done)
