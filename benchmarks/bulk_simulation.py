"""Many GPUs that are not here: the real scheduler hands out stories whose stages take as long as was measured.

    python benchmarks/bulk_simulation.py --run outputs/bulk --gpus 64 --stories 4000

What each stage of a story takes is read from the journal of a bulk run, a story at a time, so that long and short ones
come as they did. `--scale render=0.1` says how much faster (or slower) a stage is elsewhere. A worker waits for the
driver between two stories, as long as was measured of the driver, which does one thing after the other.
"""

from __future__ import annotations

import argparse
import heapq
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

from dreamgen.bulk.journal import read_journals
from dreamgen.bulk.places import Places
from dreamgen.bulk.schedule import Schedule
from dreamgen.core.base import derived_random
from dreamgen.run.bulking import STAGES, Bulk, Pool

ROOM = 1.15
"""How much more the other pools are given to do than they need, so that the GPUs bind."""


class Story(NamedTuple):
    """What one story takes."""

    seconds: Mapping[str, float]
    """By stage."""

    def of(self, pool: Pool) -> float:
        """What a pool's worker does of it."""
        return sum(seconds for stage, seconds in self.seconds.items() if pool.does(stage))


class Use(NamedTuple):
    """How one pool fared."""

    pool: str
    workers: int
    busy: float
    """Share of its workers' time, from the first story to the last, in which they worked."""
    steady: float
    """The same without the time before it had its first story and after it had its last."""


class Simulated(NamedTuple):
    """How all of them fared."""

    seconds: float
    """From the first story to the last."""
    uses: tuple[Use, ...]
    most_waiting: int
    """The most stories that ever waited half made."""

    @property
    def binding(self) -> Use:
        """The pool that all others wait for."""
        return max(self.uses, key=lambda use: use.steady)


def measured(run: Path, scale: Mapping[str, float]) -> tuple[Story, ...]:
    """What the stories of a bulk run took, those that were made in it from beginning to end."""
    taken: dict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    done = set()
    for line in read_journals(Places(run)):
        for timed in line.timed:
            stage = timed.stage.partition("-")[0]
            taken[line.item][stage] += timed.seconds * scale.get(stage, 1.0)
        if line.what == "done":
            done.add(line.item)
    return tuple(Story(dict(taken[name])) for name in sorted(done) if taken[name])


def four_pools(stories: Sequence[Story], gpus: int) -> Bulk:
    """GPUs that draw, and as many workers of the other sorts as keep them busy."""
    sorts = {
        "write": ("story",),
        "draw": ("style", "render"),
        "film": ("clip", "film", "preview", "claims"),
        "check": ("verify", "qa", "answer", "screen", "export"),
    }
    assert {stage for some in sorts.values() for stage in some} == set(STAGES)
    needs = {name: sum(story.of(Pool(name=name, stages=stages)) for story in stories) for name, stages in sorts.items()}
    workers = {name: max(1, math.ceil(ROOM * gpus * need / needs["draw"])) for name, need in needs.items()}
    workers["draw"] = gpus
    return Bulk(
        pools=tuple(
            Pool(name=name, stages=stages, workers=workers[name], gpus=1.0 if name == "draw" else 0.0)
            for name, stages in sorts.items()
        )
    )


def simulate(stories: Sequence[Story], bulk: Bulk, overhead: float) -> Simulated:
    """Runs the scheduler by a clock that only jumps.

    Args:
        stories: in the order of the plan.
        bulk: the pools; each says how many workers it has.
        overhead: seconds that the driver takes to hand out one story, during which it does nothing else.
    """
    names = [f"story-{number:07d}" for number in range(len(stories))]
    known = dict(zip(names, stories, strict=True))
    workers = {pool.name: pool.workers for pool in bulk.pools}
    schedule = Schedule(names, bulk, workers)
    free, busy = dict(workers), dict.fromkeys(workers, 0.0)
    first, last = dict.fromkeys(workers, math.inf), dict.fromkeys(workers, 0.0)
    events: list[tuple[float, int, str, Pool]] = []
    ticket, now, driver, handed, most = count(), 0.0, 0.0, 0, 0
    while not schedule.over:
        for pool in schedule.pools:
            while free[pool.name] and (taken := schedule.take(pool, 1, now, lambda _: True)):
                driver = max(driver, now) + overhead
                handed += 1
                end = driver + known[taken[0]].of(pool)
                free[pool.name] -= 1
                busy[pool.name] += end - driver
                first[pool.name], last[pool.name] = min(first[pool.name], driver), max(last[pool.name], end)
                heapq.heappush(events, (end, next(ticket), taken[0], pool))
        now, _, name, pool = heapq.heappop(events)
        free[pool.name] += 1
        following = _following(known[name], bulk, pool)
        if following is None:
            schedule.settled(name)
        else:
            schedule.handed(name, following)
        most = max(most, sum(schedule.counts.waiting.values()))
    uses = tuple(
        Use(
            name,
            workers[name],
            busy[name] / (workers[name] * now),
            busy[name] / (workers[name] * max(last[name] - first[name], 1e-9)) if busy[name] else 0.0,
        )
        for name in workers
    )
    told = Use("driver", 1, handed * overhead / now, handed * overhead / now)
    return Simulated(now, (*uses, told), most)


def _following(story: Story, bulk: Bulk, pool: Pool) -> str | None:
    """The first stage of the pool behind this one that has something to do."""
    places = [STAGES.index(stage) for stage in pool.stages]
    return next((stage for stage in STAGES[max(places) + 1 :] if story.seconds.get(stage)), None)


def _scale(text: str) -> tuple[str, float]:
    stage, _, factor = text.partition("=")
    if stage not in STAGES or not factor:
        raise argparse.ArgumentTypeError(f"write STAGE=FACTOR, with a stage of {', '.join(STAGES)}")
    return stage, float(factor)


def main() -> None:
    """Reads what was measured, simulates, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="a bulk run, whose journal says what stages take")
    parser.add_argument("--gpus", type=int, default=64)
    parser.add_argument("--stories", type=int, default=4000)
    parser.add_argument("--overhead", type=float, default=0.005, help="seconds that the driver takes for one story")
    parser.add_argument("--scale", type=_scale, action="append", default=[], metavar="STAGE=FACTOR")
    options = parser.parse_args()
    found = measured(options.run, dict(options.scale))
    lot = derived_random(0, "simulation")
    stories = [lot.choice(found) for _ in range(options.stories)]
    bulk = four_pools(found, options.gpus)
    print(f"{len(found)} stories were measured; {options.stories} like them, {options.gpus} GPUs that draw")
    told = simulate(stories, bulk, options.overhead)
    print("| pool | workers | busy | busy from its first story to its last |")
    print("| --- | ---: | ---: | ---: |")
    for use in told.uses:
        print(f"| {use.pool} | {use.workers} | {use.busy:.1%} | {use.steady:.1%} |")
    draw = next(use for use in told.uses if use.pool == "draw")
    print(
        f"{told.seconds / 3600:.2f} h; GPUs idle {1 - draw.busy:.1%} of it; {told.binding.pool} binds; "
        f"at most {told.most_waiting} stories lay half made"
    )


if __name__ == "__main__":
    main()
