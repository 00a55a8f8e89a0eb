"""`dreamgen review`: a page in the browser on which a person watches the clips and decides about the pairs."""

from __future__ import annotations

import getpass
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from dreamgen.cli.terminal import amount, stderr
from dreamgen.review.server.bench import Bench, View
from dreamgen.review.server.serving import serve
from dreamgen.run.decisions import DECISIONS


def review(
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    audit: Annotated[
        float,
        typer.Option(min=0.0, max=100.0, help="Show a sample of so many percent, drawn by the seed; 0: all pairs."),
    ] = 0.0,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 0,
    reviewer: Annotated[str, typer.Option("--name", help="Who decides.", show_default="your login")] = "",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address, and open nothing.")] = False,
) -> None:
    """Watch the clips and accept, fix or reject the pairs, in a browser on this machine.

    Decisions are kept in decisions.jsonl of the run; `dreamgen export` and the next run follow them. Ctrl-C ends it.
    """
    bench = Bench(run, audit, reviewer or _login())
    console = stderr()

    def ready(address: str) -> None:
        console.print(f"Review at {address}", markup=False, soft_wrap=True)
        console.print("Only this machine reaches it, and only with that address. Ctrl-C ends it.", soft_wrap=True)
        if not no_browser:
            webbrowser.open(address)

    _farewell(serve(bench, port, ready), run)


def _farewell(view: View, run: Path) -> None:
    decided = sum(view.state(item) not in ("undecided", "outdated") for item in view.items.values())
    words = f"{amount(decided, 'pair')} of {len(view.items)} decided, in {run / DECISIONS}"
    stderr().print(escape(words), soft_wrap=True)
    if decided:
        stderr().print("`dreamgen export` and the next run of this folder follow these decisions.", soft_wrap=True)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have a number and no name
        return "somebody"
