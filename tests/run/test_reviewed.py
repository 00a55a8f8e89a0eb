from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.core.pairs import InstructionPair
from dreamgen.run.decisions import Change, Decision, add, read_decisions, seen_as
from dreamgen.run.exporting import export_again
from dreamgen.run.journal import lines
from dreamgen.run.opened import Part, open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.reviewed import as_made, name_of, named, reviewed
from tests.decided import PAIRS, asked, write_run

Contents = Callable[[Path], dict[str, bytes]]
WORSE = asked("Where is the dog?", "In a small park with trees.")


@pytest.fixture
def part(tmp_path: Path) -> Part:
    return open_run(write_run(tmp_path / "run")).part


def decide(folder: Path, part: Part, pair: InstructionPair, verdict: str, **more: object) -> Decision:
    name = named(part.name, pair.id)
    change = Change.model_validate({"verdict": verdict, **more})
    change.check()
    known = read_decisions(folder)
    seen = seen_as(pair, part.clips[pair.clip])
    return add(folder, name, change, known.versions().get(name, 0), of=seen, seen=pair, sample=5.0, reviewer="ada")


def decisions_of(part: Part) -> Path:
    return part.folder.parent if part.name == "" else part.folder.parent.parent


def test_P13_accepted_pairs_are_audited_rejected_ones_go_with_their_reason_and_fixed_ones_say_what_was_written(
    part: Part,
) -> None:
    folder = decisions_of(part)
    decide(folder, part, PAIRS[2], "accept")
    decide(folder, part, PAIRS[1], "reject", reason="unanswerable", note="too dark")
    decide(folder, part, PAIRS[0], "fix", reason="lacking_detail", turns=WORSE)
    found = reviewed(part, read_decisions(folder))
    by_id = {pair.id: pair for pair in found.pairs}
    assert by_id.keys() == {pair.id for pair in PAIRS} - {"colour-1"}
    assert by_id["seen-1"] == PAIRS[2].model_copy(update={"audited": True, "weight": 1.0})
    assert by_id["where-1"].turns == WORSE and by_id["where-1"].program.name == "written"
    assert by_id["where-1"].audited and not by_id["region-1"].audited
    (line,) = found.rejects
    assert (line.what, line.kind, line.stage, line.reason) == ("colour-1", "pair", "review", "unanswerable")
    assert "too dark" in line.detail and found.outdated == ()


def test_an_undone_decision_leaves_the_pair_as_it_was(part: Part) -> None:
    folder = decisions_of(part)
    decide(folder, part, PAIRS[0], "reject", reason="irrelevant")
    decide(folder, part, PAIRS[0], "undo")
    assert reviewed(part, read_decisions(folder)).pairs == PAIRS


def test_a_decision_about_an_older_version_of_a_pair_is_told_and_not_followed(part: Part) -> None:
    folder = decisions_of(part)
    decide(folder, part, PAIRS[0], "reject", reason="incorrect")
    changed = PAIRS[0].model_copy(update={"turns": asked("Where is the dog?", "In a garden.")})
    (part.folder / "pairs.jsonl").write_text(lines((changed, *PAIRS[1:])), "utf-8")
    found = reviewed(open_run(folder).part, read_decisions(folder))
    assert changed in found.pairs and found.outdated == ("where-1",) and found.rejects == ()


def test_letters_that_were_dealt_out_anew_change_no_decision(part: Part) -> None:
    folder = decisions_of(part)
    decide(folder, part, PAIRS[1], "fix", reason="incorrect", options=("Grey", "Brown", "Black"), answer_index=2)
    turned = PAIRS[1].model_copy(update={"options": ("Brown", "White", "Grey"), "answer_index": 0})
    (part.folder / "pairs.jsonl").write_text(lines((PAIRS[0], turned)), "utf-8")
    _, fixed = reviewed(open_run(folder).part, read_decisions(folder)).pairs
    assert fixed.options[fixed.answer_index or 0] == "Black" == fixed.turns[-1].text


