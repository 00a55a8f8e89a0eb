"""The bookkeeping of a run: what came in, what was made, what was dropped and why."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import ValidationError

import dreamgen
from dreamgen.core.base import Record, fingerprint
from dreamgen.core.calibration import Rate
from dreamgen.core.media import Clip, Keyframe
from dreamgen.core.receipts import Made, Receipt, Reject, Tally, Usage
from dreamgen.core.story import Story
from dreamgen.engines.chat import ledger
from dreamgen.engines.vision.remembering import VISION
from dreamgen.run import keys, registry
from dreamgen.run.filming import ANSWERS, Desk
from dreamgen.run.journal import lines
from dreamgen.run.recipe import Recipe
from dreamgen.run.store import Store
from dreamgen.run.twinned import twin_folders
from dreamgen.run.watch import Watch

R = TypeVar("R", bound=Record)

STORIES = "stories"
VIDEOS = "videos"
"""The folder of all that is made of found footage."""
RECEIPT = "receipt.json"
CALIBRATION = "calibration.json"
_FOLLOWS = (
    "claims.jsonl", "verdicts.jsonl", "twins.jsonl", "calibration.json", "answered.jsonl", "pairs.jsonl",
    "rejects.jsonl", "contact.jpg",
)  # fmt: skip
"""Files of a story that say nothing any more when what it was made from has changed."""


class RunReceipt(Record):
    """Written last: its existence says that the run is whole."""

    version: str
    """Of dreamgen."""
    stories: tuple[str, ...]
    """Ids of the stories that the dataset is made of; each has its own receipt."""
    videos: tuple[str, ...] = ()
    """Ids of the videos that it is made of."""
    made: tuple[Made, ...]
    """The artefacts of the run's folder; those of a story are in its receipt."""
    tallies: tuple[Tally, ...]
    """The bookkeeping of all stories together."""
    strained: tuple[str, ...] = ()
    """What the machine could not do as asked, in any of them."""
    seconds: tuple[tuple[str, float], ...] = ()
    """Stage and wall-clock seconds: the only thing that differs between two runs."""


@dataclass(frozen=True)
class Subject:
    """What a dataset is made from: a story, or videos."""

    id: str
    """The story's id; empty for videos."""
    place: str
    """The folder of all that is made of it, below the run's."""
    inputs: tuple[tuple[str, str], ...]
    """Name and fingerprint of what it is made from, besides the recipe."""
    notes: tuple[Reject, ...] = ()
    """What could not be used of it."""
    prompts: tuple[tuple[str, str], ...] = ()
    """Name and hash of the prompts with which a model wrote it."""
    written: bool = False
    """Whether a model wrote it."""
    plot: str = ""
    """Of a story."""
    videos: tuple[str, ...] = ()
    """Ids of the videos."""


def subject_of(story: Story) -> Subject:
    """A story as what a dataset is made from."""
    return Subject(
        id=story.id, place=f"{STORIES}/{story.id}", inputs=(("plot", fingerprint(story.plot)),),
        notes=tuple(_notes(story)), prompts=story.writing.prompts if story.writing else (), written=bool(story.writing),
        plot=story.plot,
    )  # fmt: skip


