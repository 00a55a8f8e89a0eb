"""`dreamgen evaluate footage`: what a dataset of found footage holds, in numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dreamgen.metrics.footage import FootageStatistics, Share
from dreamgen.run.measuring_footage import measure_footage
from dreamgen.run.opened import open_run

_BAR = 24
"""Characters of the longest bar."""


def footage(
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
) -> None:
    """Count the clips of a run of `dreamgen annotate`, their seconds and categories, and how much is said of each."""
    found = measure_footage(open_run(run))
    if as_json:
        typer.echo(found.model_dump_json(indent=1))
        return
    console = Console(highlight=False)
    console.print(_numbers(found))
    for title, shares in (("category", found.categories), ("sorted by", found.sorted_by)):
        if shares:
            console.print(_histogram(title, shares))
    for title, what, rows in (
        ("type of question", "pairs", found.types), ("dropped because", "drafts", found.drafts_dropped)
    ):  # fmt: skip
        if rows:
            table = Table(title, what, box=None, padding=(0, 2, 0, 0))
            for name, number in rows:
                table.add_row(escape(name), str(number))
            console.print(table)


def _numbers(found: FootageStatistics) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    rows = {
        "videos": f"{found.videos}",
        "clips": f"{found.clips}",
        "seconds of a clip, mean": f"{found.mean_seconds:.2f}",
        "seconds of a clip, median": f"{found.median_seconds:.2f}",
        "shortest and longest": f"{found.shortest:.2f}-{found.longest:.2f}",
        "pairs": f"{found.pairs}",
        "answers": f"{found.answers}",
        "answers a clip": f"{found.answers_per_clip:.2f}",
        "descriptions of one person or thing": f"{found.descriptions}",
        "descriptions a clip": f"{found.descriptions_per_clip:.2f}",
        "words of a description": f"{found.words_per_description:.1f}",
        "clips without a pair": f"{found.silent}",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def _histogram(title: str, shares: tuple[Share, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(title)
    table.add_column("clips", justify="right")
    table.add_column("")
    most = max(share.clips for share in shares)
    for share in shares:
        table.add_row(escape(share.name), str(share.clips), "▇" * max(1, round(_BAR * share.clips / most)))
    return table
