"""`dreamgen export`: a run's dataset in another form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dreamgen.errors import UsageError, unknown_name
from dreamgen.run.exporting import export_again
from dreamgen.run.opened import open_run
from dreamgen.run.registry import BACKENDS


def export(
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    form: Annotated[
        list[str] | None, typer.Option("--format", "-f", help=f"{', '.join(BACKENDS['export'])}. Repeatable.")
    ] = None,
) -> None:
    """Write the dataset in further forms, without making anything else again."""
    if not form:
        raise UsageError("no format was named", f"Choices: {', '.join(BACKENDS['export'])}")
    for name in form:
        if ":" not in name and name not in BACKENDS["export"]:
            raise unknown_name("format", name, BACKENDS["export"])
    for path in export_again(open_run(run), form):
        typer.echo(str(path))
