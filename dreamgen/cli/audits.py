"""`dreamgen evaluate audit`: what people found wrong with a run, beside what the run had expected."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dreamgen.run.inspecting import Group, inspect, told
from dreamgen.run.opened import open_run


def audit(
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
) -> None:
    """Compare what people decided in `dreamgen review` with how wrong the run expected its pairs to be."""
    found = inspect(open_run(run))
    if as_json:
        typer.echo(found.model_dump_json(indent=1))
        return
    console = Console(highlight=False)
    for line in told(found):
        console.print(line, markup=False, soft_wrap=True)
    console.print(_table("trust", found.weights))
    console.print(_table("task", found.tasks))


def _table(what: str, groups: tuple[Group, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for number, heading in enumerate((what, "n", "wrong", "expected", "share", "95 %")):
        table.add_column(heading, justify="right" if number else "left", no_wrap=True)
    for one in groups:
        rate = one.wrong
        between = f"{100 * rate.low:.1f} – {100 * rate.high:.1f} %"
        table.add_row(
            one.name.replace("_", " "), str(rate.n), str(one.count), f"{one.expected:.1f}", f"{100 * rate.value:.1f} %",
            between,
        )  # fmt: skip
    return table
