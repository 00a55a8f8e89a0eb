"""`dreamgen verify-run`: whether everything in a run's folder is as it was made, and every sum is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from dreamgen.bulk.mending_run import mend_bulk
from dreamgen.bulk.places import PLAN
from dreamgen.bulk.verifying_run import check_bulk
from dreamgen.cli.counting import counting
from dreamgen.cli.terminal import amount
from dreamgen.errors import DreamgenError
from dreamgen.run.checking import check_run, mend
from dreamgen.run.flaws import ASKED, Check, Checked, Flaw

TOLD = 5
"""Flaws of each kind that are told; --json has them all."""


def verify_run(
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    away: Annotated[
        bool, typer.Option("--mend", help="Take away what is damaged, so that the next run makes it again.")
    ] = False,
    workers: Annotated[
        int, typer.Option(min=0, help="Of many stories, so many are looked at at once; 0 for one a CPU.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything that was found as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Hash every file again and hold all records against each other, from the store to the dataset."""
    bulk = (run / PLAN).is_file()
    found = check_bulk(run, workers, counting(quiet)) if bulk else check_run(run)
    if away and found.flaws:
        found = mend_bulk(run, found) if bulk else mend(run, found)
    if as_json:
        typer.echo(json.dumps(found.model_dump(mode="json"), indent=1))
    elif not quiet:
        _show(Console(highlight=False), found)
    if found.flaws:
        raise DreamgenError(f"{amount(len(found.flaws), 'flaw')} in {run}", _next(found, bulk))


def _show(console: Console, found: Checked) -> None:
    flaws: dict[Check, list[Flaw]] = {}
    for flaw in found.flaws:
        flaws.setdefault(flaw.check, []).append(flaw)
    counts = dict(found.looked)
    for check, asked in ASKED.items():
        some = flaws.get(check, [])
        if not some and check not in counts:
            continue
        word = f"[bold red]{len(some):>6,} wrong[/]" if some else "[green]          ok[/]"
        console.print(f"{word}  {counts.get(check, 0):>9,}  {escape(asked)}", soft_wrap=True)
        for flaw in some[:TOLD]:
            console.print(f"{'':27}{escape(f'{flaw.what}: {flaw.why}')}", soft_wrap=True)
        if len(some) > TOLD:
            console.print(f"{'':27}... and {len(some) - TOLD} more; --json names them all", soft_wrap=True)
    for words in found.notes:
        console.print(f"{'note':>12}  {escape(words)}", soft_wrap=True)


def _next(found: Checked, bulk: bool) -> str:
    verb = "dreamgen bulk" if bulk else "dreamgen story` or `dreamgen annotate"
    again = f"run `{verb}` again with the same --out"
    if found.mended:
        return f"{amount(found.mended, 'file')} taken away: {again}, and they are made again."
    return f"`dreamgen verify-run --mend` takes away what is damaged; then {again}, and it is made again."
