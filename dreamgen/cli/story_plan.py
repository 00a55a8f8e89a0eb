"""`dreamgen story --dry-run`: the plan and the cost, before anything is made."""

from __future__ import annotations

import json
from collections.abc import Iterator

import typer
from rich.table import Table

from dreamgen.cli.terminal import amount, stderr
from dreamgen.core.story import Story
from dreamgen.run.estimate import Estimate, estimate
from dreamgen.run.recipe import Recipe


def show_plan(story: Story, recipe: Recipe, as_json: bool) -> None:
    """The shots of a planned story, and what its film costs."""
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
