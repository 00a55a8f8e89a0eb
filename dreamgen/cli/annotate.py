"""`dreamgen annotate`: videos that nobody here made become a verified dataset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from dreamgen.cli.story import folder_named
from dreamgen.cli.terminal import watch_for
from dreamgen.run.annotating import annotate as annotated
from dreamgen.run.opened import open_run
from dreamgen.run.recipe import read_recipe, recipe_names

StopAfter = Literal["ingest", "cut", "claims", "verify", "qa"]


def annotate(
    videos: Annotated[
        list[Path], typer.Argument(help="Video files, or folders with videos in them.", show_default=False)
    ],
    recipe: Annotated[
        str, typer.Option(help=f"A recipe by name ({', '.join(recipe_names())}) or a TOML file.")
    ] = "annotate",
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="Changes the recipe: cut.longest=10. Repeatable.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Decides all that is left to chance.")] = None,
    stop_after: Annotated[
        StopAfter | None, typer.Option(help=f"The last stage: {', '.join(get_args(StopAfter))}.", metavar="STAGE")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The run's folder.", parser=folder_named, metavar="PATH")
    ] = Path("outputs/annotated"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Make a verified dataset from videos. Run it again to go on where it stopped."""
    said = [*(changes or []), *([f"seed={seed}"] if seed is not None else [])]
    annotated(videos, read_recipe(recipe, said), out, stop_after or "all", watch_for(quiet))
    run = open_run(out)
    summary = {"folder": str(out), "videos": len(run.found.sources) if run.found else 0, "pairs": len(run.pairs)}
    typer.echo(json.dumps(summary, indent=1) if as_json else str(out))
