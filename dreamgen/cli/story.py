"""`dreamgen story`: a plot becomes a film and a dataset."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.table import Table

from dreamgen.cli.terminal import amount, stderr, watch_for
from dreamgen.core.story import Story
from dreamgen.errors import RejectsError, UsageError
from dreamgen.review.report import write_report
from dreamgen.run.estimate import Estimate, estimate
from dreamgen.run.filming import ANSWERS, plan
from dreamgen.run.opened import Run, open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import Recipe, read_recipe, recipe_names
from dreamgen.story.plots import read_source


def _folder(text: str) -> Path:
    """An empty name would mean the working folder, and comes from a script's unset variable."""
    if not text.strip():
        raise UsageError("--out names no folder", "Give a name, or leave --out away.")
    return Path(text)


SHOWN_STRAINS = 3
"""What could not be done as asked is listed so many times; the rest is in the receipt."""

StopAfter = Literal["plan", "render", "clip", "claims", "verify", "qa"]


def story(  # noqa: PLR0913 -- a command's options are its arguments
    plot: Annotated[Path, typer.Argument(help="A text file with the plot, in English.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="The run's folder.",
            show_default="outputs/<plot's name>",
            parser=_folder,
            metavar="PATH",
        ),
    ] = None,
    recipe: Annotated[
        str, typer.Option(help=f"A recipe by name ({', '.join(recipe_names())}) or a TOML file.")
    ] = "storyboard",
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="Changes the recipe: size=512x288, clip.fps=12. Repeatable.")
    ] = None,
    style: Annotated[str | None, typer.Option(help="A style from `dreamgen style list`, or a TOML file.")] = None,
    seed: Annotated[int | None, typer.Option(help="Decides all that the plot leaves open.")] = None,
    stop_after: Annotated[StopAfter | None, typer.Option(help="The last stage to run.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and the cost; make nothing.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Also make a small GIF and WebP of the film.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 5 when anything was dropped.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Make a film and a verified dataset from a plot. Run it again to go on where it stopped."""
    chosen = _recipe(recipe, changes or [], style, seed, preview)
    folder = out or Path("outputs") / folder_name(plot)
    if dry_run:
        chosen.check()
        _show_plan(plan(chosen, read_source(plot), folder / ANSWERS), chosen, as_json)
        return
    dream(plot, chosen, folder, stop_after or "all", watch_for(quiet))
    run = open_run(folder)
    if stop_after is None:
        write_report(run)
    if not quiet:
        _show_summary(run)
    typer.echo(json.dumps(_summary(run), indent=1) if as_json else str(folder))
    dropped = len(run.story.rejects)
    if strict and dropped:
        raise RejectsError(f"{dropped} things were dropped", f"They are in {run.story.folder / 'rejects.jsonl'}")


def folder_name(plot: Path) -> str:
    """The name of a plot's run: its file's name without the ending, with dashes for all but letters and digits."""
    return re.sub(r"[^\w-]+", "-", plot.stem).strip("-") or "plot"


def _recipe(name: str, changes: list[str], style: str | None, seed: int | None, preview: bool) -> Recipe:
    recipe = read_recipe(name, changes)
    options = {"look": style, "seed": seed, "previews": preview or None}
    return recipe.model_copy(update={key: value for key, value in options.items() if value is not None})


def _show_plan(story: Story, recipe: Recipe, as_json: bool) -> None:
    cost = estimate(story, recipe)
    if as_json:
        typer.echo(json.dumps({"story": story.model_dump(mode="json"), "estimate": cost.model_dump()}, indent=1))
        return
    console = stderr()
    table = Table(title=story.title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("shot", "seconds", "camera", "place", "what happens"):
        table.add_column(
            heading, justify="right" if heading == "seconds" else "left", no_wrap=heading != "what happens"
        )
    for shot in story.shots:
        camera = f"{shot.camera.framing}, {shot.camera.move.replace('_', ' ')}"
        place = f"{story.location(shot.location).set}, {shot.time_of_day}"
        table.add_row(shot.id, f"{shot.seconds:.2f}", camera, place, shot.description)
    console.print(table)
    for note in story.notes:
        console.print(
            f"note: {note.where}: {note.what!r} {note.reason.replace('_', ' ')}", markup=False, soft_wrap=True
        )
    console.print(_cost_line(cost), markup=False, soft_wrap=True)
    for line in _drawing_lines(cost):
        console.print(line, markup=False, soft_wrap=True)


def _drawing_lines(cost: Estimate) -> Iterator[str]:
    """What a model will draw, and what it needs; no time, which depends on the GPU."""
    drawing = cost.drawing
    if drawing is None:
        return
    each = ""
    if drawing.calls is not None:
        each = f", each {amount(drawing.calls, 'call')} of the network and {drawing.tflop:.0f} TFLOP"
    yield f"a model draws {amount(drawing.pictures, 'picture')}{each}; that time comes on top"
    if drawing.missing:
        size = drawing.download_bytes
        told = "of unknown size" if size is None else f"{size / 1e9:.1f} GB"
        yield f"not here yet, {told} to download: {', '.join(drawing.missing)}"


def _cost_line(cost: Estimate) -> str:
    return (
        f"{amount(cost.shots, 'shot')}, {cost.film_seconds:.1f} s of film; estimated on this machine: "
        f"{cost.wall_seconds:.0f} s, {cost.disk_bytes / 1e6:.0f} MB (films differ: half or twice as much is possible)"
    )


def _summary(run: Run) -> dict[str, object]:
    story = run.story
    film = story.clips.get("film")
    return {
        "run": str(run.folder),
        "story": str(story.folder),
        "film": str(story.folder / film.video.path) if film else None,
        "film_seconds": round(film.seconds, 2) if film else None,
        "shots": len(story.story.shots),
        "claims": len(story.claims),
        "verdicts": _verdict_counts(run),
        "pairs": len(story.pairs),
        "rejects": len(story.rejects),
        "keyframes": _drawn(run),
        "strained": list(story.receipt.strained) if story.receipt else [],
        "datasets": [str(path) for path in run.datasets],
        "report": str(run.report) if run.report.is_file() else None,
    }


def _verdict_counts(run: Run) -> dict[str, int]:
    said = [verdict.outcome for verdict in run.story.verdicts.values()]
    return {outcome: said.count(outcome) for outcome in ("supported", "refuted", "unsure")} if said else {}


def _drawn(run: Run) -> dict[str, int] | None:
    """How often keyframes were drawn and what became of it, where a model drew them."""
    tallies = run.story.receipt.tallies if run.story.receipt else ()
    tally = next((tally for tally in tallies if tally.what == "keyframes"), None)
    return {"drawn": tally.made, "kept": tally.kept, **dict(tally.dropped)} if tally else None


def _show_summary(run: Run) -> None:
    console = stderr()
    lines = list(_lines(run))
    width = max(len(words) for _, words, _ in lines)
    for heading, words, path in lines:
        console.print(f"{heading:<8} {words:<{width}}  {path}", markup=False, soft_wrap=True)


def _lines(run: Run) -> Iterator[tuple[str, str, Path]]:
    """What there is, in numbers, and where."""
    story = run.story
    yield "story", f"{story.story.title}: {amount(len(story.story.shots), 'shot')}", story.folder
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
    if story.rejects:
        yield "dropped", f"{len(story.rejects)}, each with its reason", story.folder / "rejects.jsonl"
    for path in run.datasets:
        yield "dataset", path.name, path
    if run.report.is_file():
        yield "report", "open it in a browser", run.report
