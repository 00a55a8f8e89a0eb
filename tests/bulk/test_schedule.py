import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamgen.bulk.schedule import AGAIN, Schedule
from dreamgen.run.bulking import STAGES, Bulk, Pool

Fate = Callable[[random.Random, int], str]
"""What becomes of a walk at a stage: `on` to a later one, `back` to an earlier one, `failed`, `died` or `ended`."""


def ours(name: str) -> bool:
    return True


def two_pools(**fields: object) -> Bulk:
    """The first draws, the second looks."""
    pools = (Pool(name="draw", stages=STAGES[:6], workers=1), Pool(name="look", stages=STAGES[6:], workers=1))
    return Bulk.model_validate({"pools": pools, **fields})


def schedule_of(count: int, bulk: Bulk) -> Schedule:
    return Schedule([f"s{k}" for k in range(count)], bulk, {pool.name: pool.workers for pool in bulk.pools})


def test_stories_begin_in_the_order_of_the_plan() -> None:
    schedule = schedule_of(3, Bulk())
    (everything,) = schedule.pools

    assert schedule.take(everything, 2, 0.0, ours) == ("s0", "s1")
    schedule.settled("s1")
    schedule.settled("s0", put_aside=True)
    assert schedule.take(everything, 2, 0.0, ours) == ("s2",)
    assert not schedule.over
    schedule.settled("s2")
    assert schedule.over
    assert (schedule.counts.done, schedule.counts.put_aside) == (2, 1)


def test_a_story_that_needs_another_pool_waits_in_front_of_it() -> None:
    schedule = schedule_of(1, two_pools())
    look, draw = schedule.pools

    assert schedule.take(look, 1, 0.0, ours) == (), "stories begin where the first stage is"
    assert schedule.take(draw, 1, 0.0, ours) == ("s0",)
    schedule.handed("s0", "verify-pixels")
    assert schedule.counts.waiting == {"draw": 0, "look": 1}
    assert schedule.take(look, 1, 0.0, ours) == ("s0",)


def test_as_much_may_wait_as_the_workers_that_came_can_take() -> None:
    schedule = schedule_of(9, two_pools(ahead=1))
    _, draw = schedule.pools

    def drawn() -> int:
        count = 0
        while names := schedule.take(draw, 1, 0.0, ours):
            schedule.handed(names[0], "verify")
            count += 1
        return count

    assert drawn() == 1
    schedule.hired({"draw": 1, "look": 4})
    assert drawn() == 3, "four may wait for four"
    schedule.hired({"draw": 1, "look": 0})
    assert drawn() == 0


def test_nothing_new_is_drawn_while_too_much_waits_to_be_looked_at() -> None:
    schedule = schedule_of(9, two_pools(ahead=2))
    look, draw = schedule.pools
    for _ in range(2):
        (name,) = schedule.take(draw, 1, 0.0, ours)
        schedule.handed(name, "claims")

    assert schedule.take(draw, 1, 0.0, ours) == ()
    schedule.take(look, 1, 0.0, ours)
    assert schedule.take(draw, 1, 0.0, ours) == ("s2",)


def test_what_waits_in_the_middle_stays_there_while_too_much_waits_behind_it(pools: tuple[Pool, ...]) -> None:
    schedule = schedule_of(9, Bulk(pools=pools, ahead=1))
    check, draw, write = schedule.pools
    (first,) = schedule.take(write, 1, 0.0, ours)
    schedule.handed(first, "claims")
    schedule.take(check, 1, 0.0, ours)
    (second,) = schedule.take(write, 1, 0.0, ours)
    schedule.handed(second, "render")
    schedule.handed(first, "export")

    assert schedule.take(draw, 1, 0.0, ours) == ()
    assert schedule.take(check, 1, 0.0, ours) == (first,)
    assert schedule.take(draw, 1, 0.0, ours) == (second,)


def test_what_is_nearer_to_its_end_goes_first() -> None:
    schedule = schedule_of(9, two_pools(ahead=5))
    look, draw = schedule.pools
    first, second, third = (schedule.take(draw, 1, 0.0, ours)[0] for _ in range(3))
    schedule.handed(second, "claims")
    schedule.handed(third, "export")
    schedule.handed(first, "claims")

    assert schedule.take(look, 3, 0.0, ours) == (third, first, second)


