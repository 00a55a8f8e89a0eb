from __future__ import annotations

import pytest

from dreamgen.core.pairs import InstructionPair, Segment
from dreamgen.metrics.marks import Mark, both_twins, mark, multi_binary
from tests.metrics.asking import pair

QUARTER = 0.25


def marked(asked: InstructionPair, *answers: str) -> tuple[Mark, ...]:
    return tuple(mark(asked, answers, "story", 200))


COLOUR = pair("p", "choice", "What colour?", "Red", options=("Blue", "Red", "Grey", "Green"), weight=0.5)


@pytest.mark.parametrize(
    ("answer", "value", "state"),
    [("B", 1.0, "scored"), ("(b) Red", 1.0, "scored"), ("A", 0.0, "scored"), ("A or B", 0.0, "unparsed")],
)
def test_a_choice_is_right_wrong_or_unreadable(answer: str, value: float, state: str) -> None:
    (one,) = marked(COLOUR, answer)
    assert (one.measure, one.value, one.state) == ("accuracy", value, state)
    assert (one.chance, one.group, one.weight) == (QUARTER, "story", 0.5)


def test_what_nobody_answered_is_missing_and_gets_nothing() -> None:
    (one,) = mark(COLOUR, None, "story", 200)
    assert (one.value, one.state, one.chance) == (0.0, "missing", QUARTER)


@pytest.mark.parametrize(
    ("key", "answer", "value"), [("Yes.", "yes", 1.0), ("No.", "No, none.", 1.0), ("No.", "Yes", 0.0)]
)
def test_yes_and_no_are_held_against_the_key(key: str, answer: str, value: float) -> None:
    (one,) = marked(pair("p", "yes_no", "Is there a dog?", key), answer)
    assert (one.value, one.chance) == (value, 0.5)


def test_times_are_marked_by_overlap_and_the_whole_clip_is_chance() -> None:
    asked = pair("p", "region_localise", "When?", "[0, 99]")
    recall, mean = marked(asked, "[0, 49]")
    # 49 of 99 frames: .4949 is more than .3 alone, so recall is 1 / 4; the clip's [0, 199]: 99 / 199 = .4975, 1 / 4
    assert (recall.measure, recall.value, recall.chance) == ("recall@1", 0.25, 0.25)
    assert (mean.value, mean.chance) == pytest.approx((49 / 99, 99 / 199))
    assert mean.measure == "mIoU"
    assert {one.state for one in marked(asked, "at the start")} == {"unparsed"}


def test_dense_captions_get_soda_c_by_rouge() -> None:
    text = "[0, 99]: She walks.\n[100, 199]: She sits."
    segments = (Segment(start=0, end=5, text="She walks."), Segment(start=5, end=10, text="She sits."))
    asked = pair("p", "region_dense", "Tell.", text, segments=segments)
    assert marked(asked, text)[0].value == 1.0
    (one,) = marked(asked, "[0, 99]: She sits.")
    # overlap 1, ROUGE-L of "she walks" and "she sits" .5; F = 2 * .5 / (2 + 1)
    assert one.measure == "SODA_c"
    assert one.value == pytest.approx(1 / 3)
    assert marked(asked, "She walks, then she sits.")[0].state == "unparsed"


def test_a_caption_without_parts_is_words() -> None:
    (one,) = marked(pair("p", "caption", "Describe it.", "A dog runs home."), "A dog sits.")
    # "a dog" of 4 and 3 words: 2 * 2 / 7
    assert (one.measure, one.chance) == ("ROUGE-L", None)
    assert one.value == pytest.approx(4 / 7)


def test_a_dialogue_is_the_mean_of_its_answers() -> None:
    (one,) = marked(pair("p", "dialogue", "Where?", "In a forest.", "Who?", "A boy."), "In a forest.", "")
    assert one.value == 0.5


def test_H8_MBAcc_wants_every_binary_pair_of_a_question_right() -> None:
    two = ("Red", "Blue")
    asked = [pair(name, "choice", "?", "Red", options=two, question=of) for name, of in
             (("a", "q1"), ("b", "q1"), ("c", "q2"), ("d", "q2"), ("e", ""))]  # fmt: skip
    said = {"a": "A", "b": "A", "c": "A", "d": "B", "e": "A"}
    marks = {one.id: marked(one, said[one.id])[0] for one in asked}
    found = {one.about: (one.value, one.chance) for one in multi_binary(asked, marks)}
    # accuracy is 4 / 5 and MBAcc 1 / 2; a guess is right twice in a quarter
    assert found == {"q1": (1.0, QUARTER), "q2": (0.0, QUARTER)}


def test_a_question_that_lacks_a_mark_is_no_question() -> None:
    asked = [pair(name, "yes_no", "?", "Yes.", question="q") for name in "ab"]
    one = {"a": marked(asked[0], "Yes")[0]}
    assert list(multi_binary(asked, one)) == []
    assert next(multi_binary(asked, {**one, "b": marked(asked[1], "Yes")[0]})).value == 1.0


def test_twins_are_right_together_whoever_names_the_other() -> None:
    asked = [pair("a", "yes_no", "?", "Yes.", twin="b"), pair("b", "yes_no", "?", "No.", twin="a"),
             pair("c", "yes_no", "?", "No.", twin="d"), pair("d", "yes_no", "?", "Yes."),
             pair("e", "yes_no", "?", "No.", twin="gone")]  # fmt: skip
    marks = {one.id: marked(one, "Yes")[0] for one in asked}
    found = list(both_twins(asked, marks))
    # whoever always says yes is right half of the time, and never about both
    assert [(one.about, one.value, one.chance) for one in found] == [("a b", 0.0, QUARTER), ("c d", 0.0, QUARTER)]


def test_what_is_wrong_with_one_is_told_of_all() -> None:
    asked = [pair(name, "yes_no", "?", "Yes.", question="q") for name in "ab"]
    missing = {one.id: next(mark(one, None, "", 9)) for one in asked}
    assert next(multi_binary(asked, missing)).state == "missing"
    one = {**missing, "a": marked(asked[0], "Perhaps")[0]}
    assert next(multi_binary(asked, one)).state == "unparsed"
    half = {**missing, "a": marked(asked[0], "Yes")[0]}
    assert (next(multi_binary(asked, half)).state, next(multi_binary(asked, half)).value) == ("scored", 0.0)
