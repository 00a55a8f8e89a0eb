"""`dreamgen evaluate predictions`: what a model's answers to a run's questions are worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dreamgen.cli.terminal import stderr, watch_for
from dreamgen.engines.chat.opening import ready
from dreamgen.errors import UsageError
from dreamgen.metrics.answered import Scores
from dreamgen.metrics.score_table import COLUMNS, HEADINGS, cells_of, facts_of
from dreamgen.metrics.scoring import By
from dreamgen.run.opened import open_run
from dreamgen.run.predicting import score
from dreamgen.run.recipe import read_recipe
from dreamgen.run.score_files import CHART, NUMBERS, TABLE

_SHOWN: Final[tuple[By, ...]] = ("overall", "form", "task", "polarity")
"""Parts of the table that are printed; all of them are in the file."""


_COLUMNS: Final = (*range(5), COLUMNS.index("n"), COLUMNS.index("unread"))
"""Of each part, what fits a terminal."""


def predictions(  # noqa: PLR0913 -- a command's options are its arguments
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    answers: Annotated[
        list[Path],
        typer.Argument(
            help="Answers: JSON lines with id and answer, lmms-eval's samples, VLMEvalKit's TSV.", show_default=False
        ),
    ],
    split: Annotated[
        Literal["train", "validation", "test", "all"] | None,
        typer.Option(help="Which questions were asked.", show_default="test where the run has one, else all"),
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            help="The exported form that asked them, such as lmmseval: only what it asks is scored.",
            show_default="all, and pairs about marked subjects where one is answered",
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Where to write.", show_default="RUN/scores/, by the names of the files"),
    ] = None,
    judge: Annotated[
        str, typer.Option(help="A chat model that marks answers in free words.", show_default="none")
    ] = "",
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="For the judge: chat.base_url=URL. Repeatable.")
    ] = None,
    only_answered: Annotated[
        bool, typer.Option("--only-answered", help="Leave out what is not answered, which else counts as wrong.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Score files with a model's answers, and write a table, charts and the mark of every answer.

    Choices and yes/no questions are read strictly, times by their overlap, dense captions by SODA_c, other words by
    ROUGE-L or by a judge that sees both orders. Each score has its interval and the chance level beside it.
    """
    opened = open_run(run)
    if changes and not judge:
        raise UsageError(f"--set {changes[0]} is for a judge, and none is named", "Name one: --judge MODEL.")
    model = None
    if judge:
        recipe = read_recipe(str(opened.folder / "recipe.toml"), [*(changes or []), f"chat.model={judge}"])
        # what is the same must be marked the same
        model = recipe.chat.model_copy(update={"temperature": 0.0, "top_p": 1.0})
        ready(model)
    found = score(
        opened, answers, split, form=form, into=out, judge=model, only_answered=only_answered, watch=watch_for(quiet)
    )
    if as_json:
        typer.echo(found.scores.model_dump_json(indent=1))
        return
    if not quiet:
        for line in facts_of(found.scores):
            stderr().print(escape(line), soft_wrap=True)
        if found.scores.missing and not form and not only_answered:
            stderr().print("Most forms leave some questions out: --form names the one that asked.", soft_wrap=True)
        _show(Console(highlight=False), found.scores)
    for name in (TABLE, CHART, NUMBERS):
        typer.echo(str(found.folder / name))


def _show(console: Console, scores: Scores) -> None:
    for by in _SHOWN:
        rows = [cells_of(row) for row in scores.rows if row.by == by]
        if rows:
            table = Table(title=HEADINGS[by], title_justify="left", box=None, padding=(0, 2, 0, 0))
            for place in _COLUMNS:
                table.add_column(COLUMNS[place], justify="right" if place > 1 else "left", no_wrap=True)
            for row in rows:
                table.add_row(*(escape(row[place]) for place in _COLUMNS))
            console.print(table)
    console.print("ʷ: Wilson's interval; ᵃ: answers resampled; without a mark: stories resampled.", markup=False)
