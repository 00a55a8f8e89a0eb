"""`dreamgen story --dry-run`: the plan and the cost, before anything is made."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING

import typer
from rich.markup import escape
from rich.table import Table

from dreamgen.cli.terminal import amount, duration, stderr
from dreamgen.core.story import Story
from dreamgen.run.estimate import Estimate, estimate, film_estimate, usual_size
from dreamgen.run.recipe import Recipe

if TYPE_CHECKING:
    from dreamgen.run.writing_estimate import Stop, WritingEstimate


SHOWN_NOTES = 30
"""Notes that are listed; of the rest the reasons are counted."""


def show_plan(story: Story, recipe: Recipe, as_json: bool) -> None:
    """The shots of a planned story, and what its film costs."""
    cost = estimate(story, recipe)
    if as_json:
        typer.echo(json.dumps({"story": story.model_dump(mode="json"), "estimate": cost.model_dump()}, indent=1))
        return
    console = stderr()
    table = Table(title=escape(story.title), title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("shot", "seconds", "camera", "place", "what happens"):
        table.add_column(
            heading, justify="right" if heading == "seconds" else "left", no_wrap=heading != "what happens"
        )
    for shot in story.shots:
        camera = f"{shot.camera.framing}, {shot.camera.move.replace('_', ' ')}"
        place = f"{story.location(shot.location).set}, {shot.time_of_day}"
        table.add_row(shot.id, f"{shot.seconds:.2f}", camera, escape(place), escape(shot.description))
    console.print(table)
    for note in story.notes[:SHOWN_NOTES]:
        console.print(
            f"note: {note.where}: {note.what!r} {note.reason.replace('_', ' ')}", markup=False, soft_wrap=True
        )
    if len(story.notes) > SHOWN_NOTES:
        more = Counter(note.reason.replace("_", " ") for note in story.notes[SHOWN_NOTES:])
        told = ", ".join(f"{count} {reason}" for reason, count in more.most_common())
        console.print(f"and {amount(more.total(), 'note')} more: {told}", markup=False, soft_wrap=True)
    console.print(_cost_line(cost), markup=False, soft_wrap=True)
    for line in _drawing_lines(cost):
        console.print(line, markup=False, soft_wrap=True)


def show_writing(cost: WritingEstimate, recipe: Recipe, missing: str, as_json: bool) -> None:
    """What it costs to have a model write a story, and then to film it.

    Args:
        cost: of the writing.
        recipe: how the film is made.
        missing: what has to be mended before the model can be asked; empty when nothing has.
        as_json: for programs.
    """
    shots = min(cost.shots, recipe.shots or cost.shots)
    film = film_estimate(usual_size(shots, ceil(cost.scenes * shots / cost.shots)), recipe)
    if as_json:
        tokens_in, tokens_out = cost.tokens
        writing = {**cost.model_dump(), "calls": cost.calls, "tokens_in": tokens_in, "tokens_out": tokens_out}
        typer.echo(json.dumps({"writing": writing, "estimate": film.model_dump(), "missing": missing}, indent=1))
        return
    console = stderr()
    table = Table(title=escape(f"asking {cost.model}"), title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("prompt", "calls", "answered", "tokens in", "tokens out"):
        table.add_column(heading, justify="left" if heading == "prompt" else "right")
    for level in cost.levels:
        numbers = (level.calls, level.answered, level.tokens_in, level.tokens_out)
        table.add_row(level.purpose, *map(str, numbers))
    console.print(table)
    for line in (*_writing_lines(cost), _cost_line(film), *_drawing_lines(film)):
        console.print(line, markup=False, soft_wrap=True)
    if missing:
        console.print(f"before it can run: {missing}", markup=False, soft_wrap=True)


def _writing_lines(cost: WritingEstimate) -> Iterator[str]:
    tokens_in, tokens_out = cost.tokens
    yield (
        f"{amount(cost.calls, 'call')} left, about {tokens_in} tokens in and {tokens_out} out (answers differ, and "
        "what comes back wrong is asked for again: twice as much is possible)"
    )
    if cost.stop is not None:
        yield _stop_line(cost.stop, cost.calls)
    if cost.pace is None:
        yield (
            f"how long {cost.model} takes is not known: no run in outputs/ has asked it. A small one measures it: "
            f'dreamgen story --theme "a lost letter" --expand 1x1x3 --stop-after plan --model {cost.model} …'
        )
        return
    rate = cost.pace.tokens_out / cost.pace.seconds if cost.pace.seconds else 0.0
    yield (
        f"writing takes {duration(cost.seconds or 0.0)} at {rate:.1f} tokens a second for each call, as measured on "
        f"{amount(cost.pace.calls, 'call')} in {', '.join(cost.pace.runs)}"
    )


def _stop_line(stop: Stop, left: int) -> str:
    spent = f" ({stop.spent} used up already)" if stop.spent else ""
    if stop.limit == "max_calls":
        return f"the limit of {amount(stop.most, 'call')}{spent} stops it before it is done: {left} are left"
    return (
        f"the limit of {stop.most} tokens{spent} stops it before it is done, after about {stop.calls} of the "
        f"{left} calls that are left: each sets aside its prompt's bytes and chat.max_output_tokens before it is made"
    )


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
    pairs = "" if cost.pairs is None else f", about {amount(cost.pairs, 'pair')}"
    return (
        f"{amount(cost.shots, 'shot')}, {cost.film_seconds:.1f} s of film: {amount(cost.frames, 'frame')}, "
        f"{amount(cost.clips, 'clip')}{pairs}; estimated on this machine: {duration(cost.wall_seconds)}, "
        f"{cost.disk_bytes / 1e6:.0f} MB (films differ: half or twice as much is possible)"
    )
