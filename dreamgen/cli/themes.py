"""`dreamgen themes`: ideas for many stories, by genre."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from dreamgen.cli.story_request import Model
from dreamgen.cli.terminal import amount, stderr, watch_for
from dreamgen.errors import RejectsError
from dreamgen.run.recipe import read_recipe
from dreamgen.run.theming import write_themes
from dreamgen.story.genres import DREAMFRAME, Share, read_shares
from dreamgen.story.theming import GenreCount

AGAIN = "Those that there are stand in the file. Run it again with another --seed or --model, or name more --genres."
"""The next move when there are too few."""


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
    got = sum(one.got for one in counts)
    report = {
        "themes": str(out),
        "wanted": count,
        "got": got,
        "genres": [asdict(one) for one in counts],
        "usage": [one.model_dump() for one in spent],
    }
    typer.echo(json.dumps(report, indent=1) if as_json else str(out))
    if got < count and strict:
        raise RejectsError(_short(counts), AGAIN)
    if got < count and not quiet:
        stderr().print(f"{_short(counts)}. {AGAIN}", markup=False, soft_wrap=True)


def _show(counts: Sequence[GenreCount], shares: Sequence[Share]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("genre", "target", "wanted", "got", "got of all", "too alike"):
        table.add_column(heading, justify="left" if heading == "genre" else "right")
    whole, wanted = sum(weight for _, weight in shares), max(1, sum(one.wanted for one in counts))
    for one, (_, weight) in zip(counts, shares, strict=True):
        # of all that were asked for, so that it stands beside its target where there are too few
        row = (str(one.wanted), str(one.got), f"{one.got / wanted:.1%}", str(one.refused))
        table.add_row(escape(one.genre), f"{weight / whole:.1%}", *row)
    stderr().print(table)


def _short(counts: Sequence[GenreCount]) -> str:
    """What is missing: 16 of 20 themes: 2 genres got none (war, western), 1 too few (drama)."""
    none = [one.genre for one in counts if one.wanted and not one.got]
    few = [one.genre for one in counts if 0 < one.got < one.wanted]
    told = []
    if none:
        told.append(f"{amount(len(none), 'genre')} got none ({', '.join(none)})")
    if few:
        told.append(f"{amount(len(few), 'genre')} got too few ({', '.join(few)})")
    got, wanted = sum(one.got for one in counts), sum(one.wanted for one in counts)
    return f"{got} of {amount(wanted, 'theme')}: {', '.join(told)}"
