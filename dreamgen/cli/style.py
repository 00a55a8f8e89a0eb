"""`dreamgen style`: the looks that a film can have."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from dreamgen.style.book import read_pack, style_names

app = typer.Typer(help="The looks that a film can have.", no_args_is_help=True)


@app.callback()
def styles() -> None:
    """The looks that a film can have."""


@app.command("list")
def list_styles(
    as_json: Annotated[bool, typer.Option("--json", help="Print the style packs as JSON.")] = False,
) -> None:
    """List the styles, with what they look like."""
    packs = {name: read_pack(name) for name in style_names()}
    if as_json:
        typer.echo(json.dumps({name: pack.model_dump(mode="json") for name, pack in packs.items()}, indent=1))
        return
    width = max(map(len, packs), default=0)
    for name, pack in packs.items():
        typer.echo(f"{name:<{width}}  {pack.description}")
