"""Names that stay, and plans that can be compared."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from dreamgen.bulk.items import DIGITS, LONGEST_ID, Item, content_of, fan, item_id, unique
from dreamgen.core.brief import Brief
from dreamgen.run.bulking import Pool
from tests.bulk.conftest import PlanOf

NAME = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*-[0-9a-f]+")


@given(st.text(), st.integers())
def test_any_words_make_a_name_that_is_no_path(words: str, seed: int) -> None:
    name = item_id(words, ["plot", seed, "flat"])
    assert NAME.fullmatch(name) and len(name) <= LONGEST_ID
    assert Item(id=name, source=Brief(text="A plot.")).id == name
    assert len(content_of(name)) == DIGITS


def test_a_name_tells_the_content_whatever_it_is_called() -> None:
    assert item_id("../../etc/passwd", ["a", 1]) == f"etc_passwd-{content_of(item_id('x', ['a', 1]))}"
    assert item_id("Łódź am Fluß", ["a", 1]).startswith("d_am_flu-")
    assert item_id("日本", ["a", 1]).startswith("story-")


def test_what_comes_twice_is_kept_once_and_counted() -> None:
    items = [
        Item(id=item_id(words, [text]), source=Brief(text=text))
        for words, text in (("one", "a"), ("two", "b"), ("again", "a"), ("one", "a"))
    ]
    kept, again = unique(items)
    assert kept == tuple(items[:2])
    assert [(one.what, one.reason, one.detail) for one in again] == [
        (items[2].id, "twice", f"{items[0].id} is the same"), (items[0].id, "twice", f"{items[0].id} is the same")
    ]  # fmt: skip


def test_a_hash_that_two_stories_share_is_no_reason_to_call_them_the_same() -> None:
    one, other = (Item(id="one-0123456789ab", source=Brief(text=text)) for text in ("Anna runs.", "Ben runs."))
    assert [reject.reason for reject in unique([one, other])[1]] == ["name_taken"]


def test_who_works_is_no_part_of_a_plan_but_the_size_of_its_shards_is(plan_of: PlanOf) -> None:
    everything = plan_of(2).recipe.bulk.pools[0].stages
    plan = plan_of(2)
    assert plan_of(2, pools=[Pool(name="many", stages=everything, workers=64)], tries=9).key == plan.key
    assert plan_of(2, shard=5).key != plan.key
    assert plan_of(2, holdout={"validation": 0.5}).key != plan.key
    assert plan_of(3).key != plan.key


def test_shards_are_blocks_of_the_plan(plan_of: PlanOf) -> None:
    assert [[item.id for item in shard] for shard in plan_of(5, shard=2).shards] == [
        ["story-0", "story-1"], ["story-2", "story-3"], ["story-4"]
    ]  # fmt: skip


def test_folders_fan_out_evenly() -> None:
    counts = [0] * 256
    for number in range(25_600):
        counts[int(fan(f"story-{number}"), 16)] += 1
    assert min(counts) > 50 and max(counts) < 160
