"""How a bulk run stands, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dreamgen.bulk.forecast import Eta
from dreamgen.bulk.snapshot import Snapshot
from dreamgen.cli.terminal import duration


def standing(now: Snapshot) -> str:
    """`120 of 1000 stories, 2 put aside, 8 in hand; 12.0 a minute, 73 min left (65 min to 82 min; draw binds)`."""
    told = [f"{now.ended} of {now.total} stories"]
    if now.put_aside:
        told.append(f"{now.put_aside} put aside")
    if now.running:
        told.append(f"{now.running} in hand")
    if now.waiting:
        told.append(f"{now.waiting} waiting")
    line = ", ".join(told)
    if now.over:
        return f"{line}; the dataset is written now"
    if now.a_minute:
        line += f"; {pace(now.a_minute)}"
    return f"{line}, {time_left(now.eta, now.pools)}" if now.eta else line


def stories(count: int) -> str:
    """`1 story`, `3 stories`."""
    return "1 story" if count == 1 else f"{count} stories"


def left_behind(count: int) -> str:
    """What becomes of stories that were made for another plan of the same folder."""
    are, stay = ("is", "it stays") if count == 1 else ("are", "they stay")
    return f"{stories(count)} that ended here before and {are} not in this plan: {stay} in items/, outside the dataset"


def pace(a_minute: float) -> str:
    """`12.5 a minute`, `3.2 an hour`."""
    return f"{a_minute:.1f} a minute" if a_minute >= 1 else f"{a_minute * 60:.1f} an hour"


def time_left(eta: Eta, pools: Sequence[object] = ()) -> str:
    """`73 min left (65 min to 82 min; draw binds)`; one pool alone is not named."""
    binds = f"; {eta.binds} binds" if eta.binds and len(pools) > 1 else ""
    more = f", {' and '.join(eta.unmeasured)} not measured yet" if eta.unmeasured else ""
    return f"{duration(eta.seconds)} left ({duration(eta.low)} to {duration(eta.high)}{binds}{more})"


def tokens(count: int) -> str:
    """`340`, `12.3 k`, `1.2 M`."""
    for unit, of in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if count >= of:
            return f"{count / of:.1f} {unit}"
    return str(count)


def money(now: Snapshot) -> str:
    """What it has cost as far as that is known; empty where nothing is."""
    unknown = f"no price of {', '.join(now.unpriced)} in the recipe" if now.unpriced else ""
    if now.money is None:
        return unknown
    mine = now.ended - now.before - now.others
    told = f"{now.money:.2f}" + (f", {now.money / mine * 1000:.2f} a thousand stories" if mine else "")
    return f"{told}; {unknown}" if unknown else told


def farewell(now: Snapshot) -> Iterator[str]:
    """What came of it."""
    rest = "" if now.over else f", {stories(now.total - now.ended)} left"
    aside = f", {now.put_aside} put aside" if now.put_aside else ""
    mine = now.ended - now.before
    yield f"{now.done} of {now.total} stories are whole{aside}{rest}; {mine} ended in {duration(now.elapsed)}"
    if now.asked:
        told = (f"{one.model}: {tokens(one.tokens_in)} tokens in, {tokens(one.tokens_out)} out" for one in now.asked)
        yield "; ".join(told)
    if money(now):
        yield f"cost: {money(now)}"
