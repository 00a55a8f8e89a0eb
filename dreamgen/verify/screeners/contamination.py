"""Questions that stand in a benchmark, which a model trained on them could answer there by heart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import Field, computed_field, field_validator
from rapidfuzz import fuzz

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.media import Footage
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.errors import UsageError
from dreamgen.verify.screeners.guessable import words
from dreamgen.verify.screeners.lists import Listed, read_lists

_NEAR = 12
"""Listed questions that are compared letter by letter: those that share most rare words."""

_RARE = 4
"""Words of a question by which its like is looked up: the rarest."""

_COMMON = 5000
"""A word of more listed questions than this says nothing about which one it is."""


@dataclass(frozen=True)
class Found:
    """A listed question that a pair's question is like."""

    listed: Listed
    how: str


@dataclass(frozen=True)
class Index:
    """Listed questions by their words and runs of words."""

    listed: tuple[Listed, ...]
    run: int
    """Words in a row that no two questions share by accident."""

    @cached_property
    def _told(self) -> list[tuple[str, ...]]:
        return [words(one.text) for one in self.listed]

    @cached_property
    def _runs(self) -> dict[tuple[str, ...], int]:
        """Every run of words to the first question that has it."""
        found: dict[tuple[str, ...], int] = {}
        for number, told in enumerate(self._told):
            for run in _runs(told, self.run):
                found.setdefault(run, number)
        return found

    @cached_property
    def _words(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, told in enumerate(self._told):
            for word in dict.fromkeys(told):
                found[word].append(number)
        return found

    @cached_property
    def _exact(self) -> dict[tuple[str, ...], int]:
        return {told: number for number, told in reversed(list(enumerate(self._told))) if told}

    def like(self, text: str, similar: float) -> Found | None:
        """The listed question that `text` is, shares a run of words with, or is nearly."""
        told = words(text)
        if told in self._exact:
            return Found(self.listed[self._exact[told]], "the same words")
        shared = next((run for run in _runs(told, self.run) if run in self._runs), None)
        if shared is not None:
            return Found(self.listed[self._runs[shared]], f"{self.run} words in a row: {' '.join(shared)}")
        mine = " ".join(told)
        for number in self._nearest(told):
            score = fuzz.ratio(mine, " ".join(self._told[number]), score_cutoff=similar)
            if score:
                return Found(self.listed[number], f"{score:.0f} of 100 alike")
        return None

    def _nearest(self, told: tuple[str, ...]) -> list[int]:
        """The questions that share most of its rarest words: one that is nearly the same has nearly all of them."""
        known = sorted((self._words[word] for word in dict.fromkeys(told) if word in self._words), key=len)
        counts = Counter(number for where in known[:_RARE] if len(where) <= _COMMON for number in where)
        return [number for number, _ in counts.most_common(_NEAR)]


class ContaminationScreener(Record):
    """Drops pairs with a question that stands, in the same or nearly the same words, in a list of questions."""

    lists: tuple[str, ...] = ()
    """Files with the questions of benchmarks: .txt with one a line, .csv or .tsv with a column `question`, .json or
    .jsonl with records that have one. Relative to the working folder."""
    run: int = Field(default=13, ge=4)
    """Words in a row that two questions may not share. 13 is what GPT-3 was checked with (Brown et al. 2020, appendix
    C); 8 is stricter. A question with fewer words is compared as a whole."""
    similar: float = Field(default=90.0, gt=0.0, le=100.0)
    """Likeness of two whole questions, 0-100 (rapidfuzz's ratio of their words in small letters), from which they are
    the same."""

    least: int = Field(default=7, ge=1)
    """Words of a question below which it is not compared: what anybody would ask is no sign of a list."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def contents(self) -> str:
        """Names what is in the lists, so that another list under an old name is not taken for the old one."""
        found = [(path, Path(path).expanduser()) for path in self.lists]
        return fingerprint([(name, fingerprint(path.read_bytes().hex())) for name, path in found if path.is_file()])

    @field_validator("lists", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    def ready(self) -> None:
        """Reads the lists once, so that a missing one is told before a film is made.

        Raises:
            UsageError: for a list that is missing, empty or can't be read, and where none is named.
        """
        _listed(self.lists)

    def screen(self, pairs: Sequence[InstructionPair], footage: Mapping[str, Footage], kept: Path) -> Iterator[Verdict]:
        """A verdict for each pair with a question that stands in a list.

        Raises:
            UsageError: for a list that is missing, empty or can't be read, and where none is named.
        """
        index = Index(_listed(self.lists), self.run)
        for pair in pairs:
            asked = (turn.text for turn in pair.turns[::2] if len(words(turn.text)) >= self.least)
            found = next((one for text in asked if (one := index.like(text, self.similar))), None)
            if found:
                where = f"{found.listed.file}, line {found.listed.line}"
                yield Verdict(
                    about=pair.id, outcome="refuted", confidence=1.0, by="contamination",
                    evidence=f"{where}: {found.listed.text} ({found.how})", reason="in_benchmark",
                )  # fmt: skip


def _listed(lists: Sequence[str]) -> tuple[Listed, ...]:
    if not lists:
        raise UsageError(
            "the screener contamination has no list to hold the questions against",
            'Name files: screen = [{backend = "contamination", lists = ["mvbench.jsonl"]}]',
        )
    return read_lists(lists)


def _runs(told: tuple[str, ...], length: int) -> Iterator[tuple[str, ...]]:
    return (told[at : at + length] for at in range(len(told) - length + 1))
