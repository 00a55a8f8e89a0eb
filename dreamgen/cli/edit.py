"""`dreamgen edit`: the film of a run, cut anew for people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dreamgen.cli.terminal import Lines, stderr, watch_for
from dreamgen.clip.edits import Cut
from dreamgen.clip.transitions import TRANSITIONS
from dreamgen.errors import UsageError, unknown_name
from dreamgen.run.editing import Edit
from dreamgen.run.editing import edit as cut_anew
from dreamgen.run.opened import open_run
from dreamgen.run.watch import SILENT


def edit(  # noqa: PLR0913 -- a command's options are its arguments
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The mp4 to write.", show_default="film-edited.mp4 beside the film"),
    ] = None,
    transition: Annotated[
        str, typer.Option(help=f"How scenes give way to each other: {', '.join(TRANSITIONS)}.")
    ] = "crossfade",
    seconds: Annotated[float, typer.Option(min=0.0, max=5.0, help="How long a transition takes.")] = 0.5,
    speed: Annotated[float, typer.Option(min=0.1, max=8.0, help="Of the scenes; 2 is twice as fast.")] = 1.0,
    titles: Annotated[bool, typer.Option("--titles/--no-titles", help="Opening title and end credits.")] = True,
    burn: Annotated[bool, typer.Option("--subtitles", help="Burn in what is spoken.")] = False,
    subtitles: Annotated[
        Path | None, typer.Option("--srt", help="Burn in this .srt or .vtt file.", show_default=False)
    ] = None,
    font: Annotated[
        Path | None, typer.Option(help="A .ttf file for what is burned in.", show_default="embedded, unaccented Latin")
    ] = None,
    music: Annotated[Path | None, typer.Option(help="A sound file to play under the film.", show_default=False)] = None,
    volume: Annotated[float, typer.Option(min=0.0, max=4.0, help="Of the music.")] = 0.5,
    voice: Annotated[
        Path | None,
        typer.Option(help="A sound file, or a folder with one a shot: shot-03.wav.", show_default=False),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Cut the film anew for people: transitions, titles, subtitles, music and voices.

    The dataset keeps its own film: masks and times belong to that one. What is spoken also comes as .srt and .vtt.
    """
    if transition not in TRANSITIONS:
        raise unknown_name("transition", transition, TRANSITIONS)
    if burn and subtitles:
        raise UsageError("--subtitles and --srt both say what to burn in", "Leave one of them away.")
    wanted = Edit(
        cut=Cut.model_validate({"transition": transition, "seconds": seconds, "speed": speed}),
        titles=titles,
        subtitles=subtitles,
        burn=burn,
        font=font,
        music=music,
        volume=volume,
        voice=voice,
    )
    watch = watch_for(quiet)
    # a line for every frame would bury the log
    made = cut_anew(open_run(run).story, wanted, out, SILENT if isinstance(watch, Lines) else watch)
    if not quiet:
        for note in made.notes:
            stderr().print(f"note: {note}", markup=False, soft_wrap=True)
        words = f"{made.seconds:.1f} s; the dataset keeps its own film, to which its masks and times belong"
        stderr().print(words, markup=False, soft_wrap=True)
    typer.echo(str(made.film))
