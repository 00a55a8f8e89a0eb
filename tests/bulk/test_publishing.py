from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from dreamgen.bulk.journal import Line
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import read_plan
from dreamgen.bulk.publishing import card_text_of, gpu_hours, publish
from dreamgen.bulk.shard_block import Shard
from dreamgen.bulk.telling import told_of
from dreamgen.bulk.working import Timed
from dreamgen.engines.croissant import issues_of, records
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run.bulking import STAGES
from dreamgen.run.opened import open_run
from dreamgen.run.publishing import Saying
from tests.bulk.conftest import PlanOf
from tests.bulk.shard_world import joined, make_stories

OTHERS = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated", "ignore:The inplace keyword")


@pytest.fixture(scope="module")
def whole(plan_of: PlanOf, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three stories in two shards, of which one was put aside and one is held out."""
    folder = tmp_path_factory.mktemp("whole")
    plan = plan_of(3, shard=2, holdout={"test": 0.5})
    assert joined(plan, folder, make_stories(plan, folder, aside=["story-1"])) == {}
    return folder


def test_the_card_of_shards_tells_seeds_drops_and_splits(whole: Path) -> None:
    text = card_text_of(open_run(whole), Saying(name="Apples", license="mit"))
    assert "# Apples" in text and 'license: "mit"' in text
    assert "The stories have 3 different seeds from 0 to 2. `plan.jsonl` has each." in text
    assert "| items | 3 | 2 | 1 | 1 put\\_aside |" in text and "| claims | 6 | 4 | 2 | 2 wrong\\_colour |" in text
    assert "It is made of 2 stories; 1 more failed and is not in it" in text
    assert "The stages took" not in text and "No language or vision model was asked." in text


def test_published_shards_are_those_of_the_run_and_their_sums_hold(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="licence of the dataset itself"):
        publish(open_run(whole), Saying(), tmp_path / "out")
    publish(open_run(whole), Saying(license="cc-by-4.0", date="2026-11-22"), tmp_path / "out")
    mine = {path.name for path in (whole / "dataset").iterdir() if path.is_file()}
    assert {path.name for path in (tmp_path / "out").iterdir()} == mine
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=tmp_path / "out", check=True)
    tree = json.loads((tmp_path / "out/croissant.json").read_text("utf-8"))
    assert tree["license"] == "https://spdx.org/licenses/CC-BY-4.0.html" and tree["datePublished"] == "2026-11-22"


def test_croissant_lists_the_shards_by_their_sums(whole: Path) -> None:
    tree = json.loads((whole / "dataset/croissant.json").read_text("utf-8"))
    lines = (whole / "dataset/SHA256SUMS").read_text("utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = {one["@id"]: one["sha256"] for one in tree["distribution"] if one["@type"] == "cr:FileObject"}
    assert files == {name: sums[name] for name in sums if name.startswith(("clips-", "pairs-", "rejects-"))}
    [table] = [one for one in tree["distribution"] if one["@type"] == "cr:FileSet"]
    assert table["includes"] == "pairs-*.parquet"


def test_no_bare_load_gives_pairs_to_train_on_that_are_held_out(whole: Path, tmp_path: Path) -> None:
    text = card_text_of(open_run(whole), Saying())
    assert text.count("  - split: ") == 1 and "  - split: undivided\n    path: pairs-*.parquet\n" in text
    datasets = pytest.importorskip("datasets")
    found = datasets.load_dataset(str(whole / "dataset"), cache_dir=str(tmp_path))
    assert list(found) == ["undivided"] and "test" in found["undivided"]["split"][:]


def test_tables_of_two_kinds_are_refused(whole: Path) -> None:
    plan, first = read_plan(whole), Places(whole).shard(0)
    shard = Shard.model_validate_json(first.read_text("utf-8"))
    other = [one.model_copy(update={"name": one.name.replace(".parquet", ".jsonl")}) for one in shard.files]
    with pytest.raises(DreamgenError, match=r"two kinds: pairs-00000.jsonl and pairs-00000.parquet"):
        told_of(plan, [shard, shard.model_copy(update={"files": tuple(other)})], ())


@OTHERS
def test_the_real_library_reads_every_row_of_all_shards(whole: Path) -> None:
    pytest.importorskip("mlcroissant", reason="reads with a real library: pip install 'dreamgen[croissant]'")
    path = whole / "dataset/croissant.json"
    assert issues_of(path).errors == ()
    rows = list(records(path, "pairs"))
    assert len(rows) == len({row["id"] for row in rows}) == 6
    assert {row["split"] for row in rows} <= {"train", "test"}


def test_hours_of_gpus_are_those_of_walks_in_pools_that_have_some(plan_of: PlanOf, tmp_path: Path) -> None:
    places = Places(tmp_path)
    halves = [
        {"name": "write", "stages": STAGES[:2]}, {"name": "draw", "stages": STAGES[2:], "gpus": 0.5},
    ]  # fmt: skip
    path = places.journal("driver")
    path.parent.mkdir(parents=True)
    lines = (
        Line(at=0.0, item="a", pool=pool, what="done", timed=(Timed(stage="render", seconds=7200.0, made=1),))
        for pool in ("write", "draw", "draw")
    )
    path.write_text("".join(line.model_dump_json() + "\n" for line in lines))
    assert gpu_hours(places, plan_of(1, pools=halves)) == 2.0
    assert gpu_hours(places, plan_of(1)) is None


def test_a_dataset_that_is_not_whole_has_no_card(whole: Path, plan_of: PlanOf, tmp_path: Path) -> None:
    plan = plan_of(3, shard=2)
    make_stories(plan, tmp_path)
    (tmp_path / "stories.jsonl").write_bytes((whole / "stories.jsonl").read_bytes())
    with pytest.raises(UsageError, match="is not whole"):
        card_text_of(open_run(tmp_path), Saying())
