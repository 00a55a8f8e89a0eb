from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dreamgen.bulk.items import Plan
from dreamgen.bulk.journal import Line
from dreamgen.bulk.marks import Settled, key_of, write_mark
from dreamgen.bulk.places import Places
from dreamgen.bulk.signs import Heart, Sign
from dreamgen.bulk.status import Standing, spent, standing
from dreamgen.cli.main import app
from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.chat.ledger import Ledger
from dreamgen.errors import UsageError
from dreamgen.run import disk
from dreamgen.run.bulking import Bulk, Price
from dreamgen.run.journal import lines

PlanOf = Callable[..., Plan]
NOW = 1_790_000_000.0


class Folder:
    """A bulk run's folder, written as drivers do."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.places, self.plan = Places(folder), plan
        disk.write_whole(self.places.plan, lines(plan.items))
        disk.write_whole(folder / "recipe.toml", plan.recipe.toml())

    def happened(self, driver: str, *told: tuple[float, str, str]) -> None:
        """Lines of a driver's journal: seconds from now, story, and what."""
        path = self.places.journal(driver)
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as file:
            file.write(lines(Line.model_validate({"at": NOW + at, "item": item, "pool": "all", "what": what})
                             for at, item, what in told))  # fmt: skip

    def marked(self, item: str, reason: str = "") -> None:
        known = next((one for one in self.plan.items if one.id == item), self.plan.items[0])
        told = {"item": item, "key": key_of(known, self.plan), "reason": reason, "tries": 3}
        write_mark(self.places, Settled.model_validate({**told, "ended": "put_aside" if reason else "done"}))

    def sign(self, name: str, host: str, process: int) -> Path:
        path = self.places.driver(name)
        sign = Sign(name=name, host=host, process=process, started="", plan="", code="")
        disk.write_whole(path, sign.model_dump_json() + "\n")
        return path

    def look(self, wait: Callable[[float], None] = lambda seconds: None) -> Standing:
        return standing(self.places.folder, clock=lambda: NOW, wait=wait)


@pytest.fixture
def folder(tmp_path: Path, plan_of: PlanOf) -> Folder:
    return Folder(tmp_path, plan_of(10))


@pytest.fixture
def here(folder: Folder) -> str:
    """The name of this machine, as drivers on it write it."""
    host = Heart(folder.places, "", 60.0).sign.host
    if not host:
        pytest.skip("this system does not tell machines apart")
    return host


def test_stories_that_ended_run_and_wait_are_counted(folder: Folder, here: str) -> None:
    folder.sign("alive", here, os.getpid())
    folder.happened(
        "alive",
        (-120, "story-0", "began"), (-60, "story-0", "done"), (-60, "story-1", "began"), (-50, "story-1", "handed"),
        (-50, "story-2", "began"), (-50, "story-3", "began"), (-40, "story-3", "failed"), (-40, "story-3", "put_aside"),
        (-30, "story-4", "began"), (0, "story-4", "done"),
    )  # fmt: skip
    for item, reason in (("story-0", ""), ("story-3", "no weights"), ("story-4", "")):
        folder.marked(item, reason)
    now = folder.look()
    assert (now.total, now.done, now.put_aside, now.left) == (10, 2, 1, 7)
    assert (now.running, now.waiting) == (1, 1)
    assert now.a_minute == pytest.approx(1.5)
    assert [(one.pool, one.a_minute, one.seconds) for one in now.pools] == [("all", 2.0, (60 + 10 + 10 + 30) / 4)]
    assert [(one.item, one.reason, one.tries) for one in now.aside] == [("story-3", "no weights", 3)]
    assert now.eta is not None and now.eta.low < now.eta.seconds < now.eta.high


def test_the_marks_are_believed_and_not_the_journals(folder: Folder) -> None:
    folder.happened("lost", (-9, "story-0", "began"), (-8, "story-0", "done"))  # it died before the mark
    folder.marked("story-1")  # a power cut took the journal
    folder.marked("story-2", "no plot")
    folder.marked("stranger")  # of another plan
    now = folder.look()
    assert (now.done, now.put_aside, now.left) == (1, 1, 8)


def test_a_damaged_mark_is_none(folder: Folder) -> None:
    folder.marked("story-1")
    folder.places.settled("story-1").write_text("{")
    assert (folder.look().done, folder.look().left) == (0, 10)


def test_a_story_that_was_tried_again_with_success_is_whole(folder: Folder) -> None:
    folder.happened("a", (-100, "story-0", "began"), (-90, "story-0", "failed"), (-90, "story-0", "put_aside"))
    folder.happened("b", (-50, "story-0", "began"), (-10, "story-0", "done"))
    folder.marked("story-0")
    assert (folder.look().done, folder.look().put_aside) == (1, 0)


def test_what_a_dead_driver_had_in_hand_is_nobodys(folder: Folder, here: str) -> None:
    folder.sign("killed", here, 2**22 + 1)
    folder.happened("killed", (-20, "story-0", "began"))
    now = folder.look()
    assert [driver.state for driver in now.drivers] == ["dead"]
    assert (now.running, now.waiting, now.left) == (0, 0, 10)
    assert dict(now.walks)["lost"] == 1
    assert now.eta is None


