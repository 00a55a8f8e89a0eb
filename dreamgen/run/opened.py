"""A finished run, read back from its folder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from dreamgen.core.base import Record
from dreamgen.core.calibration import Calibration
from dreamgen.core.claims import Claim
from dreamgen.core.found import Source
from dreamgen.core.media import Clip, Inside, Style
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.core.receipts import Receipt, Reject
from dreamgen.core.story import Shot, Story
from dreamgen.core.trusted import Trusted
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run.books import CALIBRATION, RECEIPT, STORIES, VIDEOS, RunReceipt, read_receipt
from dreamgen.run.hints import AGAIN
from dreamgen.run.journal import ClaimLine, TwinLine, VerdictLine, read_lines, read_record
from dreamgen.run.recipe import Recipe, read_recipe
from dreamgen.run.store import ENTRIES, entries
from dreamgen.run.twinned import as_twin, twin_folders

CLIP = TypeAdapter(Clip)
JOINED = "stories.jsonl"
"""In the folder of a run whose stories are not in stories/: a `JoinedLine` a story."""
SOURCES, CLIPS = "sources.jsonl", "clips.jsonl"
"""What of found footage lies in videos/, besides what every part has."""


class JoinedLine(Record):
    """Where one of many stories lies."""

    name: str
    """What it is called in the dataset: no two are called the same."""
    place: Inside
    """Its folder, below the run's."""


class Part(ABC):
    """What was made of one story, or of videos: clips, and all that is known and asked of them.

    Args:
        folder: where it lies: stories/<id> or videos in the run's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    @abstractmethod
    def name(self) -> str:
        """Stands in front of the names of its pairs and clips in the dataset; empty for videos."""

    @property
    @abstractmethod
    def place(self) -> str:
        """Its folder below the run's."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What it is called, for people."""

    @property
    @abstractmethod
    def clips(self) -> Mapping[str, Clip]:
        """Every clip by its id, in order."""

    def shown(self, clip: str, span: tuple[float, float]) -> tuple[str, ...]:
        """The ids of the shots that a span of a clip, in seconds, shows."""
        known = self.clips[clip]
        first, stop = span[0] * known.fps, max(span[1] * known.fps, span[0] * known.fps + 1)
        return tuple(part.shot for part in known.spans if part.first < stop and first < part.stop)

    @cached_property
    def claims(self) -> Mapping[tuple[str, str], Claim]:
        """Every claim, by clip and id."""
        lines = read_lines(self.folder / "claims.jsonl", ClaimLine)
        return {(line.clip, line.claim.id): line.claim for line in lines}

    @cached_property
    def verdicts(self) -> Mapping[tuple[str, str], Verdict]:
        """What was found out about the claims, by clip and claim."""
        lines = read_lines(self.folder / "verdicts.jsonl", VerdictLine)
        return {(line.clip, line.verdict.about): line.verdict for line in lines}

    @cached_property
    def twins(self) -> tuple[TwinLine, ...]:
        """The false claims on which the verifier was measured."""
        return read_lines(self.folder / "twins.jsonl", TwinLine)

    @cached_property
    def trusted(self) -> Trusted:
        """How far the verifiers and the dataset can be trusted; empty until the pixels have been looked at."""
        path = self.folder / CALIBRATION
        return read_record(path, Trusted) if path.is_file() else Trusted(vote=())

    @property
    def calibration(self) -> tuple[Calibration, ...]:
        """How well all verifiers together tell true claims from false ones, kind by kind."""
        return self.trusted.vote

    @cached_property
    def pairs(self) -> tuple[InstructionPair, ...]:
        """The pairs that were kept."""
        return read_lines(self.folder / "pairs.jsonl", InstructionPair)

    @cached_property
    def rejects(self) -> tuple[Reject, ...]:
        """What was dropped, and why."""
        return read_lines(self.folder / "rejects.jsonl", Reject)

    @cached_property
    def receipt(self) -> Receipt | None:
        """The books; None until everything is whole."""
        return read_receipt(self.folder / RECEIPT, Receipt)


class StoryRun(Part):
    """What was made of one plot.

    Args:
        folder: where it lies.
        joined: its name and place, where it is one of many.
    """

    def __init__(self, folder: Path, joined: JoinedLine | None = None) -> None:
        super().__init__(folder)
        self._joined = joined

    @property
    def joined(self) -> JoinedLine | None:
        """Its name and place, where it is one of many."""
        return self._joined

    @property
    def name(self) -> str:
        """The story's id, or what it is called among many."""
        return self._joined.name if self._joined else self.folder.name

    @property
    def place(self) -> str:
        """Its folder below the run's."""
        return self._joined.place if self._joined else f"{STORIES}/{self.folder.name}"

    @property
    def title(self) -> str:
        """The story's title."""
        return self.story.title

    @cached_property
    def story(self) -> Story:
        """The plan."""
        return read_record(self.folder / "story.json", Story)

    @cached_property
    def style(self) -> Style:
        """The look."""
        return read_record(self.folder / "style.json", Style)

    @cached_property
    def clips(self) -> Mapping[str, Clip]:
        """Every scene's clip and the film, by id; empty until they are filmed."""
        found = [*entries(self.folder, "clip"), *entries(self.folder, "film")]
        try:
            clips = {clip.id: clip for clip in (CLIP.validate_python(entry.value) for entry in found)}
            twins = {
                entry.made.item: as_twin(CLIP.validate_python(entry.value), of)
                for of, place in twin_folders(self.folder)
                for entry in entries(place, "clip")
            }
        except ValidationError:
            raise DreamgenError(f"{self.folder / ENTRIES} is damaged", AGAIN) from None
        clips |= twins
        order = [*(scene.id for scene in self.story.scenes), *sorted(twins), "film"]
        return {name: clips[name] for name in order if name in clips}

    def shots(self, clip: str, span: tuple[float, float]) -> tuple[Shot, ...]:
        """The shots that a span of a clip, in seconds, shows."""
        seen = self.shown(clip, span)
        return tuple(shot for shot in self.story.shots if shot.id in seen)


