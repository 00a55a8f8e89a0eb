"""What a bulk run came to: stories, pairs, what was put aside and why, and where all of it lies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from dreamgen.bulk.index import INDEX, Index
from dreamgen.bulk.marks import Settled
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import CHOSEN, Planned
from dreamgen.cli.bulk_plan import plan_json, reasons
from dreamgen.cli.bulk_words import stories
from dreamgen.cli.run_summary import Line
from dreamgen.cli.terminal import amount, duration
from dreamgen.core.dataset import TRAIN
from dreamgen.core.sizes import size_words
from dreamgen.review.report import write_report
from dreamgen.run.journal import read_record
from dreamgen.run.opened import open_run

REPORTED: Final = 1000
"""Stories up to which the run's page is written by itself."""
SHOWN: Final = 3
"""Reasons that are shown."""


def summary(planned: Planned, marks: Sequence[Settled], folder: Path) -> dict[str, Any]:
    """What it came to, for programs."""
    index = read_record(Places(folder).dataset / INDEX, Index)
    return {
        "folder": str(folder),
        "stories": len(marks),
        "done": sum(mark.ended == "done" for mark in marks),
        "put_aside": [{"item": m.item, "reason": m.reason, "tries": m.tries} for m in marks if m.ended == "put_aside"],
        **plan_json(planned),
        "clips": index.clips,
        "film_seconds": index.seconds,
        "pairs": index.pairs,
        "splits": {
            "train": index.pairs - index.validation - index.test,
            "validation": index.validation,
            "test": index.test,
        },
        "tallies": [tally.model_dump() for tally in index.tallies],
        "shards": len(index.shards),
        "bytes": sum(file.bytes for shard in index.shards for file in shard.files),
        "dataset": str(Places(folder).dataset),
        "report": _report(folder, index.stories),
    }


def summary_lines(told: dict[str, Any], planned: Planned) -> Iterator[Line]:
    """What it came to, for people."""
    folder, aside = Path(told["folder"]), told["put_aside"]
    yield "stories", f"{told['done']} of {told['stories']} done", folder / "items"
    if aside:
        why = Counter(one["reason"] for one in aside).most_common(SHOWN)
        yield "aside", f"{len(aside)}, tracebacks there; --retry tries them again", folder / "settled"
        yield from (("", f"{count} x {reason}", folder) for reason, count in why)
    if planned.plan.rejects:
        left = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in reasons(planned.plan).items())
        yield "left out", left, folder / "plan.rejects.jsonl"
    yield "clips", f"{told['clips']}, {duration(told['film_seconds'])} of video", Path(told["dataset"])
    for tally in told["tallies"]:
        if tally["what"] == "pairs":
            dropped = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in tally["dropped"])
            yield "pairs", f"{tally['kept']} of {tally['made']} kept", Path(told["dataset"])
            if dropped:
                yield "", f"dropped: {dropped}", folder
    yield from _splits(told, planned)
    yield "dataset", f"{amount(told['shards'], 'shard')}, {size_words(told['bytes'])}", Path(told["dataset"])
    if told["report"]:
        yield "report", "open it in a browser", Path(told["report"])
    elif told["done"]:
        yield "report", f"of {stories(told['done'])}: dreamgen report {folder}", folder / "report.html"


def _splits(told: dict[str, Any], planned: Planned) -> Iterator[Line]:
    """Pairs of each split, where something should be held out; one that got nothing is told."""
    splits, asked = told["splits"], planned.plan.recipe.holdout.asked
    if any(split != TRAIN for split in asked):
        yield "splits", ", ".join(f"{splits[split]} {split}" for split in asked), Path(told["dataset"])
        empty = [split for split in asked if not splits[split]]
        if empty and told["pairs"]:
            lot = f"nothing is in {' and '.join(empty)}, though holdout asks for it: no story is divided"
            yield "", lot, Path(told["dataset"])


def failed(told: dict[str, Any], planned: Planned) -> str:
    """What --strict minds; empty when there is nothing."""
    bad = sum(one.reason not in CHOSEN for one in planned.plan.rejects)
    parts = (
        (len(told["put_aside"]), "put aside"),
        (bad, "left out of the plan"),
        (len(planned.short), "quotas not reached"),
    )
    return ", ".join(f"{count} {what}" for count, what in parts if count)


def _report(folder: Path, count: int) -> str:
    """The run's page; of very many stories it takes long to write, and is left to `dreamgen report`."""
    return str(write_report(open_run(folder))) if 0 < count <= REPORTED else ""
