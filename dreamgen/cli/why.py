"""`dreamgen why`: where a pair comes from, step by step back to the plot and the seed, or to the video."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from dreamgen.errors import UsageError
from dreamgen.run.opened import latest_run, open_run
from dreamgen.run.tracing import Trace, trace


def why(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="PAIR",
            help="The pair's id, as in pairs.jsonl or in a dataset; the run's folder may stand before it: RUN PAIR.",
            show_default=False,
        ),
    ],
    run: Annotated[
        Path | None, typer.Option("--run", help="The run's folder.", show_default="the latest in outputs/")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the chain as JSON.")] = False,
) -> None:
    """Show why a pair says what it says: pair, claims, verdicts, clip, shot, story or video, seed."""
    *before, pair = names
    folders = [*before, *([str(run)] if run else [])]
    if len(folders) > 1:
        raise UsageError(
            f"more than a run and a pair are named: {', '.join((*folders, pair))}", "Write: dreamgen why RUN PAIR"
        )
    if folders and Path(pair).is_dir() and not Path(folders[0]).is_dir():
        raise UsageError(f"{pair} is a folder and no pair", f"Write: dreamgen why {pair} {folders[0]}")
    found = trace(open_run(folders[0] if folders else latest_run()), pair)
    if as_json:
        typer.echo(json.dumps(found.model_dump(mode="json"), indent=1))
    else:
        _show(Console(highlight=False), found)


def _show(console: Console, found: Trace) -> None:
    def line(heading: str, text: Any, indent: int = 0) -> None:
        console.print(f"{' ' * indent}[bold]{heading}[/]  {escape(str(text))}", soft_wrap=True)

    line("pair", f"{found.pair.id}  ({found.pair.task}, {found.pair.form}, trust {found.pair.weight:g})")
    for turn in found.pair.turns:
        line("Q" if turn.role == "human" else "A", turn.text, 2)
    for letter, option in zip("ABCDEFGH", found.pair.options, strict=False):
        line(f"({letter})", option, 4)
    arguments = ", ".join(f"{name}={value}" for name, value in found.pair.program.arguments)
    line("program", f"{found.pair.program.name}({arguments})")
    for link in found.claims:
        line("claim", f"{link.claim.id}  {link.words}")
        if link.verdict:
            said = f"{link.verdict.outcome} ({link.verdict.confidence:.2f}) by {link.verdict.by}"
            line("verdict", f"{said}: {link.verdict.evidence or link.verdict.reason}", 2)
    line("clip", f"{found.clip.id}  {found.clip.video.path}  sha256 {found.clip.video.sha256[:16]}…")
    for shot in found.shots:
        line("shot", f"{shot.id}  {shot.seconds:.2f} s, {shot.camera.framing}: {shot.description}", 2)
    where, source = found.clip.excerpt, found.source
    if where and source:
        told = f"{source.name}, {where.start:.2f} to {where.end:.2f} s  sha256 {source.sha256[:16]}…"
        line("video", told + (f"  {source.licence}" if source.licence else ""))
    else:
        line("story", f"{found.story}  {found.title}")
    line("seed", found.seed)
