from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dreamgen.engines import staying
from dreamgen.engines.diffusion.batching import kind_of
from dreamgen.engines.diffusion.gathering import Gathering
from dreamgen.engines.diffusion.memory import Portions
from dreamgen.engines.diffusion.orders import Drawing, LoraUse, Order, Pixels, Sampling
from dreamgen.engines.diffusion.walking import walker, walkers, walking

START = np.zeros((64, 64, 3), np.uint8)
PORTRAIT, KEYFRAME = Sampling(size=(64, 96)), Sampling(size=(96, 64))
LONG = 120.0
"""Seconds after which a test gives somebody up who waits for ever."""


@dataclass
class Brush:
    """Draws nothing: the picture of an order is its seed. It notes what was drawn at once."""

    size: int
    batches: list[list[int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    """Nothing is begun before it is set."""

    def __post_init__(self) -> None:
        self.gate.set()
        self.portions = {sampling: Portions(self.size) for sampling in (PORTRAIT, KEYFRAME)}
        self.threads = ThreadPoolExecutor(1, "studio")
        self.gathering = Gathering(self.begin, self.finish, lambda: self.threads)

    def begin(self, sampling: Sampling, portions: Portions, orders: Sequence[Order]) -> list[Order]:
        assert self.gate.wait(LONG)
        assert len({kind_of(order) for order in orders}) == 1
        self.batches.append([order.seed for order in orders])
        self.notes.append(f"begin {orders[0].seed}")
        if any(order.prompt == "too much" for order in orders):
            raise ValueError("one can't be drawn")
        return list(orders)

    def finish(self, sampling: Sampling, orders: Sequence[Order]) -> list[Drawing]:
        self.notes.append(f"finish {orders[0].seed}")
        return [Drawing(order.seed, None, len(orders)) for order in orders]

    def draw(self, orders: Iterable[Order], sampling: Sampling = KEYFRAME) -> Iterator[int]:
        """The seeds of what was drawn."""
        who = walker()
        assert who is not None
        for drawing in self.gathering.draw(who, orders, sampling, self.portions[sampling]):
            yield drawing.index


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A card waits for whoever may come, however busy the machine is: else a batch may be begun that is not full."""
    monkeypatch.setattr("dreamgen.engines.diffusion.gathering.PATIENCE", LONG)


@pytest.fixture
def brush() -> Iterator[Callable[[int], Brush]]:
    made: list[Brush] = []

    def new(size: int) -> Brush:
        made.append(Brush(size))
        return made[-1]

    yield new
    for each in made:
        each.threads.shutdown()


@contextmanager
def stories(*works: Callable[[], Any]) -> Iterator[list[Future[Any]]]:
    """Does all of it at once, a story each; nobody begins before all are there."""
    ready = threading.Barrier(len(works))

    def walk(rank: int) -> Any:
        with walking(rank):
            ready.wait(LONG)
            return works[rank]()

    with ThreadPoolExecutor(len(works)) as threads:
        yield [threads.submit(walk, rank) for rank in range(len(works))]


def together(*works: Callable[[], Any]) -> list[Any]:
    with stories(*works) as running:
        return [each.result(LONG) for each in running]


def orders(first: int, count: int, **more: Any) -> list[Order]:
    return [Order("a dog", seed=first + number, **more) for number in range(count)]


def test_what_several_stories_want_fills_one_batch(brush: Callable[[int], Brush]) -> None:
    six = brush(6)
    found = together(*(lambda first=first: list(six.draw(orders(first, 2))) for first in (0, 10, 20)))
    assert found == [[0, 1], [10, 11], [20, 21]]
    assert six.batches == [[0, 1, 10, 11, 20, 21]]


def test_the_first_story_s_pictures_come_first(brush: Callable[[int], Brush]) -> None:
    two = brush(2)
    two.gate.clear()

    def six() -> Iterator[Order]:
        yield from orders(0, 5)
        two.gate.set()
        yield from orders(5, 1)

    found = together(lambda: list(two.draw(six())), lambda: list(two.draw(orders(10, 6))))
    assert found == [list(range(6)), list(range(10, 16))]
    place = {seed: number for number, batch in enumerate(two.batches) for seed in batch}
    # the last of the six may be asked for too late for that
    assert place[4] < place[13]


def test_the_next_batch_is_begun_before_the_last_one_is_waited_for(brush: Callable[[int], Brush]) -> None:
    two = brush(2)
    two.gate.clear()

    def six() -> Iterator[Order]:
        yield from orders(0, 5)
        two.gate.set()
        yield from orders(5, 1)

    assert together(lambda: list(two.draw(six()))) == [[0, 1, 2, 3, 4, 5]]
    assert two.notes[:3] == ["begin 0", "begin 2", "finish 0"]


def test_pictures_of_another_kind_have_batches_of_their_own(brush: Callable[[int], Brush]) -> None:
    four = brush(4)
    begun = orders(10, 2, start=START, strength=0.5) + orders(12, 1, start=START, strength=0.6)
    found = together(
        lambda: list(four.draw(orders(0, 2))), lambda: list(four.draw(begun)),
        lambda: list(four.draw(orders(20, 2), PORTRAIT)),
    )  # fmt: skip
    assert found == [[0, 1], [10, 11, 12], [20, 21]]
    assert sorted(four.batches) == [[0, 1], [10, 11], [12], [20, 21]]


def test_a_full_batch_goes_before_an_earlier_one_that_is_not_but_not_for_ever(brush: Callable[[int], Brush]) -> None:
    two = brush(2)
    two.gate.clear()
    entered = threading.Event()

    def one() -> Iterator[Order]:
        yield from orders(0, 1)
        # whoever is asked for another has taken this one
        entered.set()

    def second() -> list[int]:
        entered.wait(LONG)
        two.gate.set()
        return list(two.draw(orders(10, 20)))

    assert together(lambda: list(two.draw(one(), PORTRAIT)), second) == [[0], list(range(10, 30))]
    assert two.batches.index([0]) <= 4


def test_what_is_drawn_again_joins_the_others(brush: Callable[[int], Brush]) -> None:
    three = brush(3)

    def judged(first: int) -> list[int]:
        """Every second picture is bad once."""
        again: list[Order] = []
        kept = []
        for seed in three.draw(orders(first, 4)):
            if seed % 2:
                again.append(Order("a dog", seed=seed + 1000))
            else:
                kept.append(seed)
        while again:
            (bad, *again) = again
            kept += three.draw([bad])
        return kept

    assert together(*(lambda first=first: judged(first) for first in (0, 10, 20))) == [
        [first, first + 2, first + 1001, first + 1003] for first in (0, 10, 20)
    ]
    assert sum(map(len, three.batches)) == 18
    assert len(three.batches) < 12, "as many as there would be of three stories one after the other"


def test_a_story_s_failure_is_its_own_and_comes_in_its_turn(brush: Callable[[int], Brush]) -> None:
    four = brush(4)

    def fails() -> list[int]:
        found = []
        with pytest.raises(ValueError, match="can't be drawn"):
            for seed in four.draw([*orders(0, 4), Order("too much", seed=4), *orders(5, 2)]):
                found.append(seed)
        return found

    good, other = together(fails, lambda: list(four.draw(orders(10, 7))))
    # on a busy machine a batch may hold the last of the good ones and the bad one, and fails as a whole
    assert good == list(range(len(good))) and len(good) <= 4
    assert other == list(range(10, 17))


def test_whoever_stops_looking_holds_nobody_up(brush: Callable[[int], Brush]) -> None:
    two = brush(2)

    def looks_once() -> int:
        found = iter(two.draw(orders(0, 9)))
        return next(found)

    assert together(looks_once, lambda: list(two.draw(orders(10, 5)))) == [0, list(range(10, 15))]
    assert len([seed for batch in two.batches for seed in batch if seed < 10]) < 9


def test_whoever_asks_for_orders_and_fails_holds_nobody_up(brush: Callable[[int], Brush]) -> None:
    four = brush(4)

    def unplanned() -> Iterator[Order]:
        yield Order("a dog", seed=0)
        raise ValueError("no plan")

    def fails() -> str:
        with pytest.raises(ValueError, match="no plan") as caught:
            list(four.draw(unplanned()))
        return str(caught.value)

    assert together(fails, lambda: list(four.draw(orders(10, 3)))) == ["no plan", [10, 11, 12]]


def test_one_that_never_comes_is_waited_for_a_little_and_no_longer(
    brush: Callable[[int], Brush], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreamgen.engines.diffusion.gathering.PATIENCE", 0.2)
    four, over = brush(4), threading.Event()

    def draws() -> float:
        began = time.monotonic()
        assert list(four.draw(orders(0, 2))) == [0, 1]
        over.set()
        return time.monotonic() - began

    took, waited = together(draws, lambda: over.wait(LONG))
    assert waited
    assert took >= 0.2


def test_one_that_says_that_it_draws_no_more_is_not_waited_for(brush: Callable[[int], Brush]) -> None:
    four, over = brush(4), threading.Event()

    def films() -> bool:
        who = walker()
        assert who is not None
        who.comes(False)
        return over.wait(LONG / 2)

    def draws() -> list[int]:
        found = list(four.draw(orders(0, 2)))
        over.set()
        return found

    assert together(draws, films) == [[0, 1], True]


def test_no_more_is_asked_for_than_a_few_batches(brush: Callable[[int], Brush]) -> None:
    asked: list[int] = []
    two = brush(2)

    def endless(first: int) -> Iterator[Order]:
        for number in range(1000):
            asked.append(first)
            yield Order("a dog", seed=first + number)

    def looks_once(first: int) -> int:
        return next(iter(two.draw(endless(first))))

    together(lambda: looks_once(0), lambda: looks_once(1000), lambda: looks_once(2000))
    assert max(map(asked.count, (0, 1000, 2000))) <= 8


def test_stories_are_counted_while_they_walk() -> None:
    all_there = threading.Barrier(3)

    def count() -> int:
        all_there.wait(LONG)
        found = walkers()
        all_there.wait(LONG)
        return found

    assert together(count, count, count) == [3, 3, 3]
    assert walkers() == 1
    assert walker() is None


@pytest.mark.parametrize("chance", range(12))
def test_everybody_gets_what_is_theirs_whatever_the_others_do(brush: Callable[[int], Brush], chance: int) -> None:
    """Stories that draw again, fail, stop early, change what they draw and look for a while."""
    lot = random.Random(chance)
    some = brush(lot.choice([1, 2, 3, 5, 8]))

    def story(number: int, lot: random.Random) -> str:
        first = number * 1000
        for _ in range(lot.randrange(1, 5)):
            count, kind = lot.randrange(0, 12), lot.choice([PORTRAIT, KEYFRAME])
            start: dict[str, Any] = {"start": START, "strength": 0.5} if lot.random() < 0.3 else {}
            wanted = orders(first, count, **start)
            bad = lot.randrange(count) if count and lot.random() < 0.2 else None
            if bad is not None:
                wanted[bad] = Order("too much", seed=first + bad, **start)
            stop = lot.randrange(count) if count and lot.random() < 0.2 else None
            found: list[int] = []
            try:
                for seed in some.draw(wanted, kind):
                    found.append(seed)
                    time.sleep(lot.choice([0, 0, 0.001]))
                    if len(found) - 1 == stop:
                        break
            except ValueError:
                assert bad is not None
                assert len(found) <= bad
            else:
                assert len(found) == (count if stop is None else stop + 1)
            assert found == [order.seed for order in wanted[: len(found)]]
            first += count
        return "whole"

    works = [lambda number=number: story(number, random.Random(100 * chance + number)) for number in range(5)]
    assert together(*works) == ["whole"] * 5


SMALL = Sampling(size=(64, 64), steps=1)


def test_pictures_have_the_same_bytes_beside_those_of_other_stories(weights: Path) -> None:
    pytest.importorskip("torch")
    from dreamgen.engines.diffusion.checkpoint import Checkpoint
    from dreamgen.engines.diffusion.studio import Studio

    checkpoint = Checkpoint(model=str(weights / "sdxl"), device="cpu")
    lora = {"loras": (LoraUse(weights / "lora_a.safetensors", 0.8),)}
    wanted = (orders(0, 3), orders(10, 2, **lora), orders(20, 4, negative="blue"))

    def draw(studio: Studio, some: list[Order], sampling: Sampling = SMALL) -> list[Pixels]:
        images = [drawing.image for drawing in studio.draw(some, sampling)]
        return [image for image in images if image is not None]

    before = staying.loads()["diffusion"]
    studio = Studio(checkpoint)
    shared = together(*(lambda some=some: draw(studio, some) for some in wanted))
    assert staying.loads()["diffusion"] == before + 1, "three stories begin at once, and one loads for all"
    assert (studio.filled.batches, studio.filled.pictures) == (9, 9)

    four = SMALL.model_copy(update={"batch": 4})
    mixed = together(*(lambda some=some: draw(studio, some, four) for some in wanted))
    assert (studio.filled.batches, studio.filled.pictures) == (9 + 3, 18)

    for some, beside, among in zip(wanted, shared, mixed, strict=True):
        alone = draw(studio, some)
        assert len(alone) == len(beside) == len(among) == len(some)
        for one, same, similar in zip(alone, beside, among, strict=True):
            np.testing.assert_array_equal(one, same)
            # several at once are added up in another order
            assert np.abs(one.astype(int) - similar).max() <= 1


def test_a_studio_that_is_closed_meanwhile_goes_when_the_last_story_is_drawn(weights: Path) -> None:
    pytest.importorskip("torch")
    from dreamgen.engines.diffusion.checkpoint import Checkpoint
    from dreamgen.engines.diffusion.studio import Studio

    studio = Studio(Checkpoint(model=str(weights / "sdxl"), device="cpu"))
    painter = studio.painter

    def closes() -> int:
        found = 0
        for number, _ in enumerate(studio.draw(orders(0, 3), SMALL)):
            if number == 0:
                studio.close()
            found += 1
        return found

    assert together(closes, lambda: len(list(studio.draw(orders(10, 4), SMALL)))) == [3, 4]
    assert studio.painter is not painter


def test_one_thread_asks_a_gpu_for_all_stories(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    from dreamgen.engines.device import Machine
    from dreamgen.engines.diffusion.checkpoint import Checkpoint
    from dreamgen.engines.diffusion.studio import Studio

    checkpoint = Checkpoint(model=str(weights / "sdxl"))
    expected = [drawing.image for drawing in Studio(checkpoint).draw(orders(0, 5), SMALL)]
    monkeypatch.setattr(Machine, "gpu", property(lambda place: True))
    monkeypatch.setattr("dreamgen.engines.diffusion.painting.on", lambda place: nullcontext())
    studio, threads = Studio(checkpoint), set()
    begin = studio.painter.begin

    def noted(*args: Any) -> Any:
        threads.add(threading.current_thread())
        return begin(*args)

    monkeypatch.setattr(studio.painter, "begin", noted)
    four = SMALL.model_copy(update={"batch": 4})
    found = together(*[lambda: [drawing.image for drawing in studio.draw(orders(0, 5), four)]] * 3)
    assert len(threads) == 1
    assert studio.filled.batches < 6, "as many as there would be of three stories one after the other"
    for images in found:
        for one, same in zip(images, expected, strict=True):
            assert np.abs(one.astype(int) - same).max() <= 1
