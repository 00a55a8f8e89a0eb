from __future__ import annotations

from collections.abc import Sequence

import pytest

from dreamgen.core.pairs import Answer, Form, InstructionPair, Program, Turn
from dreamgen.engines.vision.seeing import Query, Seen
from dreamgen.verify.comparing.judging import briefs, chances
from dreamgen.verify.comparing.keys import Case, Held, hold, judged, verdict

COLOURS = ("Green", "Purple", "Yellow")


def pair(form: Form, *said: str, options: tuple[str, ...] = (), right: int | None = None) -> InstructionPair:
    turns = [Turn(role="assistant" if place % 2 else "human", text=text) for place, text in enumerate(said)]
    return InstructionPair(
        id="p1", clip="scene-01", task="attribute", form=form, turns=tuple(turns), options=options, answer_index=right,
        claims=("c1",), program=Program(name="colour_of"),
    )  # fmt: skip


def held(one: InstructionPair, *answers: Answer) -> list[Held]:
    return [hold(one, answer, 0.2) for answer in answers]


def of(text: str = "", chances: tuple[float, ...] = (), turn: int = 0, failure: str = "") -> Answer:
    return Answer(about="p1", turn=turn, text=text, chances=chances, by="vlm", failure=failure)


@pytest.mark.parametrize(
    ("chances", "outcome", "confidence"),
    [((0.8, 0.1, 0.1), "supported", 0.8), ((0.1, 0.8, 0.1), "refuted", 0.9), ((0.45, 0.4, 0.15), "unsure", 0.95)],
)
def test_a_choice_is_held_against_its_key_by_a_margin(
    chances: tuple[float, ...], outcome: str, confidence: float
) -> None:
    choice = pair("choice", "What colour is it?", "Green", options=COLOURS, right=0)
    said = verdict(choice, held(choice, of("Green", chances)), "vlm")
    assert said.outcome == outcome
    assert said.confidence == pytest.approx(confidence)
    assert "'Green'" in said.evidence
    assert said.reason == {"supported": "", "refuted": "vlm_disagrees", "unsure": "undecided"}[outcome]


@pytest.mark.parametrize(("key", "yes", "outcome"), [("Yes.", 0.9, "supported"), ("No, not at all.", 0.9, "refuted")])
def test_yes_and_no_are_held_against_the_word_that_the_key_begins_with(key: str, yes: float, outcome: str) -> None:
    asked = pair("yes_no", "Is it green?", key)
    assert verdict(asked, held(asked, of("Yes", (yes, 1 - yes))), "vlm").outcome == outcome


def test_no_answer_is_nobodys_vote() -> None:
    choice = pair("choice", "What colour is it?", "Green", options=COLOURS, right=0)
    said = verdict(choice, held(choice, of(failure="refused")), "vlm")
    assert (said.outcome, said.reason) == ("unsure", "refused")
    short = verdict(choice, held(choice, of("Green", (0.9, 0.1))), "vlm")
    assert (short.outcome, short.reason) == ("unsure", "prose")


def test_free_words_that_rules_can_not_compare_are_left_to_a_judge() -> None:
    asked = pair("open", "What is he doing?", "He is walking with a lantern.")
    (one,) = held(asked, of("An old man strolls along, a lamp in his hand."))
    said = "An old man strolls along, a lamp in his hand."
    assert one.case == Case("p1", 0, "What is he doing?", "He is walking with a lantern.", said, "same")
    assert verdict(asked, [one], "vlm").reason == "not_comparable"
    assert verdict(asked, [judged(one, 0.9, 0.7, 0.3)], "vlm").outcome == "supported"
    assert verdict(asked, [judged(one, 0.1, 0.7, 0.3)], "vlm").reason == "vlm_disagrees"
    assert verdict(asked, [judged(one, 0.5, 0.7, 0.3)], "vlm").reason == "undecided"
    assert verdict(asked, [judged(one, None, 0.7, 0.3)], "vlm").reason == "no_judgement"


def test_a_description_must_only_not_contradict_the_key() -> None:
    asked = pair("caption", "Describe it.", "A boy walks in a forest.")
    (one,) = held(asked, of("A boy in a green sweater, among trees."))
    assert one.case is not None
    assert one.case.kind == "compatible"


def test_one_wrong_turn_of_a_dialogue_refutes_it() -> None:
    talk = pair("dialogue", "How many people are there?", "One.", "What colour is the coat?", "Red.")
    good = [of("1"), of("It is red", turn=1)]
    assert verdict(talk, held(talk, *good), "vlm").outcome == "supported"
    assert verdict(talk, held(talk, of("1"), of("Blue", turn=1)), "vlm").outcome == "refuted"
    assert verdict(talk, held(talk, of("1"), of(failure="cut_off", turn=1)), "vlm").outcome == "unsure"


def test_a_guess_does_not_refute_that_the_video_does_not_tell() -> None:
    options = ("Green", "Purple", "The video does not tell")
    open_one = pair("choice", "What colour is it?", options[2], options=options, right=2)
    secret = open_one.model_copy(update={"answerable": False})
    guess = of("Green", (0.9, 0.05, 0.05))
    assert verdict(open_one, held(open_one, guess), "vlm").outcome == "refuted"
    said = verdict(secret, held(secret, guess), "vlm")
    assert (said.outcome, said.reason) == ("unsure", "guessed")
    assert "'Green' 0.90" in said.evidence


def test_the_judge_is_asked_both_ways_and_what_it_likes_to_say_drops_out() -> None:
    case = Case("p1", 0, "What is he doing?", "Walking.", "He strolls.", "same")
    straight, turned = briefs([case])
    assert "say what the first one says" in straight.text
    assert "something else" in turned.text
    assert "Walking." in straight.system + straight.text

    def said(queries: Sequence[Query], *rows: tuple[float, ...]) -> list[Seen]:
        return [Seen(query, row) for query, row in zip(queries, rows, strict=True)]

    assert list(chances(said((straight, turned), (0.9, 0.1), (0.1, 0.9)), 0.5)) == [pytest.approx(0.9)]
    assert list(chances(said((straight, turned), (0.95, 0.05), (0.95, 0.05)), 0.5)) == [pytest.approx(0.5)]
    assert list(chances(said((straight, turned), (0.1, 0.1), (0.1, 0.9)), 0.5)) == [None]