class Books:
    """The books of one story, or of videos, and of the run.

    Args:
        run: the run's folder and recipe.
        subject: what it is made from.
        watch: takes the time.
    """

    def __init__(self, run: Desk, subject: Subject, watch: Stopwatch) -> None:
        self._run, self._subject, self._watch = run, subject, watch
        self._rejects: list[Reject] = list(subject.notes)
        self._counts: dict[str, int] = {}
        self._wrong: Rate | None = None
        self._strained: tuple[str, ...] = ()
        self.desk = Desk(Store(run.store.folder / subject.place, watch), run.recipe, run.store.folder)
        self._tell_of_another_plot()
        self._clear_outdated()
        run.store.write("recipe.toml", run.recipe.toml())

    def reject(self, rejects: Iterable[Reject]) -> None:
        """Takes down what was dropped."""
        self._rejects.extend(rejects)

    def reasons(self, kind: str) -> tuple[tuple[str, int], ...]:
        """Why things of a kind were dropped so far, and how many each, the commonest first."""
        return tuple(Counter(reject.reason for reject in self._rejects if reject.kind == kind).most_common())

    def count(self, what: str, made: int) -> None:
        """Takes down how many claims or pairs there were before anything was dropped."""
        self._counts[what] = made

    def estimate(self, wrong: Rate | None) -> None:
        """Takes down how many of the pairs are estimated to be wrong."""
        self._wrong = wrong

    def drew(self, scenes: Iterable[Sequence[Keyframe]], sent_back: Iterable[Reject] = ()) -> None:
        """Takes down what was drawn more than once, what was sent back, and what the machine could not do as asked.

        A keyframe without attempts was drawn by rule, and there is nothing to tell of it.
        """
        keyframes = [keyframe for scene in scenes for keyframe in scene]
        told = (words for keyframe in keyframes for words in (keyframe.strained, _settled_for(keyframe)) if words)
        self._strained = tuple(dict.fromkeys(told))
        tries = sum(len(keyframe.attempts) for keyframe in keyframes)
        if tries:
            back = list(sent_back)
            self.count("keyframes", tries + len(back))
            self.reject(back)
            self.reject(reject for keyframe in keyframes for reject in _redrawn(keyframe))

    def filmed(self, clips: Iterable[Clip]) -> None:
        """Takes down what the machine could not do as asked while it set pictures in motion."""
        self._strained += tuple(f"{clip.id}: {clip.strained}" for clip in clips if clip.strained)

    @property
    def subject(self) -> Subject:
        """What they are about."""
        return self._subject

    def tallies(self) -> tuple[Tally, ...]:
        """What was made, kept and dropped so far, kind by kind."""
        return tuple(_tally(what, made, self._rejects) for what, made in self._counts.items())

    def tell_rejects(self) -> None:
        """Writes the line of everything that was dropped so far."""
        self.desk.store.write("rejects.jsonl", lines(self._rejects))

    def close(self) -> Receipt:
        """Writes the rejects and the receipts, which say that everything is there."""
        desk, run = self.desk.store, self._run.store
        self.tell_rejects()
        tallies = self.tallies()
        version, seconds = dreamgen.__version__, self._watch.seconds
        receipt = Receipt(
            story=self._subject.id, version=version, inputs=self._inputs(), made=self._made(), tallies=tallies,
            wrong=self._wrong, strained=self._strained, usage=self._usage(), seconds=seconds,
        )  # fmt: skip
        whole = RunReceipt(
            version=version, stories=(self._subject.id,) if self._subject.id else (), videos=self._subject.videos,
            made=run.made(), tallies=tallies, strained=self._strained, seconds=seconds,
        )  # fmt: skip
        _write_unless_same(desk, receipt)
        _write_unless_same(run, whole)
        return receipt

    def _made(self) -> tuple[Made, ...]:
        """How everything in the story's folder came to be, its twin clips included."""
        twins = (Store(place).made() for _, place in twin_folders(self.desk.store.folder))
        return (*self.desk.store.made(), *(made for some in twins for made in some))

    def _inputs(self) -> tuple[tuple[str, str], ...]:
        recipe = self._run.recipe
        return (
            *self._subject.inputs,
            ("recipe", fingerprint(recipe)),
            ("seed", str(recipe.seed)),
            ("code", keys.package_version()),
            *self._subject.prompts,
        )

    def _usage(self) -> tuple[Usage, ...]:
        """What models were asked for this dataset; nothing for what no model did, whatever was asked here before."""
        asked, recipe = self._run.store.folder / ANSWERS, self._run.recipe
        writers, others = self._subject.written, asks(recipe, "chat")
        chat = tuple(one for one in ledger.usage(asked) if (writers if one.purpose.startswith("story/") else others))
        return (*chat, *(ledger.usage(asked / VISION) if asks(recipe, "vision") else ()))

    def _clear_outdated(self) -> None:
        """Receipts of something else must not vouch for what is there now."""
        story, run = self.desk.store.folder, self._run.store.folder
        old = read_receipt(story / RECEIPT, Receipt)
        if old is not None and old.inputs == self._inputs():
            return
        for path in (run / RECEIPT, story / RECEIPT, *(story / name for name in _FOLLOWS), run / "report.html"):
            path.unlink(missing_ok=True)
        others = sorted(path.name for path in (run / STORIES).glob("*") if path.is_dir() and path != story)
        if others:
            self._watch.says(f"note: {', '.join(others)} in {STORIES}/ is from an earlier run and not in this dataset")

    def _tell_of_another_plot(self) -> None:
        """Two plots whose files have one name share a default folder, where the second takes the first one's place."""
        found = (self._run.store.folder / STORIES).glob("*/story.json")
        plots = [plan.plot for path in found if (plan := read_receipt(path, Story))]
        if plots and self._subject.plot not in plots:
            self._watch.says(
                f"note: {self._run.store.folder} held a run of another plot, whose dataset and report this one "
                "replaces; give --out to keep both"
            )


