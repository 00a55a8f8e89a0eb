from __future__ import annotations

import errno
import gc
import io
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dreamgen.bulk.claims import Claims
from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.glancing import files_in
from dreamgen.bulk.index import Index
from dreamgen.bulk.items import Plan
from dreamgen.bulk.marks import Settled, drop_mark, read_marks, write_mark
from dreamgen.bulk.places import Places
from dreamgen.bulk.shard_block import Built
from dreamgen.bulk.shard_crew import Crew
from dreamgen.engines.files import refer
from dreamgen.engines.parquet import read_table
from dreamgen.engines.tarring import Tar
from dreamgen.engines.video import write_video
from dreamgen.errors import DreamgenError
from dreamgen.run import disk
from dreamgen.run.checking_rows import samples
from dreamgen.run.decisions import Change, add, seen_as
from dreamgen.run.opened import open_run
from tests.bulk.conftest import PlanOf
from tests.bulk.shard_world import clip_of, joined, make_stories, make_story, settle
from tests.bulk.stubs import FakeExecutor


def dataset(folder: Path) -> dict[str, bytes]:
    """Everything in the dataset that anybody reads, by its name."""
    return {path.name: path.read_bytes() for path in sorted((folder / "dataset").iterdir()) if path.is_file()}


def index_of(folder: Path) -> Index:
    return Index.model_validate_json((folder / "dataset" / "index.json").read_bytes())


def made_anew(before: dict[str, int], folder: Path) -> set[str]:
    """The files of the dataset that were written since."""
    return {name for name, when in written(folder).items() if before.get(name) != when}


def written(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in (folder / "dataset").iterdir() if path.is_file()}


@pytest.fixture(scope="session")
def plan(plan_of: PlanOf) -> Plan:
    """Five stories in three shards."""
    return plan_of(5, shard=2)


