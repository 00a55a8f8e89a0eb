"""What lies before a reviewer: the pairs of a run as they were made, and what has been decided about each."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from dreamgen.clip.truth import Masklets, read_masklets
from dreamgen.core.audit_samples import audit_sample
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.errors import UsageError
from dreamgen.run.decisions import DECISIONS, Change, Decision, Decisions, add, read_decisions, seen_as
from dreamgen.run.mending import mended
from dreamgen.run.opened import FoundRun, Part, Run, open_run
from dreamgen.run.reviewed import as_made, named, outdated_in_words
from dreamgen.run.tracing import Link, links_of

State = Literal["undecided", "accept", "fix", "reject", "outdated"]
Outcome = Literal["supported", "unsure", "refuted", "unchecked"]


@dataclass(frozen=True)
class Item:
    """One pair to decide about."""

    name: str
    """Its id, as in a dataset."""
    part: Part
    """What it was made of."""
    pair: InstructionPair
    """The pair as it was made."""
    hash: str
    """Of what is seen of it."""
    outcome: Outcome
    """The worst that verifiers said of its claims."""
    sampled: bool
    """Whether it is in the sample that is to be audited."""

    @property
    def clip(self) -> Clip:
        """What it is about."""
        return self.part.clips[self.pair.clip]


@dataclass(frozen=True)
class View:
    """A run as it was when it was read."""

    run: Run
    items: Mapping[str, Item]
    decisions: Decisions

    @cached_property
    def standing(self) -> Mapping[str, Decision]:
        """What was decided, by the pair's name."""
        return self.decisions.standing()

    def state(self, item: Item) -> State:
        """How far it is with a pair."""
        decision = self.standing.get(item.name)
        if decision is None or decision.verdict == "undo":
            return "undecided"
        return decision.verdict if decision.of == item.hash else "outdated"

    @cached_property
    def media(self) -> tuple[Path, ...]:
        """The video of every clip; the page names them by their numbers."""
        return tuple(part.folder / clip.video.path for part in self.run.parts for clip in part.clips.values())

    def number(self, item: Item) -> int:
        """Which of them shows a pair."""
        return self._numbers[item.part.name, item.pair.clip]

    @cached_property
    def _numbers(self) -> Mapping[tuple[str, str], int]:
        clips = ((part.name, clip) for part in self.run.parts for clip in part.clips)
        return {clip: number for number, clip in enumerate(clips)}

    def notes(self) -> tuple[str, ...]:
        """What a reviewer should know, in words."""
        changed = [item.name for item in self.items.values() if self.state(item) == "outdated"]
        gone = [name for name in self.standing if name not in self.items]
        words = [*self.decisions.told]
        if changed:
            words.append(outdated_in_words(changed))
        if gone:
            words.append(f"{len(gone)} decisions are about pairs that this run no longer has: {', '.join(gone[:3])}")
        return tuple(words)