class FoundRun(Part):
    """What was made of footage that nobody here made."""

    name = ""
    place = VIDEOS

    @property
    def title(self) -> str:
        """How many videos there are."""
        count = len(self.sources)
        return f"{count} video{'' if count == 1 else 's'}"

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The videos, in order."""
        return read_lines(self.folder / SOURCES, Source)

    @cached_property
    def clips(self) -> Mapping[str, Clip]:
        """The clips that were cut out of them and kept, in order."""
        return {clip.id: clip for clip in read_lines(self.folder / CLIPS, Clip)}

    def source_of(self, clip: Clip) -> Source | None:
        """The video that a clip was cut out of."""
        where = clip.excerpt
        return next((source for source in self.sources if where and source.id == where.source), None)


@dataclass(frozen=True)
class Run:
    """A run's folder."""

    folder: Path
    """As given by --out."""

    @cached_property
    def recipe(self) -> Recipe:
        """How it was made."""
        return read_recipe(str(self.folder / "recipe.toml"))

    @cached_property
    def receipt(self) -> RunReceipt | None:
        """The books; None until the run is whole."""
        return read_receipt(self.folder / RECEIPT, RunReceipt)

    @cached_property
    def stories(self) -> tuple[StoryRun, ...]:
        """The stories of the run, by id, or in the order of the plan of many; none where videos were annotated."""
        joined = read_lines(self.folder / JOINED, JoinedLine)
        if joined:
            return tuple(StoryRun(self.folder / line.place, line) for line in joined)
        names = self.receipt.stories if self.receipt else [path.parent.name for path in self._plans()]
        return tuple(StoryRun(self.folder / STORIES / name) for name in sorted(names))

    @cached_property
    def found(self) -> FoundRun | None:
        """The videos that were annotated; None in a run of stories."""
        videos = self.folder / VIDEOS
        return FoundRun(videos) if (videos / SOURCES).is_file() and not self.stories else None

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All that the dataset is made of: stories, or videos."""
        return (*self.stories, *((self.found,) if self.found else ()))

    @property
    def part(self) -> Part:
        """The first of them, which is the only one of `dreamgen story` and `dreamgen annotate`."""
        return self.parts[0]

    @property
    def story(self) -> StoryRun:
        """The first story, which is the only one of `dreamgen story`.

        Raises:
            UsageError: when the run has none.
        """
        if not self.stories:
            raise UsageError(f"{self.folder} is of videos, and no story is in it", "Name the run of a story.")
        return self.stories[0]

    @property
    def pairs(self) -> tuple[InstructionPair, ...]:
        """The pairs of all of it."""
        return tuple(pair for part in self.parts for pair in part.pairs)

    @property
    def datasets(self) -> tuple[Path, ...]:
        """The folders of the dataset's forms that were made here."""
        refs = (ref for entry in entries(self.folder, "export-*") for ref in entry.made.outputs)
        return tuple(sorted({self.folder.joinpath(*ref.path.split("/")[:2]) for ref in refs}))

    @property
    def report(self) -> Path:
        """The page that shows everything."""
        return self.folder / "report.html"

    def _plans(self) -> list[Path]:
        return sorted((self.folder / STORIES).glob("*/story.json"))


def open_run(folder: Path | str) -> Run:
    """Reads a run's folder; records load when they are asked for.

    Raises:
        UsageError: when there is no run in the folder.
    """
    run = Run(Path(folder))
    if not (run.folder / "recipe.toml").is_file() or not run.parts:
        if (run.folder / "plan.jsonl").is_file():
            raise UsageError(
                f"the bulk run in {folder} has no dataset yet",
                f"`dreamgen bulk --out {folder}` goes on with it; each folder in items/ is a run of its own.",
            )
        raise UsageError(
            f"there is no run in {folder}",
            "Give the folder that `dreamgen story`, `dreamgen bulk` or `dreamgen annotate` wrote to.",
        )
    return run


def latest_run(within: Path = Path("outputs")) -> Path:
    """The folder of the run that was finished last.

    Raises:
        UsageError: when there is none.
    """
    found = sorted(within.glob(f"*/{RECEIPT}"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise UsageError(f"there is no finished run in {within}/", "Name its folder with --run.")
    return found[-1].parent
