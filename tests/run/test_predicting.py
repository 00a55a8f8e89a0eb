from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dreamgen.core.found import Excerpt, Source
from dreamgen.core.media import Clip, MediaRef
from dreamgen.engines.chat.model import ChatModel
from dreamgen.errors import UsageError
from dreamgen.metrics.answered import Scores
from dreamgen.metrics.marks import Mark
from dreamgen.metrics.scoring import Row
from dreamgen.run.assembling import assemble
from dreamgen.run.exporting import gather
from dreamgen.run.journal import lines, read_lines
from dreamgen.run.opened import open_run
from dreamgen.run.predicting import Scored, dataset_of, score
from dreamgen.run.recipe import read_recipe
from dreamgen.run.score_files import CHART, DIMENSIONS, MARKS, NUMBERS, TABLE
from tests.decided import PAIRS, asked, pair_of, write_run
from tests.scripted.asked import Asked
from tests.scripted.server import ScriptedServer

TALK = pair_of(
    "talk-1", task="dialogue", form="dialogue", turns=(*asked("Where is it?", "In a park."), *asked("What?", "A dog."))
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Five pairs about one clip of 40 frames: open (twice), a choice, yes or no, a dense caption. And a dialogue."""
    return write_run(tmp_path / "run", (*PAIRS, TALK))


def answers(run: Path, **said: Any) -> Path:
    path = run.parent / "model.jsonl"
    rows = ({"id": name.replace("_", "-"), "answers": told} for name, told in said.items())
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def scored(run: Path, path: Path, **more: Any) -> Scored:
    return score(open_run(run), [path], **more)


def row(scores: Scores, measure: str, by: str = "overall", name: str = "") -> Row:
    (found,) = (one for one in scores.rows if (one.by, one.name, one.measure) == (by, name, measure))
    return found


RIGHT = {
    "where_1": ["In a park."], "colour_1": ["B"], "seen_1": ["Yes."], "odd_1": ["nothing"],
    "region_1": ["[0, 9]: The dog sits.\n[10, 39]: It runs."], "talk_1": ["In a park.", "A cat."],
}  # fmt: skip


def test_H8_answers_are_scored_by_what_is_asked(run: Path) -> None:
    scores = scored(run, answers(run, **RIGHT)).scores
    assert (scores.asked, scores.answered, scores.missing, scores.split) == (6, 6, 0, "all")
    assert (row(scores, "accuracy").value, row(scores, "accuracy").n) == (1.0, 2)
    assert row(scores, "accuracy").chance == pytest.approx((1 / 3 + 1 / 2) / 2, abs=1e-6)
    assert row(scores, "SODA_c").value == 1.0
    # one of two turns is right, and "a cat" has one word of "a dog": (1 + .5) / 2
    assert row(scores, "ROUGE-L", "form", "dialogue").value == 0.75
    assert (
        row(scores, "ROUGE-L", "task", "location").value == 0.5
    )  # one open pair is right, the other has no word of it
    assert row(scores, "accuracy").weighted == 1.0


def test_missing_unknown_and_unreadable_answers_are_counted(run: Path) -> None:
    path = answers(run, colour_1=["Grey or brown"], seen_1=["No"], ghost=["B"])
    scores = scored(run, path).scores
    assert (scores.answered, scores.missing, scores.unknown, scores.strangers) == (2, 3, 1, ("ghost",))
    assert (row(scores, "accuracy").value, row(scores, "accuracy").unparsed) == (0.0, 1)
    assert row(scores, "ROUGE-L").missing == row(scores, "ROUGE-L").n == 3
    alone = scored(run, path, only_answered=True).scores
    assert (alone.asked, alone.answered, alone.missing, alone.only_answered) == (5, 2, 3, True)
    assert {one.measure for one in alone.rows} == {"accuracy"}
    assert (scores.said_yes, scores.balanced) == (0.0, None)


def test_pairs_about_marked_subjects_were_asked_where_one_of_them_is_answered(tmp_path: Path) -> None:
    more = pair_of("region-2", task="region_caption", form="region_caption", masklets=("dog",))
    run = write_run(tmp_path / "run", (*PAIRS, more))
    scores = scored(run, answers(run, colour_1=["B"])).scores
    assert (scores.asked, scores.not_asked, scores.missing) == (4, 2, 3)
    assert not any(one.name.startswith("region_") for one in scores.rows)
    scores = scored(run, answers(run, colour_1=["B"], region_2=["The dog runs."])).scores
    assert (scores.asked, scores.not_asked, scores.missing) == (6, 0, 4)


def test_what_a_form_leaves_out_was_not_asked(one_shot_copy: Path, tmp_path: Path) -> None:
    rows = one_shot_copy / "dataset/llava/train.json"
    held = json.loads(rows.read_text("utf-8"))
    left = held.pop()["id"]
    rows.write_text(json.dumps(held), "utf-8")
    path = tmp_path / "model.jsonl"
    said = ({"id": name, "turn": 0, "answer": "B"} for name in (held[0]["id"], left))
    path.write_text("".join(json.dumps(row) + "\n" for row in said), "utf-8")
    run = open_run(one_shot_copy)
    scores = score(run, [path], form="llava").scores
    assert (scores.form, scores.asked, scores.not_asked) == ("llava", len(held), 1)
    assert (scores.answered, scores.elsewhere) == (1, 1)
    with pytest.raises(UsageError, match="has no dataset in the form lmmseval") as error:
        score(run, [path], form="lmmseval")
    assert "dreamgen export" in error.value.hint


def test_half_a_character_is_no_harm(run: Path) -> None:
    path = run.parent / "odd.jsonl"
    path.write_text('{"id": "where-1", "answer": "A \\ud83d park"}\n{"id": "\\ud83d", "answer": "B"}\n', "utf-8")
    found = scored(run, path)
    assert (found.scores.strangers, found.scores.answered) == (("?",), 1)
    assert (found.folder / NUMBERS).is_file()


def test_turns_of_a_dialogue_may_have_rows_of_their_own(run: Path) -> None:
    path = run.parent / "turns.jsonl"
    path.write_text('{"id": "talk-1", "turn": 1, "answer": "A dog."}\n', "utf-8")
    # the turn without an answer gets nothing
    assert row(scored(run, path).scores, "ROUGE-L", "form", "dialogue").value == 0.5


def test_the_files_tell_the_same_as_the_scores(run: Path) -> None:
    found = scored(run, answers(run, **RIGHT))
    assert found.folder == run / "scores" / "model"
    assert Scores.model_validate_json((found.folder / NUMBERS).read_text("utf-8")) == found.scores
    marks = read_lines(found.folder / MARKS, Mark)
    assert {one.about for one in marks} == {name.replace("_", "-") for name in RIGHT}
    page = (found.folder / TABLE).read_text("utf-8")
    cells = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")]
    assert ["| attribute", "accuracy", "1.000", "0.207–1.000 ʷ", "0.333"] in [line[:5] for line in cells]
    assert len({len(line) for line in cells}) == 1
    drawing = ElementTree.fromstring((found.folder / CHART).read_text("utf-8"))
    dots = [one for one in drawing.iter() if one.tag.endswith("circle")]
    # one a row of the table, and the legend's
    assert len(dots) == 1 + len([one for one in found.scores.rows if one.by in ("overall", "form", "task", "polarity")])


def test_several_files_are_one_model_s_answers(run: Path) -> None:
    both = [run.parent / "choices.jsonl", run.parent / "rest.jsonl"]
    both[0].write_text('{"id": "colour-1", "answer": "B"}\n', "utf-8")
    both[1].write_text('{"id": "seen-1", "answer": "Yes"}\n', "utf-8")
    found = score(open_run(run), both)
    assert (found.scores.answered, found.scores.answers) == (2, "choices.jsonl, rest.jsonl")
    assert found.folder.name == "choices+rest"
    both[1].write_text('\n{"id": "colour-1", "answer": "B"}\n', "utf-8")
    with pytest.raises(
        UsageError, match=r"rest\.jsonl, line 2 answers colour-1 again, which .*choices\.jsonl, line 1 did"
    ):
        score(open_run(run), both)


def test_it_is_the_same_again_and_goes_where_it_is_told(run: Path) -> None:
    path = answers(run, **RIGHT)
    first, there = scored(run, path), scored(run, path, into=run.parent / "there")
    names = sorted(one.name for one in first.folder.iterdir())
    assert names == sorted(one.name for one in there.folder.iterdir())
    assert all((first.folder / name).read_bytes() == (there.folder / name).read_bytes() for name in names)


def test_two_files_of_one_name_have_a_folder_each(run: Path) -> None:
    paths = [run.parent / name / "answers.jsonl" for name in ("a", "b")]
    for path, said in zip(paths, "AB", strict=True):
        path.parent.mkdir()
        path.write_text(json.dumps({"id": "colour-1", "answer": said}) + "\n", "utf-8")
    found = [scored(run, path) for path in paths]
    assert found[0].folder.name == "answers" and found[1].folder.name.startswith("answers-")
    told = [Scores.model_validate_json((one.folder / NUMBERS).read_text("utf-8")) for one in found]
    assert told == [one.scores for one in found] and told[0] != told[1]
    paths[0].write_text('{"id": "colour-1", "answer": "B"}\n{"id": "seen-1", "answer": "Yes"}\n', "utf-8")
    assert [scored(run, path).folder for path in paths] == [one.folder for one in found], "one more answer, same file"


def test_a_copy_of_answers_has_a_folder_of_its_own_for_it_may_be_changed(run: Path) -> None:
    first, copy = (run.parent / name / "answers.jsonl" for name in "ab")
    for path in (first, copy):
        path.parent.mkdir()
        path.write_text('{"id": "colour-1", "answer": "A"}\n', "utf-8")
    kept, other = scored(run, first), scored(run, copy)
    copy.write_text('{"id": "colour-1", "answer": "B"}\n', "utf-8")
    assert kept.folder != other.folder == scored(run, copy).folder
    assert Scores.model_validate_json((kept.folder / NUMBERS).read_text("utf-8")) == kept.scores


def test_nothing_of_an_earlier_scoring_is_left_in_a_folder(tmp_path: Path) -> None:
    asked_by_others = pair_of("where-2", benchmarks=("MVBench/action_sequence",))
    run = write_run(tmp_path / "run", (*PAIRS, asked_by_others))
    path = answers(run, colour_1=["B"])
    folder = scored(run, path).folder
    assert (folder / DIMENSIONS).is_file()
    (folder / "notes.txt").write_text("mine")
    scored(run, path, only_answered=True)
    assert not (folder / DIMENSIONS).exists() and (folder / "notes.txt").is_file()


def test_a_name_that_is_no_folder_s_becomes_one(run: Path) -> None:
    path = answers(run, **RIGHT).rename(run.parent / "..my model | <b>.jsonl")
    found = scored(run, path)
    assert found.folder == run / "scores" / "my_model____b_"
    assert "<b>" not in (found.folder / TABLE).read_text("utf-8")
    drawing = ElementTree.fromstring((found.folder / CHART).read_text("utf-8"))
    assert "..my model | <b>.jsonl" in {one.text for one in drawing.iter()}


def test_a_split_that_holds_nothing_is_told_with_what_there_is(run: Path) -> None:
    with pytest.raises(UsageError, match=r"no pair .* is in the split test: train 6, validation 0, test 0") as error:
        scored(run, answers(run, **RIGHT), part="test")
    option, change = error.value.hint.rstrip(".").split()[-2:]
    assert option == "--set" and read_recipe("storyboard", [change]).holdout.test == 0.2, "it works as it is typed"


def test_what_is_held_out_is_asked_unless_another_split_is_named(run: Path) -> None:
    recipe = run / "recipe.toml"
    held = re.sub(r"\[holdout\]\n(.+\n)+", "[holdout]\ntest = 0.999\n", recipe.read_text("utf-8"))
    recipe.write_text(held, "utf-8")
    assert scored(run, answers(run, **RIGHT)).scores.split == "test"
    with pytest.raises(UsageError, match="is in the split train"):
        scored(run, answers(run, **RIGHT), part="train")


def test_videos_of_one_film_are_asked_in_the_split_that_they_were_exported_in(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    sources = [
        Source(id=f"v{n:02}", name=f"{n}.mp4", sha256=str(n), seconds=60, size=(64, 48), fps=10, title=f"Film {n // 2}")
        for n in range(24)
    ]
    clips = [
        Clip(id=f"{one.id}-001", video=MediaRef(path="clips/park.mp4", sha256=one.id), fps=10, size=(64, 48), frames=40,
             excerpt=Excerpt(source=one.id, start=0, end=4))
        for one in sources
    ]  # fmt: skip
    pairs = [pair_of(f"{clip.id}-where", clip=clip.id) for clip in clips]
    for name, records in (("sources", sources), ("clips", clips), ("pairs", pairs)):
        (run / "videos" / f"{name}.jsonl").write_text(lines(records), "utf-8")
    (run / "recipe.toml").write_text(read_recipe("annotate", ["holdout.test=0.5"]).toml(), "utf-8")

    opened = open_run(run)
    found, gathered = dataset_of(opened), gather(opened)
    exported = assemble(run, opened.recipe, gathered.shares, gathered.sources)
    assert found.splits == exported.splits and set(found.splits.values()) == {"train", "test"}
    assert all(found.split_of(f"v{n:02}-001") == found.split_of(f"v{n + 1:02}-001") for n in range(0, 24, 2))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (['{"id": "talk-1", "turn": 0, "answer": "x"}', '{"id": "talk-1", "answers": ["x", "y"]}'], "line 2 answers"),
        (['{"id": "seen-1", "answer": "Yes"}'] * 2, "line 2 answers seen-1 again, which "),
        (['{"id": "talk-1", "answer": "x"}'], "line 1 has 1 answer, and talk-1 asks 2 questions"),
        (['{"id": "seen-1"}'], "line 1 has no answer to seen-1"),
        (['{"id": "seen-1", "turn": 1, "answer": "x"}'], "line 1 has turn 1, and seen-1 asks 1 question"),
        (['{"id": "talk-1", "answers": ["x", "y"]}', '{"id": "talk-1", "turn": 0, "answer": "x"}'], "line 2 answers"),
        (['{"id": "s9", "answer": "x"}'], "answers no pair of the run; it has 's9'"),
        ([], "answers no pair of the run"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_the_run_is_refused(run: Path, rows: list[str], said: str) -> None:
    path = run.parent / "bad.jsonl"
    path.write_text("\n".join(rows), "utf-8")
    with pytest.raises(UsageError) as error:
        scored(run, path)
    assert said in error.value.message
    assert not (run / "scores").exists()


def marking(mark: Any) -> Any:
    """A judge that favours what stands first by a point; `mark` says how well two texts agree."""

    def reply(one: Asked) -> Any:
        order = one.user.index("<reference>") < one.user.index("<answer>")
        told = {tag: one.user.split(f"<{tag}>\n")[1].split(f"\n</{tag}>")[0] for tag in ("reference", "answer")}
        return {"mark": mark(told["reference"], told["answer"]) + (1 if order else -1)}

    return reply


def test_H8_a_judge_reads_free_answers_in_both_orders(run: Path) -> None:
    path = answers(run, where_1=["A lawn."], region_1=["[0, 9]: It sits."], talk_1=["In a park.", " "], seen_1=["Yes"])
    with ScriptedServer(reply=marking(lambda key, answer: 5)) as server:
        chat = ChatModel(model="scripted", base_url=server.url, method="json_schema", temperature=0.0)
        found = scored(run, path, judge=chat)
        asked_of = len(server.asked)
        again = scored(run, path, judge=chat)
        assert len(server.asked) == asked_of  # what it has marked, it is not asked again
    scores = found.scores
    assert again.scores == scores
    # two orders each of where-1, of the one caption that overlaps another, and of the turn that has words
    assert asked_of == 6
    assert (scores.judge, scores.judge_gap) == ("scripted", 0.2)  # .6 and .4
    assert row(scores, "judge", "task", "location").value == 0.25  # .5 and nothing for the pair without an answer
    assert row(scores, "judge", "form", "dialogue").value == 0.25  # .5 and nothing for the turn without words
    # overlap 1, mark .5: F = 2 * .5 / (2 + 1)
    assert row(scores, "SODA_c by judge").value == pytest.approx(1 / 3, abs=1e-6)
    assert not any("Yes" in one.user for one in server.asked)


def test_a_judge_is_told_what_was_said_before_in_a_dialogue(run: Path) -> None:
    with ScriptedServer(reply=lambda one: {"mark": 5}) as server:
        chat = ChatModel(model="scripted", base_url=server.url, method="json_schema")
        scored(run, answers(run, talk_1=["", "A cat."]), judge=chat)
    assert len(server.asked) == 2
    assert all("<question>\nWhere is it?\nIn a park.\nWhat?\n</question>" in one.user for one in server.asked)


def test_what_a_judge_gives_no_mark_is_told_apart(run: Path) -> None:
    with ScriptedServer(reply=lambda one: {"mark": 99}) as server:
        chat = ChatModel(model="scripted", base_url=server.url, method="json_schema", asks=1)
        scores = scored(run, answers(run, **RIGHT), judge=chat).scores
    assert (row(scores, "judge").n, row(scores, "judge").unjudged) == (0, 3)
    assert (row(scores, "SODA_c by judge").unjudged, scores.judge_gap) == (1, None)
    assert row(scores, "ROUGE-L").n == 3
