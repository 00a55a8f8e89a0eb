"""`dreamgen status`: how a bulk run stands, whoever works on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import Annotated, Final

import typer

from dreamgen.bulk.spending import Asked
from dreamgen.bulk.status import Standing, spent, standing
from dreamgen.cli.bulk_words import left_behind, pace, stories, time_left, tokens
from dreamgen.cli.terminal import duration, stderr

SHOWN: Final = 5
"""How many reasons, and stories of each, are told; all of them are in the JSON."""


def status(
    run: Annotated[Path, typer.Argument(help="The folder of a bulk run.", show_default=False)],
    cost: Annotated[
        bool, typer.Option("--cost", help="Add up what models were asked, which opens a file of every story.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say how a bulk run stands: what is made, who works on it, how fast, and what was put aside and why."""
    now = standing(run)
    asked = spent(run) if cost else ()
    if as_json:
        more = {"asked": [one.model_dump() for one in asked]} if cost else {}
        typer.echo(json.dumps({**now.model_dump(), **more}, indent=1))
        return
    console = stderr()
    for line in (*_lines(now), *(_cost(asked, now) if cost else ())):
        console.print(line, markup=False, soft_wrap=True)
    typer.echo(now.folder)


def _lines(now: Standing) -> Iterator[str]:
    aside = f", {now.put_aside} put aside" if now.put_aside else ""
    yield f"{now.done} of {now.total} stories are whole{aside}, {now.left} left ({_where(now)})"
    yield from _work(now)
    lost = dict(now.walks).get("lost", 0) - now.running
    failed, died = (dict(now.walks).get(what, 0) for what in ("failed", "died"))
    if failed or died or lost > 0:
        yield f"walks: {failed} failed, {died} ended with their worker's death, {max(0, lost)} with their driver's"
    for reason in now.reasons[:SHOWN]:
        more = f" and {len(reason.items) - SHOWN} more" if len(reason.items) > SHOWN else ""
        names = ", ".join(reason.items[:SHOWN])
        yield f"put aside: {stories(len(reason.items))}: {reason.example} ({names}{more})"
    if len(now.reasons) > SHOWN:
        yield f"and {len(now.reasons) - SHOWN} more reasons: see --json"
    if now.put_aside:
        yield f"Their tracebacks are in settled/; `{_again(now)} --retry` tries them again."
    if now.unplanned:
        yield left_behind(now.unplanned)
    if now.outdated:
        yield f"the recipe or dreamgen has changed since stories were made: `{_again(now)}` makes anew what is outdated"
    if not now.left:
        yield "the dataset is written" if now.joined else f"the dataset is not written yet: run `{_again(now)}`"


def _again(now: Standing) -> str:
    return f"dreamgen bulk --out {quote(now.folder)}"


def _cost(asked: tuple[Asked, ...], now: Standing) -> Iterator[str]:
    if not asked:
        yield "no model was asked for anything"
    for one in asked:
        price = "no price in the recipe" if one.money is None else f"cost {one.money:.2f}"
        failed = f", {one.failed} failed" if one.failed else ""
        yield (
            f"{one.model}: {one.calls} calls{failed}, {tokens(one.tokens_in)} tokens in, {tokens(one.tokens_out)} out, "
            f"{price}"
        )
    known = [one.money for one in asked if one.money is not None]
    if known and now.done:
        yield f"models cost {sum(known) / now.done * 1000:.2f} a thousand stories that are whole"


def _where(now: Standing) -> str:
    return f"{now.running} in hand, {now.waiting} waiting, {max(0, now.left - now.running - now.waiting)} not begun"


def _work(now: Standing) -> Iterator[str]:
    if not now.drivers:
        yield "nobody works on it" + (f": `{_again(now)}` goes on where it stopped" if now.left else "")
    for driver in now.drivers:
        told = {
            "alive": "is alive",
            "dead": "is dead: what it had in hand is taken over by the next one",
            "silent": "gave no sign of life while we looked",
        }
        yield (
            f"driver {driver.name}, process {driver.process} of {driver.machine or 'an unknown machine'}, "
            + (told[driver.state])
        )
    if now.a_minute:
        left = f", {time_left(now.eta)}" if now.eta else ""
        yield f"in the last ten minutes: {pace(now.a_minute)}{left}"
    for pool in now.pools:
        yield f"  pool {pool.pool}: {pace(pool.a_minute)}, {duration(pool.seconds)} each"
