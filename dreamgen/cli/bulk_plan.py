"""`dreamgen bulk --dry-run`: what a plan will cost, before it is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from rich.table import Table

from dreamgen.bulk.items import TWICE, Plan
from dreamgen.bulk.plan import CHOSEN, Planned
from dreamgen.bulk.plan_cost import Forecast, Range
from dreamgen.bulk.plan_room import Site
from dreamgen.bulk.status import unplanned
from dreamgen.cli.bulk_words import left_behind, stories, tokens
from dreamgen.cli.terminal import amount, duration, stderr
from dreamgen.core.sizes import size_words

SHOWN: Final = 5
"""Lines that can't be used which are shown; of all of them the reasons are counted."""
Row = tuple[str, Range | None, Callable[[float], str]]
"""A heading, what to expect, and how to say it."""


def plan_lines(planned: Planned, folder: Path) -> Iterator[str]:
    """How many stories there are, what was left out, of which genres are too few, and what the folder had before."""
    plan = planned.plan
    yield f"plan: {stories(len(plan.items))}" + (f"; {planned.beyond} more without --limit" if planned.beyond else "")
    if plan.rejects:
        yield "left out: " + ", ".join(f"{count} {_said(reason)}" for reason, count in reasons(plan).items())
    bad = [one for one in plan.rejects if one.reason not in (*CHOSEN, TWICE)]
    yield from (f"  {one.what}: {_said(one.reason)}, {one.detail}" for one in bad[:SHOWN])
    for short in planned.short:
        yield f"too few: {short.got} of {short.wanted} of {short.genre}"
    if others := unplanned(folder, plan):
        yield left_behind(others)


def reasons(plan: Plan) -> dict[str, int]:
    """Why things were left out of the plan, the commonest reason first."""
    return dict(Counter(one.reason for one in plan.rejects).most_common())


def show_forecast(told: Forecast, site: Site) -> None:
    """What to expect, for people."""
    console = stderr()
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", "expected", "from", "to"):
        table.add_column(heading, justify="left" if not heading else "right", no_wrap=True)
    for heading, some, say in _rows(told, site):
        if some is None:
            table.add_row(heading, "not known", "", "")
        elif some.low == some.high:
            table.add_row(heading, say(some.value), "", "")
        else:
            table.add_row(heading, *map(say, (some.value, some.low, some.high)))
    console.print(table)
    console.print(_grounds(told), markup=False, soft_wrap=True)


def forecast_json(told: Forecast, planned: Planned, site: Site) -> dict[str, Any]:
    """What to expect, for programs."""
    return {
        "folder": str(site.folder),
        **told.model_dump(mode="json"),
        "disk_bytes": told.disk_bytes.model_dump(),
        **plan_json(planned),
    }


def plan_json(planned: Planned) -> dict[str, Any]:
    """What was left out and what is missing, for programs."""
    return {
        "left_out": reasons(planned.plan),
        "beyond_limit": planned.beyond,
        "too_few": [{"genre": one.genre, "wanted": one.wanted, "got": one.got} for one in planned.short],
    }


def _rows(told: Forecast, site: Site) -> Iterator[Row]:
    yield "shots", _just(told.shots), _count
    yield "film", told.film_seconds, duration
    yield "clips", told.clips, _count
    yield "pairs", told.pairs, _count
    if told.calls is None or told.calls.high:
        yield "calls of models", told.calls, _count
        yield "tokens in", told.tokens_in, lambda count: tokens(round(count))
        yield "tokens out", told.tokens_out, lambda count: tokens(round(count))
    if told.gpu_hours is None or told.gpu_hours.high:
        yield "GPU-hours", told.gpu_hours, _hours
    yield "CPU-hours", told.cpu_hours, _hours
    if told.money is not None:
        yield "money", told.money, lambda money: f"{money:.2f}"
    for pool in told.pools if len(told.pools) > 1 else ():
        yield f"hours of {pool.pool}, {amount(pool.workers, 'worker')}", pool.worker_hours, _hours
    yield "disk for stories", told.items_bytes, size_words
    yield "disk for the dataset", told.dataset_bytes, size_words
    yield "disk that is free", _just(told.free_bytes), size_words
    several = len(site.workers) > 1
    yield "time" if several else f"time with {amount(site.workers[0][1], 'worker')}", told.wall_seconds, duration


def _grounds(told: Forecast) -> str:
    made = len(told.measured)
    if not made:
        return "by tables, without trying: half or twice as much is possible; --probe 2 makes two stories to measure"
    some = (
        f"the {stories(made)} {', '.join(told.measured)}, which stay"
        if made > 1
        else (f"the story {told.measured[0]}, which stays")
    )
    left = f"; {told.left} of {stories(told.stories)} left to make" if told.left else "; nothing is left to make"
    return f"scaled by shots from {some} in the run{left}"


def _just(value: float) -> Range:
    return Range(value=value, low=value, high=value)


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _hours(value: float) -> str:
    return f"{value:,.1f}" if value >= 0.95 else f"{value:.2g}"


def _said(reason: str) -> str:
    return reason.replace("_", " ")
