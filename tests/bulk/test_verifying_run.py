"""Damage to any part of a bulk run is found: stories, marks, shards, index, sums. Another run heals it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.bulk.claims import Claims
from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.marks import Settled, write_mark
from dreamgen.bulk.mending_run import mend_bulk
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import read_plan
from dreamgen.bulk.verifying_run import check_bulk
from dreamgen.bulk.working import work
from dreamgen.errors import DreamgenError
from tests.bulk.stubs import FakeExecutor

Contents = Callable[[Path], dict[str, bytes]]
Damage = Callable[[Path], object]


def first(run: Path, pattern: str) -> Path:
    return sorted(run.glob(pattern))[0]


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def misspelt(path: Path) -> None:
    path.write_text(path.read_text().replace('"text":"', '"text":"Hm, ', 1))


def without_a_line(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))


def changed(path: Path, change: Callable[[Any], None]) -> None:
    data = json.loads(path.read_bytes())
    change(data)
    path.write_text(json.dumps(data))


def one_row_less(index: Any) -> None:
    index["shards"].pop()


def another_sum(index: Any) -> None:
    index["tallies"][1]["made"] += 1


def another_count(index: Any) -> None:
    index["pairs"] += 1


def miscounted(mark: Any) -> None:
    mark["tallies"][0]["made"] += 1
    mark["tallies"][0]["kept"] += 1


DAMAGES: dict[str, tuple[str, Damage]] = {
    "a byte of a story's film": ("files", lambda run: flipped(first(run, "items/*/*/stories/*/film.mp4"))),
    "a line of its pairs": ("books", lambda run: without_a_line(first(run, "items/*/*/stories/*/pairs.jsonl"))),
    "a word of its pairs": ("records", lambda run: misspelt(first(run, "items/*/*/stories/*/pairs.jsonl"))),
    "a mark": ("items", lambda run: Places(run).settled("story-0").unlink()),
    "the sums of a mark": ("items", lambda run: changed(Places(run).settled("story-0"), miscounted)),
    "a byte of a shard": ("shards", lambda run: flipped(first(run, "dataset/clips-*.tar"))),
    "a table": ("shards", lambda run: first(run, "dataset/pairs-*").unlink()),
    "an entry of a shard": ("shards", lambda run: first(run, "dataset/.shards/*").unlink()),
    "a row of the index": ("shards", lambda run: changed(run / "dataset/index.json", one_row_less)),
    "a sum of the index": ("index", lambda run: changed(run / "dataset/index.json", another_sum)),
    "a count of the index": ("index", lambda run: changed(run / "dataset/index.json", another_count)),
    "the index": ("index", lambda run: (run / "dataset/index.json").unlink()),
    "a line of the sums": ("index", lambda run: without_a_line(run / "dataset/SHA256SUMS")),
    "the card": ("index", lambda run: flipped(run / "dataset/README.md")),
    "the card for machines": ("index", lambda run: (run / "dataset/croissant.json").unlink()),
    "the list of stories": ("index", lambda run: without_a_line(run / "stories.jsonl")),
    "the receipt": ("index", lambda run: (run / "receipt.json").unlink()),
    "a stray shard": ("strays", lambda run: (run / "dataset/clips-00099.tar").write_bytes(b"x")),
    "a stray file beside the stories": ("strays", lambda run: (run / "items/more.mp4").write_bytes(b"x")),
}


def test_a_bulk_run_as_it_was_made_has_no_flaw(filmed: Path) -> None:
    found = check_bulk(filmed)
    assert not found.flaws
    counts = dict(found.looked)
    assert counts["items"] == 2
    assert min(counts[check] for check in ("files", "books", "pairs", "shards", "rows", "index", "strays")) > 0
    assert found.notes == ("put aside: nobody can film this",)


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found(name: str, filmed_again: Path) -> None:
    check, damage = DAMAGES[name]
    damage(filmed_again)
    found = check_bulk(filmed_again)
    assert check in {flaw.check for flaw in found.flaws}, found.flaws


def test_a_receipt_that_is_gone_is_told_in_words(filmed_again: Path) -> None:
    (filmed_again / "receipt.json").unlink()
    assert [(flaw.what, flaw.why) for flaw in check_bulk(filmed_again).flaws] == [
        ("receipt.json", "missing or damaged")
    ]


def test_pairs_that_are_in_no_shard_are_missed(filmed_again: Path) -> None:
    """Somebody made a table anew, without a pair, and all sums of it: the stories still know better."""
    pairs = first(filmed_again, "items/*/*/stories/*/pairs.jsonl")
    lines = pairs.read_text().splitlines(keepends=True)
    pairs.write_text("".join([*lines, lines[-1].replace('"id":"', '"id":"more-', 1)]))
    assert "rows" in {flaw.check for flaw in check_bulk(filmed_again).flaws}


def test_another_run_heals_what_was_taken_away(filmed_again: Path, filmed: Path, contents: Contents) -> None:
    for name in ("a byte of a story's film", "a byte of a shard", "a row of the index", "a stray shard"):
        DAMAGES[name][1](filmed_again)
    found = mend_bulk(filmed_again, check_bulk(filmed_again))
    assert found.mended > 4
    executor = FakeExecutor(work)
    run_bulk(read_plan(filmed_again), filmed_again, executor)
    assert [names for _, names in executor.begun] == [("story-0",)], "the other one stays put aside"
    assert not check_bulk(filmed_again).flaws
    whole, healed = contents(filmed), contents(filmed_again)
    assert {
        name for name in whole if whole[name] != healed.get(name) and name.startswith(("items", "dataset"))
    } == set()


def test_stories_that_the_plan_has_no_longer_are_noted(filmed_again: Path) -> None:
    write_mark(Places(filmed_again), Settled(item="gone", key="", ended="done"))
    found = check_bulk(filmed_again)
    assert not found.flaws
    assert "stories in items/ that the plan has no longer, which were not looked at: 1" in found.notes


def test_strays_among_the_stories_are_found_and_folders_of_no_story_are_noted(filmed_again: Path) -> None:
    story = Places(filmed_again).item("story-0")
    strays = [story.parent / "more.mp4", first(story, "stories/*/clips") / "more.mp4"]
    for path in strays:
        path.write_bytes(b"x")
    (story.parent / "mine").mkdir()
    found = check_bulk(filmed_again)
    assert {(flaw.check, filmed_again / flaw.what) for flaw in found.flaws} == {("strays", path) for path in strays}
    assert "folders in items/ that are of no story of the plan, which were not looked at: 1" in found.notes


def test_nothing_outside_the_run_is_taken_away(filmed_again: Path) -> None:
    """Somebody sent a run whose mark of a shard names a file of ours."""
    mine = filmed_again.parent / "mine.txt"
    mine.write_text("words")

    def led_out(files: Any) -> None:
        files[0]["name"] = "../../mine.txt"

    changed(filmed_again / "dataset/.shards/00000.json", lambda shard: led_out(shard["files"]))
    changed(filmed_again / "dataset/index.json", lambda index: led_out(index["shards"][0]["files"]))
    found = mend_bulk(filmed_again, check_bulk(filmed_again))
    assert found.mended > 0
    assert mine.read_text() == "words"


def test_what_a_living_driver_has_in_hand_is_not_taken_away(filmed_again: Path) -> None:
    places = Places(filmed_again)
    driver = Claims(places, "a plan", lease=60.0)
    driver.live()
    places.settled("story-0").unlink()
    found = check_bulk(filmed_again)
    before = sorted(filmed_again.rglob("*"))
    with pytest.raises(DreamgenError, match=r"a driver \(process [0-9]+\) works in"):
        mend_bulk(filmed_again, found)
    assert sorted(filmed_again.rglob("*")) == before
    driver.leave()
    assert mend_bulk(filmed_again, found).mended > 0