class Bench:
    """The run that is being reviewed. Any thread may ask it.

    Args:
        folder: the run's.
        percent: of each task, how much is to be audited; 0 for all of it.
        reviewer: who decides.
    """

    def __init__(self, folder: Path, percent: float = 0.0, reviewer: str = "") -> None:
        self.folder, self.percent, self.reviewer = folder, percent, reviewer
        self._busy = threading.Lock()
        self._stamp: tuple[Any, ...] = ()
        self._decided: tuple[Any, ...] = ()
        self._view = View(open_run(folder), {}, Decisions())
        if not self.view().items:
            raise UsageError(f"{folder} has no pairs yet", "Run it to its end first.")

    def view(self) -> View:
        """The run as it is now; files that have not changed are not read again."""
        with self._busy:
            run = self._view.run
            places = [part.folder / name for part in run.parts for name in ("pairs.jsonl", "rejects.jsonl")]
            stamp, decided = _stamp(places), _stamp([self.folder / DECISIONS])
            if stamp != self._stamp:
                run = open_run(self.folder)
                decisions = read_decisions(self.folder)
                self._view = View(run, {item.name: item for item in self._items(run, decisions)}, decisions)
            elif decided != self._decided:
                self._view = View(run, self._view.items, read_decisions(self.folder, self._view.decisions))
            self._stamp, self._decided = stamp, decided
            return self._view

    def decide(self, name: str, change: Change, version: int) -> View:
        """Writes a decision down.

        Raises:
            UsageError: when it can't be taken.
        """
        view = self.view()
        item = view.items.get(name)
        if item is None:
            raise UsageError(f"there is no pair {name!r} in this run")
        change.check()
        if change.verdict == "fix":
            mended(item.pair, change, item.clip.fps)
        sample = self.percent if item.sampled else 0.0
        add(
            self.folder, name, change, version, view.decisions, of=item.hash, seen=item.pair, sample=sample,
            reviewer=self.reviewer,
        )  # fmt: skip
        return self.view()

    def boxes(self, item: Item) -> list[dict[str, Any]]:
        """Of everybody whom a pair marks: the boxes by frame, in fractions of the picture."""
        clip = item.clip
        if not item.pair.masklets or clip.masklets is None:
            return []
        known = _masklets(item.part.folder / clip.masklets.path, clip.masklets.sha256)
        start, end = item.pair.span or (0.0, clip.seconds)
        first, stop = int(start * clip.fps) - 1, int(end * clip.fps) + 2
        return [
            {
                "entity": one.entity,
                "frames": [
                    [mask.frame, *(round(side, 4) for side in (mask.box.x0, mask.box.y0, mask.box.x1, mask.box.y1))]
                    for mask in one.frames
                    if first <= mask.frame < stop
                ],
            }
            for one in known
            if one.entity in item.pair.masklets
        ]

    def _items(self, run: Run, decisions: Decisions) -> Iterator[Item]:
        for part in run.parts:
            pairs = as_made(part, decisions)
            sample = set(audit_sample(pairs, self.percent, run.recipe.seed))
            for pair in pairs:
                hash_ = seen_as(pair, part.clips.get(pair.clip))
                name = named(part.name, pair.id)
                yield Item(name, part, pair, hash_, _outcome(part, pair), pair.id in sample)


def known_links(part: Part, pair: InstructionPair) -> tuple[Link, ...]:
    """The claims behind a pair that the run still has."""
    there = tuple(claim for claim in pair.claims if (pair.clip, claim) in part.claims)
    return links_of(part, pair.model_copy(update={"claims": there}))


def source_of(item: Item) -> dict[str, str]:
    """Of found footage: where it comes from, for people."""
    excerpt = item.clip.excerpt
    if excerpt is None or not isinstance(item.part, FoundRun):
        return {}
    found = next((source for source in item.part.sources if source.id == excerpt.source), None)
    if found is None:
        return {}
    told = {"file": found.name, "title": found.title, "licence": found.licence, "from": found.url}
    return {what: words for what, words in told.items() if words}


def progress(view: View, percent: float) -> dict[str, Any]:
    """How far it is."""
    items = [item for item in view.items.values() if item.sampled or not percent]
    counts = Counter(view.state(item) for item in items)
    return {"total": len(items), "percent": percent, **{state: counts[state] for state in sorted(counts)}}


def _outcome(part: Part, pair: InstructionPair) -> Outcome:
    known = (part.verdicts.get((pair.clip, claim)) for claim in pair.claims)
    said = {verdict.outcome for verdict in known if verdict}
    order: tuple[Outcome, ...] = ("refuted", "unsure", "supported")
    return next((outcome for outcome in order if outcome in said), "unchecked")


def _stamp(paths: Sequence[Path]) -> tuple[Any, ...]:
    """Changes whenever one of these files does."""
    found = []
    for path in paths:
        try:
            stat = os.stat(path)
            found.append((stat.st_ino, stat.st_size, stat.st_mtime_ns))
        except FileNotFoundError:
            found.append((0, 0, 0))
    return tuple(found)


@lru_cache(maxsize=4)
def _masklets(path: Path, sha256: str) -> Masklets:
    """The masklets of a clip; the hash says when the file is another one."""
    assert sha256
    return read_masklets(path)
