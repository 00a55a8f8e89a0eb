"""What there is after a run, in a few lines or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from dreamgen.cli.terminal import amount, stderr
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.ledger import LEDGER
from dreamgen.run.books import CALIBRATION
from dreamgen.run.filming import ANSWERS
from dreamgen.run.opened import Run
from dreamgen.run.trust_told import percent
from dreamgen.run.written import written

SHOWN_STRAINS = 3
"""What could not be done as asked is listed so many times; the rest is in the receipt."""


def summary(run: Run) -> dict[str, object]:
    """What there is, for programs."""
    story = run.story
    film = story.clips.get("film")
    changed, dropped = parted(story.rejects)
    return {
        "run": str(run.folder),
        "story": str(story.folder),
        "film": str(story.folder / film.video.path) if film else None,
        "film_seconds": round(film.seconds, 2) if film else None,
        "shots": len(story.story.shots),
        "writing": _writing(run),
        "claims": len(story.claims),
        "verdicts": _verdict_counts(run),
        "pairs": len(story.pairs),
        "pairs_wrong": _wrong(run),
        "rejects": len(story.rejects),
        "changed": len(changed),
        "dropped": len(dropped),
        "keyframes": _drawn(run),
        "strained": list(story.receipt.strained) if story.receipt else [],
        "datasets": [str(path) for path in run.datasets],
        "report": str(run.report) if run.report.is_file() else None,
    }


def parted(rejects: Sequence[Reject]) -> tuple[list[Reject], list[Reject]]:
    """What of the plot is shown otherwise than told, and what was dropped for good."""
    changed: list[Reject] = []
    dropped: list[Reject] = []
    for one in rejects:
        otherwise = one.kind == "text" and ": shown as " in one.detail
        (changed if otherwise else dropped).append(one)
    return changed, dropped


def _writing(run: Run) -> dict[str, object] | None:
    """How a model wrote the story, where one did."""
    told = written(run.story.story, run.folder)
    if told is None:
        return None
    repaired, dropped = told.outcomes
    return {
        "model": told.model, "calls": told.calls, "failed_calls": told.failed, "tokens_in": told.tokens_in,
        "tokens_out": told.tokens_out, "repaired_steps": repaired, "dropped_steps": dropped,
    }  # fmt: skip


def _wrong(run: Run) -> dict[str, float] | None:
    """The estimated share of wrong pairs, and the interval in which it lies."""
    found = run.story.trusted.pairs
    return {"share": round(found.value, 4), "low": round(found.low, 4), "high": round(found.high, 4)} if found else None


def _verdict_counts(run: Run) -> dict[str, int]:
    said = [verdict.outcome for verdict in run.story.verdicts.values()]
    return {outcome: said.count(outcome) for outcome in ("supported", "refuted", "unsure")} if said else {}


def _drawn(run: Run) -> dict[str, int] | None:
    """How often keyframes were drawn and what became of it, where a model drew them."""
    tallies = run.story.receipt.tallies if run.story.receipt else ()
    tally = next((tally for tally in tallies if tally.what == "keyframes"), None)
    return {"drawn": tally.made, "kept": tally.kept, **dict(tally.dropped)} if tally else None


def show_summary(run: Run) -> None:
    """What there is, for people."""
    console = stderr()
    lines = list(_lines(run))
    width = max(len(words) for _, words, _ in lines)
    for heading, words, path in lines:
        console.print(f"{heading:<8} {words:<{width}}  {path}", markup=False, soft_wrap=True)


def _lines(run: Run) -> Iterator[tuple[str, str, Path]]:
    """What there is, in numbers, and where."""
    story = run.story
    yield "story", f"{story.story.title}: {amount(len(story.story.shots), 'shot')}", story.folder
    yield from _written_lines(run)
    film = story.clips.get("film")
    if film:
        yield "film", f"{film.seconds:.1f} s", story.folder / film.video.path
    drawn = _drawn(run)
    if drawn:
        again = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in list(drawn.items())[2:])
        kept = f"{drawn['kept']} kept of {drawn['drawn']} drawn"
        yield "pictures", f"{kept}: {again}" if again else kept, story.folder / "keyframes"
    strained = story.receipt.strained if story.receipt else ()
    for strain in strained[:SHOWN_STRAINS]:
        yield "strained", strain, story.folder / "receipt.json"
    if len(strained) > SHOWN_STRAINS:
        yield "strained", f"and {len(strained) - SHOWN_STRAINS} more", story.folder / "receipt.json"
    if story.claims:
        said = ", ".join(f"{count} {outcome}" for outcome, count in _verdict_counts(run).items()) or "not checked"
        yield "claims", f"{len(story.claims)}: {said}", story.folder / "claims.jsonl"
    if story.pairs:
        yield "pairs", f"{len(story.pairs)} kept", story.folder / "pairs.jsonl"
    yield from _trust_lines(run)
    yield from _missing_lines(run)
    for path in run.datasets:
        yield "dataset", path.name, path
    if run.report.is_file():
        yield "report", "open it in a browser", run.report


def _trust_lines(run: Run) -> Iterator[tuple[str, str, Path]]:
    """How far to trust it."""
    trusted = run.story.trusted
    file = run.story.folder / CALIBRATION
    if trusted.pairs:
        low, high = (f"{100 * end:.1f}" for end in (trusted.pairs.low, trusted.pairs.high))
        most = "at most about" if trusted.at_most else "about"
        wrong = f"{most} {percent(trusted.pairs)} of the pairs are estimated to be wrong, {low} to {high} %"
        yield "trust", wrong, file
    for voice in trusted.voices:
        if not voice.believed:
            yield "trust", f"{voice.name} is not heard: it {voice.findings[0]}", file
        elif voice.silent:
            kinds = ", ".join(one.kind.replace("_", " ") for one in voice.silent)
            yield "trust", f"{voice.name} is not heard about {kinds}", file


def _missing_lines(run: Run) -> Iterator[tuple[str, str, Path]]:
    """What is not as it was told, or not there."""
    changed, dropped = parted(run.story.rejects)
    file = run.story.folder / "rejects.jsonl"
    if changed:
        yield "changed", f"{len(changed)}, shown otherwise than told", file
    if dropped:
        yield "dropped", f"{len(dropped)}, each with its reason", file


def _written_lines(run: Run) -> Iterator[tuple[str, str, Path]]:
    told = written(run.story.story, run.folder)
    if told is None:
        return
    if told.elsewhere:
        yield "written", f"elsewhere: {told.model}", run.story.folder / "story.json"
    elif not told.usage:
        yield "written", f"by {told.model}, in another run", run.story.folder / "story.json"
    else:
        failed = f", and {told.failed} that failed" if told.failed else ""
        spent = f"{amount(told.calls, 'call')}{failed}; {told.tokens_in} tokens in, {told.tokens_out} out"
        yield "written", f"by {told.model}: {spent}", run.folder / ANSWERS / LEDGER
    repaired, dropped = told.outcomes
    if told.mends:
        yield "mended", f"{amount(repaired, 'step')} repaired, {dropped} dropped", run.story.folder / "story.json"
