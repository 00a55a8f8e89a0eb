"""Many stories in one small file, and the same stories and dataset out of it again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.marks import Settled, key_of
from dreamgen.bulk.packing import pack, unpack
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import read_plan
from dreamgen.bulk.working import work
from dreamgen.core.brief import Brief
from dreamgen.engines.chat.model import ChatModel
from dreamgen.errors import UsageError
from dreamgen.run.cores import core_of
from dreamgen.run.packed import read_members, writing
from dreamgen.run.packing import WRITTEN
from dreamgen.run.recipe import Choice, Recipe, read_recipe
from tests.bulk.stubs import FakeExecutor
from tests.scripted import ScriptedServer

Contents = Callable[[Path], dict[str, bytes]]

PASSING = ("claims", "drivers", "journal", "logs", "settled")
"""Folders that say who made what when."""


def lasting(found: dict[str, bytes]) -> dict[str, bytes]:
    """All files but those that say who made what when."""
    return {name: data for name, data in found.items() if not name.startswith(PASSING)}


def test_stories_and_dataset_come_out_again_with_the_bytes_they_had(
    filmed: Path, tmp_path: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = pack(filmed, tmp_path / "bulk.tar.gz")

    def refuse(*_: object) -> None:
        raise AssertionError("a story was to be written again")

    monkeypatch.setattr("dreamgen.story.writers.rules.RulesWriter.write", refuse)
    executor = FakeExecutor(work)
    found = unpack(packed.path, tmp_path / "again", executor)
    assert found.whole, found
    assert found.files == packed.files
    assert lasting(contents(tmp_path / "again")) == lasting(contents(filmed))
    assert not found.reasons
    assert [names for _, names in executor.begun] == [("story-0",)], "what was put aside stays so"


def test_the_same_run_gives_the_same_bytes_and_few_of_them(filmed: Path, filmed_again: Path, tmp_path: Path) -> None:
    one, two = pack(filmed, tmp_path / "one.tar.gz"), pack(filmed_again, tmp_path / "two.tar.gz")
    assert one.path.read_bytes() == two.path.read_bytes()
    assert one.stories == 1
    assert one.kept < 20_000 < one.size / 10
    names = [member.name for member in read_members(one.path)]
    assert "kept/plan.jsonl" in names
    assert not [name for name in names if name.endswith((".mp4", ".tar", ".parquet"))]


def test_a_bulk_run_of_another_version_keeps_its_stories_under_the_new_keys(
    filmed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dreamgen.bulk.packing import place
    from dreamgen.run.filming import Desk, is_written
    from dreamgen.run.store import Store

    path = pack(filmed, tmp_path / "bulk.tar.gz").path
    monkeypatch.setattr("dreamgen.run.keys.code_version", lambda *_: "another")
    monkeypatch.setattr("dreamgen.run.keys.package_version", lambda: "another")
    plan = place(path, tmp_path / "again")
    places = Places(tmp_path / "again")
    first, second = plan.items
    assert is_written(Desk(Store(places.item(first.id)), first.recipe(plan.recipe)), first.source)
    mark = Settled.model_validate_json(places.settled(second.id).read_bytes())
    assert (mark.ended, mark.key) == ("put_aside", key_of(second, plan))


def test_a_run_whose_stories_have_not_all_ended_is_not_packed(filmed_again: Path, tmp_path: Path) -> None:
    Places(filmed_again).settled("story-1").unlink()
    with pytest.raises(UsageError, match="story-1 has not ended"):
        pack(filmed_again, tmp_path / "bulk.tar.gz")


@pytest.mark.parametrize("lacking", [None, b'"value": {}'])
def test_a_story_that_is_not_in_the_pack_is_not_asked_of_a_server_that_somebody_else_chose(
    lacking: bytes | None, filmed: Path, tmp_path: Path
) -> None:
    theirs = read_recipe("storyboard", ["story=chat", "chat.model=any", "chat.base_url=http://elsewhere"])
    with writing(tmp_path / "theirs.tar.gz") as packer:
        for name, data in read_members(pack(filmed, tmp_path / "bulk.tar.gz").path):
            if name == "kept/recipe.toml":
                data = theirs.toml().encode()
            if name.endswith(WRITTEN):
                if lacking is None:
                    continue
                data = data[: data.index(b'"value"')] + lacking + b"}"
            packer.add(name, data)
    executor = FakeExecutor(work)
    with pytest.raises(UsageError, match="story would ask http://elsewhere") as error:
        unpack(tmp_path / "theirs.tar.gz", tmp_path / "again", executor)
    assert "--trusted" in error.value.hint
    assert not executor.begun


def test_another_run_in_the_folder_is_left_alone(filmed: Path, tmp_path: Path) -> None:
    path = pack(filmed, tmp_path / "bulk.tar.gz").path
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "plan.jsonl").write_text("another plan\n")
    with pytest.raises(UsageError, match="another run"):
        unpack(path, tmp_path / "mine", FakeExecutor(work))
    assert (tmp_path / "mine" / "plan.jsonl").read_text() == "another plan\n"


@pytest.mark.parametrize("change", ["seed=7", "bulk.shard=3", "holdout.validation=0.5"])
def test_unpacking_changes_nothing_of_what_is_made(change: str, filmed: Path, tmp_path: Path) -> None:
    path = pack(filmed, tmp_path / "bulk.tar.gz").path
    with pytest.raises(UsageError):
        unpack(path, tmp_path / "again", FakeExecutor(work), changes=[change])


def test_other_workers_make_the_same(filmed: Path, filmed_again: Path, tmp_path: Path) -> None:
    plan = read_plan(filmed_again)
    other = plan.recipe.model_copy(update={"bulk": plan.recipe.bulk.model_copy(update={"lease": 7.0, "ahead": 5})})
    (filmed_again / "recipe.toml").write_text(other.toml())
    assert core_of(filmed_again / "recipe.toml") == core_of(filmed / "recipe.toml")
    (filmed_again / "recipe.toml").write_text(other.model_copy(update={"fps": 12}).toml())
    assert core_of(filmed_again / "recipe.toml") != core_of(filmed / "recipe.toml")


@pytest.mark.slow
def test_stories_that_a_model_wrote_are_not_paid_for_again(small_recipe: Recipe, tmp_path: Path) -> None:
    theme = Brief(text="a lost letter", sort="theme", genre="drama")
    items = tuple(Item(id=f"story-{seed}", source=theme, seed=seed, look="flat") for seed in range(1))
    with ScriptedServer() as server:
        asking = {
            "chat": ChatModel(model="served", base_url=server.url),
            "story": Choice(backend="chat", options=(("expand", "1x1x1"),)),
        }
        plan = Plan(items=items, recipe=small_recipe.model_copy(update=asking))
        marks = run_bulk(plan, tmp_path / "run", FakeExecutor(work))
        assert [mark.ended for mark in marks] == ["done"]
        assert server.asked
    packed = pack(tmp_path / "run", tmp_path / "bulk.tar.gz")
    found = unpack(packed.path, tmp_path / "again", FakeExecutor(work))  # nobody is there who could be asked
    assert found.whole, found
    assert found.pairs == found.pairs_again > 0
