"""`dreamgen export`: a run's dataset, or its story, in another form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dreamgen.errors import UsageError, unknown_name
from dreamgen.run.exporting import DREAMFRAME, export_again
from dreamgen.run.opened import open_run
from dreamgen.run.registry import BACKENDS

FORMS = (*BACKENDS["export"], DREAMFRAME)
"""All that can be named."""


def export(
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    form: Annotated[list[str] | None, typer.Option("--format", "-f", help=f"{', '.join(FORMS)}. Repeatable.")] = None,
) -> None:
    """Write the dataset, or the story as DreamFrame's file, in further forms, without making anything else again."""
    if not form:
        raise UsageError("no format was named", f"Choices: {', '.join(FORMS)}")
    for name in form:
        if ":" not in name and name not in FORMS:
            raise unknown_name("format", name, FORMS)
    for path in export_again(open_run(run), form):
        typer.echo(str(path))