def asks(recipe: Recipe, table: Literal["chat", "vision"]) -> bool:
    """Whether a backend below the claims asks the model of this table."""
    choices = [
        (stage, choice.backend) for stage in ("annotate", "verify", "qa", "screen") for choice in getattr(recipe, stage)
    ]
    return any(table in getattr(registry.find(*named), "model_fields", {}) for named in choices)


def read_receipt(path: Path, kind: type[R]) -> R | None:
    """The receipt, or another record, at `path`; None when there is none that can be read."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _write_unless_same(store: Store, receipt: Receipt | RunReceipt) -> None:
    """A run that had nothing to do leaves the receipt as it is, with the times of the run that did the work."""
    old = read_receipt(store.folder / RECEIPT, type(receipt))
    if old is None or old.model_copy(update={"seconds": receipt.seconds}) != receipt:
        store.write(RECEIPT, receipt.model_dump_json(indent=1) + "\n")


def _notes(story: Story) -> list[Reject]:
    """What the film can't show as the plot says it, one line each."""
    return [
        Reject(
            what=note.what, kind="text", stage="story", reason=note.reason,
            detail=f"{note.where}: " + (f"shown as {note.shown_as}" if note.shown_as else "not shown"),
        )
        for note in story.notes
        if not note.remark
    ]  # fmt: skip


def _redrawn(keyframe: Keyframe) -> Iterator[Reject]:
    """One line for every time that the keyframe was drawn and not taken."""
    taken = _taken(keyframe)
    for number, attempt in enumerate(keyframe.attempts):
        if number != taken:
            yield Reject(
                what=keyframe.shot, kind="keyframe", stage="render", reason=attempt.outcome,
                detail=f"try {number + 1} of {len(keyframe.attempts)}, seed {attempt.seed}",
            )  # fmt: skip


def _taken(keyframe: Keyframe) -> int:
    """Which attempt counts as the one in the film: the good one, else the last of those that gave a picture."""
    outcomes = [attempt.outcome for attempt in keyframe.attempts]
    if "kept" in outcomes:
        return outcomes.index("kept")
    return max((n for n, outcome in enumerate(outcomes) if outcome != "not_a_number"), default=len(outcomes) - 1)


def _settled_for(keyframe: Keyframe) -> str:
    """What is said of a keyframe of which no try was good; empty for all others."""
    outcomes = [attempt.outcome for attempt in keyframe.attempts]
    if not outcomes or "kept" in outcomes:
        return ""
    why = outcomes[_taken(keyframe)].replace("_", " ")
    return f"{keyframe.shot} is the best of {len(outcomes)} tries, though {why}"


def _tally(what: str, made: int, rejects: Iterable[Reject]) -> Tally:
    dropped = Counter(reject.reason for reject in rejects if f"{reject.kind}s" == what)
    return Tally(what=what, made=made, kept=made - dropped.total(), dropped=tuple(sorted(dropped.items())))


class Stopwatch(Watch):
    """Takes the time of every stage and passes on what it hears.

    Args:
        listener: who else wants to hear.
    """

    def __init__(self, listener: Watch) -> None:
        self._listener = listener
        self._running: dict[str, float] = {}
        self._seconds: dict[str, float] = {}

    @property
    def seconds(self) -> tuple[tuple[str, float], ...]:
        """Stage and wall-clock seconds, in the order in which they ran."""
        return tuple((stage, round(seconds, 2)) for stage, seconds in self._seconds.items())

    def begins(self, stage: str, items: int, kept: int) -> None:
        """Starts the stage's clock."""
        self._running[stage] = time.monotonic()
        self._listener.begins(stage, items, kept)

    def made(self, stage: str, item: str) -> None:
        """Passes it on."""
        self._listener.made(stage, item)

    def goes(self, stage: str, done: int, of: int) -> None:
        """Passes it on."""
        self._listener.goes(stage, done, of)

    def ends(self, stage: str) -> None:
        """Stops the stage's clock."""
        elapsed = time.monotonic() - self._running.pop(stage, time.monotonic())
        self._seconds[stage] = self._seconds.get(stage, 0.0) + elapsed
        self._listener.ends(stage)

    def says(self, words: str) -> None:
        """Passes it on."""
        self._listener.says(words)
