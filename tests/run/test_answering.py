"""Pairs are answered blind, and their keys are held against the answers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.media import Footage
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.core.receipts import Reject
from dreamgen.run import answering, teaching
from dreamgen.run.books import Books, Stopwatch, subject_of
from dreamgen.run.filming import Desk
from dreamgen.run.journal import read_lines
from dreamgen.run.opened import StoryRun, open_run
from dreamgen.run.recipe import read_recipe
from dreamgen.run.store import Store
from dreamgen.run.watch import SILENT, Watch
from tests.onlooker import KEYS, LIES, KnowingVlm
from tests.run.liars import SEEN

KNOWING = "tests.onlooker:KnowingVlm"


class Table:
    """A copy of a finished story's films, and what is answered of them."""

    def __init__(self, story: StoryRun, out: Path, *changes: str) -> None:
        self.story, recipe = story, read_recipe("storyboard", (f"verify=[{KNOWING!r}]", *changes))
        self.books = Books(Desk(Store(out), recipe), subject_of(story.story), Stopwatch(SILENT))
        self.desk, self.folder = self.books.desk, out / "stories" / story.story.id
        for part in ("clips", "portraits"):
            shutil.copytree(story.folder / part, self.folder / part, dirs_exist_ok=True)
        shutil.copy(story.folder / "film.mp4", self.folder)
        self.claims = {
            clip: tuple(claim for (of, _), claim in story.claims.items() if of == clip) for clip in story.clips
        }

    def answer(self, pairs: Sequence[InstructionPair]) -> tuple[InstructionPair, ...]:
        return answering.answer(self.desk, tuple(pairs), tuple(self.story.clips.values()), self.claims, self.books)

    @property
    def rejects(self) -> list[Reject]:
        self.books.close()
        return [one for one in read_lines(self.folder / "rejects.jsonl", Reject) if one.stage == "answer"]

    @property
    def verdicts(self) -> dict[str, Verdict]:
        return {one.about: one for one in read_lines(self.folder / "answered.jsonl", Verdict)}


@pytest.fixture
def story(finished: Path) -> Iterator[StoryRun]:
    """A finished story, whose answers are known by heart."""
    run = open_run(finished).stories[0]
    for pair in run.pairs:
        KEYS.update({asked.text: key.text for asked, key in zip(pair.turns[::2], pair.turns[1::2], strict=True)})
        if pair.answer_index is not None:
            KEYS[pair.turns[0].text] = pair.options[pair.answer_index]
    yield run
    KEYS.clear()
    LIES.clear()


def once(pairs: Sequence[InstructionPair]) -> list[InstructionPair]:
    """Pairs whose questions no other pair asks in the same words."""
    asked = [turn.text for pair in pairs for turn in pair.turns[::2]]
    return [pair for pair in pairs if all(asked.count(turn.text) == 1 for turn in pair.turns[::2])]


def first(pairs: Sequence[InstructionPair], form: str) -> InstructionPair:
    return next(pair for pair in once(pairs) if pair.form == form)


def keyed(pair: InstructionPair, text: str) -> InstructionPair:
    """The same question with another key."""
    return pair.model_copy(update={"turns": (pair.turns[0], pair.turns[1].model_copy(update={"text": text}))})


def tells(footage: Footage, story: StoryRun) -> bool:
    """Whether what the files are called, or where they lie, says what they are."""
    files = (footage.video, *footage.portraits.values())
    names = " ".join([footage.clip, *(path.name for path in files)])
    named = any(word in names for word in (*story.clips, *footage.portraits))
    return named or any(path.parent.name in ("clips", "portraits", story.folder.name) for path in files)


def test_who_answers_is_not_told_which_clip_it_is(
    story: StoryRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Footage] = []
    compare = answering.compare

    def noted(verifier: KnowingVlm, footage: Footage, *rest: Any) -> answering.Answered:
        shown.append(footage)
        return compare(verifier, footage, *rest)

    monkeypatch.setattr(answering, "compare", noted)
    Table(story, tmp_path).answer(once(story.pairs))
    assert len(shown) == len({pair.clip for pair in once(story.pairs)})
    assert not any(tells(footage, story) for footage in shown)


def test_who_screens_is_not_told_either(story: StoryRun, tmp_path: Path) -> None:
    SEEN.clear()
    table = Table(story, tmp_path, "screen=['tests.run.liars:Peeper']")
    teaching.screen(table.desk, tuple(story.pairs), tuple(story.clips.values()), table.claims, table.books)
    assert len(SEEN) == len(story.clips)
    assert not any(tells(footage, story) for footage in SEEN)


