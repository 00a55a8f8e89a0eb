"""Held-out questions, as a benchmark asks them: of one split, about clips whose names tell nothing, counted and marked.

A model that is tested sees the clip's file and the words of the question. So a clip is called by its content alone: the
name of a twin clip says what was changed in it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, StrictUndefined

from dreamgen.core.amounts import amount
from dreamgen.core.base import fingerprint
from dreamgen.core.dataset import SPLITS, Dataset, Split
from dreamgen.core.media import Clip
from dreamgen.core.pairs import LETTERS, InstructionPair
from dreamgen.errors import NothingToWrite
from dreamgen.export.conversations import plain
from dreamgen.export.ready import Ready, make_ready
from dreamgen.export.version_mark import VERSION_FILE, Mark

OTHER_SPLIT: Final = "other_split"
WHY: Final = {
    OTHER_SPLIT: "they are of another split",
    "no_dimension": "they are of no dimension of this benchmark",
    "not_a_choice": "they are neither a choice nor answered by yes or no",
    "several_turns": "they are a dialogue, whose later questions rest on the answers before",
    "long_text": "they ask for a text that no rule can score",
    "too_many_options": "they have more options than its scoring reads",
    "marked_subject": "they ask about a subject that is marked in the picture",
}
"""Why a pair is no item, in words."""

Against = Callable[[InstructionPair], str]
"""Why a pair can be no item of a benchmark, as a key of `WHY`; empty where nothing is against it."""

_HELD_OUT: Final[tuple[Split, ...]] = ("test", "validation")
"""What is asked, the first that there is."""


@dataclass(frozen=True)
class Bench:
    """The items of a benchmark, as they lie in its folder."""

    ready: Ready
    """Pairs and clips."""
    split: Split | None
    """Where they come from; None for all splits, where nothing was held out."""
    left_out: tuple[tuple[str, int], ...]
    """Why pairs are no items, machine-readable, and how many."""
    ids: frozenset[str]
    """Of the items."""

    def items(self) -> Iterator[tuple[InstructionPair, Clip, str]]:
        """Every item with its clip and the path of its video, in order."""
        for split in SPLITS:
            yield from self.ready.rows(split)

    def asked(self) -> Iterator[tuple[Clip, str, tuple[InstructionPair, ...]]]:
        """Every clip with the path of its video and the items about it, in order."""
        for split in SPLITS:
            yield from self.ready.asked(split)

    def contrast(self, pair: InstructionPair) -> str:
        """What an item shares with those that ask the same of clips that differ in one thing; empty for most."""
        if pair.twin not in self.ids:
            return ""
        return pair.twin if self.ready.clips[pair.clip].twin_of else pair.id


def items_of(dataset: Dataset, against: Against) -> Dataset:
    """The pairs that are items of a benchmark: of what was held out of training, those that nothing is against."""
    why_not = _why_not(dataset, _held_out(dataset), against)
    return dataset.only(lambda pair: not why_not(pair))


def hold_out(dataset: Dataset, into: Path, form: str, against: Against, place: str = "clips") -> Bench:
    """Picks what was held out of training, and puts its clips below a folder under names that tell nothing.

    Args:
        dataset: all that there is.
        into: the folder of the form.
        form: its name, for people.
        against: why a pair can be no item of it.
        place: the folder of the clips, in that of the form.

    Raises:
        NothingToWrite: when no pair of what was held out can be an item.
    """
    split = _held_out(dataset)
    why_not = _why_not(dataset, split, against)
    left: Counter[str] = Counter()
    ids: set[str] = set()
    for pair in dataset.pairs:
        why = why_not(pair)
        if why:
            left[why] += 1
        else:
            ids.add(pair.id)
    if left and not ids:
        reasons = "; ".join(f"{count}: {WHY[why]}" for why, count in sorted(left.items()))
        more = ", and how to hold more out" if OTHER_SPLIT in left else ""
        raise NothingToWrite(
            f"{form} has nothing to write: none of {amount(left.total(), 'pair')} can be an item ({reasons})",
            f"docs/benchmarks.md says what each benchmark asks{more}.",
        )
    ready = make_ready(items_of(dataset, against), into)
    return Bench(_nameless(ready, into, place), split, tuple(sorted(left.items())), frozenset(ids))


def _held_out(dataset: Dataset) -> Split | None:
    there = {dataset.split_of(clip) for clip in dataset.asked}
    return next((split for split in _HELD_OUT if split in there), None)


def _why_not(dataset: Dataset, split: Split | None, against: Against) -> Against:
    return lambda pair: OTHER_SPLIT if split and dataset.split_of(pair.clip) != split else against(pair)


def _nameless(ready: Ready, into: Path, place: str) -> Ready:
    (into / place).mkdir(exist_ok=True)
    videos = {}
    for name, video in ready.videos.items():
        told = fingerprint((name, ready.clips[name].video.sha256))[:12]
        videos[name] = f"{place}/clip-{told}{Path(video).suffix}"
        (into / video).rename(into / videos[name])
    for left in {(into / video).parent for video in ready.videos.values()} - {into / place}:
        left.rmdir()
    return replace(ready, videos=videos)


def spoken(pair: InstructionPair) -> str:
    """What is asked, as loaders take it."""
    return plain(pair.turns[0].text)


def choices(pair: InstructionPair) -> list[str]:
    """The options of a choice, or Yes and No."""
    return ["Yes", "No"] if pair.form == "yes_no" else [plain(option) for option in pair.options]


def key(pair: InstructionPair) -> str:
    """The right answer: one of `choices`, or a text."""
    if pair.form == "yes_no":
        return "Yes" if says_yes(pair) else "No"
    if pair.answer_index is not None:
        return choices(pair)[pair.answer_index]
    return plain(pair.turns[-1].text)


def letter(pair: InstructionPair) -> str:
    """The letter of the right option."""
    return LETTERS[pair.answer_index or 0]


def says_yes(pair: InstructionPair) -> bool:
    """Whether the right answer to a yes-no question is yes."""
    return pair.turns[-1].text.strip().lower().startswith("yes")


def dimension(pair: InstructionPair, benchmark: str, known: Sequence[str]) -> str:
    """The first of the known dimensions that a pair names of a benchmark; empty where it names none."""
    named = (name.partition("/")[2] for name in pair.benchmarks if name.startswith(f"{benchmark}/"))
    return next((name for name in named if name in known), "")


def write_scoring(path: Path) -> None:
    """Writes how answers are read and scored, as a file of Python that needs nothing of ours."""
    path.write_bytes(files("dreamgen.export").joinpath("benchmark_scoring.py").read_bytes())


def write_about(bench: Bench, into: Path, mark: Mark, template: str, **facts: Any) -> None:
    """Writes README.md and version.json.

    Args:
        bench: the items.
        into: the folder.
        mark: has heard all items.
        template: of the README, in this package.
        facts: what it says besides.
    """
    about = {
        "fingerprint": mark.fingerprint,
        "items": mark.items.total(),
        "clips": len(bench.ready.videos),
        "split": bench.split or "all",
        "trained_on": bench.split is None,
        "left_out": dict(bench.left_out),
    }
    (into / VERSION_FILE).write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    common = _filled(environment, "benchmark.md.jinja", **about, why=WHY)
    (into / "README.md").write_text(_filled(environment, template, about=common, **about, **facts), "utf-8")


def _filled(environment: Environment, template: str, **facts: Any) -> str:
    text = files("dreamgen.export").joinpath(template).read_text("utf-8")
    return environment.from_string(text).render(**facts)
