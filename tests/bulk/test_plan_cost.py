"""What a few stories took, scaled to a plan; and what a probe learns and keeps."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dreamgen.bulk import plan_room
from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.marks import Settled, key_of, write_mark
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import read_plan
from dreamgen.bulk.plan_cost import Forecast, Ground, Range, scaled
from dreamgen.bulk.plan_probe import PROBES, Measured, Spent, probe
from dreamgen.bulk.plan_room import Site, check_room, expect, rehearse, workers_of
from dreamgen.bulk.plan_sizes import shots_of
from dreamgen.bulk.working import Outcome, Task, Timed
from dreamgen.core.brief import Brief
from dreamgen.core.receipts import Usage
from dreamgen.errors import DreamgenError
from dreamgen.run.bulking import Pool
from dreamgen.run.filming import plan as plan_story
from dreamgen.run.recipe import Recipe, read_recipe
from tests.bulk.conftest import PlanOf
from tests.bulk.stubs import FakeExecutor, done, failed, handed

ASKED = Usage(model="scripted", purpose="story/scene", calls=3, tokens_in=3000, tokens_out=1000)


def measured(name: str = "story-0", **changes: Any) -> Measured:
    usual = Measured(
        item=name, key="", shots=10, film_seconds=30.0, clips=4, pairs=100, spent=(Spent(pool="all", seconds=60.0),),
        disk_bytes=10_000_000, shard_bytes=4_000_000,
    )  # fmt: skip
    return usual.model_copy(update=changes)


def ground(plan: Plan, workers: dict[str, int], cpus: int = 0, made: Sequence[str] = ()) -> Ground:
    left = frozenset(item.id for item in plan.items if item.id not in made)
    return Ground({item.id: 10.0 for item in plan.items}, left, workers, cpus, free=10**9)


def values(told: Forecast, *names: str) -> list[float]:
    return [round(getattr(told, name).value, 6) for name in names]


def test_what_one_story_took_is_taken_by_all_like_it(plan_of: PlanOf) -> None:
    plan = plan_of(100)
    told = scaled(plan, [measured()], ground(plan, {"all": 4}, made=["story-0"]))
    assert (told.stories, told.left, told.shots) == (100, 99, 1000)
    assert values(told, "film_seconds", "clips", "pairs") == [3000, 400, 10_000]
    assert values(told, "items_bytes", "dataset_bytes") == [99e7, 4e8]
    assert told.disk_bytes.value == 99e7 + 4e8
    # 99 stories of a minute, four at a time
    assert values(told, "wall_seconds", "cpu_hours") == [99 * 60 / 4, 1.65]


def test_the_dearest_and_the_cheapest_say_how_far_off_it_may_be(plan_of: PlanOf) -> None:
    plan = plan_of(10)
    told = scaled(
        plan, [measured(pairs=50, shots=10), measured("story-1", pairs=300, shots=20)], ground(plan, {"all": 1})
    )
    assert told.pairs is not None
    assert (told.pairs.low, told.pairs.high) == (500, 1500)
    assert told.pairs.value == pytest.approx(100 * 350 / 30)


def test_the_pool_with_the_most_to_do_decides_how_long_it_takes(plan_of: PlanOf) -> None:
    stages = plan_of(0).recipe.bulk.pools[0].stages
    pools = (
        Pool(name="draw", stages=stages[:4], workers=2, gpus=0.5), Pool(name="rest", stages=stages[4:], workers=8)
    )  # fmt: skip
    plan = plan_of(100, pools=pools, gpu_hour=2.0)
    spent = (Spent(pool="draw", seconds=36.0), Spent(pool="rest", seconds=72.0))
    told = scaled(plan, [measured(spent=spent)], ground(plan, {"draw": 2, "rest": 8}))
    assert [(one.pool, one.worker_hours.value) for one in told.pools] == [("draw", 1.0), ("rest", 2.0)]
    assert values(told, "gpu_hours", "cpu_hours", "wall_seconds", "money") == [0.5, 3.0, 1800.0, 1.0]


def test_one_machine_is_no_faster_than_its_cpus_and_no_run_than_its_longest_story(plan_of: PlanOf) -> None:
    plan = plan_of(10)
    assert values(scaled(plan, [measured()], ground(plan, {"all": 10}, cpus=2)), "wall_seconds") == [300.0]
    assert values(scaled(plan, [measured()], ground(plan, {"all": 99})), "wall_seconds") == [60.0]


def test_models_are_paid_at_the_recipes_prices(plan_of: PlanOf) -> None:
    plan = plan_of(10, prices=[{"model": "scripted", "tokens_in": 2.0, "tokens_out": 10.0}])
    told = scaled(plan, [measured(usage=(ASKED,))], ground(plan, {"all": 1}))
    assert values(told, "calls", "tokens_in", "tokens_out", "money") == [30, 30_000, 10_000, 0.16]
    assert scaled(plan_of(10), [measured()], ground(plan, {"all": 1})).money is None


def test_shots_are_counted_where_they_are_known_and_guessed_by_length_elsewhere(tmp_path: Path) -> None:
    recipe = Recipe()
    text = "Anna runs into a forest. Ben sits in a cafe. Anna waves at Ben. "
    story = plan_story(recipe, Brief(text=text * 2), tmp_path)
    items = (
        Item(id="planned", source=story), Item(id="made", source=Brief(text=text)),
        Item(id="longer", source=Brief(text=text * 3)),
    )  # fmt: skip
    shots = shots_of(Plan(items=items, recipe=recipe), {"made": 5}, tmp_path)
    assert shots == {"planned": len(story.shots), "made": 5, "longer": 15}
    fresh = shots_of(Plan(items=items[2:], recipe=recipe), {}, tmp_path)
    assert fresh == {"longer": len(plan_story(recipe, Brief(text=text * 3), tmp_path).shots)}
    headings = Item(id="headings", source=Brief(text="# Only a heading"))
    assert shots_of(Plan(items=(headings,), recipe=recipe), {}, tmp_path) == {"headings": 1}
    few = recipe.model_copy(update={"shots": 2})
    assert set(shots_of(Plan(items=items, recipe=few), {}, tmp_path).values()) == {2}


def test_what_a_model_writes_is_as_long_as_it_is_told_to_be(tmp_path: Path) -> None:
    recipe = read_recipe("storyboard", ["story.backend=chat", "story.expand=2x3x4", "chat.model=scripted"])
    items = tuple(Item(id=f"t{k}", source=Brief(text="a lost letter" * k, sort="theme")) for k in (1, 5))
    assert shots_of(Plan(items=items, recipe=recipe), {}, tmp_path) == {"t1": 24, "t5": 24}
    told = expect(Plan(items=items, recipe=recipe), Site(folder=tmp_path, workers=(("all", 1),)))
    assert told.calls is not None and told.calls.value > 8 and told.tokens_out is not None
    assert told.wall_seconds is None and told.pools == ()


def test_tables_say_half_or_twice(plan_of: PlanOf, tmp_path: Path) -> None:
    plan = plan_of(50)
    told = expect(plan, Site(folder=tmp_path, workers=(("all", 2),), cpus=2))
    assert told.measured == () and told.shots == 50 and told.pairs is not None and told.wall_seconds is not None
    assert (told.pairs.low, told.pairs.high) == (told.pairs.value / 2, told.pairs.value * 2)
    one = expect(plan_of(1), Site(folder=tmp_path, workers=(("all", 2),), cpus=2))
    assert one.wall_seconds is not None and told.wall_seconds.value > 20 * one.wall_seconds.value
    assert told.calls is not None and told.calls.value == 0


def test_tables_come_near_the_room_that_tiny_pictures_take(plan_of: PlanOf, filmed: Path, tmp_path: Path) -> None:
    told = expect(plan_of(1), Site(folder=tmp_path, workers=(("all", 1),)))  # of the two stories there, one was filmed
    for place, expected in (("items", told.items_bytes), ("dataset", told.dataset_bytes)):
        taken = sum(path.lstat().st_blocks * 512 for path in (filmed / place).rglob("*"))
        assert expected.low < taken < expected.high, place


def film(task: Task, seconds: float = 2.0) -> Outcome:
    """Leaves what a whole story would leave, as far as it is measured."""
    place, recipe = Places(task.folder).item(task.item.id), task.item.recipe(task.recipe)
    story = plan_story(recipe, task.item.source, place)
    folder = place / "stories" / story.id
    folder.mkdir(parents=True)
    (place / "recipe.toml").write_text(recipe.toml(), "utf-8")
    (place / "receipt.json").write_text("{}", "utf-8")
    (folder / "story.json").write_text(story.model_dump_json(), "utf-8")
    (folder / "pairs.jsonl").write_text("", "utf-8")
    (folder / "film.mp4").write_bytes(bytes(100_000))
    timed = (Timed(stage="render", made=1, seconds=seconds / 2), Timed(stage="clip", made=1, seconds=seconds / 2))
    return done(task).model_copy(update={"timed": timed})


def test_a_probe_makes_a_few_stories_drawn_by_lot_and_keeps_what_it_learned(plan_of: PlanOf, tmp_path: Path) -> None:
    plan, executor, told = plan_of(20), FakeExecutor(film), []
    found = probe(plan, tmp_path, 2, lambda: executor, lambda item, why: told.append((item.id, why)))
    assert [one.spent for one in found] == [(Spent(pool="all", seconds=2.0),)] * 2
    assert all(one.shots == 1 and one.disk_bytes > 100_000 for one in found)
    assert told == [(one.item, "") for one in found] and executor.closed

    assert read_plan(tmp_path) == plan  # a run can be begun with --out alone

    again = FakeExecutor(film)
    assert set(probe(plan, tmp_path, 2, lambda: again, lambda *_: None)) == set(found) and not again.begun
    more = probe(plan, tmp_path, 3, lambda: again, lambda *_: None)
    assert len(more) == 3 and len(again.begun) == 1
    # by another recipe, all of it is worth nothing
    other = plan.model_copy(update={"recipe": plan.recipe.model_copy(update={"fps": 12})})
    fresh = probe(other, tmp_path, 1, lambda: FakeExecutor(film), lambda *_: None)
    assert fresh[0].item not in {one.item for one in more}


def test_a_probe_follows_a_story_from_pool_to_pool(plan_of: PlanOf, pools: tuple[Pool, ...], tmp_path: Path) -> None:
    stops = ["render", "verify-sight"]

    def act(task: Task) -> Outcome:
        timed = (Timed(stage="any", made=1, seconds=len(stops)),)
        return handed(task, stops.pop(0)).model_copy(update={"timed": timed}) if stops else film(task, 8.0)

    found = probe(plan_of(1, pools=pools), tmp_path, 1, lambda: FakeExecutor(act), lambda *_: None)
    assert [(one.pool, one.seconds) for one in found[0].spent] == [("write", 2.0), ("draw", 1.0), ("check", 8.0)]


def test_a_story_that_fails_in_the_probe_is_told_and_the_others_count(plan_of: PlanOf, tmp_path: Path) -> None:
    plan, told, turns = plan_of(5), [], iter([True, False])
    executor = FakeExecutor(lambda task: failed(task, ValueError("no")) if next(turns) else film(task))
    found = probe(plan, tmp_path, 2, lambda: executor, lambda item, why: told.append(why))
    assert len(found) == 1 and told[0].endswith("ValueError: no") and told[1] == ""
    with pytest.raises(DreamgenError, match="none of the stories") as caught:
        probe(plan, tmp_path / "other", 2, lambda: FakeExecutor(lambda _: "killed by signal 9"), lambda *_: None)
    assert "killed by signal 9" in caught.value.message and "--probe 0" in caught.value.hint


def test_what_is_made_already_is_not_made_to_measure(plan_of: PlanOf, tmp_path: Path) -> None:
    plan = plan_of(3)
    for item in plan.items:
        film(Task(folder=tmp_path, item=item, recipe=plan.recipe, pool=plan.recipe.bulk.pools[0]))
        write_mark(Places(tmp_path), Settled(item=item.id, key=key_of(item, plan), ended="done"))
    site = Site(folder=tmp_path, workers=(("all", 1),))
    told = rehearse(plan, site, 2, lambda: pytest.fail("nobody has to work"), lambda *_: None)
    assert (told.left, told.stories) == (0, 3) and told.items_bytes.value == 0 and told.dataset_bytes.value > 0
    assert not (tmp_path / PROBES).exists()


def test_a_plan_that_does_not_fit_the_disk_is_refused(
    plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(folder=tmp_path / "not" / "there" / "yet", workers=(("all", 1),))
    assert plan_room.room(site.folder) == pytest.approx(shutil.disk_usage(tmp_path).free, rel=0.1)
    check_room(expect(plan_of(2), site), site.folder)

    monkeypatch.setattr(plan_room, "room", lambda folder: 1000)
    with pytest.raises(DreamgenError, match="does not fit the disk") as caught:
        check_room(expect(plan_of(2), site), site.folder)
    assert caught.value.exit_code == 1 and "--limit" in caught.value.hint
    assert "for 2 stories" in caught.value.message and "shards" in caught.value.message


def test_shards_that_are_there_need_no_more_room(
    plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_room, "room", lambda folder: 1000)
    told = expect(plan_of(2), Site(folder=tmp_path, workers=(("all", 1),)))
    rewritten = told.model_copy(update={"left": 0, "items_bytes": Range(value=0, low=0, high=0)})
    with pytest.raises(DreamgenError, match="does not fit"):
        check_room(rewritten, tmp_path)
    (tmp_path / "dataset").mkdir()
    (tmp_path / "dataset" / "clips-00000.tar").write_bytes(bytes(int(told.dataset_bytes.value)))
    check_room(rewritten, tmp_path)


def test_pools_have_as_many_workers_as_the_recipe_says_or_as_were_asked_for(
    plan_of: PlanOf, pools: tuple[Pool, ...]
) -> None:
    open_end = (pools[0].model_copy(update={"workers": 0}), *pools[1:])
    assert workers_of(plan_of(1, pools=open_end), 5) == (("write", 5), ("draw", 2), ("check", 1))
