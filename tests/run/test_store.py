from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from pydantic import TypeAdapter

from dreamgen.core.base import Record
from dreamgen.core.media import MediaRef
from dreamgen.engines.chat import flight
from dreamgen.engines.chat.flight import in_order
from dreamgen.engines.files import refer
from dreamgen.errors import DreamgenError
from dreamgen.run.store import Step, Store
from dreamgen.run.watch import Watch


class Cake(Record):
    picture: MediaRef


CAKE = TypeAdapter(Cake)
BAKE = Step(stage="bake", backend="oven")


class Diary(Watch):
    """Writes down what was made."""

    def __init__(self) -> None:
        self.made_items: list[str] = []
        self.said: list[str] = []

    def says(self, words: str) -> None:
        self.said.append(words)

    def made(self, stage: str, item: str) -> None:
        self.made_items.append(item)


def bake(items: tuple[str, ...], into: Path) -> Iterator[tuple[str, Cake]]:
    for item in items:
        path = into / "cakes" / f"{item}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"a {item} cake")
        yield item, Cake(picture=refer(path, into))


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def store(tmp_path: Path, diary: Diary) -> Store:
    return Store(tmp_path / "kitchen", diary)


def test_what_is_there_is_not_made_again(store: Store, diary: Diary) -> None:
    first = store.each(BAKE, {"lemon": 1, "plum": 1}, CAKE, bake)
    second = store.each(BAKE, {"lemon": 1, "plum": 1}, CAKE, bake)
    assert first == second
    assert diary.made_items == ["lemon", "plum"]
    assert (store.folder / "cakes/plum.txt").read_text() == "a plum cake"


def test_only_what_changed_is_made_again(store: Store, diary: Diary) -> None:
    store.each(BAKE, {"lemon": 1, "plum": 1}, CAKE, bake)
    store.each(BAKE, {"lemon": 1, "plum": 2}, CAKE, bake)
    assert diary.made_items == ["lemon", "plum", "plum"]


@pytest.mark.parametrize("change", [{"options": (("heat", "200"),)}, {"code": "new"}, {"backend": "pan"}, {"seed": 1}])
def test_whatever_shapes_a_thing_is_in_its_key(store: Store, diary: Diary, change: dict[str, object]) -> None:
    store.each(BAKE, {"lemon": 1}, CAKE, bake)
    store.each(BAKE.model_copy(update=change), {"lemon": 1}, CAKE, bake)
    assert diary.made_items == ["lemon", "lemon"]


@pytest.mark.parametrize("damage", ["deleted", "changed"])
def test_a_file_counts_only_with_the_bytes_that_were_made(store: Store, diary: Diary, damage: str) -> None:
    store.each(BAKE, {"lemon": 1, "plum": 1}, CAKE, bake)
    cake = store.folder / "cakes/lemon.txt"
    cake.unlink() if damage == "deleted" else cake.write_text("a lemon cakE")
    store.each(BAKE, {"lemon": 1, "plum": 1}, CAKE, bake)
    assert cake.read_text() == "a lemon cake"
    assert diary.made_items == ["lemon", "plum", "lemon"]


def test_a_file_without_an_entry_proves_nothing(store: Store, diary: Diary) -> None:
    cake = store.folder / "cakes/lemon.txt"
    cake.parent.mkdir(parents=True)
    cake.write_text("somebody else's")
    store.each(BAKE, {"lemon": 1}, CAKE, bake)
    assert cake.read_text() == "a lemon cake"


def test_what_nobody_wants_any_more_is_cleared_away(store: Store) -> None:
    store.each(BAKE, {"lemon": 1, "plum": 1}, CAKE, bake)
    store.each(BAKE, {"plum": 1}, CAKE, bake)
    assert sorted(path.name for path in store.folder.rglob("*") if path.is_file()) == ["plum.json", "plum.txt"]


