"""`dreamgen calibrate`: how far verifiers can be trusted, on a run or on films of random stories."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dreamgen.cli.terminal import watch_for
from dreamgen.core.calibration import Rate
from dreamgen.core.trusted import Recall, Residual, Trusted
from dreamgen.errors import UsageError
from dreamgen.run.disk import write_whole
from dreamgen.run.judging_again import calibrate_run
from dreamgen.run.opened import open_run
from dreamgen.run.profiling import measure_profile, profile_told
from dreamgen.run.recipe import read_recipe
from dreamgen.run.reference import PROFILES
from dreamgen.run.trust_told import KindRow, kind_row, percent, rows, told

FILMS = Path("outputs") / "calibration"
"""Where films of random stories are kept for the next time."""


def calibrate(  # noqa: PLR0913 -- a command's options are its arguments
    run: Annotated[
        Path | None, typer.Argument(help="A run's folder; without one, films are made.", show_default=False)
    ] = None,
    stories: Annotated[int, typer.Option(min=1, help="Films of random stories to measure on.")] = 8,
    first: Annotated[
        int,
        typer.Option(min=0, help="Seed of the first story. Our own verifiers learned from others than from 9000 on."),
    ] = 9000,
    recipe: Annotated[str, typer.Option(help="A recipe by name or a TOML file.")] = "storyboard",
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help='Changes the recipe: verify=["pixels"], size=512x288. Repeatable.'),
    ] = None,
    styles: Annotated[
        list[str] | None, typer.Option("--style", help="Styles of the films, in turn.", show_default="all")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The profile's file.", show_default="profiles/<verifiers>.json")
    ] = None,
    films: Annotated[Path, typer.Option(help="Where the films are kept for the next time.")] = FILMS,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Measure how far verifiers can be trusted, on true claims and false ones of which they aren't told which is which.

    Of a run: what its verifiers made of its claims, of false twins and of swapped clips; with --set verify=..., what
    others make of them. Without a run: films of random stories are made and judged, wrong pairs are planted among
    right ones to see how many the filter drops, and what was found goes into a profile, which later runs look for.
    """
    watch = watch_for(quiet)
    if run is not None:
        if out is not None:
            raise UsageError("--out is for profiles, and a run has its calibration.json", "Leave --out or RUN away.")
        opened = open_run(run)
        found = calibrate_run(opened, changes or [], watch)
        typer.echo(found.model_dump_json(indent=1)) if as_json else _show(found)
        return
    chosen = read_recipe(recipe, changes or [])
    profile = measure_profile(chosen, stories, first, films, tuple(styles or ()), watch)
    names = "+".join(choice.backend.rpartition(":")[2] for choice in chosen.verify)
    path = out or Path(PROFILES) / f"{names}.json"
    write_whole(path, profile.model_dump_json() + "\n")
    trusted = profile_told(chosen, profile)
    if as_json:
        typer.echo(json.dumps({"profile": str(path), **trusted.model_dump(mode="json")}, indent=1))
        return
    _show(trusted)
    typer.echo(str(path))


def _show(found: Trusted) -> None:
    console = Console(highlight=False)
    for sentence in told(found):
        console.print(escape(sentence), soft_wrap=True)
    for voice in found.voices:
        _table(console, voice.name, rows(voice), ())
    if len(found.voices) > 1 or found.residuals:
        heard = "all together" if len(found.voices) > 1 else "what is left"
        _table(console, heard, [kind_row(row, "") for row in found.vote], found.residuals)
    if found.recalls:
        _planted(console, found.recalls)


def _table(console: Console, title: str, found: Iterable[KindRow], residuals: Sequence[Residual]) -> None:
    left = {one.kind: one for one in residuals}
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    last = ("still wrong", "unchecked") if left else ("heard",)
    for number, heading in enumerate(("kind", "sensitivity", "specificity", "could tell", *last)):
        table.add_column(heading, justify="right" if number else "left", no_wrap=True)
    for row in found:
        one = left.get(row.kind)
        end = (
            (percent(one.error if one else None), percent(one.unsure_error if one else None)) if left else (row.heard,)
        )
        shares = (_share(row.sensitivity), _share(row.specificity), f"{row.reach.value:.0%}" if row.reach else "–")
        table.add_row(row.kind.replace("_", " "), *shares, *end)
    console.print()
    console.print(table)


def _planted(console: Console, recalls: Iterable[Recall]) -> None:
    table = Table(title="planted wrong pairs", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for number, heading in enumerate(("lie", "films", "wrong pairs", "dropped")):
        table.add_column(heading, justify="right" if number else "left", no_wrap=True)
    for one in recalls:
        table.add_row(one.kind.replace("_", " "), str(one.films), str(one.share.n), _share(one.share))
    console.print()
    console.print(table)


def _share(share: Rate | None) -> str:
    return f"{share.value:.0%} ({100 * share.low:.0f}-{100 * share.high:.0f})" if share else "–"
