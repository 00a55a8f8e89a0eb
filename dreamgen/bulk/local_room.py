"""How many workers this machine has room for, and which GPUs each of them sees."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress

from dreamgen.bulk.room import counts, needs, words
from dreamgen.engines.accelerators import look
from dreamgen.engines.gpu_use import VISIBLE
from dreamgen.engines.processes import available_cpus
from dreamgen.errors import DreamgenError
from dreamgen.run.bulking import Bulk


def crews(bulk: Bulk, workers: int, gpus: Sequence[str] | None = None) -> Mapping[str, tuple[str, ...]]:
    """For each worker of each pool the GPUs that it sees, as `VISIBLE` wants them; empty for one without.

    Args:
        bulk: the pools.
        workers: of a pool that leaves it open; 0 for as many as there is room for.
        gpus: what this machine has; looked up when it matters.

    Raises:
        DreamgenError: there are not as many GPUs as the pools want.
    """
    if gpus is None:
        gpus = gpus_here() if any(pool.gpus for pool in bulk.pools) else ()
    room = {"CPU": float(available_cpus()), "GPU": float(len(gpus)), "memory": float(_memory())}
    found = counts(bulk, workers, [room])
    left = dict.fromkeys(gpus, 1.0)
    # whole GPUs first: parts are then packed into what is left
    order = sorted(bulk.pools, key=lambda pool: -pool.gpus)
    shares = {pool.name: tuple(_share(pool.gpus, left) for _ in range(found[pool.name])) for pool in order}
    for pool in bulk.pools:
        if None in shares[pool.name]:
            wanted = words(needs(pool))
            raise DreamgenError(
                f"this machine has {words({**room, 'memory': 0.0})}; {found[pool.name]} workers of the pool "
                f"{pool.name!r}, which wants {wanted} each, do not fit beside the others",
                "Change the pool's `workers` or `gpus` in the recipe's [bulk] table, or use a Ray cluster.",
            )
    return {name: tuple(share or "" for share in some) for name, some in shares.items()}


def gpus_here() -> tuple[str, ...]:
    """The GPUs that this process may use, by what `VISIBLE` calls them."""
    if VISIBLE in os.environ:
        return tuple(name.strip() for name in os.environ[VISIBLE].split(",") if name.strip() not in ("", "-1"))
    return tuple(str(number) for number in range(len(look(("torch",)).gpus)))


def _share(wanted: float, left: dict[str, float]) -> str | None:
    """GPUs for one worker: whole ones, or a part of one; None when there are not enough."""
    if wanted == 0:
        return ""
    part = min(wanted, 1.0)
    # the fullest that still has room, so that whole ones stay whole
    free = sorted((name for name in left if left[name] >= part - 1e-9), key=lambda name: left[name])
    count = max(1, round(wanted))
    if len(free) < count:
        return None
    for name in free[:count]:
        left[name] -= part
    return ",".join(free[:count])


def _memory() -> int:
    """Bytes of this machine; 0 where it does not say."""
    with suppress(ValueError, OSError, AttributeError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 0