def test_a_story_that_failed_comes_back_later_and_later_and_then_no_more() -> None:
    schedule = schedule_of(1, Bulk(tries=3, backoff=2.0))
    (everything,) = schedule.pools

    assert schedule.take(everything, 1, 0.0, ours) == ("s0",)
    assert schedule.failed("s0", now=10.0)
    assert schedule.take(everything, 1, 11.9, ours) == ()
    assert schedule.counts.waiting == {"all": 1}
    assert schedule.take(everything, 1, 12.0, ours) == ("s0",)
    assert schedule.failed("s0", now=20.0)
    assert schedule.take(everything, 1, 23.9, ours) == ()
    assert schedule.take(everything, 1, 24.0, ours) == ("s0",)
    assert not schedule.failed("s0", now=30.0)


def test_a_story_whose_worker_died_comes_back_at_once_and_then_later_and_later() -> None:
    schedule = schedule_of(1, Bulk(deaths=4, backoff=2.0))
    (everything,) = schedule.pools

    assert schedule.take(everything, 1, 0.0, ours) == ("s0",)
    for dies, again in [(0.0, 0.0), (1.0, 3.0), (5.0, 9.0)]:
        assert schedule.died("s0", dies)
        assert again == dies or schedule.take(everything, 1, again - 0.1, ours) == ()
        assert schedule.take(everything, 1, again, ours) == ("s0",)
    assert not schedule.died("s0", 10.0)


def test_deaths_are_counted_apart_from_failures() -> None:
    schedule = schedule_of(1, Bulk(tries=2, deaths=3, backoff=0.0))
    (everything,) = schedule.pools

    for _ in range(2):
        assert schedule.take(everything, 1, 0.0, ours) == ("s0",)
        assert schedule.died("s0", now=0.0)
    schedule.take(everything, 1, 0.0, ours)
    assert schedule.failed("s0", now=0.0)
    schedule.take(everything, 1, 0.0, ours)
    assert not schedule.died("s0", now=0.0)


def test_what_somebody_else_has_is_asked_about_again_after_a_while() -> None:
    schedule = schedule_of(3, Bulk())
    (everything,) = schedule.pools
    asked: list[str] = []

    def claim(name: str) -> bool:
        asked.append(name)
        return name != "s0" or asked.count("s0") == 3

    assert schedule.take(everything, 3, 0.0, claim) == ("s1", "s2")
    assert schedule.elsewhere == ("s0",)
    assert schedule.take(everything, 1, AGAIN / 2, claim) == ()
    assert asked.count("s0") == 1
    assert schedule.take(everything, 1, AGAIN, claim) == ()
    assert schedule.take(everything, 1, 2 * AGAIN, claim) == ("s0",)
    assert not schedule.elsewhere


def test_a_claim_may_find_out_that_the_story_has_ended() -> None:
    schedule = schedule_of(2, Bulk())
    (everything,) = schedule.pools

    def claim(name: str) -> bool:
        if name == "s0":
            schedule.settled("s0")
        return name != "s0"

    assert schedule.take(everything, 1, 0.0, claim) == ("s1",)
    assert schedule.elsewhere == ()
    assert schedule.counts.done == 1


def test_what_turns_out_to_be_somebody_elses_is_let_go() -> None:
    schedule = schedule_of(1, Bulk())
    (everything,) = schedule.pools
    schedule.take(everything, 1, 0.0, ours)
    schedule.lent("s0", now=0.0)

    assert schedule.elsewhere == ("s0",)
    schedule.settled("s0")
    assert schedule.over


def test_a_walk_that_nobody_began_cannot_end() -> None:
    schedule = schedule_of(1, Bulk())

    with pytest.raises(ValueError, match="s0 is new, not running"):
        schedule.handed("s0", "clip")


