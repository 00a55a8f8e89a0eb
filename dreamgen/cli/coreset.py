"""`dreamgen coreset`: nested core-sets of embeddings that somebody brings along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from dreamgen.annotate.coreset import Coreset, choose
from dreamgen.annotate.listing import read_items
from dreamgen.annotate.scaling import Portion
from dreamgen.annotate.subsets import PAGE, Told, write_subsets
from dreamgen.cli.story import folder_named
from dreamgen.cli.terminal import stderr
from dreamgen.core.receipts import Reject
from dreamgen.engines.clustering import Tool
from dreamgen.engines.files import whole
from dreamgen.engines.picking import small_jpeg
from dreamgen.engines.pictures import read_picture
from dreamgen.errors import DreamgenError, UsageError

_WIDE = 192
"""Pixels of the width of pictures on the page."""


def coreset(  # noqa: PLR0913 -- a command's options are its arguments
    embeddings: Annotated[Path, typer.Argument(help="An .npy of floats, one row a clip.", show_default=False)],
    sizes: Annotated[str, typer.Option(help="Sizes of the core-sets: 50000,100000.", show_default=False)],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Where to.", parser=folder_named, metavar="PATH", show_default=False)
    ],
    ids: Annotated[
        Path | None,
        typer.Option(help="What each row is: a .txt of ids, or a .jsonl with id, seconds, worth, picture."),
    ] = None,
    near: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Cosine from which one of two is a near-duplicate; 0 drops none.")
    ] = 0.99,
    durations: Annotated[str, typer.Option(help="Seconds below which a clip is short, and from which it is long.")] = (
        "10,30"
    ),
    tool: Annotated[Tool, typer.Option(help="Who clusters: sklearn, faiss, or auto.", metavar="TOOL")] = "auto",
    seed: Annotated[int, typer.Option(help="Decides all that is left to chance.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Put clips into one order of which every beginning is a core-set: 50,000 are part of 100,000.

    Writes order.jsonl, core-SIZE.txt, rejects.jsonl, coverage.json and clusters.html, a page to look at.
    """
    options = _options(sizes, near, durations, tool)
    options.ready()
    brought = read_items(embeddings, ids)
    if not quiet:
        stderr().print(f"merging {len(brought.items.names):,} clips two by two", markup=False)
    found = choose(brought.items, options, seed)
    _check(found.order, found.rejects)
    kept = len(found.order)
    more = [f"{size:,}" for size in options.sizes if size > kept]
    if more and not quiet:
        stderr().print(
            f"note: {', '.join(more)} is more than there is: core-{kept}.txt has all {kept:,} clips", markup=False
        )

    def picture(row: int) -> bytes:
        path = brought.pictures[row] if brought.pictures else None
        try:
            return small_jpeg(read_picture(path), _WIDE) if path else b""
        except DreamgenError:
            return b""

    told, _ = write_subsets(brought.items, found, options, seed, out, picture)
    with whole(out / "rejects.jsonl") as unfinished:
        unfinished.write_text("".join(f"{one.model_dump_json()}\n" for one in found.rejects), "utf-8")
    if as_json:
        typer.echo(told.model_dump_json(indent=1))
        return
    _show(Console(highlight=False), told, found.rejects, options)
    typer.echo(str(out / PAGE))


def _options(sizes: str, near: float, durations: str, tool: Tool) -> Coreset:
    try:
        short, long = (float(part) for part in durations.split(","))
        wanted = tuple(int(part.replace("_", "")) for part in sizes.split(",") if part.strip())
        if not wanted:
            raise ValueError
        return Coreset(near=near, sizes=wanted, durations=(short, long), tool=tool)
    except ValidationError as error:
        raise UsageError(error.errors(include_url=False)[0]["msg"], "Write --sizes 50000,100000") from None
    except ValueError:
        raise UsageError(
            f"--sizes {sizes!r:.60} or --durations {durations!r:.60} are no numbers",
            "Write --sizes 50000,100000 --durations 10,30",
        ) from None


def _check(order: Sequence[str], rejects: Sequence[Reject]) -> None:
    if not order:
        raise DreamgenError(f"none of the {len(rejects):,} vectors can be used", "They are all 0 or broken.")


def _show(console: Console, told: Told, rejects: Sequence[Reject], options: Coreset) -> None:
    why = ", ".join(f"{count:,} {reason}" for reason, count in sorted(Counter(one.reason for one in rejects).items()))
    dropped = f"{len(rejects):,} dropped" + (f" ({why}; see rejects.jsonl)" if why else "")
    console.print(
        f"{told.coverage.items:,} clips, {told.coverage.kept:,} kept, {dropped}", markup=False, soft_wrap=True
    )
    console.print(_table(told, options))


def _table(told: Told, options: Coreset) -> Table:
    """A row a core-set: how long its clips are, and how well they stand for all."""
    short, long = options.durations
    table = Table(box=None, padding=(0, 2, 0, 0))
    reached = {one.size: one for one in told.coverage.curve}
    for heading in ("clips", f"short <{short:g} s", "medium", f"long ≥{long:g} s", "unknown", "hours", "distance",
                    f"clusters of {told.coverage.clusters}"):  # fmt: skip
        table.add_column(heading, justify="right")
    for portion in told.portions:
        reach = reached.get(portion.size)
        worth = (f"{reach.mean:.4f}", str(reach.clusters)) if reach else ("", "")
        table.add_row(*_cells(portion), *worth)
    return table


def _cells(portion: Portion) -> tuple[str, ...]:
    counts = (portion.size, portion.short, portion.medium, portion.long, portion.unknown)
    return (*(f"{count:,}" for count in counts), f"{portion.hours:,.2f}")
