"""`dreamgen themes`: ideas for many stories, by genre."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from dreamgen.cli.story_request import Model
from dreamgen.cli.terminal import stderr, watch_for
from dreamgen.errors import RejectsError
from dreamgen.run.recipe import read_recipe
from dreamgen.run.theming import write_themes
from dreamgen.story.genres import DREAMFRAME, Share, read_shares
from dreamgen.story.theming import GenreCount


def themes(  # noqa: PLR0913 -- a command's options are its arguments
    count: Annotated[int, typer.Argument(min=1, help="How many themes.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write, one theme a line.")] = Path(
        "themes.jsonl"
    ),
    genres: Annotated[
        str | None,
        typer.Option(help="Genres and their shares: drama=3,comedy=1.", show_default="DreamFrame's fifteen"),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Invents: provider:name, a server's name for it, or a folder with weights.")
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible server: http://localhost:8000/v1.")] = None,
    max_calls: Annotated[int | None, typer.Option(min=1, help="Stop before more calls.")] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="Stop before more tokens.")] = None,
    recipe: Annotated[str, typer.Option(help="A recipe that names the model.")] = "chat",
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="Changes the recipe: chat.concurrency=16. Repeatable.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Other seeds, other themes.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 5 when there are too few.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Let a model invent themes under genre quotas, for `dreamgen story --theme`. Run it again to go on."""
    shares = read_shares(genres) if genres is not None else DREAMFRAME
    said = Model(name=model, base_url=base_url, max_calls=max_calls, max_tokens=max_tokens).changes
    chosen = read_recipe(recipe, [*(changes or []), *said, *([f"seed={seed}"] if seed is not None else [])])
    counts, spent = write_themes(count, shares, chosen.chat, chosen.seed, out, watch_for(quiet))
    if not quiet:
        _show(counts, shares)
    report = {
        "themes": str(out),
        "genres": [asdict(one) for one in counts],
        "usage": [one.model_dump() for one in spent],
    }
    typer.echo(json.dumps(report, indent=1) if as_json else str(out))
    got = sum(one.got for one in counts)
    if strict and got < count:
        raise RejectsError(f"there are {got} themes of {count}", "Ask with another --seed, or name more genres.")


def _show(counts: Sequence[GenreCount], shares: Sequence[Share]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("genre", "target", "wanted", "got", "share", "too alike"):
        table.add_column(heading, justify="left" if heading == "genre" else "right")
    whole, got = sum(weight for _, weight in shares), max(1, sum(one.got for one in counts))
    for one, (_, weight) in zip(counts, shares, strict=True):
        row = (one.wanted, one.got)
        table.add_row(one.genre, f"{weight / whole:.1%}", *map(str, row), f"{one.got / got:.1%}", str(one.refused))
    stderr().print(table)