@dataclass
class World:
    """Workers that take random times and fare at random; it holds the schedule to its promises."""

    schedule: Schedule
    bulk: Bulk
    lot: random.Random
    fate: Fate
    now: float = 0.0
    running: list[tuple[float, str, tuple[str, ...]]] = field(default_factory=list)
    at: dict[str, int] = field(default_factory=dict)
    most: int = 0
    """Stories that were begun and neither ended nor held back, at most."""
    steps: int = 0

    def run(self) -> None:
        while not self.schedule.over:
            self.steps += 1
            assert self.steps < 20_000, "it does not come to an end"
            self._hand_out()
            counts = self.schedule.counts
            self.most = max(self.most, sum(counts.running.values()) + sum(counts.waiting.values()))
            assert counts.total == 30
            if not self.running:
                self.now += 0.5
                continue
            self.running.sort()
            self.now, pool, names = self.running.pop(0)
            for name in names:
                self._ends(name, pool)

    def _hand_out(self) -> None:
        for pool in self.schedule.pools:
            while sum(one == pool.name for _, one, _ in self.running) < pool.workers:
                names = self.schedule.take(pool, pool.together, self.now, self._claim)
                if not names:
                    break
                assert len(names) <= pool.together
                in_hand = {name for _, _, some in self.running for name in some}
                assert not in_hand & set(names), "a story runs twice at once"
                for name in names:
                    assert pool.does(STAGES[self.at.setdefault(name, 0)]), "a story is with the wrong pool"
                self.running.append((self.now + self.lot.random(), pool.name, names))

    def _claim(self, name: str) -> bool:
        if self.lot.random() < 0.9:
            return True
        if self.lot.random() < 0.3:
            self.schedule.settled(name)
        return False

    def _ends(self, name: str, pool: str) -> None:
        match self.fate(self.lot, self.at[name]):
            case "failed" if not self.schedule.failed(name, self.now):
                self.schedule.settled(name, put_aside=True)
            case "died" if not self.schedule.died(name, self.now):
                self.schedule.settled(name, put_aside=True)
            case "back" | "on" as way:
                others = [k for k, stage in enumerate(STAGES) if self.bulk.pool_of(stage).name != pool]
                there = [k for k in others if (k < self.at[name]) == (way == "back")]
                if there:
                    self.at[name] = self.lot.choice(there)
                    self.schedule.handed(name, STAGES[self.at[name]])
                else:
                    self.schedule.settled(name)
            case "ended":
                self.schedule.settled(name)


def any_fate(lot: random.Random, at: int) -> str:
    return lot.choices(("on", "back", "failed", "died", "ended"), (6, 2, 1, 1, 1))[0]


def fair_fate(lot: random.Random, at: int) -> str:
    """Nothing goes wrong, though some is sent back."""
    return lot.choices(("on", "back"), (5, 1))[0]


@st.composite
def recipes(draw: st.DrawFn) -> Bulk:
    """Any pools: stages of one need not stand side by side."""
    names = draw(st.lists(st.sampled_from("abcd"), min_size=len(STAGES), max_size=len(STAGES)))
    pools = tuple(
        Pool(
            name=name, stages=tuple(stage for stage, one in zip(STAGES, names, strict=True) if one == name),
            workers=draw(st.integers(1, 4)), together=draw(st.integers(1, 3)),
        )
        for name in sorted(set(names))
    )  # fmt: skip
    return Bulk(
        pools=pools, ahead=draw(st.integers(1, 3)), tries=2, deaths=3, backoff=draw(st.sampled_from([0.0, 1.0]))
    )


@settings(max_examples=40)
@given(bulk=recipes(), seed=st.integers(0, 1000))
def test_every_story_of_every_recipe_is_settled_whatever_happens(bulk: Bulk, seed: int) -> None:
    World(schedule_of(30, bulk), bulk, random.Random(seed), any_fate).run()


@settings(max_examples=40)
@given(bulk=recipes(), seed=st.integers(0, 1000))
def test_no_more_is_begun_than_pools_may_have_in_hand_and_waiting(bulk: Bulk, seed: int) -> None:
    world = World(schedule_of(30, bulk), bulk, random.Random(seed), fair_fate)
    world.run()

    in_hand = Counter({pool.name: pool.workers * pool.together for pool in bulk.pools})
    assert world.most <= sum(in_hand.values()) * (1 + bulk.ahead)


def test_twenty_thousand_stories_take_as_long_each_as_a_thousand() -> None:
    def seconds_each(count: int) -> float:
        bulk = two_pools()
        schedule = schedule_of(count, bulk)
        look, draw = schedule.pools
        began = time.process_time()
        while not schedule.over:
            for name in schedule.take(draw, 1, 0.0, ours):
                schedule.handed(name, "claims")
            for name in schedule.take(look, 1, 0.0, ours):
                schedule.settled(name)
        return (time.process_time() - began) / count

    small = min(seconds_each(1_000) for _ in range(3))
    assert seconds_each(20_000) < 5 * small
