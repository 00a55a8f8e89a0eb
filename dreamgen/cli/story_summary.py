"""What there is after a run, in a few lines or as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from dreamgen.cli.run_summary import Line, dataset_lines, parted, verdict_counts, wrong
from dreamgen.cli.terminal import amount
from dreamgen.engines.chat.ledger import LEDGER
from dreamgen.run.filming import ANSWERS
from dreamgen.run.opened import Run
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
        "verdicts": verdict_counts(run),
        "pairs": len(story.pairs),
        "pairs_wrong": wrong(run),
        "rejects": len(story.rejects),
        "changed": len(changed),
        "dropped": len(dropped),
        "keyframes": _drawn(run),
        "strained": list(story.receipt.strained) if story.receipt else [],
        "datasets": [str(path) for path in run.datasets],
        "report": str(run.report) if run.report.is_file() else None,
    }


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


def _drawn(run: Run) -> dict[str, int] | None:
    """How often keyframes were drawn and what became of it, where a model drew them."""
    tallies = run.story.receipt.tallies if run.story.receipt else ()
    tally = next((tally for tally in tallies if tally.what == "keyframes"), None)
    return {"drawn": tally.made, "kept": tally.kept, **dict(tally.dropped)} if tally else None


def story_lines(run: Run) -> Iterator[Line]:
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
    yield from dataset_lines(run)


def _written_lines(run: Run) -> Iterator[Line]:
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
