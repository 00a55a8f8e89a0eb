"""What a plan will cost where nothing of it was tried: by the tables that `dreamgen story --dry-run` goes by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan_cost import Forecast, Ground, PoolCost, Range, times, wall
from dreamgen.core.base import derive_seed
from dreamgen.core.story import Story
from dreamgen.engines.processes import available_cpus
from dreamgen.run.estimate import (
    BYTES_A_FORM_SECOND,
    BYTES_A_RUN,
    SECONDS_A_SHOT,
    USUAL_CAST,
    Estimate,
    Size,
    clip_bytes,
    film_estimate,
)
from dreamgen.run.recipe import Recipe

SHOTS_A_SCENE: Final = 5
"""Of a story that nobody has planned yet."""
SAMPLE: Final = 3
"""Stories of which the questions to a model are put together, to count them."""
BYTES_A_DATASET: Final = 50_000
"""Card, Croissant, index and sums of the shards."""
OFF: Final = 2.0
"""Films differ: half or twice as much is possible."""


def from_tables(plan: Plan, folder: Path, ground: Ground) -> Forecast:
    """What to expect by the tables. Of what models take, no more than a writer's calls and tokens is known.

    Args:
        plan: the stories.
        folder: of the bulk run; answers that are there already cost nothing.
        ground: their shots, and who makes them.
    """
    size = _size(sum(ground.shots.values()), len(plan.items))
    whole, rest = _film(plan.recipe, size), _film(plan.recipe, _size(ground.shots_left, len(ground.left)))
    # each story has a run of its own, and shards hold copies of its clips
    items = rest.disk_bytes + (len(ground.left) - 1) * BYTES_A_RUN
    shards = clip_bytes(size, plan.recipe) + size.seconds * BYTES_A_FORM_SECOND + BYTES_A_DATASET
    asked = _asked(plan, folder, ground)
    cpu_seconds = about(rest.wall_seconds * available_cpus())
    # how the work divides among several pools, and how long models take, is nobody's guess
    alone = rest.drawing is None and asked == (0.0, 0.0, 0.0)
    pools = _pools(plan, ground, cpu_seconds) if alone and len(ground.workers) == 1 else ()
    no_gpus = not any(pool.gpus for pool in plan.recipe.bulk.pools)
    calls, tokens_in, tokens_out = (None, None, None) if asked is None else map(about, asked)
    return Forecast(
        stories=len(plan.items), left=len(ground.left), shots=round(sum(ground.shots.values())), measured=(),
        film_seconds=about(whole.film_seconds), clips=about(whole.clips), pairs=None if whole.pairs is None else
        about(whole.pairs), calls=calls, tokens_in=tokens_in, tokens_out=tokens_out, pools=pools,
        gpu_hours=about(0.0) if no_gpus else None, cpu_hours=times(cpu_seconds, 1 / 3600.0),
        wall_seconds=wall(pools, ground.cpus, times(cpu_seconds, 1 / max(1, len(ground.left)))) if pools else None,
        money=None, items_bytes=about(items), dataset_bytes=about(shards), free_bytes=ground.free,
    )  # fmt: skip


def about(value: float) -> Range:
    """As good as the tables are."""
    return Range(value=value, low=value / OFF, high=value * OFF)


def _size(shots: float, stories: int) -> Size:
    """All stories as if they were one film."""
    return Size(
        shots=round(shots), scenes=round(shots / SHOTS_A_SCENE) + stories, cast=USUAL_CAST * stories,
        seconds=shots * SECONDS_A_SHOT,
    )  # fmt: skip


def _film(recipe: Recipe, size: Size) -> Estimate:
    """Without a dataset of its own."""
    return film_estimate(size, recipe.model_copy(update={"export": ()}))


def _pools(plan: Plan, ground: Ground, seconds: Range) -> tuple[PoolCost, ...]:
    pool = plan.recipe.bulk.pools[0]
    cpu_hours = times(seconds, 1 / 3600.0)
    hours = times(cpu_hours, 1 / max(1.0, pool.cpus))
    workers = ground.workers[pool.name]
    gpu_hours = times(hours, pool.gpus)
    return (PoolCost(pool=pool.name, workers=workers, worker_hours=hours, gpu_hours=gpu_hours, cpu_hours=cpu_hours),)


def _asked(plan: Plan, folder: Path, ground: Ground) -> tuple[float, float, float] | None:
    """Calls, and tokens in and out, of a writer that asks a model; None where others ask one, too."""
    if _others_ask(plan.recipe):
        return None
    to_write = [item for item in plan.items if item.id in ground.left and not isinstance(item.source, Story)]
    if not plan.recipe.asks or not to_write:
        return 0.0, 0.0, 0.0
    drawn = sorted(to_write, key=lambda item: derive_seed(plan.recipe.seed, "writing", item.id))[:SAMPLE]
    found = [_written(item, plan, folder) for item in drawn]
    share = sum(ground.shots[item.id] for item in to_write) / sum(ground.shots[item.id] for item in drawn)
    calls, tokens_in, tokens_out = (share * sum(column) for column in zip(*found, strict=True))
    return calls, tokens_in, tokens_out


def _written(item: Item, plan: Plan, folder: Path) -> tuple[int, int, int]:
    # what speaks of models is loaded where one is named
    from dreamgen.run.writing_estimate import writing_estimate

    assert not isinstance(item.source, Story)  # planned stories are not written
    recipe = item.recipe(plan.recipe)
    told = writing_estimate(recipe.build("story"), item.source, recipe.seed, Places(folder).item(item.id))
    return told.calls, *told.tokens


def _others_ask(recipe: Recipe) -> bool:
    several: Iterable[Sequence[tuple[str, object]]] = (recipe.build_all(stage) for stage in ("verify", "qa", "screen"))
    backends = [backend for some in several for _, backend in some]
    return any(name in getattr(type(one), "model_fields", {}) for one in backends for name in ("chat", "vision"))
