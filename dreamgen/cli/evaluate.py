"""`dreamgen evaluate`: what a run's pictures and questions are worth, in numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dreamgen.cli.audits import audit
from dreamgen.cli.diversity import diversity
from dreamgen.cli.footage import footage
from dreamgen.cli.predictions import predictions
from dreamgen.cli.shortcuts import shortcuts
from dreamgen.cli.terminal import watch_for
from dreamgen.metrics.consistency import Consistency
from dreamgen.metrics.contrast import notes_of, rows_of
from dreamgen.metrics.reading import ROW_WORDS, cell, hint_of
from dreamgen.run.ablation import ablate
from dreamgen.run.evaluating import Weights, evaluate, open_instruments
from dreamgen.run.opened import open_run
from dreamgen.run.recipe import read_recipe

app = typer.Typer(
    help="Count what is there, and measure whether it is right, consistent, and needs the video.", no_args_is_help=True
)

Clip = Annotated[str, typer.Option("--clip", help="CLIP weights: a folder or owner/model.", show_default="none")]
Dino = Annotated[str, typer.Option("--dino", help="DINOv2 weights: a folder or owner/model.", show_default="none")]
Lpips = Annotated[str, typer.Option("--lpips", help="LPIPS weights: a safetensors file.", show_default="none")]
Where = Annotated[str, typer.Option("--device", help="Where networks run: auto, cpu, cuda, mps.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]


@app.callback()
def evaluations() -> None:
    """Count what is there, and measure whether it is right, consistent, and needs the video."""


app.command("shortcuts")(shortcuts)
app.command("audit")(audit)
app.command("footage")(footage)
app.command("diversity")(diversity)
app.command("predictions")(predictions)


@app.command("consistency")
def consistency(
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    clip: Clip = "",
    dino: Dino = "",
    lpips: Lpips = "",
    device: Where = "auto",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Measure whether a film's keyframes belong together and its cast stays the same.

    Without weights, colours and edges are compared; that is neither CLIP nor LPIPS.
    """
    opened = open_run(run)
    instruments = open_instruments(Weights(clip=clip, dino=dino, lpips=lpips, device=device))
    found = {
        story.name: evaluate(story, instruments, watch_for(quiet)) for story in opened.stories
    }  # fmt: skip
    if as_json:
        typer.echo(json.dumps({name: one.model_dump(mode="json") for name, one in found.items()}, indent=1))
        return
    console = Console(highlight=False)
    for name, one in found.items():
        _show(console, name, one)


@app.command("ablation")
def ablation(  # noqa: PLR0913 -- a command's options are its arguments
    plot: Annotated[Path, typer.Argument(help="A text file with the plot, in English.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder for all variants.", show_default=False)],
    recipe: Annotated[str, typer.Option(help="A recipe that draws with a model.")] = "sdxl",
    changes: Annotated[list[str] | None, typer.Option("--set", help="Changes the recipe. Repeatable.")] = None,
    clip: Clip = "",
    dino: Dino = "",
    lpips: Lpips = "",
    device: Where = "auto",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Draw a plot with one lock less at a time, and show what each lock is worth.

    Everything on; without style, identity, layout, story expansion; everything off. Run it again to go on.
    """
    weights = Weights(clip=clip, dino=dino, lpips=lpips, device=device)
    found = ablate(plot, read_recipe(recipe, changes or []), out, weights, watch_for(quiet))
    if as_json:
        typer.echo(found.model_dump_json(indent=1))
        return
    head, *rows = rows_of(found, intervals=False)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for number, heading in enumerate(head):
        table.add_column(heading, justify="right" if number else "left", no_wrap=not number)
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False)
    console.print(table)
    for note in notes_of(found):
        console.print(note, markup=False, soft_wrap=True)
    typer.echo(str(out / "ablation.md"))


def _show(console: Console, name: str, found: Consistency) -> None:
    table = Table(title=f"{name}: {found.keyframes} keyframes", title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("measure")
    for heading in ("by", "value", "95 %", "n"):
        table.add_column(heading, justify="left" if heading == "by" else "right", no_wrap=True)
    for score in found.scores:
        table.add_row(ROW_WORDS[score.what], score.by, *cell(score.mean), str(score.mean.n))
    for one in found.identities:
        words = f"{one.entity} like its portrait; worst {one.worst:.4f} in {one.worst_shot}"
        table.add_row(words, one.by, *cell(one.mean), str(one.mean.n))
    console.print(table)
    for line in hint_of(found):
        console.print(line, markup=False, soft_wrap=True)
