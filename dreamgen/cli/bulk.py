"""`dreamgen bulk`: many plots become one dataset."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.executing import Executor
from dreamgen.bulk.items import Item
from dreamgen.bulk.plan import LEFT_OUT, Planned, Wanted
from dreamgen.bulk.plan_room import Site, check_room, expect, rehearse, workers_of
from dreamgen.cli.bulk_plan import forecast_json, plan_lines, show_forecast
from dreamgen.cli.bulk_request import USUAL, Crew, Where, check, folder_of, looks_of, plan_of, quotas_of, seeds_of
from dreamgen.cli.bulk_summary import failed, summary, summary_lines
from dreamgen.cli.bulk_view import view_for
from dreamgen.cli.run_summary import show
from dreamgen.cli.story import HOW, MODEL, folder_named
from dreamgen.cli.story_request import Model
from dreamgen.cli.terminal import stderr
from dreamgen.errors import RejectsError
from dreamgen.run.recipe import recipe_names

WHICH, WHO = "Which stories", "Who works"
"""What the options of --help are grouped under."""


def bulk(  # noqa: PLR0913 -- a command's options are its arguments
    plots: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Lists of plots (.jsonl, .csv, .tsv), folders with plots (.txt) and planned stories (.json), or files "
            "of one.",
            show_default=False,
        ),
    ] = None,
    themes: Annotated[
        list[Path] | None,
        typer.Option(
            help="Themes to invent stories for: a list of `dreamgen themes`, or a text file with one a line. "
            "Needs a model. Repeatable.",
            rich_help_panel=WHICH,
        ),
    ] = None,
    styles: Annotated[
        str | None, typer.Option(help="Film everything in each of these: flat,noir.", rich_help_panel=WHICH)
    ] = None,
    seeds: Annotated[
        str | None, typer.Option(help="Make everything by each of these: 0-9,42.", rich_help_panel=WHICH)
    ] = None,
    quota: Annotated[
        list[str] | None,
        typer.Option(help="So many stories of a genre, none of others: drama=40. Repeatable.", rich_help_panel=WHICH),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="So many stories at most; 0 for all.", rich_help_panel=WHICH)] = 0,
    workers: Annotated[
        int,
        typer.Option(min=0, help="How many work at once; of several pools, in each that the recipe leaves open.",
                     show_default="what there is room for", rich_help_panel=WHO),
    ] = 0,
    executor: Annotated[
        Where, typer.Option(help="Processes of this machine, or a Ray cluster.", rich_help_panel=WHO)
    ] = "local",
    address: Annotated[
        str, typer.Option(help="The Ray cluster: auto, or HOST:PORT.", show_default="one on this machine",
                          rich_help_panel=WHO)
    ] = "",
    model: Annotated[
        str | None,
        typer.Option(help="Writes the stories: provider:name, a server's name for it, or a folder with weights.",
                     rich_help_panel=MODEL),
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(help="An OpenAI-compatible server: http://localhost:8000/v1.", rich_help_panel=MODEL)
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(help=f"A recipe by name ({', '.join(recipe_names())}) or a TOML file.", show_default=USUAL,
                     rich_help_panel=HOW),
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="Changes the recipe: size=512x288, bulk.tries=5. Repeatable.", rich_help_panel=HOW),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The run's folder.", show_default="outputs/<name of the first list or folder>",
                     parser=folder_named, metavar="PATH"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan and its cost; make no more than the probe.")
    ] = False,
    probe: Annotated[
        int, typer.Option(min=0, help="Stories of the plan that --dry-run makes to measure; 0 makes none.")
    ] = 2,
    metrics: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Tell Prometheus at this port of this machine; 0 for any that is free. "
                     "Needs prometheus_client.", rich_help_panel=WHO),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Go on although the disk seems too small.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what was put aside.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 5 when anything was put aside, or could not be read.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:  # fmt: skip
    """Make one dataset of many plots. Run it again to go on where it stopped; then --out alone is enough."""
    wanted = Wanted(
        plots=tuple(plots or ()), themes=tuple(themes or ()), looks=looks_of(styles), seeds=seeds_of(seeds),
        quotas=quotas_of(quota or ()), limit=limit,
    )  # fmt: skip
    crew = Crew(executor, workers, address)
    folder = out or folder_of((*wanted.plots, *wanted.themes))
    hands = crew.hire()  # a missing library is told before anything is read
    planned = plan_of(wanted, recipe, changes or (), Model(model, base_url), folder)
    missing = check(planned.plan, wants=not dry_run or probe > 0)
    if not quiet:
        for line in (*plan_lines(planned, folder), *([f"before it can run: {missing}"] if missing else [])):
            say(line)
    if dry_run:
        with crew.called(planned.plan, folder, ask=probe > 0) as (site, hire):
            _rehearse(planned, site, hire, probe, force, as_json, quiet)
        return
    if not force:
        # who works there makes no difference to the disk
        check_room(expect(planned.plan, Site(folder=folder, workers=workers_of(planned.plan, 1))), folder)
    marks = run_bulk(planned.plan, folder, hands, view_for(quiet, folder, metrics), retry=retry)
    told = summary(planned, marks, folder)
    if not quiet:
        show(summary_lines(told, planned))
    typer.echo(json.dumps(told, indent=1) if as_json else str(folder))
    if strict and (bad := failed(told, planned)):
        raise RejectsError(bad, f"The reasons are in {folder / 'settled'} and {folder / LEFT_OUT}")


def _rehearse(
    planned: Planned, site: Site, hire: Callable[[], Executor], probes: int, force: bool, as_json: bool, quiet: bool
) -> None:
    """Shows what it will cost, after a few of the stories were made to measure them."""

    def tell(item: Item, why: str) -> None:
        if not quiet:
            say(f"probe: {why}" if why else f"probe: made {item.id}")

    told = rehearse(planned.plan, site, probes, hire, tell)
    if not quiet:
        show_forecast(told, site)
    if as_json:
        typer.echo(json.dumps(forecast_json(told, planned, site), indent=1))
    if not force:
        check_room(told, site.folder)


def say(words: str) -> None:
    """A line for people."""
    stderr().print(words, markup=False, soft_wrap=True)
