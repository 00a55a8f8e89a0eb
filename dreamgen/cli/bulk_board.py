"""The board: how a bulk run stands, drawn as wide as the terminal is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.segment import SegmentLines
from rich.table import Table
from rich.text import Text

from dreamgen.bulk.snapshot import PoolNow, Snapshot, StageNow
from dreamgen.cli.bulk_words import money, pace, time_left, tokens
from dreamgen.cli.terminal import duration
from dreamgen.core.sizes import size_words
from dreamgen.engines.gpu_use import Gpu

NARROW: Final = 58
"""Columns of a terminal from which a table has room for rates."""
WIDE: Final = 84
"""Columns of a terminal from which it has room for failures, too."""
LABEL: Final = 9
"""Columns of the words at the left."""


class Board:
    """How it stands.

    Args:
        now: how.
    """

    def __init__(self, now: Snapshot) -> None:
        self._now = now

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """What is needed most stands first; where a terminal is too low for it, the end is left out."""
        now, room = self._now, console.height - 1
        parts = [_head(now), _pools(now, options.max_width), _below(now), *([_stages(now)] if now.stages else [])]
        drawn = [console.render_lines(part, options, pad=False) for part in parts]
        # an empty line between two parts is a luxury, and so is half a table of stages
        if sum(map(len, drawn)) > room:
            drawn = drawn[:3]
        between = sum(map(len, drawn)) + len(drawn) - 1 <= room
        for number, lines in enumerate(drawn):
            if number and between:
                yield ""
            yield SegmentLines(lines[:room], new_lines=True)
            room = max(0, room - len(lines))


def _head(now: Snapshot) -> RenderableType:
    told = [f"[bold]{now.ended}[/] of {now.total} stories"]
    if now.put_aside:
        told.append(f"[red]{now.put_aside} put aside[/]")
    told.append(f"{now.running} in hand")
    if now.waiting:
        told.append(f"{now.waiting} waiting")
    if now.others:
        told.append(f"{now.others} by other drivers")
    bar = Table.grid(padding=(0, 1), expand=True)
    bar.add_column(ratio=1)
    bar.add_column(justify="right")
    bar.add_row(ProgressBar(total=max(1, now.total), completed=now.ended), f"{now.ended / max(1, now.total):.0%}")
    grid = _grid()
    grid.add_row("stories", bar)
    grid.add_row("", ", ".join(told))
    grid.add_row("time", _time(now))
    return grid


def _time(now: Snapshot) -> str:
    told = [f"{duration(now.elapsed)} so far"]
    if now.a_minute:
        told.append(pace(now.a_minute))
    if now.over:
        told.append("no story is left: the dataset is written now")
    else:
        told.append(time_left(now.eta, now.pools) if now.eta else "how long it takes is not known yet")
    return ", ".join(told)


def _below(now: Snapshot) -> RenderableType:
    grid = _grid()
    for label, words in _lines(now):
        grid.add_row(label, words)
    return grid


def _lines(now: Snapshot) -> Iterator[tuple[str, RenderableType]]:
    if now.put_aside or now.retried:
        yield "failures", _failures(now)
    for trouble in now.troubles[-2:]:
        text = Text(f"{trouble.item} {trouble.what.replace('_', ' ')}: {' '.join(trouble.reason.split())}", "red")
        text.no_wrap, text.overflow = True, "ellipsis"
        yield "", text
    if money(now):
        yield "cost", escape(money(now))
    for one in now.asked:
        failed = f", [red]{one.failed} failed[/]" if one.failed else ""
        answered = f"{tokens(one.tokens_in)} in, {tokens(one.tokens_out)} out, {one.calls} calls{failed}"
        yield "tokens", f"{answered}: {escape(one.model)}"
    for name in dict.fromkeys(gpu.name for gpu in now.gpus):
        yield "GPUs", _gpus([gpu for gpu in now.gpus if gpu.name == name])
    if now.disk:
        yield "disk", _disk(now)
    if now.memory_mib:
        yield "memory", f"{size_words(now.memory_mib * 2**20)} at most in a worker"


def _gpus(some: Sequence[Gpu]) -> str:
    """Those of one sort, each with a number, since eight lines would be too many."""
    busy = " ".join(f"{gpu.use:.0%}" for gpu in some)
    full = " ".join(f"{gpu.memory_used / 2**30:.0f}" for gpu in some)
    return f"{busy} busy, {full} of {some[0].memory_total / 2**30:.0f} GiB used: {escape(some[0].name)}"


def _disk(now: Snapshot) -> str:
    assert now.disk is not None
    written = f"{size_words(now.written)} written, " if now.written else ""
    free = f"{written}{size_words(now.disk.free)} free"
    if not now.disk_needed:
        return free
    needed = f"{size_words(now.disk_needed)} still needed"
    return f"{free}, [bold red]{needed}[/]" if now.disk_needed > now.disk.free else f"{free}, {needed}"


def _failures(now: Snapshot) -> str:
    judged = "" if now.judged >= now.judged_from else f", once {now.judged_from} have ended"
    return (
        f"{now.failed_share:.1%} of the last {now.judged} put aside (everything stops above "
        f"{now.most_failed:.0%}{judged}), {now.retried} walks made again"
    )


class _Column(NamedTuple):
    heading: str
    told: Callable[[PoolNow], str]
    room: int = 0


def _or_dash(value: float | None, told: Callable[[float], str]) -> str:
    return "-" if value is None else told(value)


def _each(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else duration(seconds)


_COLUMNS: Final = (
    _Column("workers", lambda pool: str(pool.workers)),
    _Column("busy", lambda pool: str(pool.running)),
    _Column("queue", lambda pool: str(pool.waiting)),
    _Column("walks", lambda pool: str(pool.walks)),
    _Column("a minute", lambda pool: f"{pool.a_minute:.1f}", NARROW),
    _Column("each", lambda pool: _or_dash(pool.seconds, _each), NARROW),
    _Column("GPU", lambda pool: _or_dash(pool.gpu_use, lambda use: f"{use:.0%}"), WIDE),
    _Column("failed", lambda pool: str(pool.failed), WIDE),
    _Column("died", lambda pool: str(pool.died), WIDE),
)


def _pools(now: Snapshot, room: int) -> RenderableType:
    columns = [column for column in _COLUMNS if room >= column.room]
    table = _table("pool", *(column.heading for column in columns))
    for pool in now.pools:
        binds = now.eta is not None and now.eta.binds == pool.pool and len(now.pools) > 1
        table.add_row(pool.pool, *(column.told(pool) for column in columns), style="bold" if binds else "")
    return table


def _stages(now: Snapshot) -> RenderableType:
    whole = sum(stage.seconds for stage in now.stages) or 1.0
    table = _table("stage", "made", "a minute", "time", "share")
    for stage in now.stages:
        table.add_row(*_stage(stage, whole))
    return table


def _stage(stage: StageNow, whole: float) -> tuple[str, ...]:
    share = stage.seconds / whole
    return stage.stage, str(stage.made), f"{stage.a_minute:.1f}", duration(stage.seconds), f"{share:.0%}"


def _grid() -> Table:
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(width=LABEL, style="dim")
    grid.add_column(ratio=1)
    return grid


def _table(first: str, *headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(first, min_width=LABEL, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table
