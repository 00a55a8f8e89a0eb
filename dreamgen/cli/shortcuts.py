"""`dreamgen evaluate shortcuts`: what of a dataset could be answered without the video."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dreamgen.cli.terminal import watch_for
from dreamgen.metrics.shortcuts.audit import Audit
from dreamgen.metrics.shortcuts.reading import WAYS, between, percent, sentences, shown
from dreamgen.run.auditing import audit_run
from dreamgen.run.opened import open_run


def shortcuts(
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Measure how much of the dataset could be answered from its text alone.

    A random forest that sees no video is trained on the questions of some clips and tried on those of others; simple
    rules guess beside it: the most frequent letter, the longest option, the most frequent answer.
    """
    found = audit_run(open_run(run), watch_for(quiet))
    if as_json:
        typer.echo(found.model_dump_json(indent=1))
        return
    console = Console(highlight=False)
    for line in sentences(found):
        console.print(line, markup=False, soft_wrap=True)
    if found.rows:
        console.print(_table(found))
    if found.worst:
        console.print("\nThe questions that the text answers most surely:", markup=False)
        for leak in found.worst:
            words = f"  {percent(leak.bias)}  {leak.pair}: {leak.question} {leak.answer}"
            console.print(words, markup=False, soft_wrap=True)


def _table(found: Audit) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for number, heading in enumerate(("task", "form", "guessed by", "n", "right", "95 %", "chance", "")):
        table.add_column(heading, justify="right" if 2 < number < 7 else "left", no_wrap=True)
    for row in shown(found):
        task, form = row.task.replace("_", " ") or "all", row.form.replace("_", "/")
        mark = "shortcut" if row.found else ""
        table.add_row(task, form, WAYS[row.by], str(row.n), percent(row.share), between(row), percent(row.chance), mark)
    return table
