"""How many workers machines have room for: arithmetic on what each of them has, one of ours or a cluster's nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dreamgen.errors import DreamgenError
from dreamgen.run.bulking import Bulk, Pool

Node = Mapping[str, float]
"""What a machine has, in Ray's words: CPU and GPU in pieces, memory in bytes."""

GIB = 2**30


def needs(pool: Pool) -> dict[str, float]:
    """What one worker of a pool asks of its node."""
    wanted = {"CPU": pool.cpus, "GPU": pool.gpus, "memory": pool.memory_gib * GIB}
    return {name: amount for name, amount in wanted.items() if amount > 0}


def counts(bulk: Bulk, workers: int, nodes: Sequence[Node]) -> dict[str, int]:
    """How many workers each pool has.

    What is said counts, whether or not there is room yet: a cluster may grow. Pools of which nothing is said share
    the room that the others leave, one worker at a time, and have one at least.

    Args:
        bulk: the pools.
        workers: of each pool that leaves it open; 0 for as many as there is room for.
        nodes: what the machines have.
    """
    found = {pool.name: pool.workers or workers for pool in bulk.pools}
    room = [dict(node) for node in nodes]
    for pool in bulk.pools:
        for _ in range(found[pool.name]):
            _place(pool, room)
    hungry = [pool for pool in bulk.pools if not found[pool.name]]
    while hungry:
        hungry = [pool for pool in hungry if _place(pool, room)]
        for pool in hungry:
            found[pool.name] += 1
    return {name: max(1, count) for name, count in found.items()}


def fits(pool: Pool, nodes: Sequence[Node]) -> bool:
    """Whether any node could ever hold a worker, were it empty."""
    return any(_holds(node, needs(pool)) for node in nodes)


def no_room(pool: Pool, nodes: Sequence[tuple[str, Node]]) -> DreamgenError:
    """The error for a pool without a worker: no node can hold one, or none comes up; each of these has a name."""
    have = "; ".join(f"{name} has {words(node)}" for name, node in nodes)
    if fits(pool, [node for _, node in nodes]):
        return DreamgenError(
            f"no worker of the pool {pool.name!r} came up, which wants {words(needs(pool))}: {have}",
            "Free what others hold there, or see Ray's own logs of that node: a worker may hang as it starts.",
        )
    return DreamgenError(
        f"no node has room for a worker of the pool {pool.name!r}, which wants {words(needs(pool))}: {have}",
        "Change the pool in the recipe's [bulk] table, free what others hold, or add nodes.",
    )


def words(resources: Mapping[str, float]) -> str:
    """Resources for people: `4 CPUs, 1 GPU, 16.0 GiB`."""
    told = []
    for name, unit in (("CPU", "CPU"), ("GPU", "GPU")):
        amount = resources.get(name, 0.0)
        told.append(f"{amount:g} {unit}{'' if amount == 1 else 's'}")
    if resources.get("memory"):
        told.append(f"{resources['memory'] / GIB:.1f} GiB")
    return ", ".join(told)


def _place(pool: Pool, room: list[dict[str, float]]) -> bool:
    # a pool that asks for nothing still has an end: one worker a CPU
    wanted = needs(pool) or {"CPU": 1.0}
    for node in room:
        if _holds(node, wanted):
            for name, amount in wanted.items():
                node[name] -= amount
            return True
    return False


def _holds(node: Node, wanted: Mapping[str, float]) -> bool:
    # Ray counts in ten-thousandths
    return all(node.get(name, 0.0) >= amount - 1e-4 for name, amount in wanted.items())
