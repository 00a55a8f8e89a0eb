"""`dreamgen evaluate diversity`: how different a run's questions, answers and pictures are from each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dreamgen.cli.terminal import watch_for
from dreamgen.metrics.diversity import Diversity, Spread
from dreamgen.run.diversity import measure_diversity
from dreamgen.run.evaluating import Weights, open_instruments
from dreamgen.run.opened import open_run


def diversity(
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    clip: Annotated[
        str, typer.Option("--clip", help="CLIP weights: a folder or owner/model.", show_default="none")
    ] = "",
    dino: Annotated[
        str, typer.Option("--dino", help="DINOv2 weights: a folder or owner/model.", show_default="none")
    ] = "",
    device: Annotated[str, typer.Option("--device", help="Where networks run: auto, cpu, cuda, mps.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Measure how different questions, answers and pictures are: distinct-n, Vendi score, distances, evenness.

    Without weights, pictures are compared by their colours and edges alone.
    """
    opened = open_run(run)
    eyes = open_instruments(Weights(clip=clip, dino=dino, device=device)).eyes
    found = measure_diversity(opened, eyes, watch_for(quiet))
    if as_json:
        typer.echo(found.model_dump_json(indent=1))
        return
    for table in (_texts(found), _spreads(found), _shares(found)):
        Console(highlight=False).print(table)


def _texts(found: Diversity) -> Table:
    table = _table("texts", "n", "words", "different", "distinct-1", "distinct-2")
    for one in found.texts:
        table.add_row(
            one.what, f"{one.texts}", f"{one.words}", f"{one.different}", f"{one.distinct_1:.4f}",
            f"{one.distinct_2:.4f}",
        )  # fmt: skip
    return table


def _spreads(found: Diversity) -> Table:
    table = _table("compared", "by", "n", "of", "distance", "95 %", "Vendi score")
    every = [(one.what, one.spread) for one in found.texts] + [("pictures", one) for one in found.pictures]
    for what, spread in every:
        table.add_row(what, spread.by, f"{spread.things}", f"{spread.of}", *_distance(spread), f"{spread.vendi:.1f}")
    return table


def _distance(spread: Spread) -> tuple[str, str]:
    mean = spread.distance
    if mean is None:
        return "–", "–"
    return f"{mean.value:.4f}", f"{mean.low:.4f}–{mean.high:.4f}" if mean.low is not None else "–"


def _shares(found: Diversity) -> Table:
    table = _table("shared out over", "sorts", "entropy, bits", "evenness")
    for one in found.shares:
        table.add_row(
            one.what, f"{one.kinds}", f"{one.entropy:.3f}", "–" if one.evenness is None else f"{one.evenness:.3f}"
        )
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(first, box=None, padding=(0, 2, 0, 0))
    for name in others:
        table.add_column(name, justify="right")
    return table