def test_a_failure_loses_nothing_that_was_finished(store: Store, diary: Diary) -> None:
    def bake_and_burn(items: tuple[str, ...], into: Path) -> Iterator[tuple[str, Cake]]:
        yield from bake(items[:1], into)
        (into / "cakes/plum.txt").write_text("half a cake")
        raise OSError("the oven broke")

    with pytest.raises(OSError, match="oven"):
        store.each(BAKE, {"lemon": 1, "plum": 1}, CAKE, bake_and_burn)
    assert not (store.folder / "cakes/plum.txt").exists()
    store.each(BAKE, {"lemon": 1, "plum": 1}, CAKE, bake)
    assert diary.made_items == ["lemon", "plum"]
    assert not list(store.folder.glob(".making-*"))


def test_whoever_leaves_a_stage_is_told_what_is_waited_for(
    store: Store, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flight, "_GRACE", 0.2)
    over = Event()

    def asked(items: tuple[str, ...], into: Path) -> Iterator[tuple[str, Cake]]:
        answers = in_order(lambda item, stop: item == "lemon" or over.wait(60), items, 1)
        next(answers)
        yield from bake(items[:1], into)
        answers.throw(KeyboardInterrupt)  # type: ignore[attr-defined]

    with pytest.raises(KeyboardInterrupt):
        store.each(BAKE, {"lemon": 1, "plum": 1}, CAKE, asked)
    over.set()
    assert diary.made_items == ["lemon"]
    assert diary.said == ["bake: waiting for 1 answer in flight; Ctrl-C gives them up"]


def test_a_maker_reads_what_an_earlier_stage_made(store: Store) -> None:
    cakes = store.each(BAKE, {"lemon": 1}, CAKE, bake)

    def ice(into: Path) -> Cake:
        path = into / "iced.txt"
        path.write_text("iced: " + (into / "cakes/lemon.txt").read_text())
        return Cake(picture=refer(path, into))

    iced = store.once(Step(stage="ice", backend="knife"), cakes["lemon"], CAKE, ice, [cakes["lemon"].picture])
    assert (store.folder / iced.picture.path).read_text() == "iced: a lemon cake"


def test_a_maker_that_makes_nothing_is_caught(store: Store) -> None:
    with pytest.raises(RuntimeError, match="oven made nothing for plum"):
        store.each(BAKE, {"lemon": 1, "plum": 1}, CAKE, lambda items, into: bake(items[:1], into))


def test_an_unreadable_entry_is_made_again(store: Store, diary: Diary) -> None:
    store.each(BAKE, {"lemon": 1}, CAKE, bake)
    (store.folder / ".store/bake/lemon.json").write_text("{")
    store.each(BAKE, {"lemon": 1}, CAKE, bake)
    assert diary.made_items == ["lemon", "lemon"]


def test_everything_made_is_on_record(store: Store) -> None:
    cakes = store.each(BAKE, {"plum": 1, "lemon": 1}, CAKE, bake)
    lemon, plum = store.made()
    assert (lemon.item, plum.item, lemon.backend) == ("lemon", "plum", "oven")
    assert lemon.outputs == (cakes["lemon"].picture,)
    assert lemon.key != plum.key


@pytest.mark.parametrize("path", ["../precious.txt", "/precious.txt", "cakes/../../precious.txt", "..\\precious.txt"])
def test_an_entry_that_leads_out_of_the_folder_deletes_nothing(store: Store, diary: Diary, path: str) -> None:
    store.each(BAKE, {"lemon": 1}, CAKE, bake)
    precious = store.folder.parent / "precious.txt"
    precious.write_text("mine")
    entry = store.folder / ".store/bake/lemon.json"
    entry.write_text(entry.read_text().replace('"cakes/lemon.txt"', json.dumps(path)))
    with pytest.raises(DreamgenError, match=r"lemon\.json is damaged"):
        store.made()
    store.each(BAKE, {"lemon": 2}, CAKE, bake)
    assert precious.read_text() == "mine"
    assert diary.made_items == ["lemon", "lemon"]


def test_an_entry_of_broken_letters_is_made_again(store: Store, diary: Diary) -> None:
    store.each(BAKE, {"lemon": 1}, CAKE, bake)
    (store.folder / ".store/bake/lemon.json").write_bytes(b"\xff\xfe\x00")
    store.each(BAKE, {"lemon": 1}, CAKE, bake)
    assert diary.made_items == ["lemon", "lemon"]
