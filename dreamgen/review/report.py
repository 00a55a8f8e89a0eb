"""report.html: a whole run on one page that opens anywhere, offline."""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from PIL import Image

from dreamgen.annotate.subsets import PAGE
from dreamgen.core.base import derive_seed
from dreamgen.core.calibration import total
from dreamgen.core.claims import CLAIM_KINDS
from dreamgen.core.found import Source
from dreamgen.core.media import Clip
from dreamgen.core.pairs import LETTERS, InstructionPair
from dreamgen.core.receipts import Reject
from dreamgen.core.sizes import size_words
from dreamgen.core.story import Story
from dreamgen.metrics.consistency import Consistency
from dreamgen.metrics.reading import ROW_WORDS, cell, hint_of
from dreamgen.review.contact import contact_sheet
from dreamgen.review.frames import ShotFrame, shot_frames
from dreamgen.review.report_many import many_view
from dreamgen.review.shortcuts import shortcut_view
from dreamgen.run.choosing import CORESETS
from dreamgen.run.disk import write_whole
from dreamgen.run.evaluating import evaluated
from dreamgen.run.opened import FoundRun, Part, Run, StoryRun
from dreamgen.run.tracing import Link, links_of
from dreamgen.run.trust_told import between, percent, rows, told
from dreamgen.run.written import Written, written

SHOWN_REJECTS = 12
"""Rejects of one reason that are listed; the rest are counted, and are in rejects.jsonl."""

SHOWN_PAIRS = 1000
"""Pairs that are listed, by lot where there are more."""

SHOWN_NOTES = 100
"""Notes that are listed; of the rest the reasons are counted."""

SHOWN_STRAINED = 3
"""What the machine could not do as asked that is told at the top."""


@dataclass(frozen=True)
class PairView:
    """One pair on the page."""

    pair: InstructionPair
    links: tuple[Link, ...]
    shot: str
    """The id of the shot that its picture shows."""

    @property
    def options(self) -> Iterator[tuple[str, str, bool]]:
        """Letter, text, whether it is right."""
        for index, option in enumerate(self.pair.options):
            yield LETTERS[index], option, index == self.pair.answer_index


@dataclass(frozen=True)
class PartView:
    """One story, or the videos of a run, on the page."""

    run: Part
    shots: tuple[ShotFrame, ...]
    pairs: tuple[PairView, ...]
    """Those that are listed; see `SHOWN_PAIRS`."""
    verdicts: tuple[tuple[str, int, int, int], ...]
    """Kind of claim; how many were supported, refuted, unsure."""
    notes: tuple[Reject, ...]
    """What the film can't show as the plot says it."""
    rejects: tuple[tuple[str, str, int, tuple[Reject, ...]], ...]
    """Kind, reason, how many, and the first few."""
    sizes: tuple[tuple[str, int], ...]
    """What lies in the folder, and its bytes."""
    consistency: Consistency | None
    """What `dreamgen evaluate consistency` measured of these pictures."""
    written: Written | None
    """How a language model wrote it, where one did."""

    @property
    def story(self) -> Story | None:
        """The plan; None of found footage."""
        return self.run.story if isinstance(self.run, StoryRun) else None

    @property
    def sources(self) -> tuple[Source, ...]:
        """The videos of found footage."""
        return self.run.sources if isinstance(self.run, FoundRun) else ()

    @property
    def clusters(self) -> str:
        """The page of core-sets, below the clips' folder; empty where there is none."""
        page = f"{CORESETS}/{PAGE}"
        return page if (self.run.folder / page).is_file() else ""

    @property
    def shots_made(self) -> int:
        """How many shots all clips of found footage have."""
        return sum(len(clip.spans) for clip in self.run.clips.values())

    @property
    def film(self) -> Clip | None:
        """The whole film, once there is one."""
        return self.run.clips.get("film")

    @property
    def more_notes(self) -> list[tuple[str, int]]:
        """Reason and number of the notes that are not listed, most first."""
        return Counter(note.reason for note in self.notes[SHOWN_NOTES:]).most_common()

    @property
    def tasks(self) -> list[tuple[str, int]]:
        """Task and number of pairs, most first."""
        return Counter(view.pair.task for view in self.pairs).most_common()


def write_report(run: Run) -> Path:
    """Writes report.html in the run's folder, and contact.jpg beside film or clips; returns the page's path."""
    write_whole(run.report, _page_of_many(run) if len(run.stories) > 1 else _page(run))
    return run.report


