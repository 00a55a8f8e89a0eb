"""What there is after videos were annotated, in a few lines or as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from dreamgen.annotate.subsets import PAGE
from dreamgen.cli.run_summary import Line, dataset_lines, verdict_counts, wrong
from dreamgen.cli.terminal import amount
from dreamgen.run.choosing import CORESETS
from dreamgen.run.opened import FoundRun, Run


def found_summary(run: Run, found: FoundRun) -> dict[str, object]:
    """What there is, for programs."""
    receipt = found.receipt
    return {
        "run": str(run.folder),
        "videos": len(found.sources),
        "clips": len(found.clips),
        "seconds": round(sum(clip.seconds for clip in found.clips.values()), 2),
        "claims": len(found.claims),
        "verdicts": verdict_counts(run),
        "pairs": len(found.pairs),
        "pairs_wrong": wrong(run),
        "dropped": {tally.what: dict(tally.dropped) for tally in receipt.tallies if tally.dropped} if receipt else {},
        "datasets": [str(path) for path in run.datasets],
        "report": str(run.report) if run.report.is_file() else None,
    }


def found_lines(run: Run, found: FoundRun) -> Iterator[Line]:
    """What there is, for people."""
    lost = sum(reject.kind == "video" for reject in found.rejects)
    others = f" of {len(found.sources) + lost}" if lost else ""
    yield "videos", f"{len(found.sources)}{others} that can be used", found.folder / "sources.jsonl"
    if found.clips:
        length = sum(clip.seconds for clip in found.clips.values())
        copied = sum(clip.excerpt is not None and clip.excerpt.copied for clip in found.clips.values())
        told = f"{amount(len(found.clips), 'clip')}, {length:.1f} s; {copied} copied as they are"
        yield "clips", told, found.folder / "clips.jsonl"
    clusters = found.folder / CORESETS / PAGE
    if clusters.is_file():
        yield "coresets", "nested, with a page of clusters", clusters
    yield from dataset_lines(run)
