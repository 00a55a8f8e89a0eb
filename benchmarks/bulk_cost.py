"""What a thousand stories cost: the hours of each pool's workers, by the journal of a run, at the prices that you pay.

    dreamgen bulk plots.jsonl --limit 8 --workers 1 --recipe bulk.toml --out outputs/few
    python benchmarks/bulk_cost.py outputs/few --gpu-hour 1.5 --cpu-hour 0.04

cost = 1000 / stories * sum over pools of (hours of its workers * (gpus * gpu-hour + cpus * cpu-hour)) + tokens. The
hours are those in which a worker walked: one that waits costs as much, so divide by the share of its time in which it
works (`dreamgen status RUN`, or benchmarks/bulk_simulation.py for machines that are not here). Tokens are not in it:
`dreamgen status RUN` has them. Run as many workers as the machine will have, since they slow each other down.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from dreamgen.bulk.journal import read_journals
from dreamgen.bulk.places import Places
from dreamgen.run.bulking import Pool
from dreamgen.run.recipe import read_recipe


def hours(run: Path, pools: Sequence[Pool]) -> tuple[Mapping[str, float], int]:
    """The hours of each pool's workers for 1,000 stories, and of how many stories that was measured."""
    seconds: dict[str, float] = defaultdict(float)
    whole = set()
    for line in read_journals(Places(run)):
        for timed in line.timed:
            seconds[next(pool.name for pool in pools if pool.does(timed.stage))] += timed.seconds
        if line.what == "done" and line.timed:
            whole.add(line.item)
    if not whole:
        raise SystemExit(f"no story of {run} is whole")
    return {pool.name: seconds[pool.name] / len(whole) * 1000 / 3600 for pool in pools}, len(whole)


def table(pools: Sequence[Pool], taken: Mapping[str, float], gpu_hour: float, cpu_hour: float) -> list[str]:
    """A row a pool, and the sum; the last columns say how long so many workers of each pool are at it."""
    rows = [
        "| pool | CPUs, GPUs of a worker | worker-hours | cost | 8 workers | 64 workers |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    total = 0.0
    for pool in pools:
        spent = taken[pool.name]
        cost = spent * (pool.gpus * gpu_hour + pool.cpus * cpu_hour)
        total += cost
        rows.append(
            f"| {pool.name} | {pool.cpus:g}, {pool.gpus:g} | {spent:.2f} | {cost:.2f} | {spent / 8:.2f} h "
            f"| {spent / 64:.2f} h |"
        )
    return [*rows, f"| all | | {sum(taken.values()):.2f} | {total:.2f} | | |"]


def main() -> None:
    """Prints the table, for 1,000 stories."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="a bulk run, whose journal says what stages take")
    parser.add_argument("--recipe", help="another division into pools than the run's own")
    parser.add_argument("--gpu-hour", type=float, default=0.0)
    parser.add_argument("--cpu-hour", type=float, default=0.0)
    told = parser.parse_args()
    pools = read_recipe(told.recipe or str(told.run / "recipe.toml")).bulk.pools
    taken, stories = hours(told.run, pools)
    print(f"1,000 stories, by {stories} of {told.run.name}:\n")
    print("\n".join(table(pools, taken, told.gpu_hour, told.cpu_hour)))


if __name__ == "__main__":
    main()
