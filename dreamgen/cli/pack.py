"""`dreamgen pack` and `dreamgen unpack`: a run as a small file, and the run again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from dreamgen.bulk import packing as many
from dreamgen.bulk.local import LocalExecutor
from dreamgen.bulk.places import PLAN
from dreamgen.cli.bulk_view import view_for
from dreamgen.cli.counting import counting
from dreamgen.cli.story import folder_named
from dreamgen.cli.terminal import amount, stderr, watch_for
from dreamgen.core.sizes import size_words
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run import packing, unpacking
from dreamgen.run.comparing import Compared
from dreamgen.run.packed import read_header
from dreamgen.run.packing import Packed

TOLD = 10
"""Files that differ and are named; --json has them all."""
LARGE = 1_000_000
"""Bytes of answers from which on they are worth a word."""


def pack(
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file.", show_default="RUN.pack.tar.gz beside the run")
    ] = None,
    answers: Annotated[
        bool, typer.Option("--answers/--no-answers", help="Keep what models answered, so that nobody asks them again.")
    ] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Keep of a run only what can't be made again: kilobytes a story, from which `dreamgen unpack` renders the rest."""
    path = out or _beside(run)
    if (run / PLAN).is_file():
        made = many.pack(run, path, answers=answers, watch=counting(quiet))
    else:
        made = packing.pack(run, path, answers=answers)
    if not quiet:
        _say(_packed(made, answers))
    typer.echo(str(path))


def unpack(
    file: Annotated[Path, typer.Argument(help="A file that `dreamgen pack` wrote.", show_default=False)],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="The run's folder: new, or one in which this was begun.",
                     parser=folder_named, metavar="PATH", show_default=False),
    ],
    videos: Annotated[
        list[Path] | None,
        typer.Option(help="Videos of an annotated run, or the folder in which they lie. Repeatable."),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=0, help="Of many stories, so many are made at once.", show_default="one a CPU")
    ] = 0,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="Of many stories, other workers than the recipe's: bulk.pools=[...]. Repeatable."),
    ] = None,
    trusted: Annotated[
        bool, typer.Option("--trusted", help="Let its recipe run any code and ask any server that it names.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what came of it as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:  # fmt: skip
    """Render a packed run again and hold every file against its hash. Run it again to go on where it stopped."""
    kind = read_header(file).kind
    if changes and kind != "bulk":
        raise UsageError("--set is for a pack of many stories", "Leave it away: one run has one worker.")
    if videos and kind != "videos":
        raise UsageError("--videos is for a pack of annotated videos", "Leave it away: films are rendered again.")
    if kind == "bulk":
        hands, view = LocalExecutor(workers), view_for(quiet, out)
        found = many.unpack(file, out, hands, view, counting(quiet), trusted=trusted, changes=changes or ())
    else:
        found = unpacking.unpack(file, out, tuple(videos or ()), watch_for(quiet), trusted=trusted)
    if not quiet:
        _say(_compared(found))
    typer.echo(json.dumps(found.model_dump(mode="json"), indent=1) if as_json else str(out))
    if not found.right:
        raise DreamgenError(
            f"{amount(len(found.those('different', 'missing')), 'file')} came out otherwise",
            "What differs between the two machines is told above; with the same libraries the bytes are the same.",
        )


def _beside(run: Path) -> Path:
    """Where a pack goes when nobody says: what is beside `.` or `..` their own names do not tell."""
    whole = run.resolve()
    return (whole.parent if run.name in ("", "..") else run.parent) / f"{whole.name}.pack.tar.gz"


def _say(lines: Iterator[str]) -> None:
    console = stderr()
    for line in lines:
        console.print(escape(line), soft_wrap=True)


def _packed(made: Packed, answers: bool) -> Iterator[str]:
    each = f", {size_words(made.kept // made.stories)} a story" if made.stories > 1 else ""
    runs = amount(made.stories, "run") if made.stories == 1 else f"{made.stories:,} stories"
    yield f"packed {runs}, {made.files:,} files of {size_words(made.size)}, into {size_words(made.kept)}{each}"
    if made.answers and not answers:
        yield f"left out: {size_words(made.answers)} of what models answered; unpacking asks them again"
    elif made.answers > LARGE:
        yield f"{size_words(made.answers)} of it, before packing, is what models answered; --no-answers leaves it out"
    if made.learned:
        yield (
            f"only the hash is kept of {amount(len(made.learned), 'learned file')} "
            f"({', '.join(made.learned[:3])}): unpacking learns the style again"
        )


def _compared(found: Compared) -> Iterator[str]:
    if found.whole:
        yield f"all {found.files:,} files have the bytes they had" + _but(found)
    else:
        alike = found.those("alike")
        yield f"{found.equal + found.same:,} of {found.files:,} files have the bytes they had" + _but(found)
        if alike:
            some = "1 picture or film looks" if len(alike) == 1 else f"{len(alike):,} pictures and films look"
            yield f"{some} alike, such as {alike[0].path}: {alike[0].detail}"
        other = found.those("different", "missing")
        yield from (f"{one.how}: {one.path}" + (f" ({one.detail})" if one.detail else "") for one in other[:TOLD])
        if len(other) > TOLD:
            yield f"... and {len(other) - TOLD} more; --json names them all"
        if found.new:
            yield f"new: {', '.join(found.new[:TOLD])}"
    if found.pairs_again < found.pairs:
        yield f"{found.pairs_again:,} of {found.pairs:,} pairs are there again, word for word"
    if found.beside:
        yield f"not made again, since no run makes them: {', '.join(found.beside[:TOLD])}"
    if found.reasons:
        yield f"known to differ: {'; '.join(found.reasons)}"


def _but(found: Compared) -> str:
    return f" ({found.same:,} of them but for times, keys and costs)" if found.same else ""
