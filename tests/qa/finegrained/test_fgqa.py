"""The synthesizer as a whole: what a language model writes becomes pairs, or a line that says why not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.claims import Claim, Description
from dreamgen.core.media import Clip
from dreamgen.core.question_types import QUESTION_TYPES, histogram, type_of
from dreamgen.engines.chat.model import ChatModel
from dreamgen.errors import UsageError
from dreamgen.qa.programs import rerun
from dreamgen.qa.synthesizers.fgqa import FgqaSynthesizer
from tests.qa.finegrained.writing import coat, draft, hat, step, wave, written
from tests.scripted import Asked, Behave, ScriptedServer

World = tuple[Claim, ...]


def two(asked: Asked) -> dict[str, Any]:
    return {"questions": [coat(asked), wave(asked)]}


def test_P1_every_question_has_one_of_the_twelve_types(tmp_path: Path, clip: Clip, small_world: World) -> None:
    pairs, rejects, asked = written(two, clip, small_world, tmp_path)
    assert rejects == []
    assert [type_of(pair) for pair in pairs] == ["Object Attributes", "Action Recognition"]
    assert all(f"  {kind}: " in asked[0].text for kind in QUESTION_TYPES)
    assert dict(histogram(pairs))["Object Attributes"] == 1


def test_an_answer_rests_on_the_claims_that_it_names(tmp_path: Path, clip: Clip, small_world: World) -> None:
    (first, _), _, _ = written(two, clip, small_world, tmp_path)
    by_id = {claim.id: claim for claim in small_world}
    assert [by_id[name].kind for name in first.claims] == ["attribute"]
    assert first.span == (0.0, 8.0) and first.masklets == ("mara",) and first.weight == 0.5
    assert rerun(first.program, small_world) is None


def test_P1_a_type_that_is_none_is_asked_for_again(tmp_path: Path, clip: Clip, small_world: World) -> None:
    def reply(asked: Asked) -> dict[str, Any]:
        return {"questions": [coat(asked) if asked.ask > 1 else coat(asked) | {"type": "Vibes"}]}

    pairs, rejects, asked = written(reply, clip, small_world, tmp_path)
    assert len(pairs) == 1 and rejects == [] and len(asked) == 2
    pairs, rejects, _ = written(
        lambda asked: {"questions": [coat(asked) | {"type": "Vibes"}]}, clip, small_world, tmp_path / "other"
    )
    assert pairs == [] and [one.reason for one in rejects] == ["no_answer_malformed"]


def test_P16_prose_is_no_answer(tmp_path: Path, clip: Clip, small_world: World) -> None:
    pairs, rejects, _ = written(None, clip, small_world, tmp_path, [Behave("not_json")])
    assert pairs == [] and [(one.kind, one.reason) for one in rejects] == [("text", "no_answer_malformed")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"answer": "The woman wears a green coat."}, "contradicts_claims"),
        ({"answer": "The woman wears a red coat made of wool."}, "not_in_claims"),
        ({"type": "Counting"}, "wrong_type"),
        ({"question": "Does the woman wear a red coat?", "answer": "Yes"}, "wrong_form"),
        ({"question": "What colour is the coat that Mara wears?"}, "speaks_by_name"),
        ({"question": "What colour is the umbrella of the horse?"}, "asks_of_what_is_not_there"),
        ({"answer": "The woman does not wear a blue coat."}, "says_what_is_not"),
    ],
)
def test_what_is_wrong_with_a_question_is_said(
    tmp_path: Path, clip: Clip, small_world: World, change: dict[str, str], reason: str
) -> None:
    pairs, rejects, _ = written(
        lambda asked: {"questions": [wave(asked), coat(asked) | change]}, clip, small_world, tmp_path
    )
    assert len(pairs) == 1 and [one.reason for one in rejects] == [reason]


def test_a_question_about_what_changes_says_when(tmp_path: Path, clip: Clip, small_world: World) -> None:
    def reply(asked: Asked) -> dict[str, Any]:
        walks = draft(asked, "woman is walking", "Action Recognition", "What does the woman do?", "She is walking.")
        return {"questions": [walks, walks | {"question": "What is the woman doing while the boy waves?"}]}

    pairs, rejects, _ = written(reply, clip, small_world, tmp_path)
    assert [pair.turns[0].text for pair in pairs] == ["What is the woman doing while the boy waves?"]
    assert [one.reason for one in rejects] == ["asks_of_no_time"]


def test_the_next_round_is_told_what_was_wrong_and_what_is_rare(tmp_path: Path, clip: Clip, small_world: World) -> None:
    def reply(asked: Asked) -> dict[str, Any]:
        if "<rejected>" in asked.user:
            return {"questions": [coat(asked)]}
        return {"questions": [coat(asked) | {"answer": "A green coat."}, wave(asked)]}

    pairs, rejects, asked = written(reply, clip, small_world, tmp_path, rounds=2)
    assert "the facts that it names say something else than green" in asked[1].user
    few = asked[1].text.partition("of which there are few: ")[2].partition(":")[0]
    assert "Counting" in few and "Action Recognition" not in few
    assert [pair.task for pair in pairs] == ["action", "attribute"]
    assert [one.reason for one in rejects] == ["contradicts_claims"]


def test_P10_follow_ups_see_the_first_answers_and_go_deeper(tmp_path: Path, clip: Clip, small_world: World) -> None:
    def reply(asked: Asked) -> dict[str, Any]:
        if step(asked) == "follow-ups":
            return {"questions": [hat(asked, follows="Q1"), coat(asked, follows="Q2")]}
        return two(asked)

    pairs, rejects, asked = written(reply, clip, small_world, tmp_path, follow_ups=2)
    assert "Q1: What colour is the coat that the woman has on? — The woman wears a red coat." in asked[1].user
    assert len(pairs) == 3 and dict(pairs[2].program.arguments)["follows"] == pairs[0].id
    assert [one.reason for one in rejects] == ["near_duplicate"]


def test_P10_a_follow_up_with_the_same_answer_is_none(tmp_path: Path, clip: Clip, small_world: World) -> None:
    def reply(asked: Asked) -> dict[str, Any]:
        if step(asked) == "follow-ups":
            again = coat(asked, follows="Q1") | {"question": "Over her clothes, which colour of coat is worn by her?"}
            return {"questions": [again]}
        return two(asked)

    _, rejects, _ = written(reply, clip, small_world, tmp_path, follow_ups=1)
    assert [one.reason for one in rejects] == ["repeats_answer"]


def test_P10_descriptions_are_privileged_information_too(tmp_path: Path, clip: Clip) -> None:
    seen = (
        Description(start=0.0, end=8.0, text="A man cuts an onion on a wooden board with a long knife."),
        Description(start=0.0, end=8.0, text="Steam rises from a pot on the stove."),
    )

    def reply(asked: Asked) -> dict[str, Any]:
        good = draft(
            asked, "onion", "Object Recognition", "Which vegetable is cut on the wooden board?", "He cuts an onion."
        )
        return {"questions": [good, good | {"question": "What is cut with the knife?", "answer": "He cuts a carrot."}]}

    pairs, rejects, _ = written(reply, clip, seen, tmp_path)
    assert [pair.claims for pair in pairs] == [(seen[0].id,)]
    assert [(one.reason, "carrot" in one.detail) for one in rejects] == [("not_checkable", True)]


def test_P11_each_wrong_answer_is_a_binary_pair_of_its_question(tmp_path: Path, clip: Clip, small_world: World) -> None:
    def reply(asked: Asked) -> dict[str, Any]:
        assert step(asked) == "questions", "claims give enough wrong answers"
        return two(asked)

    pairs, rejects, _ = written(reply, clip, small_world, tmp_path, negatives=3)
    binary = [pair for pair in pairs if pair.form == "choice"]
    assert rejects == [] and len(binary) == 6
    for question in (pair for pair in pairs if pair.form == "open"):
        rows = [pair for pair in binary if pair.question == question.id]
        assert len({pair.options for pair in rows}) == len(rows) == 3
        assert {pair.options[pair.answer_index or 0] for pair in rows} == {question.turns[-1].text}
        assert {pair.answer_index for pair in rows} == {0, 1}
        assert {pair.claims for pair in rows} == {question.claims}


def test_P11_what_claims_do_not_give_is_written_and_checked(tmp_path: Path, clip: Clip) -> None:
    seen = (
        Description(start=0.0, end=8.0, text="A person peels a potato beside a bowl of carrots."),
        Description(start=0.0, end=8.0, text="Steam rises from a pot on the stove."),
    )
    tries = iter((["She peels an apple.", "She cuts the carrot."], ["She peels an apple!", "She peels a turnip."]))

    def reply(asked: Asked) -> dict[str, Any]:
        if step(asked) == "negatives":
            return {"negatives": [{"question": "Q1", "answer": text} for text in next(tries)][: 3 - asked.index]}
        asks = "What is being handled beside the bowl of carrots?"
        return {"questions": [draft(asked, "potato", "Object Recognition", asks, "She peels a potato.")]}

    pairs, rejects, asked = written(reply, clip, seen, tmp_path, pairs=1, negatives=2, rounds=2)
    (row,) = (pair for pair in pairs if pair.form == "choice")
    assert set(row.options) == {"She peels a potato.", "She peels an apple."}
    assert dict(row.program.arguments)["from"] == "model"
    assert [one.reason for one in rejects] == ["several_details_changed", "near_duplicate"]
    assert "'peels a potato' is more than one detail" in asked[-1].user
    assert "Q1 has this already: She peels an apple." in asked[-1].user


def test_a_second_look_drops_what_the_model_does_not_agree_with(tmp_path: Path, clip: Clip, small_world: World) -> None:
    def reply(asked: Asked) -> dict[str, Any]:
        if step(asked) != "confirm":
            return two(asked)
        lines = asked.user.partition("<answers>")[2].splitlines()
        letters = {text: letter for letter, _, text in (line.partition(". ") for line in lines) if text}
        if "The woman wears a red coat." in letters:
            other = next(text for text in letters if text != "The woman wears a red coat.")
            return {"right": [letters["The woman wears a red coat."], letters[other]]}
        return {"right": []}

    pairs, rejects, _ = written(reply, clip, small_world, tmp_path, negatives=2, confirm=True)
    assert [pair.form for pair in pairs] == ["open", "choice"]
    assert Counter(one.reason for one in rejects) == {
        "right_in_other_words": 1, "not_confirmed": 1, "rests_on_dropped_question": 2
    }  # fmt: skip


def test_P16_a_second_look_that_can_not_be_read_confirms_nothing(
    tmp_path: Path, clip: Clip, small_world: World
) -> None:
    def reply(asked: Asked) -> Any:
        return {"right": ["Z"]} if step(asked) == "confirm" else two(asked)

    pairs, rejects, _ = written(reply, clip, small_world, tmp_path, confirm=True)
    assert pairs == [] and [(one.kind, one.reason) for one in rejects] == [("pair", "no_answer_malformed")] * 2


def test_P18_questions_of_somebody_with_glasses_are_short_and_have_a_domain(
    tmp_path: Path, clip: Clip, small_world: World
) -> None:
    def reply(asked: Asked) -> dict[str, Any]:
        if step(asked) == "domain":
            return {"domain": "animals"}
        mine = {**coat(asked), "question": "What colour is her coat?", "answer": "Red."}
        return {"questions": [mine if "wears the camera" in asked.text else wave(asked)]}

    pairs, rejects, _ = written(reply, clip, small_world, tmp_path, pairs=1, glasses=1, domain=True, negatives=1)
    assert rejects == [] and {pair.domain for pair in pairs} == {"animals"}
    assert [(pair.form, "PLM-VideoBench/SGQA" in pair.benchmarks) for pair in pairs] == [
        ("open", False), ("choice", False), ("open", True)
    ]  # fmt: skip


def test_what_is_answered_is_not_asked_again(tmp_path: Path, clip: Clip, small_world: World) -> None:
    with ScriptedServer(reply=two) as server:
        chat = ChatModel(model="scripted", base_url=server.url, method="json_schema")
        synthesizer = FgqaSynthesizer(chat=chat, pairs=2, rounds=1, follow_ups=0, confirm=False)
        first = list(synthesizer.synthesize(clip, small_world, 7, tmp_path))
        asked = len(server.asked)
        again = FgqaSynthesizer.model_validate(synthesizer.model_dump(exclude={"prompts"}))
        assert list(again.synthesize(clip, small_world[::-1], 7, tmp_path)) == first
        assert len(server.asked) == asked > 0


def test_several_clips_are_at_work_where_the_model_is_served(tmp_path: Path) -> None:
    served = ChatModel(model="scripted", base_url="http://localhost:1/v1", concurrency=8)
    assert FgqaSynthesizer(chat=served, pairs=6, sheet=3).together == 4
    assert FgqaSynthesizer(chat=ChatModel(model=str(tmp_path))).together == 1


def test_P17_a_receipt_names_the_model_and_every_prompt_in_use() -> None:
    synthesizer = FgqaSynthesizer(chat=ChatModel(model="openai:any"), confirm=False)
    told = synthesizer.model_dump(mode="json")
    assert [name for name, _ in told["prompts"]] == ["qa/fgqa", "qa/fgqa_negatives"]
    assert told["chat"]["model"] == "openai:any"


def test_a_model_must_be_named() -> None:
    with pytest.raises(UsageError, match="model"):
        FgqaSynthesizer(chat=ChatModel()).ready()


def test_clips_of_which_little_is_known_are_left_alone(tmp_path: Path, clip: Clip, small_world: World) -> None:
    assert written(two, clip, small_world[:1], tmp_path) == ([], [], [])
    assert written(two, clip.model_copy(update={"id": "film"}), small_world, tmp_path) == ([], [], [])