def test_stories_that_are_in_the_plan_no_longer_are_told_and_not_counted(folder: Folder) -> None:
    folder.happened("a", (-9, "gone", "began"), (-8, "gone", "done"), (-8, "other", "began"), (-7, "other", "failed"))
    folder.marked("gone")
    now = folder.look()
    assert (now.done, now.running, now.waiting, now.left, now.unplanned) == (0, 0, 0, 10, 1)
    told = CliRunner().invoke(app, ["status", str(folder.places.folder)]).stderr
    assert "1 story that ended here before and is not in this plan: it stays in items/, outside the dataset" in told


def test_drivers_of_other_machines_are_watched_for_a_while(folder: Folder) -> None:
    folder.sign("silent", "far 1", 7)
    beating = folder.sign("beating", "far 2", 7)
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        disk.grow(beating, b".")

    now = folder.look(wait)
    assert [(driver.name, driver.machine, driver.state) for driver in now.drivers] == [
        ("beating", "far", "alive"), ("silent", "far", "silent"),
    ]  # fmt: skip
    assert waited == [pytest.approx(60 / 8 * 1.5)]


def test_reasons_that_differ_in_figures_are_one(folder: Folder) -> None:
    for k, reason in enumerate(("scene 3 is empty", "no plot", "scene 11 is empty")):
        folder.marked(f"story-{k}", reason)
    assert [(one.example, one.items) for one in folder.look().reasons] == [
        ("scene 3 is empty", ("story-0", "story-2")),
        ("no plot", ("story-1",)),
    ]


def test_what_was_made_by_another_recipe_is_told(folder: Folder) -> None:
    folder.marked("story-3")
    assert not folder.look().outdated
    changed = folder.plan.recipe.model_copy(update={"fps": 12})
    disk.write_whole(folder.places.folder / "recipe.toml", changed.toml())
    assert folder.look().outdated


def test_all_that_models_were_asked_is_added_up(folder: Folder) -> None:
    prices = Bulk(prices=(Price(model="writer", tokens_in=1.0, tokens_out=2.0),))
    recipe = folder.plan.recipe.model_copy(update={"bulk": prices})
    disk.write_whole(folder.places.folder / "recipe.toml", recipe.toml())
    for k in range(3):
        ledger = Ledger(folder.places.item(f"story-{k}") / "answers")
        call = ledger.begin("writer", "story/outline", "act-1", 100)
        ledger.answered(call, RawAnswer(text="", tokens_in=1_000_000, tokens_out=500_000))
    folder.marked("story-0")
    (told,) = spent(folder.places.folder)
    assert (told.calls, told.tokens_in, told.tokens_out, told.money) == (3, 3_000_000, 1_500_000, 6.0)
    words = CliRunner().invoke(app, ["status", str(folder.places.folder), "--cost"]).stderr.splitlines()
    assert words[-2:] == [
        "writer: 3 calls, 3.0 M tokens in, 1.5 M out, cost 6.00",
        "models cost 6000.00 a thousand stories that are whole",
    ]


def test_half_a_line_is_left_out(folder: Folder) -> None:
    folder.happened("a", (-9, "story-0", "began"))
    with folder.places.journal("a").open("a") as file:
        file.write('{"at":17900')
    assert dict(folder.look().walks) == {"began": 1, "lost": 1}


def test_a_folder_without_a_bulk_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no bulk run in"):
        standing(tmp_path)


def test_the_verb_tells_it_in_words_and_as_json(folder: Folder) -> None:
    folder.happened("a", (-9, "story-0", "began"), (-8, "story-0", "done"), (-8, "story-1", "began"))
    folder.marked("story-0")
    folder.marked("story-1", "no plot")
    told = CliRunner().invoke(app, ["status", str(folder.places.folder)])
    assert told.stdout == f"{folder.places.folder}\n"
    assert told.stderr.splitlines() == [
        "1 of 10 stories are whole, 1 put aside, 8 left (0 in hand, 0 waiting, 8 not begun)",
        f"nobody works on it: `dreamgen bulk --out {folder.places.folder}` goes on where it stopped",
        "walks: 0 failed, 0 ended with their worker's death, 1 with their driver's",
        "put aside: 1 story: no plot (story-1)",
        f"Their tracebacks are in settled/; `dreamgen bulk --out {folder.places.folder} --retry` tries them again.",
    ]
    json = CliRunner().invoke(app, ["status", str(folder.places.folder), "--json"]).stdout
    assert Standing.model_validate_json(json).aside[0].item == "story-1"


def test_thousands_of_stories_are_read_without_opening_their_marks(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"story-{k}" for k in range(10)]
    folder.happened("a", *((-9.0, name, what) for name in names for what in ("began", "done")))
    for name in names:
        path = folder.places.settled(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("never read")
    assert folder.look().done == 10