def _page(run: Run) -> str:
    parts = [_part(part, run) for part in run.parts]
    return _template("report.html").render(
        parts=parts,
        calibration=total(row for view in parts for row in view.run.calibration),
        generated=any(clip.pictures == "generated" for part in run.parts for clip in part.clips.values()),
        strained=run.receipt.strained if run.receipt else (),
        asked=any(view.written and view.written.usage for view in parts),
        shown=SHOWN_REJECTS,
        most_notes=SHOWN_NOTES,
        most_strained=SHOWN_STRAINED,
        many=None,
        **_of_any(run),
    )


def _page_of_many(run: Run) -> str:
    many = many_view(run)
    return _template("report_many.html").render(
        many=many,
        parts=[SimpleNamespace(run=many)],
        calibration=total(many.calibration),
        generated=any(clip.pictures == "generated" for one in many.shown for clip in one.run.clips.values()),
        **_of_any(run),
    )


def _of_any(run: Run) -> dict[str, Any]:
    """What pages of one story and of many say."""
    return {
        "run": run,
        "shortcuts": shortcut_view(run),
        "datasets": _sizes(run.folder / "dataset"),
        "tallies": run.receipt.tallies if run.receipt else (),
    }


def _template(name: str) -> Template:
    folder = files("dreamgen.review").joinpath("templates")
    environment = Environment(
        loader=FunctionLoader(lambda name: folder.joinpath(name).read_text("utf-8")),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(size=size_words, clock=_clock, plain=_plain, data_url=_data_url)
    environment.filters.update(cell=cell, hints=hint_of, told=told, kinds=rows, amount=percent, between=between)
    environment.globals.update(measures=ROW_WORDS)
    return environment.get_template(name)


def _part(part: Part, run: Run) -> PartView:
    shots = tuple(shot_frames(part))
    if shots:
        write_whole(part.folder / "contact.jpg", contact_sheet(shots))
    return PartView(
        run=part,
        shots=shots,
        pairs=tuple(_pair(part, pair) for pair in _shown(part.pairs, run.recipe.seed)),
        verdicts=tuple(_verdicts(part)),
        notes=tuple(reject for reject in part.rejects if reject.kind == "text"),
        rejects=tuple(_rejects(part.rejects)),
        sizes=_sizes(part.folder),
        consistency=evaluated(part) if isinstance(part, StoryRun) else None,
        written=written(part.story, run.folder) if isinstance(part, StoryRun) else None,
    )


def _shown(pairs: Sequence[InstructionPair], seed: int) -> Sequence[InstructionPair]:
    """All pairs, or so many by lot that the page still opens."""
    chosen = sorted(range(len(pairs)), key=lambda n: derive_seed(seed, "report", pairs[n].id))[:SHOWN_PAIRS]
    return [pairs[n] for n in sorted(chosen)]


def _data_url(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def _pair(part: Part, pair: InstructionPair) -> PairView:
    links = links_of(part, pair)
    first, last = pair.span or (0.0, part.clips[pair.clip].seconds)
    # whatever comes last into the span is there to be seen with all the rest
    latest = max((link.claim.start for link in links if first <= link.claim.start < last), default=first)
    shots = part.shown(pair.clip, (latest, last))
    return PairView(pair, links, shots[0] if shots else "")


def _verdicts(part: Part) -> Iterator[tuple[str, int, int, int]]:
    counts: Counter[tuple[str, str]] = Counter()
    for key, verdict in part.verdicts.items():
        counts[part.claims[key].kind, verdict.outcome] += 1
    for kind in CLAIM_KINDS:
        supported, refuted, unsure = (counts[kind, outcome] for outcome in ("supported", "refuted", "unsure"))
        if supported + refuted + unsure:
            yield kind, supported, refuted, unsure


def _rejects(rejects: Sequence[Reject]) -> Iterator[tuple[str, str, int, tuple[Reject, ...]]]:
    groups: dict[tuple[str, str], list[Reject]] = {}
    for reject in rejects:
        if reject.kind != "text":
            groups.setdefault((reject.kind, reject.reason), []).append(reject)
    for (kind, reason), found in sorted(groups.items()):
        yield kind, reason, len(found), tuple(found[:SHOWN_REJECTS])


def _sizes(folder: Path) -> tuple[tuple[str, int], ...]:
    """Every visible file and folder in `folder`, and its bytes. The report's own numbers must not count themselves."""
    if not folder.is_dir():
        return ()
    shown = sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.name != "receipt.json")
    return tuple((path.name + "/" * path.is_dir(), _bytes(path)) for path in shown)


def _bytes(path: Path) -> int:
    parts: Iterable[Path] = path.rglob("*") if path.is_dir() else (path,)
    return sum(part.stat().st_size for part in parts if part.is_file())


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"


def _plain(word: str) -> str:
    return word.replace("_", " ")
