"""`dreamgen evaluate shortcuts`: what of a dataset could be answered without the video."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from dreamgen.bulk.pruning import prune_stories
from dreamgen.cli.terminal import amount, stderr, watch_for
from dreamgen.engines.guessing import need
from dreamgen.metrics.shortcuts.audit import Audit
from dreamgen.metrics.shortcuts.pruning import BOUND, BUDGET
from dreamgen.metrics.shortcuts.reading import WAYS, between, percent, sentences, shown
from dreamgen.review.report import write_report
from dreamgen.run.auditing import audit_run
from dreamgen.run.folder import is_bulk
from dreamgen.run.opened import open_run
from dreamgen.run.pruning import prune_run
from dreamgen.run.recipe import read_recipe


def shortcuts(
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    prune: Annotated[
        bool, typer.Option("--prune", help="Drop the questions that the text answers, and write the dataset anew.")
    ] = False,
    bound: Annotated[
        float, typer.Option(min=0.0, max=0.5, help="With --prune: share above chance that may be left.")
    ] = BOUND,
    budget: Annotated[float, typer.Option(min=0.0, max=1.0, help="With --prune: share that may go.")] = BUDGET,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="vision.model=NAME lets a model answer with the video and without. Repeatable."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Measure how much of the dataset could be answered from its text alone.

    A random forest that sees no video is trained on the questions of some clips and tried on those of others; simple
    rules guess beside it: the most frequent letter, the longest option, the most frequent answer.
    """
    need("dreamgen evaluate shortcuts")
    opened = open_run(run)
    vision = read_recipe(str(opened.folder / "recipe.toml"), changes or []).vision
    dropped: Counter[str] = Counter()
    if prune and is_bulk(run):
        dropped.update(line.reason for line in prune_stories(opened, bound, budget))
    elif prune:
        pruned = prune_run(opened, bound, budget, watch_for(quiet))
        dropped.update(line.reason for line in pruned.dropped)
        opened = open_run(run)
        write_report(opened)
    found = audit_run(opened, watch_for(quiet), vision)
    if not quiet and prune:
        stderr().print(_told(dropped, is_bulk(run) and run), markup=False, soft_wrap=True)
    if as_json:
        data = found.model_dump(mode="json")
        typer.echo(json.dumps({**data, "pruned": dict(dropped)} if prune else data, indent=1))
        return
    _show(Console(highlight=False), found)


def _told(dropped: Counter[str], bulk: Path | Literal[False]) -> str:
    if not dropped:
        return "pruned nothing: the text gives no more than the bound away"
    why = ", ".join(f"{count} {reason}" for reason, count in sorted(dropped.items()))
    pruned = f"pruned {amount(dropped.total(), 'pair')} ({why})"
    if bulk:
        return f"{pruned}; the numbers are of before: `dreamgen bulk --out {bulk}` makes the dataset anew without them"
    return f"{pruned}; they are in rejects.jsonl, and the dataset is made anew"


def _show(console: Console, found: Audit) -> None:
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
        table.add_column(heading, justify="right" if 2 < number < 7 else "left", no_wrap=number != 2)
    for row in shown(found):
        task, form = row.task.replace("_", " ") or "all", row.form.replace("_", "/")
        mark = "shortcut" if row.found else ""
        table.add_row(task, form, WAYS[row.by], str(row.n), percent(row.share), between(row), percent(row.chance), mark)
    return table