def test_what_decisions_made_of_a_run_can_be_taken_back_from_what_was_seen(part: Part) -> None:
    folder = decisions_of(part)
    decide(folder, part, PAIRS[0], "fix", reason="lacking_detail", turns=WORSE)
    decide(folder, part, PAIRS[1], "reject", reason="incorrect")
    decide(folder, part, PAIRS[2], "accept")
    done = reviewed(part, read_decisions(folder))
    (part.folder / "pairs.jsonl").write_text(lines(done.pairs), "utf-8")
    (part.folder / "rejects.jsonl").write_text(lines(done.rejects), "utf-8")
    again = open_run(folder).part
    assert {pair.id: pair for pair in as_made(again, read_decisions(folder))} == {pair.id: pair for pair in PAIRS}
    assert set(reviewed(again, read_decisions(folder)).pairs) == set(done.pairs)
    decide(folder, again, PAIRS[1], "undo")
    back = reviewed(again, read_decisions(folder))
    assert PAIRS[1] in back.pairs and back.rejects == ()


def test_a_fixed_pair_has_no_twin_and_is_none(part: Part) -> None:
    folder = decisions_of(part)
    twin = PAIRS[2].model_copy(update={"twin": "where-1"})
    (part.folder / "pairs.jsonl").write_text(lines((PAIRS[0], twin)), "utf-8")
    decide(folder, part, PAIRS[0], "fix", reason="lacking_detail", turns=WORSE)
    assert [pair.twin for pair in reviewed(open_run(folder).part, read_decisions(folder)).pairs] == ["", ""]


def test_a_story_stands_in_front_of_its_pairs_names() -> None:
    assert named(name_of(Path("run/stories/lost-dog")), "scene-01-x") == "lost-dog-scene-01-x"
    assert named(name_of(Path("run/videos")), "x") == "x"


@pytest.mark.slow
def test_the_next_run_and_the_next_export_follow_decisions_and_the_books_add_up(
    finished: Path, plot: Path, tmp_path: Path, contents: Contents
) -> None:
    folder = Path(shutil.copytree(finished, tmp_path / "run"))
    before = open_run(folder)
    story = before.story
    shown = {pair.form: pair for pair in reversed(story.pairs)}
    gone, fixed, kept = shown["choice"], shown["open"], shown["yes_no"]
    decide(folder, story, gone, "reject", reason="incorrect")
    decide(folder, story, fixed, "fix", reason="lacking_detail", turns=asked(fixed.turns[0].text, "Somewhere else."))
    decide(folder, story, kept, "accept")

    export_again(before, ["llava"])
    rows = {row["id"]: row for row in json.loads((folder / "dataset/llava/train.json").read_text("utf-8"))}
    ids = [named(story.name, pair.id) for pair in (gone, fixed, kept)]
    assert ids[0] not in rows and ids[2] in rows
    assert rows[ids[1]]["conversations"][-1]["value"] == "Somewhere else."

    dream(plot, before.recipe, folder)
    after = open_run(folder)
    now = {pair.id: pair for pair in after.story.pairs}
    assert gone.id not in now and now[fixed.id].program.name == "written" and now[kept.id].audited
    assert [reject.reason for reject in after.story.rejects if reject.stage == "review"] == ["incorrect"]
    assert after.receipt is not None
    (tally,) = (one for one in after.receipt.tallies if one.what == "pairs")
    assert tally.kept == len(now) and tally.made == tally.kept + sum(count for _, count in tally.dropped)
    metadata = (folder / "dataset/huggingface/train/metadata.jsonl").read_text("utf-8").split("\n")
    audited = {row["id"] for line in metadata if line and (row := json.loads(line))["is_audited"]}
    assert audited == {ids[1], ids[2]}

    done = contents(folder)
    dream(plot, after.recipe, folder)
    assert contents(folder) == done
