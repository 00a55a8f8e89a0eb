from __future__ import annotations

import gc
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dreamgen.bulk import together
from dreamgen.bulk.items import Item
from dreamgen.bulk.places import Places
from dreamgen.bulk.schedule import Schedule
from dreamgen.bulk.together import work_together
from dreamgen.bulk.working import Task, work, work_all
from dreamgen.core.brief import Brief
from dreamgen.engines import staying
from dreamgen.engines.diffusion.walking import walker
from dreamgen.run.bulking import EVERYTHING, Bulk, Pool
from dreamgen.run.recipe import read_recipe

Hand = Callable[..., tuple[Task, ...]]
PLOT = "Mara, a woman in a red coat, walks into the forest with a tall man. She finds {} apples."


@pytest.fixture(autouse=True)
def _models_go() -> Iterator[None]:
    """What these tests keep loaded, others need not find loaded."""
    yield
    staying.let_go()


@pytest.fixture
def hand(tmp_path: Path) -> Hand:
    """Three stories of one recipe."""

    def of(folder: str, pool: Pool, *changes: str) -> tuple[Task, ...]:
        recipe = read_recipe("storyboard", ["fps=8", "shots=1", "render.workers=1", "clip.workers=1", *changes])
        items = (Item(id=f"story-{k}", source=Brief(text=PLOT.format(k + 2)), seed=k, look="flat") for k in range(3))
        return tuple(Task(folder=tmp_path / folder, item=item, recipe=recipe, pool=pool) for item in items)

    return of


def made(tasks: tuple[Task, ...]) -> dict[str, bytes]:
    """Every file of these stories, without the seconds that receipts tell."""
    found = {}
    for task in tasks:
        place = Places(task.folder).item(task.item.id)
        for path in sorted(path for path in place.rglob("*") if path.is_file()):
            data = path.read_bytes()
            if path.name == "receipt.json":
                data = json.dumps({**json.loads(data), "seconds": []}).encode()
            found[f"{task.item.id}/{path.relative_to(place).as_posix()}"] = data
    return found


def test_a_story_that_kills_its_worker_takes_nobody_along_for_good() -> None:
    bulk = Bulk(pools=(EVERYTHING.model_copy(update={"together": 3}),), backoff=0.0, deaths=4)
    schedule = Schedule([f"story-{number}" for number in range(6)], bulk, {"all": 1})
    done, aside = [], []
    for step in range(50):
        hand = schedule.take(schedule.pools[0], 3, float(step), lambda name: True)
        for name in hand:
            if "story-1" not in hand:
                schedule.settled(name)
                done.append(name)
            elif not schedule.died(name, float(step)):
                schedule.settled(name, put_aside=True)
                aside.append(name)
    assert schedule.over
    assert sorted(done) == ["story-0", "story-2", "story-3", "story-4", "story-5"]
    assert aside == ["story-1"]


def test_all_are_at_work_at_once_and_told_in_their_order() -> None:
    meeting = threading.Barrier(3)

    def meet(number: int) -> tuple[int, int]:
        meeting.wait(20)
        who = walker()
        assert who is not None
        return number, who.rank

    assert work_together((5, 6, 7), meet) == ((5, 0), (6, 1), (7, 2))


def test_one_alone_is_done_here_and_shares_nothing() -> None:
    assert work_together((5,), lambda number: (number, walker(), threading.current_thread())) == (
        (5, None, threading.current_thread()),
    )


def test_batches_wait_for_those_that_will_want_pictures() -> None:
    def walk(_: int) -> list[bool]:
        who = walker()
        assert who is not None
        found = []
        for stage in ("story", "style", "render-cast", "render", "clip", "verify-pixels"):
            together.begins(stage)
            found.append(who.coming)
        return found

    assert work_together((0, 1), walk)[1] == [True, True, True, True, False, False]
    together.begins("story")  # nobody else is there to be told


def test_a_story_that_is_drawn_with_others_is_the_one_that_is_drawn_alone(hand: Hand, tmp_path: Path) -> None:
    pytest.importorskip("torch").set_num_threads(1)
    pytest.importorskip("diffusers")
    from dreamgen.engines.diffusion.blank import write_sdxl
    from dreamgen.engines.diffusion.studio import close_studios

    drawing = Pool(name="draw", stages=("story", "style", "render"))
    changes = (
        "render=diffusion", f"diffusion.model={write_sdxl(tmp_path / 'sdxl')}", "size=[128,72]", "render.steps=1",
        "render.canvas=[128,64]", "render.identity_lock=false", "render.layout_lock=false", "render.regions=false",
        "render.redraws=1",
    )  # fmt: skip
    alone, shared = hand("alone", drawing, *changes)[1:2], hand("shared", drawing, *changes)
    before = staying.loads()["diffusion"]
    try:
        outcomes = [*map(work, alone), *work_all(shared)]
    finally:
        close_studios()
    assert [(outcome.ended, outcome.stage) for outcome in outcomes] == [("handed", "clip")] * 4
    assert staying.loads()["diffusion"] == before + 1
    assert sum(name.endswith(".png") and "/keyframes/" in name for name in made(alone)) >= 1
    assert made(shared[1:2]) == made(alone)


def test_a_model_is_loaded_once_for_all_stories_of_a_worker(tmp_path: Path) -> None:
    pytest.importorskip("torch").set_num_threads(1)
    pytest.importorskip("transformers")
    from dreamgen.engines.vision.blank import write_vision_model
    from dreamgen.engines.vision.model import VisionModel
    from dreamgen.engines.vision.opening import open_vision
    from dreamgen.engines.vision.seeing import YES_NO, Query

    model = VisionModel(model=str(write_vision_model(tmp_path / "model", "smolvlm")), device="cpu")

    def ask(number: int) -> str:
        query = Query("verify/claim", "c1", "Answer.", f"Is it {number}?", YES_NO)
        (seen,) = open_vision(model, tmp_path / str(number)).ask(None, [query])
        return seen.failure

    def walks() -> int:
        before = staying.loads()["vision"]
        for number in range(3):
            work_together((number,), ask)
            gc.collect()
        return staying.loads()["vision"] - before

    assert walks() == 1
    staying.let_go()
    gc.collect()
    ask(4)
    before = staying.loads()["vision"]
    gc.collect()
    ask(5)
    assert staying.loads()["vision"] == before + 1, "without a worker it leaves the memory with its last user"


@pytest.mark.slow
def test_whole_stories_made_together_are_those_made_one_by_one(hand: Hand) -> None:
    changes = ("size=[128,72]", "fps=4", 'verify=["sight"]')
    alone, shared = hand("alone", EVERYTHING, *changes)[:2], hand("shared", EVERYTHING, *changes)[:2]
    assert {outcome.ended for outcome in (*map(work, alone), *work_all(shared))} == {"done"}
    assert made(shared) == made(alone)
