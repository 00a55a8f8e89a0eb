"""How full batches are when one worker has several stories in hand: `python benchmarks/bulk_batches.py`.

The same stories are drawn one after the other and all at once, by one random SDXL in one process; printed are pictures,
batches, how full those were, and pictures a second. With `--scale full --device cuda` it measures a GPU. On a CPU one
picture at a time is as fast as many, so that nothing but the fill says what a GPU would gain. With `--counted` nothing
is drawn: stories of random lengths, of whose pictures some are drawn again, go through the real queue, and printed is
how full batches are by the number of stories in hand.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dreamgen.bulk.items import Item
from dreamgen.bulk.places import Places
from dreamgen.bulk.together import work_together
from dreamgen.bulk.working import Outcome, Task, work, work_all
from dreamgen.core.brief import Brief
from dreamgen.engines import staying
from dreamgen.engines.diffusion.batching import batches, one_ahead
from dreamgen.engines.diffusion.blank import write_sdxl
from dreamgen.engines.diffusion.gathering import Gathering
from dreamgen.engines.diffusion.memory import Portions
from dreamgen.engines.diffusion.orders import Drawing, Order, Pixels, Sampling
from dreamgen.engines.diffusion.studio import Filled, close_studios, filled
from dreamgen.engines.diffusion.walking import walker
from dreamgen.engines.pictures import read_picture
from dreamgen.render.redrawing import Assignment, Judgement, takes
from dreamgen.run.bulking import Pool
from dreamgen.run.recipe import read_recipe

DRAWING = Pool(name="draw", stages=("story", "style", "render"))
SENTENCES = (
    "Mara, a woman in a red coat, walks into the forest.",
    "A tall man with a lantern asks her for the way.",
    "At night the dog runs because it hears an owl.",
    "In the morning Mara finds {} apples beside the river.",
    "The tall man laughs, and they walk home to the village.",
)


class Measured(NamedTuple):
    """One way of drawing all stories."""

    name: str
    filled: Filled
    seconds: float
    first: float
    """Seconds after which the first story was drawn; of those together it is told when all are."""
    loads: int
    """Models that were loaded meanwhile."""

    @property
    def row(self) -> str:
        """A line of the table."""
        batches, pictures, places = self.filled.batches, self.filled.pictures, self.filled.places
        return (
            f"{self.name:20} {pictures:8} {batches:8} {pictures / batches:9.2f} {pictures / places:6.0%} "
            f"{self.seconds:8.1f} {pictures / self.seconds:10.2f} {self.first:8.1f} {self.loads:6}"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints the table."""
    options = read(arguments)
    if options.counted:
        _count(options)
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        model = write_sdxl(place / "sdxl", options.scale)
        hand = _tasks(options, model)
        work(hand(place / "warm")[0])  # loads, and finds out what is fastest
        print(
            f"{options.stories} stories, {options.scale} SDXL with random weights on {options.device}, batches of"
            f" {options.batch or 'as many as fit'}, {options.steps} steps"
        )
        head = ("pictures", "batches", "a batch", "full", "seconds", "pictures/s", "first", "loads")
        print(" " * 20, "{:>8} {:>8} {:>9} {:>6} {:>8} {:>10} {:>8} {:>6}".format(*head))
        ways: tuple[tuple[str, Callable[[tuple[Task, ...]], Sequence[Outcome]]], ...] = (
            ("one after the other", lambda tasks: [work(task) for task in tasks]),
            ("together", work_all),
        )
        for name, way in ways:
            print(_measured(name, way, hand(place / name)).row)
        print(
            f"largest difference of a pixel between the two: {_difference(*(place / name for name, _ in ways))} of 255"
        )
        close_studios()


def read(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=4)
    parser.add_argument("--scale", choices=("tiny", "full"), default="tiny")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--batch", type=int, default=8, help="pictures at once; 0 for as many as fit on a GPU")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--canvas", type=int, nargs=2, default=(128, 64), help="width and height of the pictures")
    parser.add_argument("--counted", action="store_true", help="counts batches, and draws nothing")
    parser.add_argument("--hands", type=int, nargs="+", default=(1, 2, 4, 8), help="counted: stories in hand")
    parser.add_argument("--shots", type=int, nargs=2, default=(12, 40), help="counted: fewest and most of a story")
    parser.add_argument("--again", type=float, default=0.15, help="counted: share of pictures that are drawn again")
    return parser.parse_args(arguments)


