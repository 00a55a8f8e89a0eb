"""`dreamgen story`: a plot, a theme or a planned story becomes a film and a dataset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from dreamgen.cli.run_summary import parted, show
from dreamgen.cli.story_plan import show_plan, show_writing
from dreamgen.cli.story_request import Model, folder_of, recipe_of, source_of
from dreamgen.cli.story_summary import story_lines, summary
from dreamgen.cli.terminal import amount, watch_for
from dreamgen.core.story import Story
from dreamgen.engines.chat.places import place_of
from dreamgen.errors import DreamgenError, RejectsError, UsageError
from dreamgen.review.report import write_report
from dreamgen.run.filming import ANSWERS, Source, plan
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import Choice, Recipe, recipe_names
from dreamgen.story.expansion.factors import MOST

StopAfter = Literal["plan", "render", "clip", "claims", "verify", "qa"]

INVENT, MODEL, HOW = "Instead of a plot", "A language model as the writer", "How it is made"
"""What the options of --help are grouped under."""


def folder_named(text: str) -> Path:
    """An empty name would mean the working folder, and comes from a script's unset variable."""
    if not text.strip():
        raise UsageError("--out names no folder", "Give a name, or leave --out away.")
    return Path(text)


def story(  # noqa: PLR0913 -- a command's options are its arguments
    plot: Annotated[
        Path | None,
        typer.Argument(
            help="A text file with the plot, in English, or the JSON file of a planned story.", show_default=False
        ),
    ] = None,
    theme: Annotated[
        str | None, typer.Option(help="Invent a story for a few words; needs a model.", rich_help_panel=INVENT)
    ] = None,
    genre: Annotated[
        str | None,
        typer.Option(
            help="Invent a story of this genre, such as drama or comedy; needs a model.", rich_help_panel=INVENT
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="Writes the story: provider:name (openai:gpt-5-mini), what the server at --base-url calls it, or a "
            "folder with weights.",
            rich_help_panel=MODEL,
            show_default="the recipe's writer",
        ),
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(help="An OpenAI-compatible server: http://localhost:8000/v1.", rich_help_panel=MODEL)
    ] = None,
    expand: Annotated[
        str | None,
        typer.Option(
            help=f"Acts x scenes of each x shots of each, {MOST} each at most: 11x11x11 has 1331 shots.",
            metavar="AxSxF",
            rich_help_panel=MODEL,
        ),
    ] = None,
    max_calls: Annotated[
        int | None,
        typer.Option(min=1, help="Stop before more calls, those of earlier tries included.", rich_help_panel=MODEL),
    ] = None,
    max_tokens: Annotated[
        int | None,
        typer.Option(min=1, help="Stop before more tokens, in and out together.", rich_help_panel=MODEL),
    ] = None,
    recipe: Annotated[
        str,
        typer.Option(help=f"A recipe by name ({', '.join(recipe_names())}) or a TOML file.", rich_help_panel=HOW),
    ] = "storyboard",
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="Changes the recipe: size=512x288, fps=12. Repeatable.", rich_help_panel=HOW),
    ] = None,
    style: Annotated[
        str | None, typer.Option(help="A style from `dreamgen style list`, or a TOML file.", rich_help_panel=HOW)
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            help="Decides all that the plot leaves open; of a planned story, how it is staged, filmed and asked about.",
            rich_help_panel=HOW,
        ),
    ] = None,
    shots: Annotated[
        int | None, typer.Option(min=1, help="Film only so many shots, from the first on.", rich_help_panel=HOW)
    ] = None,
    twins: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Film so many scenes once more with one thing changed: the same question, another answer.",
            rich_help_panel=HOW,
        ),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Also make a small GIF and WebP of the film.", rich_help_panel=HOW)
    ] = False,
    stop_after: Annotated[
        StopAfter | None,
        typer.Option(help=f"The last stage: {', '.join(get_args(StopAfter))}.", metavar="STAGE", rich_help_panel=HOW),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="The run's folder.",
            show_default="outputs/<name of the plot, story or theme>",
            parser=folder_named,
            metavar="PATH",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and the cost; make nothing.")] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="Exit with 5 when anything was dropped. What the film shows in another way is not dropped."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Make a film and a verified dataset from a plot. Run it again to go on where it stopped."""
    source = source_of(plot, theme, genre)
    flags = {"look": style, "seed": seed, "shots": shots, "twins": twins, "previews": preview or None}
    said = [*(changes or []), *(f"{key}={json.dumps(value)}" for key, value in flags.items() if value is not None)]
    chosen = recipe_of(recipe, said, Model(model, base_url, expand, max_calls, max_tokens), source)
    folder = out or folder_of(plot, source)
    if dry_run:
        _rehearse(source, chosen, folder, as_json)
        return
    dream(source, chosen, folder, stop_after or "all", watch_for(quiet))
    run = open_run(folder)
    if stop_after is None:
        write_report(run)
    if not quiet:
        show(story_lines(run))
    typer.echo(json.dumps(summary(run), indent=1) if as_json else str(folder))
    _, dropped = parted(run.story.rejects)
    if strict and dropped:
        what = f"{amount(len(dropped), 'thing')} {'was' if len(dropped) == 1 else 'were'} dropped"
        raise RejectsError(what, f"Each has a line in {run.story.folder / 'rejects.jsonl'}")


def _rehearse(source: Source, recipe: Recipe, folder: Path, as_json: bool) -> None:
    """Shows the plan and the cost. A language model is asked nothing, so that neither key nor library is needed."""
    writer = recipe.build("story")
    if isinstance(source, Story) or not hasattr(writer, "chat"):
        recipe.check()
        show_plan(plan(recipe, source, folder / ANSWERS), recipe, as_json)
        return
    # what speaks of models is loaded where one is named
    from dreamgen.run.writing_estimate import writing_estimate

    place_of(writer.chat)
    recipe.model_copy(update={"story": Choice(backend="rules")}).check()
    missing = ""
    try:
        writer.ready()
    except DreamgenError as error:
        missing = f"{error.message}. {error.hint}"
    show_writing(writing_estimate(writer, source, recipe.seed, folder), recipe, missing, as_json)
