"""`dreamgen report`: the page that shows a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dreamgen.review.report import write_report
from dreamgen.run.opened import open_run


def report(run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)]) -> None:
    """Write report.html again: one file that opens in any browser, offline."""
    typer.echo(str(write_report(open_run(run))))
