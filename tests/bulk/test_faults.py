"""What goes wrong with disks, files and clocks: it is found, told in words, and healed by running it again."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.items import Plan
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import read_plan
from dreamgen.bulk.shards import merge
from dreamgen.bulk.viewing import View
from dreamgen.bulk.working import work
from dreamgen.errors import DreamgenError
from dreamgen.run import disk
from tests.bulk.conftest import PlanOf
from tests.bulk.stubs import FakeExecutor

NAME = "story-0"
CLIP = "stories/mara/clips/scene-01.mp4"

Contents = Callable[[Path], dict[str, bytes]]


class Heard(View):
    """Writes down what is said."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def says(self, words: str) -> None:
        self.words.append(words)


@pytest.fixture(scope="module")
def plan(plan_of: PlanOf) -> Plan:
    return plan_of(1)


@pytest.fixture(scope="module")
def finished(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bulk run of one small story that went well."""
    out = tmp_path_factory.mktemp("finished")
    run_bulk(plan, out, FakeExecutor(work), join=lambda *_: {})
    return out


@pytest.fixture
def out(finished: Path, tmp_path: Path) -> Path:
    """A copy of it to do harm to."""
    return Path(shutil.copytree(finished, tmp_path / "out"))


def item(out: Path) -> Path:
    return Places(out).item(NAME)


def again(plan: Plan, out: Path) -> tuple[int, list[str]]:
    """Runs the same once more; says how many walks it took and what was said."""
    executor, heard = FakeExecutor(work), Heard()
    (mark,) = run_bulk(plan, out, executor, heard, join=lambda *_: {})
    assert mark.ended == "done", mark.reason
    return len(executor.begun), heard.words


def check(out: Path, finished: Path, contents: Contents) -> None:
    assert contents(out / "items") == contents(finished / "items")
    assert contents(out / "settled").keys() == contents(finished / "settled").keys()
    assert not list(out.rglob("*.part"))


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "No space left on device"), (errno.EROFS, "Read-only file system")],
)
def test_a_disk_that_is_full_or_read_only_stops_everything_and_no_story_pays(
    plan: Plan, out: Path, finished: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    Places(out).settled(NAME).unlink()
    (item(out) / CLIP).unlink()

    def place_all(files: Iterable[tuple[Path, Path]]) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as failing, pytest.raises(DreamgenError, match=words) as stopped:
        failing.setattr(disk, "place_all", place_all)
        run_bulk(plan, out, FakeExecutor(work), join=lambda *_: {})
    assert "run the same command again" in stopped.value.hint
    assert not list(out.glob("settled/*/*.json"))
    assert again(plan, out)[0] == 1
    check(out, finished, contents)


@pytest.mark.parametrize("harm", ["cut off", "deleted"])
def test_a_file_that_is_cut_off_or_gone_is_seen_at_a_glance(
    plan: Plan, out: Path, finished: Path, contents: Contents, harm: str
) -> None:
    path = item(out) / CLIP
    size = path.stat().st_size
    path.unlink() if harm == "deleted" else os.truncate(path, size - 1)
    walks, said = again(plan, out)
    told = "is gone" if harm == "deleted" else f"has {size - 1} bytes instead of {size}"
    assert (walks, said) == (1, [f"{NAME} is made again: {CLIP} {told}"])
    check(out, finished, contents)


@pytest.mark.slow
def test_a_story_whose_folder_vanished_is_made_again(plan: Plan, out: Path, finished: Path, contents: Contents) -> None:
    shutil.rmtree(item(out))
    assert again(plan, out) == (1, [f"{NAME} is made again: its folder is gone"])
    check(out, finished, contents)


@pytest.mark.parametrize("name", [CLIP, "stories/mara/pairs.jsonl", "stories/mara/calibration.json"])
def test_bytes_that_changed_in_place_are_found_when_they_are_read(
    plan: Plan, out: Path, finished: Path, contents: Contents, name: str
) -> None:
    flip(item(out) / name)
    assert again(plan, out) == (0, [])  # same size: a glance can't tell
    heard = Heard()
    run_bulk(plan, out, FakeExecutor(work), heard, join=merge)
    assert len(heard.words) == 1
    assert NAME in heard.words[0]
    assert "is made again" in heard.words[0]
    check(out, finished, contents)


def test_without_its_mark_every_byte_of_a_story_is_looked_at(
    plan: Plan, out: Path, finished: Path, contents: Contents
) -> None:
    Places(out).settled(NAME).unlink()
    for name in ("clips/scene-01.mp4", "film.mp4", "maps/shot-01.png", "style.json"):
        flip(item(out) / "stories/mara" / name)
    assert again(plan, out)[0] == 1
    check(out, finished, contents)


@pytest.mark.parametrize("damage", [b"", b"\xff{"])
def test_a_damaged_mark_says_nothing(plan: Plan, out: Path, finished: Path, contents: Contents, damage: bytes) -> None:
    Places(out).settled(NAME).write_bytes(damage)
    assert again(plan, out)[0] == 1
    check(out, finished, contents)


def test_damaged_entries_and_records_of_a_story_are_made_again(
    plan: Plan, out: Path, finished: Path, contents: Contents
) -> None:
    Places(out).settled(NAME).unlink()
    for name in (".store/clip/scene-01.json", "receipt.json", "pairs.jsonl", "story.json"):
        (item(out) / "stories/mara" / name).write_bytes(b"\xff{")
    (item(out) / ".store/story/story.json").write_bytes(b"")
    assert again(plan, out)[0] == 1
    check(out, finished, contents)


def test_a_damaged_plan_and_recipe_are_written_again(plan: Plan, out: Path, finished: Path) -> None:
    for name in ("plan.jsonl", "recipe.toml"):
        (out / name).write_bytes(b"\xff{")
    with pytest.raises(DreamgenError, match="is damaged") as told:
        read_plan(out)
    assert "with the same plots" in told.value.hint
    assert again(plan, out) == (0, [])
    for name in ("plan.jsonl", "recipe.toml"):
        assert (out / name).read_bytes() == (finished / name).read_bytes()


def test_a_clock_that_jumps_makes_nothing_again(
    plan: Plan, out: Path, finished: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    for years in (-40, 40):
        monkeypatch.setattr(time, "time", lambda: now + years * 31_556_952)  # noqa: B023 -- this year's
        for path in out.rglob("*"):
            os.utime(path, (time.time(), time.time()))
        assert again(plan, out) == (0, [])
    Places(out).settled(NAME).unlink()
    assert again(plan, out)[0] == 1
    check(out, finished, contents)


def flip(path: Path) -> None:
    """One bit in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
