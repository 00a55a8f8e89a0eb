"""`dreamgen style`: the looks that a film can have."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from dreamgen.cli.style_preview import preview
from dreamgen.cli.style_train import train
from dreamgen.cli.terminal import amount
from dreamgen.style.book import StylePack, read_pack, style_names

app = typer.Typer(help="The looks that a film can have.", no_args_is_help=True)
app.command("preview")(preview)
app.command("train")(train)


@app.callback()
def styles() -> None:
    """The looks that a film can have."""


@app.command("list")
def list_styles(
    as_json: Annotated[bool, typer.Option("--json", help="Print the style packs as JSON.")] = False,
) -> None:
    """List the styles: what they look like, and what they bring along for a text-to-image model."""
    packs = {name: read_pack(name) for name in style_names()}
    if as_json:
        typer.echo(json.dumps({name: pack.model_dump(mode="json") for name, pack in packs.items()}, indent=1))
        return
    width = max(map(len, packs), default=0)
    for name, pack in packs.items():
        brings = ", ".join(_brings(pack))
        typer.echo(f"{name:<{width}}  {pack.description}" + (f" (brings {brings})" if brings else ""))


def _brings(pack: StylePack) -> list[str]:
    """What a pack hands to a text-to-image model, next to its words."""
    things = [amount(len(pack.loras), "LoRA")] if pack.loras else []
    if pack.learned is not None:
        things.append(f"the learned word {pack.learned.word}")
    if pack.references:
        things.append(amount(len(pack.references), "picture"))
    if pack.scheduler:
        things.append(f"the scheduler {pack.scheduler}")
    if pack.guidance is not None:
        things.append(f"guidance {pack.guidance:g}")
    return things