@pytest.fixture(scope="session")
def quiet(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its dataset without the fourth story, which failed, made undisturbed. Tests leave it as it is."""
    folder = tmp_path_factory.mktemp("quiet")
    assert joined(plan, folder, make_stories(plan, folder, aside=["story-3"])) == {}
    return folder


@pytest.fixture
def whole(quiet: Path, tmp_path: Path) -> Path:
    """The same to do things with."""
    return shutil.copytree(quiet, tmp_path / "whole")


@pytest.fixture
def bare(whole: Path) -> Path:
    """The same before its dataset was made."""
    shutil.rmtree(whole / "dataset")
    return whole


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the reader leaves files open
def test_webdataset_reads_every_clip_with_its_pairs(quiet: Path) -> None:
    webdataset = pytest.importorskip("webdataset")
    av = pytest.importorskip("av")
    urls = sorted(map(str, (quiet / "dataset").glob("clips-*.tar")))
    samples = list(webdataset.WebDataset(urls, shardshuffle=False).decode())
    index = index_of(quiet)
    assert len(samples) == index.clips == 4
    assert sum(len(sample["json"]["pairs"]) for sample in samples) == index.pairs == 12
    assert samples[0]["json"]["pairs"][1]["masklets"] == "mara" and b"mara" in samples[0]["masklets.jsonl.gz"]
    with av.open(io.BytesIO(samples[0]["mp4"])) as film:
        assert sum(1 for _ in film.decode(video=0)) == samples[0]["json"]["frames"]
    gc.collect()


def test_the_hub_reads_every_row_of_every_kind(quiet: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    index, folder, cache = index_of(quiet), quiet / "dataset", str(tmp_path)

    def rows(kind: str, files: str) -> int:
        found = datasets.load_dataset(kind, data_files=str(folder / files), split="train", cache_dir=cache)
        return int(found.num_rows)

    assert rows("parquet", "pairs-*.parquet") == index.pairs
    assert rows("parquet", "rejects-*.parquet") == index.rejects == 5  # one a story, and the story that failed
    assert rows("webdataset", "clips-*.tar") == index.clips
    by_card = datasets.load_dataset(str(folder), split="train", cache_dir=cache)
    assert by_card.num_rows == index.pairs and by_card.column_names == [name for name, _ in index.columns]


def test_a_row_says_where_its_clip_is(quiet: Path) -> None:
    for row in read_table(quiet / "dataset" / "pairs-00001.parquet"):
        members = subprocess.run(["tar", "tf", row["shard"]], cwd=quiet / "dataset", capture_output=True, check=True)
        assert row["video"] in members.stdout.decode().split() and row["video"].startswith(row["key"])


def test_the_books_add_up(quiet: Path) -> None:
    index = index_of(quiet)
    for tally in index.tallies:
        assert tally.made == tally.kept + sum(count for _, count in tally.dropped)
    kept = {tally.what: tally.kept for tally in index.tallies}
    assert kept == {"items": 4, "claims": 8, "pairs": index.pairs}
    assert [(one.item, one.reason) for one in index.put_aside] == [("story-3", "refused")]
    rejects = [row for number in range(3) for row in read_table(quiet / f"dataset/rejects-{number:05d}.parquet")]
    assert sorted(row["reason"] for row in rejects) == ["put_aside", *["wrong_colour"] * 4]
    # what was said about the failure may name machines and folders: it stays in settled/
    assert [row["detail"] for row in rejects if row["reason"] == "put_aside"] == ["refused"]


def test_the_sums_check(quiet: Path) -> None:
    if not shutil.which("sha256sum"):
        pytest.skip("there is no sha256sum")
    told = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=quiet / "dataset", capture_output=True, check=True)
    assert told.stdout.count(b": OK") == len(dataset(quiet)) - 1


@pytest.mark.slow
def test_several_processes_make_the_same_bytes(plan: Plan, quiet: Path, bare: Path) -> None:
    assert joined(plan, bare, read_marks(Places(bare), plan), workers=2) == {}
    assert dataset(bare) == dataset(quiet)


def test_what_is_whole_is_left_alone_and_what_is_broken_is_made_again(plan: Plan, quiet: Path, whole: Path) -> None:
    before = written(whole)
    clips, pairs = whole / "dataset" / "clips-00000.tar", whole / "dataset" / "pairs-00002.parquet"
    clips.write_bytes(clips.read_bytes()[:-1])
    data = bytearray(pairs.read_bytes())
    data[9] ^= 1
    pairs.write_bytes(data)
    left = whole / "dataset" / ".making-00000-killed"
    left.mkdir()
    joined(plan, whole, read_marks(Places(whole), plan))
    assert dataset(whole) == dataset(quiet) and not left.exists()
    assert not any("00001" in name for name in made_anew(before, whole))


def test_a_damaged_clip_is_told_by_its_story_and_poisons_no_shard(plan: Plan, quiet: Path, bare: Path) -> None:
    clip = clip_of(bare, "story-2")
    good = clip.read_bytes()
    clip.write_bytes(good[:-100] + bytes(100))
    damaged = joined(plan, bare, read_marks(Places(bare), plan))
    assert list(damaged) == ["story-2"] and clip.name in damaged["story-2"]
    assert not (bare / "dataset" / "index.json").exists() and not (bare / "dataset" / "clips-00001.tar").exists()
    clip.write_bytes(good)
    assert joined(plan, bare, read_marks(Places(bare), plan)) == {}
    assert dataset(bare) == dataset(quiet)


@pytest.mark.parametrize("name", ["receipt.json", "pairs.jsonl", "calibration.json", "scene-01.json"])
def test_any_file_that_a_shard_reads_may_be_damaged(name: str, plan: Plan, bare: Path) -> None:
    path = next(path for path in sorted(Places(bare).item("story-0").rglob(name), key=lambda path: -len(path.parts)))
    path.write_bytes(path.read_bytes()[:20])
    assert list(joined(plan, bare, read_marks(Places(bare), plan))) == ["story-0"]


@pytest.mark.parametrize("name", ["pairs.jsonl", "rejects.jsonl", "calibration.json"])
@pytest.mark.parametrize("harm", ["gone", "misspelt"])
def test_no_shard_is_made_without_what_its_stories_had(name: str, harm: str, plan: Plan, bare: Path) -> None:
    places, (path,) = Places(bare), Places(bare).item("story-0").rglob(name)
    mark = read_marks(places, plan)["story-0"].model_copy(update={"files": files_in(places.item("story-0"))})
    write_mark(places, mark)
    text = path.read_text("utf-8")
    path.unlink() if harm == "gone" else path.write_text(text.replace("c", "k", 1), "utf-8")
    assert name in joined(plan, bare, read_marks(places, plan))["story-0"]


@pytest.mark.parametrize("after", range(12))
def test_whoever_is_killed_while_he_makes_shards_leaves_nothing_that_counts(
    after: int, plan: Plan, quiet: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def dying(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            steps.append(function)
            if len(steps) == after + 1:
                raise Killed
            return function(*given)

        return call

    steps: list[object] = []
    for name in ("sync_folder", "write_whole"):
        monkeypatch.setattr(f"dreamgen.run.disk.{name}", dying(getattr(disk, name)))
    marks = read_marks(Places(bare), plan)
    with pytest.raises(Killed):
        joined(plan, bare, marks)
    monkeypatch.undo()
    assert joined(plan, bare, marks) == {}
    assert dataset(bare) == dataset(quiet)


def test_a_full_disk_is_told_and_blames_no_story(
    plan: Plan, quiet: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Tar, "add_file", full)
    with pytest.raises(DreamgenError, match="No space left"):
        joined(plan, bare, read_marks(Places(bare), plan))
    monkeypatch.undo()
    assert not dataset(bare) and len(read_marks(Places(bare), plan)) == 5
    assert joined(plan, bare, read_marks(Places(bare), plan)) == {} and dataset(bare) == dataset(quiet)


def test_a_story_that_is_released_remakes_its_shard_alone(plan: Plan, whole: Path) -> None:
    before = written(whole)
    make_story(plan, Places(whole), "story-3")
    marks = read_marks(Places(whole), plan)
    marks["story-3"] = settle(plan, Places(whole), "story-3")
    assert joined(plan, whole, marks) == {}
    assert index_of(whole).stories == 5 and not index_of(whole).put_aside
    shards = {name for name in made_anew(before, whole) if "-0" in name}
    assert shards == {"clips-00001.tar", "pairs-00001.parquet", "rejects-00001.parquet"}


def test_a_story_that_somebody_has_begun_anew_is_made_first(plan: Plan, bare: Path) -> None:
    marks = read_marks(Places(bare), plan)
    drop_mark(Places(bare), "story-4")
    assert list(joined(plan, bare, marks)) == ["story-4"]


def test_another_drivers_shard_is_waited_for(
    plan: Plan, quiet: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Claims(Places(bare), plan.key, 60.0)
    other.live()
    assert other.take("shard.00001")
    monkeypatch.setattr("dreamgen.bulk.shards.ASK", 0.0)
    told: list[int] = []

    class Patient(Crew):
        """Lets the other driver finish after a while."""

        def wait(self, seconds: float) -> list[Built]:
            told.append(len(told))
            if len(told) == 10:
                other.drop("shard.00001")
            return super().wait(min(seconds, 0.02))

    monkeypatch.setattr("dreamgen.bulk.shards.Crew", Patient)
    assert joined(plan, bare, read_marks(Places(bare), plan)) == {}
    other.leave()
    assert len(told) >= 10 and dataset(bare) == dataset(quiet)


def test_a_driver_that_died_with_a_damaged_story_in_hand_is_not_waited_for_for_ever(
    plan: Plan, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Claims(Places(bare), plan.key, 60.0)
    other.live()
    assert other.take("shard.00001")
    marks = read_marks(Places(bare), plan)
    monkeypatch.setattr("dreamgen.bulk.shards.ASK", 0.0)
    told: list[int] = []

    class Patient(Crew):
        def wait(self, seconds: float) -> list[Built]:
            if self.free:  # while a shard is made, it waits for that
                told.append(len(told))
                assert len(told) < 100, "it waits for ever"
                if len(told) == 10:
                    drop_mark(Places(bare), "story-2")
                    other.leave()
            return super().wait(min(seconds, 0.02))

    monkeypatch.setattr("dreamgen.bulk.shards.Crew", Patient)
    assert list(joined(plan, bare, marks)) == ["story-2"]


def test_two_drivers_that_both_find_damage_do_not_wait_for_each_other(
    plan: Plan, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Claims(Places(bare), plan.key, 60.0)
    other.live()
    assert other.take("shard.00001")  # until what is damaged there has been made again
    clip_of(bare, "story-0").write_bytes(b"")
    told: list[int] = []

    class Impatient(Crew):
        def wait(self, seconds: float) -> list[Built]:
            if self.free:  # while a shard is made, it waits for that
                told.append(len(told))
                assert len(told) < 100, "it waits for ever"
            return super().wait(min(seconds, 0.02))

    monkeypatch.setattr("dreamgen.bulk.shards.Crew", Impatient)
    assert list(joined(plan, bare, read_marks(Places(bare), plan))) == ["story-0"]
    other.leave()


def test_waiting_for_others_takes_time_and_no_cpu() -> None:
    began = time.monotonic()
    with Crew(1, 1, 1) as crew:
        assert crew.wait(0.1) == []
    assert time.monotonic() - began >= 0.1


def test_a_smaller_plan_leaves_no_shard_of_the_larger_one(plan_of: PlanOf, whole: Path) -> None:
    plan = plan_of(2, shard=2)
    assert joined(plan, whole, read_marks(Places(whole), plan)) == {}
    assert sorted(dataset(whole)) == [
        "README.md", "SHA256SUMS", "clips-00000.tar", "croissant.json", "index.json", "pairs-00000.parquet",
        "rejects-00000.parquet",
    ]  # fmt: skip


def test_a_block_in_which_all_failed_has_no_tar_and_empty_tables(plan_of: PlanOf, tmp_path: Path) -> None:
    plan = plan_of(2, shard=1)
    joined(plan, tmp_path, make_stories(plan, tmp_path, aside=["story-0"]))
    assert "clips-00000.tar" not in dataset(tmp_path) and "clips-00001.tar" in dataset(tmp_path)
    parquet = pytest.importorskip("pyarrow.parquet")
    schemas = [parquet.read_schema(tmp_path / f"dataset/pairs-0000{number}.parquet") for number in range(2)]
    assert schemas[0] == schemas[1] and not list(read_table(tmp_path / "dataset/pairs-00000.parquet"))


def test_stories_are_held_out_whole_and_the_same_ones_in_any_plan(plan_of: PlanOf, tmp_path: Path) -> None:
    splits = []
    for count in (8, 5):
        plan = plan_of(count, shard=5, holdout={"validation": 0.4})
        folder = tmp_path / str(count)
        folder.mkdir()
        joined(plan, folder, make_stories(plan, folder))
        rows = [row for path in sorted(folder.glob("dataset/pairs-*")) for row in read_table(path)]
        splits.append({row["story"]: row["split"] for row in rows})
        assert len({(row["story"], row["split"]) for row in rows}) == count
        assert index_of(folder).validation == sum(row["split"] == "validation" for row in rows)
    assert set(splits[0].values()) == {"train", "validation"}
    assert splits[1] == {story: splits[0][story] for story in splits[1]}


def test_what_people_rejected_is_in_the_rejects_and_in_the_books(plan: Plan, whole: Path) -> None:
    story = open_run(whole).stories[0]
    pair = story.pairs[0]
    change = Change(verdict="reject", reason="incorrect")
    seen = seen_as(pair, story.clips[pair.clip])
    add(whole, f"story-0-{pair.id}", change, 0, of=seen, seen=pair, reviewer="ann")
    assert joined(plan, whole, read_marks(Places(whole), plan)) == {}
    index = index_of(whole)
    assert index.pairs == 11 and ("incorrect", 1) in next(one for one in index.tallies if one.what == "pairs").dropped
    assert "story-0-p0" not in {row["id"] for row in read_table(whole / "dataset/pairs-00000.parquet")}


def test_without_pyarrow_the_tables_are_json_lines(plan: Plan, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # only where they are written: what tells of them looks at the files, and may run where pyarrow is
    monkeypatch.setattr("dreamgen.bulk.shard_block.table_suffix", lambda: ".jsonl")
    assert joined(plan, bare, read_marks(Places(bare), plan)) == {}
    assert (bare / "dataset/pairs-00000.jsonl").read_text("utf-8").count("\n") == 6
    card = (bare / "dataset/README.md").read_text("utf-8")
    assert (
        'load_dataset("json"' in card
        and "path: pairs-*.jsonl" in card
        and "parquet" not in card.partition("---\n\n")[0]
    )
    tree = json.loads((bare / "dataset/croissant.json").read_text("utf-8"))
    assert [
        (one["includes"], one["encodingFormat"]) for one in tree["distribution"] if one["@type"] == "cr:FileSet"
    ] == [("pairs-*.jsonl", "application/jsonlines")]


def test_the_run_is_whole_when_its_receipt_is_there(plan: Plan, quiet: Path) -> None:
    run = open_run(quiet)
    assert [story.name for story in run.stories] == ["story-0", "story-1", "story-2", "story-4"]
    assert run.receipt is not None and run.receipt.stories == tuple(story.name for story in run.stories)
    assert len(run.pairs) == index_of(quiet).pairs


@pytest.mark.parametrize(("times", "ended"), [(2, "done"), (3, "put_aside")])
def test_a_story_that_is_found_damaged_is_made_again_and_in_the_end_put_aside(
    times: int, ended: str, plan_of: PlanOf, tmp_path: Path
) -> None:
    plan, found = plan_of(3, tries=3), list[str]()

    def join(plan: Plan, places: Places, marks: MutableMapping[str, Settled], claims: Claims) -> dict[str, str]:
        whole = len(found) == times or marks["story-1"].ended == "put_aside"
        if not whole:
            found.append("story-1")
        return {} if whole else {"story-1": "its clip is damaged"}

    executor = FakeExecutor()
    marks = run_bulk(plan, tmp_path, executor, join=join)
    assert [mark.ended for mark in marks] == ["done", ended, "done"]
    walked = [name for _, names in executor.begun for name in names]
    assert walked.count("story-1") == 3 and walked.count("story-0") == walked.count("story-2") == 1
    assert "its clip is damaged" in marks[1].reason or ended == "done"


def test_a_clip_that_loaders_choke_on_is_mended_on_its_way_into_a_shard(plan_of: PlanOf, tmp_path: Path) -> None:
    plan = plan_of(2, shard=2)
    marks = make_stories(plan, tmp_path)
    path = clip_of(tmp_path, "story-1")
    write_video((np.full((64, 96, 3), 40 * n, np.uint8) for n in range(4)), path, 2, (96, 64))
    (entry,) = path.parent.parent.glob(".store/clip/*.json")
    told = json.loads(entry.read_text("utf-8"))
    told["value"].update(frames=4, fps=2, video=refer(path, path.parent.parent).model_dump(), masklets=None)
    entry.write_text(json.dumps(told), "utf-8")
    assert joined(plan, tmp_path, marks) == {}
    whole, short = samples(tmp_path / "dataset/clips-00000.tar")
    assert [(one["frames"], one["fps"], one["seconds"]) for one in (whole, short)] == [(24, 12.0, 2.0), (8, 4.0, 2.0)]
    rows = {row["clip"]: row for row in read_table(tmp_path / "dataset/pairs-00000.parquet")}
    assert rows["story-1-scene-01"]["fps"] == 4.0 and index_of(tmp_path).pairs == 6
    assert not [*(tmp_path / "dataset").glob("*mended*"), *(tmp_path / "dataset").glob(".making*")]
