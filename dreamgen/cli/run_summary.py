"""What every run's summary says: claims, pairs, how far to trust them, what was dropped, and where all of it lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from dreamgen.cli.terminal import stderr
from dreamgen.core.receipts import Reject
from dreamgen.run.books import CALIBRATION
from dreamgen.run.opened import Run
from dreamgen.run.trust_told import between, percent

Line = tuple[str, str, Path]
"""A heading, what there is, and where."""


def show(lines: Iterable[Line]) -> None:
    """What there is, for people."""
    console, told = stderr(), list(lines)
    width = max(len(words) for _, words, _ in told)
    for heading, words, path in told:
        # a line without a heading goes on where the one above it ended
        line = f"{heading:<8} {words:<{width}}  {path}" if heading else f"{heading:<8} {words}"
        console.print(line, markup=False, soft_wrap=True)


def parted(rejects: Sequence[Reject]) -> tuple[list[Reject], list[Reject]]:
    """What of the plot is shown otherwise than told, and what was dropped for good."""
    changed: list[Reject] = []
    dropped: list[Reject] = []
    for one in rejects:
        otherwise = one.kind == "text" and ": shown as " in one.detail
        (changed if otherwise else dropped).append(one)
    return changed, dropped


def wrong(run: Run) -> dict[str, float] | None:
    """The estimated share of wrong pairs, and the interval in which it lies."""
    found = run.part.trusted.pairs
    return {"share": round(found.value, 4), "low": round(found.low, 4), "high": round(found.high, 4)} if found else None


def verdict_counts(run: Run) -> dict[str, int]:
    """How many claims the pixels bear out, and how many not."""
    said = [verdict.outcome for verdict in run.part.verdicts.values()]
    return {outcome: said.count(outcome) for outcome in ("supported", "refuted", "unsure")} if said else {}


def dataset_lines(run: Run) -> Iterator[Line]:
    """The dataset, and how far to trust it."""
    part = run.part
    if part.claims:
        said = ", ".join(f"{count} {outcome}" for outcome, count in verdict_counts(run).items()) or "not checked"
        yield "claims", f"{len(part.claims)}: {said}", part.folder / "claims.jsonl"
    if part.pairs:
        yield "pairs", f"{len(part.pairs)} kept", part.folder / "pairs.jsonl"
    yield from _trust_lines(run)
    yield from _missing_lines(run)
    for path in run.datasets:
        yield "dataset", path.name, path
    if run.report.is_file():
        yield "report", "open it in a browser", run.report


def _trust_lines(run: Run) -> Iterator[Line]:
    """How far to trust it."""
    trusted = run.part.trusted
    file = run.part.folder / CALIBRATION
    if trusted.pairs:
        most = "at most about" if trusted.at_most else "about"
        wrong = f"{most} {percent(trusted.pairs)} of the pairs are estimated to be wrong, {between(trusted.pairs)}"
        yield "trust", wrong, file
        if trusted.provided:
            yield "", f"if {trusted.provided}", file
    for voice in trusted.voices:
        if not voice.believed:
            yield "trust", f"{voice.name} is not heard: it {voice.findings[0]}", file
        elif voice.silent:
            kinds = ", ".join(one.kind.replace("_", " ") for one in voice.silent)
            yield "trust", f"{voice.name} is not heard about {kinds}", file


def _missing_lines(run: Run) -> Iterator[Line]:
    """What is not as it was told, or not there."""
    changed, dropped = parted(run.part.rejects)
    file = run.part.folder / "rejects.jsonl"
    if changed:
        yield "changed", f"{len(changed)}, shown otherwise than told", file
    if dropped:
        yield "dropped", f"{len(dropped)}, each with its reason", file
