"""`dreamgen bulk`: many plots become one dataset."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.local import LocalExecutor
from dreamgen.bulk.plan import Wanted, make_plan, write_left_out
from dreamgen.cli.story import HOW, folder_named
from dreamgen.cli.terminal import stderr
from dreamgen.run.recipe import read_recipe, recipe_names


def bulk(
    plots: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Lists of plots (.jsonl, .csv), folders with plots (.txt) and planned stories (.json), or such files.",
            show_default=False,
        ),
    ] = None,
    recipe: Annotated[
        str,
        typer.Option(help=f"A recipe by name ({', '.join(recipe_names())}) or a TOML file.", rich_help_panel=HOW),
    ] = "storyboard",
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="Changes the recipe: size=512x288, clip.fps=12. Repeatable.", rich_help_panel=HOW),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=0, help="Stories made at once; 0 for one a CPU.", show_default="one a CPU")
    ] = 0,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The run's folder.", parser=folder_named, metavar="PATH")
    ] = Path("outputs/bulk"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Make one dataset of many plots. Run it again to go on where it stopped."""
    chosen = read_recipe(recipe, changes or ())
    chosen.check()
    planned = make_plan(Wanted(plots=tuple(plots or ())), chosen)
    write_left_out(planned.plan, out)
    marks = run_bulk(planned.plan, out, LocalExecutor(workers))
    counts = Counter(mark.ended for mark in marks)
    if not quiet:
        told = f"{stories(counts['done'])} done, {counts['put_aside']} put aside"
        stderr().print(told, markup=False, soft_wrap=True)
    report = {"folder": str(out), "stories": len(marks), "done": counts["done"], "put_aside": counts["put_aside"]}
    typer.echo(json.dumps(report, indent=1) if as_json else str(out))


def stories(count: int) -> str:
    """`1 story`, `3 stories`."""
    return "1 story" if count == 1 else f"{count} stories"
