from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dreamgen.bulk.items import Plan
from dreamgen.bulk.marks import read_marks
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import write_plan
from dreamgen.bulk.pruning import prune_stories
from dreamgen.core.brief import Brief
from dreamgen.core.pairs import InstructionPair
from dreamgen.errors import UsageError
from dreamgen.metrics.shortcuts.audit import Leak
from dreamgen.review.report import write_report
from dreamgen.run.annotating import annotate
from dreamgen.run.auditing import pairs_of
from dreamgen.run.exporting import export_again
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.tracing import trace
from tests.bulk.conftest import PlanOf
from tests.bulk.shard_world import joined, make_stories


@pytest.fixture(scope="module")
def plan(plan_of: PlanOf) -> Plan:
    return plan_of(3, shard=2)


@pytest.fixture(scope="module")
def many(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bulk run of three stories."""
    folder = tmp_path_factory.mktemp("many")
    joined(plan, folder, make_stories(plan, folder))
    return folder


@pytest.mark.parametrize("form", ["llava", "llamavid", "llamafactory", "huggingface", "webdataset", "parquet"])
def test_any_form_holds_the_pairs_of_all_stories(form: str, many: Path) -> None:
    (folder,) = export_again(open_run(many), [form])
    assert folder == many / "dataset" / form
    if (folder / "train.json").is_file():
        rows = json.loads((folder / "train.json").read_text("utf-8"))
        assert len({row["id"] for row in rows}) == len(rows) == 9
        assert {row["video"] for row in rows} == {f"clips/story-{k}-scene-01.mp4" for k in range(3)}
        assert len({(folder / row["video"]).read_bytes() for row in rows}) == 3


def test_many_stories_without_a_dataset_say_how_to_go_on(plan: Plan, tmp_path: Path) -> None:
    write_plan(plan, tmp_path)
    with pytest.raises(UsageError, match="has no dataset yet") as caught:
        open_run(tmp_path)
    assert f"`dreamgen bulk --out {tmp_path}`" in caught.value.hint


def test_an_export_leaves_the_shards_alone(plan: Plan, many: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in (many / "dataset").glob("[cpr]*-0*")}
    (many / "dataset" / ".making-00000-somebody").mkdir()
    export_again(open_run(many), ["llamavid"])
    assert (many / "dataset" / ".making-00000-somebody").is_dir()
    assert before == {path.name: path.stat().st_mtime_ns for path in (many / "dataset").glob("[cpr]*-0*")}


def test_dreamframes_file_holds_one_story(many: Path) -> None:
    with pytest.raises(UsageError, match="3 stories") as told:
        export_again(open_run(many), ["dreamframe"])
    assert "story-0" in told.value.hint
    alone = Path(told.value.hint.rpartition(" ")[2])
    assert export_again(open_run(alone), ["dreamframe"])


def test_a_pair_is_found_by_its_name_in_the_dataset(many: Path) -> None:
    run = open_run(many)
    found = trace(run, "story-1-p2")
    assert (found.story, found.pair.id, found.seed) == ("story-1", "p2", 1)
    with pytest.raises(UsageError, match=r"3 stories .* have a pair p2") as told:
        trace(run, "p2")
    assert "story-0-p2" in told.value.hint
    with pytest.raises(UsageError) as told:
        trace(run, "story-1-p9")
    assert "'story-1-p" in told.value.hint and "the column `id` of dataset/pairs-*" in told.value.hint
    with pytest.raises(UsageError, match="dropped by verify: wrong_colour"):
        trace(run, "story-2-c9")


def test_the_page_of_many_stories_tells_sums_and_shows_the_first(many: Path) -> None:
    text = write_report(open_run(many)).read_text("utf-8")
    assert "<h1>3 stories</h1>" in text and "<b>9</b> pairs kept of 9" in text
    assert "<td>claims</td><td>wrong colour</td><td>3</td>" in text
    assert "<b>2.0 %</b> of pairs wrong, estimated" in text
    for link in re.findall(r'href="([^"#]+)"', text):
        assert (many / link).exists()


def test_the_page_does_not_grow_with_the_stories(
    plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(4, shard=4)
    joined(plan, tmp_path, make_stories(plan, tmp_path))
    for name in ("SHOWN", "LISTED", "READ"):
        monkeypatch.setattr(f"dreamgen.review.report_many.{name}", 2)
    text = write_report(open_run(tmp_path)).read_text("utf-8")
    assert "The first 2 stories" in text and "And 2 more, in stories.jsonl." in text
    assert "was read of 2 stories, drawn by lot" in text and "story-3" not in text.replace("story-3-", "")


def test_audits_are_of_all_stories(many: Path) -> None:
    assert sorted(pair.id for pair in pairs_of(open_run(many)))[::4] == ["story-0-p0", "story-1-p1", "story-2-p2"]


def test_what_the_text_answers_is_left_out_by_the_next_walk_of_its_story(
    plan: Plan, many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(many, tmp_path / "many")

    def found(pairs: Sequence[InstructionPair], *_: object) -> tuple[Leak, ...]:
        leak = next(pair for pair in pairs if pair.id == "story-1-p2")
        return (Leak(pair=leak.id, clip=leak.clip, task="counting", question="", answer="", bias=0.9, chance=0.5),)

    monkeypatch.setattr("dreamgen.bulk.pruning.prune", found)
    dropped = prune_stories(open_run(folder), bound=0.1, budget=0.5)
    assert [(line.what, line.reason) for line in dropped][:1] == [("p2", "text_answers_it")]
    assert set(read_marks(Places(folder), plan)) == {"story-0", "story-2"}
    told = open_run(folder).stories[1].folder / "pruned.jsonl"
    assert len(told.read_text("utf-8").splitlines()) == len(dropped)


@pytest.mark.parametrize("verb", [dream, annotate])
def test_no_single_run_is_made_where_many_stories_lie(verb: Callable[..., None], many: Path) -> None:
    before = sorted(path.name for path in many.iterdir())
    source: Any = [] if verb is annotate else Brief(text="Mara walks into a forest.")
    with pytest.raises(UsageError, match="bulk run"):
        verb(source, open_run(many).recipe, many)
    assert sorted(path.name for path in many.iterdir()) == before
