"""`dreamgen export`: a run's dataset, or its story, in another form, and whether its trainer can read it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from dreamgen.cli.terminal import amount
from dreamgen.errors import DreamgenError, MissingExtra, NothingToWrite, UsageError, unknown_name
from dreamgen.run.checking_forms import FormCheck, check_forms
from dreamgen.run.exporting import DREAMFRAME, export_again, export_each
from dreamgen.run.opened import Run, open_run
from dreamgen.run.registry import BACKENDS
from dreamgen.run.watch import Watch

FORMS = (*BACKENDS["export"], DREAMFRAME)
"""All that can be named."""
ALL: Final = "all"
"""Names every form."""
TOLD: Final = 5
"""Defects of a form that are told; --json has them all."""


def export(
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    form: Annotated[
        list[str] | None, typer.Option("--format", "-f", help=f"{', '.join(FORMS)}; or {ALL}. Repeatable.")
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Hold what was written to the trainer's rules, and read it with its loader where that is installed.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --check: print all that was found as JSON.")] = False,
) -> None:
    """Write the dataset, or the story as DreamFrame's file, in further forms, without making anything else again."""
    if not form:
        raise UsageError("no format was named", f"Choices: {', '.join((*FORMS, ALL))}")
    for name in form:
        if ":" not in name and name not in (*FORMS, ALL):
            raise unknown_name("format", name, (*FORMS, ALL))
    opened = open_run(run)
    made = _written(opened, form)
    if not check:
        for path in made.values():
            typer.echo(str(path))
        return
    found = tuple(check_forms(opened, made))
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in found], indent=1))
    else:
        _show(Console(highlight=False), found)
    wrong = [one.form for one in found if one.defects]
    if wrong:
        raise DreamgenError(
            f"{amount(len(wrong), 'form')} of {len(found)} would not be read as written: {', '.join(wrong)}",
            "This is a defect of dreamgen, or of the loader in this version; --json tells all of it.",
        )


def _written(run: Run, forms: Sequence[str]) -> dict[str, Path]:
    """Form to its folder; where all are asked for, those that this run has nothing for are told and left out."""
    if ALL not in forms:
        return dict(zip(dict.fromkeys(forms), export_again(run, forms, _Notes()), strict=True))
    made: dict[str, Path] = {}
    every = dict.fromkeys((*FORMS, *(one for one in forms if one != ALL)))
    for name, result in export_each(run, every, _Notes()):
        if isinstance(result, Path):
            made[name] = result
        elif isinstance(result, NothingToWrite | MissingExtra | UsageError):
            typer.echo(f"not written: {name}: {result.message}", err=True)
        else:
            raise result
    if not made:
        raise DreamgenError(f"nothing of {run.folder} could be written")
    return made


class _Notes(Watch):
    """Tells what is left out and what is mended, and nothing of how far it is."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def says(self, words: str) -> None:
        """A sentence for people; what is true of every form is said once."""
        if words not in self._said:
            self._said.add(words)
            typer.echo(words, err=True)


def _show(console: Console, found: Sequence[FormCheck]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("form", "pairs", "rows", "real loader", "arrived", "clip", "defects"):
        right = heading in ("pairs", "rows", "arrived", "defects")
        table.add_column(heading, justify="right" if right else "left", no_wrap=heading != "real loader")
    for one in found:
        arrived = "–" if one.delivered is None else f"{one.delivered:,}"
        decoded = "–" if one.decoded is None else "decoded" if one.decoded else "not decoded"
        rows = f"{one.rows:,}" if one.checked else "–"
        defects = f"[bold red]{len(one.defects):,}[/]" if one.defects else "[green]0[/]" if one.checked else "–"
        table.add_row(one.form, f"{one.pairs:,}", rows, one.loader or "–", arrived, decoded, defects)
    console.print(table)
    told: dict[str, list[str]] = {}
    for one in found:
        left = [f"{amount(count, 'pair')} left out: {why}" for why, count in one.left_out]
        more = [f"and {len(one.defects) - TOLD} more; --json names them all"] if len(one.defects) > TOLD else []
        for words in (*left, *one.notes, *one.defects[:TOLD], *more):
            told.setdefault(words, []).append(one.form)
    for words, forms in told.items():
        console.print(f"{', '.join(forms)}: {words}", markup=False, soft_wrap=True)