def test_a_wrong_key_is_found_and_a_right_one_is_kept(story: StoryRun, tmp_path: Path) -> None:
    pairs = once(story.pairs)
    choice, yes_no = first(pairs, "choice"), first(pairs, "yes_no")
    other = ((choice.answer_index or 0) + 1) % len(choice.options)
    wrong_choice = choice.model_copy(update={"id": "wrong-1", "answer_index": other})
    wrong_word = keyed(yes_no, "No." if yes_no.turns[1].text.startswith("Yes") else "Yes.")
    table = Table(story, tmp_path)
    left = table.answer([*pairs, wrong_choice, wrong_word.model_copy(update={"id": "wrong-2"})])
    assert [(pair.id, pair.weight) for pair in left] == [(pair.id, pair.weight) for pair in pairs]
    told = {reject.what: reject for reject in table.rejects}
    assert {name: reject.reason for name, reject in told.items()} == dict.fromkeys(
        ("wrong-1", "wrong-2"), "vlm_disagrees"
    )
    assert choice.turns[0].text in told["wrong-1"].detail
    assert f"{choice.options[other]!r} 0.02" in told["wrong-1"].detail


def test_what_nobody_can_tell_is_trusted_less_by_a_fixed_amount(story: StoryRun, tmp_path: Path) -> None:
    pair = first(story.pairs, "choice")
    KEYS[pair.turns[0].text] = "something that is not among the options"
    table = Table(story, tmp_path, f"verify=[{{backend={KNOWING!r}, margin=1.0}}]")
    (left,) = table.answer([pair])
    assert left.weight == pytest.approx(pair.weight * answering.UNSURE)
    assert table.verdicts[pair.id].reason == "undecided"
    assert not table.rejects


def test_free_words_are_judged_and_a_judge_who_says_no_refutes_them(story: StoryRun, tmp_path: Path) -> None:
    pair = first(story.pairs, "caption")
    KEYS[pair.turns[0].text] = "Nothing of the sort."
    table = Table(story, tmp_path)
    assert table.answer([pair]) == ()
    assert "judged to agree 0.05" in table.rejects[0].detail


@pytest.mark.parametrize(("asked", "forms"), [("choice", {"choice", "yes_no"}), ("none", set())])
def test_an_option_says_which_pairs_are_answered(story: StoryRun, tmp_path: Path, asked: str, forms: set[str]) -> None:
    table = Table(story, tmp_path, f"verify=[{{backend={KNOWING!r}, pairs={asked!r}}}]")
    pairs = once(story.pairs)
    assert table.answer(pairs) == tuple(pairs)
    assert {pair.form for pair in pairs if pair.id in table.verdicts} == forms


def test_several_who_answer_vote(story: StoryRun, tmp_path: Path) -> None:
    pair = first(story.pairs, "choice")
    other = ((pair.answer_index or 0) + 1) % len(pair.options)
    LIES[pair.turns[0].text] = pair.options[other]
    table = Table(story, tmp_path, f"verify=['pixels', {KNOWING!r}, 'tests.onlooker:LyingVlm']")
    # the pixels do not answer, and of the other two one bears the key out and one refutes it
    assert [one.id for one in table.answer([pair])] == [pair.id]
    assert table.verdicts[pair.id].reason == "verifiers_disagree"
    wrong = pair.model_copy(update={"answer_index": (other + 1) % len(pair.options)})
    assert table.answer([wrong]) == ()


def test_nobody_is_asked_again_about_pairs_that_are_the_same(story: StoryRun, tmp_path: Path) -> None:
    pairs = once(story.pairs)
    yes = next(pair for pair in pairs if pair.form == "yes_no" and pair.turns[1].text.startswith("Yes"))
    table = Table(story, tmp_path)
    told = table.answer(pairs)
    KEYS.clear()
    assert table.answer(pairs) == told == tuple(pairs)
    assert table.answer([yes]) == ()


def test_where_nobody_answers_any_more_the_answers_are_cleared_away(story: StoryRun, tmp_path: Path) -> None:
    table = Table(story, tmp_path)
    pairs = tuple(once(story.pairs))
    table.answer(pairs)
    assert {made.stage for made in table.desk.store.made()} == {f"answer-{KNOWING}"}
    other = Desk(table.desk.store, read_recipe("storyboard"), tmp_path)
    assert answering.answer(other, pairs, tuple(story.clips.values()), table.claims, table.books) == pairs
    assert other.store.made() == ()


def test_no_pairs_are_answered_without_a_word(story: StoryRun, tmp_path: Path) -> None:
    table = Table(story, tmp_path)
    assert table.answer(()) == ()
    assert table.verdicts == {}


def test_when_no_pair_is_left_it_is_said_with_the_reasons(story: StoryRun, tmp_path: Path) -> None:
    heard: list[str] = []

    class Hearing(Watch):
        def says(self, words: str) -> None:
            heard.append(words)

    table = Table(story, tmp_path, "screen=[]")
    pair = first(story.pairs, "yes_no")
    wrong = keyed(pair, "No." if pair.turns[1].text.startswith("Yes") else "Yes.")
    left = table.answer([wrong])
    desk = Desk(Store(table.folder, Hearing()), table.desk.recipe, tmp_path)
    assert teaching.screen(desk, left, tuple(story.clips.values()), table.claims, table.books) == ()
    assert heard == ["note: no pair is left to train on (1 vlm_disagrees); rejects.jsonl says more"]
    assert (table.folder / "pairs.jsonl").read_text("utf-8") == ""
