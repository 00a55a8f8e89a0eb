"""`dreamgen annotate`: videos that nobody here made become a verified dataset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from dreamgen.cli.found_summary import found_lines, found_summary
from dreamgen.cli.run_summary import show
from dreamgen.cli.story import HOW, folder_named
from dreamgen.cli.terminal import amount, watch_for
from dreamgen.errors import RejectsError, UsageError
from dreamgen.review.report import write_report
from dreamgen.run.annotating import annotate as make
from dreamgen.run.opened import open_run
from dreamgen.run.recipe import read_recipe, recipe_names

StopAfter = Literal["ingest", "cut", "claims", "verify", "qa"]


def annotate(  # noqa: PLR0913 -- a command's options are its arguments
    videos: Annotated[
        list[Path],
        typer.Argument(
            help="Video files, folders with videos in them, or lists of files (.txt, .csv, .jsonl).", show_default=False
        ),
    ],
    about: Annotated[
        list[Path] | None,
        typer.Option(
            help="A table (.csv, .tsv, .jsonl) that says more of the files: licence, url, title, labels. Repeatable."
        ),
    ] = None,
    recipe: Annotated[
        str,
        typer.Option(help=f"A recipe by name ({', '.join(recipe_names())}) or a TOML file.", rich_help_panel=HOW),
    ] = "annotate",
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="Changes the recipe: cut.longest=10. Repeatable.", rich_help_panel=HOW),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Decides all that is left to chance.", rich_help_panel=HOW)] = None,
    stop_after: Annotated[
        StopAfter | None,
        typer.Option(help=f"The last stage: {', '.join(get_args(StopAfter))}.", metavar="STAGE", rich_help_panel=HOW),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="The run's folder.", show_default="outputs/<name of the first video or folder>",
            parser=folder_named, metavar="PATH",
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 5 when anything was dropped.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:  # fmt: skip
    """Make a verified dataset from videos that are there already. Run it again to go on where it stopped."""
    said = [*(changes or []), *([f"seed={seed}"] if seed is not None else [])]
    folder = out or Path("outputs") / (videos[0].stem or videos[0].resolve().name)
    make(videos, read_recipe(recipe, said), folder, stop_after or "all", watch_for(quiet), about or ())
    run = open_run(folder)
    if run.found is None:
        raise UsageError(f"{folder} holds a story", "Name another folder with --out.")
    if stop_after is None:
        write_report(run)
    if not quiet:
        show(found_lines(run, run.found))
    typer.echo(json.dumps(found_summary(run, run.found), indent=1) if as_json else str(folder))
    if strict and run.found.rejects:
        count = len(run.found.rejects)
        what = f"{amount(count, 'thing')} {'was' if count == 1 else 'were'} dropped"
        raise RejectsError(what, f"Each has a line in {run.found.folder / 'rejects.jsonl'}")