def _tasks(options: argparse.Namespace, model: Path) -> Callable[[Path], tuple[Task, ...]]:
    recipe = read_recipe(
        "storyboard",
        [
            "render=diffusion", f"diffusion.model={model}", f"diffusion.device={options.device}", "size=[256,144]",
            f"render.canvas={list(options.canvas)}", f"render.steps={options.steps}", f"render.batch={options.batch}",
            "render.identity_lock=false", "render.layout_lock=false", "render.regions=false", "render.workers=1",
        ],
    )  # fmt: skip
    # stories of different lengths, as they come
    plots = [" ".join(SENTENCES[: 2 + k % 4]).format(k + 2) for k in range(options.stories)]
    items = [Item(id=f"story-{k}", source=Brief(text=plot), seed=k, look="flat") for k, plot in enumerate(plots)]

    def hand(folder: Path) -> tuple[Task, ...]:
        return tuple(Task(folder=folder, item=item, recipe=recipe, pool=DRAWING) for item in items)

    return hand


def _measured(name: str, way: Callable[[tuple[Task, ...]], Sequence[Outcome]], tasks: tuple[Task, ...]) -> Measured:
    before, loads, begun = filled(), staying.loads().total(), time.perf_counter()
    outcomes = way(tasks)
    seconds = time.perf_counter() - begun
    wrong = [outcome.reason for outcome in outcomes if outcome.ended != "handed"]
    if wrong:
        raise SystemExit(f"a story failed: {wrong[0]}")
    drawing = (one.seconds for one in outcomes[0].timed)
    return Measured(name, filled() - before, seconds, sum(drawing), staying.loads().total() - loads)


def _difference(one: Path, other: Path) -> int:
    pictures = sorted(Places(one).folder.rglob("keyframes/*.png"))
    return max(
        int(np.abs(read_picture(path).astype(int) - read_picture(other / path.relative_to(one))).max())
        for path in pictures
    )


class Counting:
    """Stands in for a studio: it draws nothing, and counts what would be drawn at once.

    Args:
        size: of a batch.
    """

    def __init__(self, size: int) -> None:
        self.size, self.filled = size, Filled()
        self._thread = ThreadPoolExecutor(1)
        self._gathering = Gathering(
            lambda sampling, portions, orders: self._begin(orders), self._finish, lambda: self._thread
        )

    def draw(self, orders: Iterable[Order], sampling: Sampling) -> Iterator[Drawing]:
        """One drawing an order."""
        who = walker()
        if who is None:
            made = one_ahead(
                batches(orders, lambda: self.size), self._begin, lambda b: self._finish(sampling, b), self._thread
            )
            drawings: Iterator[Drawing] = chain.from_iterable(made)
        else:
            drawings = self._gathering.draw(who, orders, sampling, Portions(self.size))
        for number, drawing in enumerate(drawings):
            yield Drawing(number, drawing.image, drawing.batch)

    def batch_size(self, sampling: Sampling) -> int:
        """Of all."""
        return self.size

    def _begin(self, orders: Sequence[Order]) -> Sequence[Order]:
        self.filled += Filled(1, len(orders), self.size)
        return orders

    def _finish(self, sampling: Sampling, orders: Sequence[Order]) -> list[Drawing]:
        time.sleep(_PAUSE)
        return [Drawing(0, _NOISE, len(orders)) for _ in orders]


_PAUSE = 0.003
"""Seconds of a batch, in which stories ask for more, as they do while a GPU is at work."""
_NOISE: Pixels = np.arange(3 * 64, dtype=np.uint8).reshape(8, 8, 3)


def _count(options: argparse.Namespace) -> None:
    """Prints how full batches are, by the number of stories in hand."""
    low, high = options.shots
    print(
        f"{options.stories} stories of {low} to {high} shots and 2 to 6 characters, {options.again:.0%} drawn again,"
        f" batches of {options.batch}; nothing is drawn"
    )
    print(f"{'in hand':>8} {'pictures':>9} {'batches':>8} {'a batch':>8} {'full':>6}")
    for together in options.hands:
        counting = Counting(options.batch)
        for first in range(0, options.stories, together):
            numbers = range(first, min(first + together, options.stories))
            work_together(numbers, partial(_story, counting, options))
        one = counting.filled
        print(
            f"{together:8} {one.pictures:9} {one.batches:8} {one.pictures / one.batches:8.2f}"
            f" {one.pictures / one.places:6.0%}"
        )


def _story(counting: Counting, options: argparse.Namespace, number: int) -> None:
    """Draws a cast, and then the shots; what is bad follows from the story and the picture alone."""
    lot = random.Random(number)

    def order(subject: int, attempt: int) -> Order:
        return Order("a dog", seed=1000 * subject + attempt)

    for many, size, again in ((lot.randint(2, 6), (896, 1152), 0.0), (lot.randint(*options.shots), (1344, 768), None)):
        share = options.again if again is None else again
        bad = {subject for subject in range(many) if lot.random() < share}
        tried: set[int] = set()

        def judge(subject: int, image: Pixels, bad: set[int] = bad, tried: set[int] = tried) -> Judgement:
            first = subject not in tried
            tried.add(subject)
            return Judgement("unlike" if first and subject in bad else "kept")

        for _ in takes(counting, Sampling(size=size), range(many), Assignment(order, judge, str, 2)):
            pass


if __name__ == "__main__":
    main()
