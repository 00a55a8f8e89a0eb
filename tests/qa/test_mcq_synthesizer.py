"""A language model writes questions with five options; here it is a server that writes by script."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.claims import Claim, Description
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.errors import ModelError, UsageError
from dreamgen.export.conversations import messages
from dreamgen.qa.balance import balance_letters, letters
from dreamgen.qa.synthesizers.mcq import McqSynthesizer
from tests.scripted import Asked, Behave, ScriptedServer

FOODS = ("carrot", "onion", "potato", "pepper", "turnip")
CLAIMS: tuple[Claim, ...] = (
    *(
        Description(start=n, end=n + 1, text=f"The man cuts a {food} on a board.", nth=n)
        for n, food in enumerate(FOODS)
    ),
)


ASKED = (
    "What does the man cut at 0:00?", "At 0:01, which food lies on the board?", "Which food is it that is cut at 0:02?",
    "The man cuts something at 0:03: what?", "Name what is on the board at 0:04. What is it?",
)  # fmt: skip


def question(number: str, when: int, **fields: Any) -> dict[str, Any]:
    others = ("An apple", "A peach", "A cherry", "A melon")
    told = {
        "facts": [number], "task": "action", "question": ASKED[when],
        "answer": f"A {FOODS[when]}", "wrong": list(others),
    }  # fmt: skip
    return {**told, **fields}


def number_of(asked: Asked, food: str) -> str:
    found = re.search(rf"^(F\d+): .*{food}", asked.user, re.MULTILINE)
    assert found is not None
    return found[1]


def good(asked: Asked) -> dict[str, Any]:
    wanted = re.search(r"Write (\d+) question", asked.user)
    assert wanted is not None
    left = [when for when, text in enumerate(ASKED) if text not in asked.user.partition("<rejected>")[2]]
    return {"pairs": [question(number_of(asked, FOODS[when]), when) for when in left[: int(wanted[1])]]}


def made(server: ScriptedServer, clip: Clip, kept: Path, **options: Any) -> tuple[list[InstructionPair], list[Reject]]:
    chat = ChatModel(model="pen", base_url=server.url, method="json_schema", tries=1, asks=2)
    synthesizer = McqSynthesizer(chat=chat, **{"pairs": 5, "sheet": 5, "rounds": 1, **options})
    found = list(synthesizer.synthesize(clip, CLAIMS, 7, kept))
    return [one for one in found if isinstance(one, InstructionPair)], [one for one in found if isinstance(one, Reject)]


def test_P9_five_options_of_which_one_is_right_rest_on_the_claims_that_they_name(tmp_path: Path, clip: Clip) -> None:
    with ScriptedServer(reply=good) as server:
        pairs, rejects = made(server, clip, tmp_path)
    assert rejects == [] and len(pairs) == 5
    by_id = {claim.id: claim for claim in CLAIMS}
    for pair in pairs:
        (claim,) = (by_id[name] for name in pair.claims)
        right = pair.options[pair.answer_index or 0]
        assert (
            isinstance(claim, Description) and right.split()[-1] in claim.text and pair.span == (claim.start, claim.end)
        )
        assert len(pair.options) == 5 and not any(
            option.split()[-1] in claim.text for option in set(pair.options) - {right}
        )


def test_P9_the_options_are_lettered_from_A_to_E_and_each_letter_is_right_as_often(tmp_path: Path, clip: Clip) -> None:
    with ScriptedServer(reply=good) as server:
        pairs, _ = made(server, clip, tmp_path)
    balanced = balance_letters(pairs, 1)
    assert letters(balanced) == dict.fromkeys("ABCDE", 1)
    (_, asked), (_, answer) = messages(balanced[0])
    assert re.findall(r"^([A-Z])\. ", asked, re.MULTILINE) == list("ABCDE") and answer in "ABCDE"


def test_P17_model_and_prompt_are_part_of_every_question(tmp_path: Path, clip: Clip) -> None:
    with ScriptedServer(reply=good) as server:
        (pair, *_), _ = made(server, clip, tmp_path)
    assert pair.program.arguments == (("prompt", read_prompt("qa/mcq").fingerprint), ("model", "pen"))
    assert pair.weight < 1


def test_what_is_not_taken_is_written_down_and_told(tmp_path: Path, clip: Clip) -> None:
    def reply(asked: Asked) -> dict[str, Any]:
        if "<rejected>" in asked.user:
            return good(asked)
        number = number_of(asked, "carrot")
        return {"pairs": [question(number, 0, wrong=["An apple", "A board", "A cherry", "A melon"])]}

    with ScriptedServer(reply=reply) as server:
        pairs, rejects = made(server, clip, tmp_path, pairs=1, rounds=2)
    assert [(one.kind, one.reason) for one in rejects] == [("pair", "two_right_answers")]
    assert "'A board'" in server.asked[-1].user and len(pairs) == 1


def test_facts_are_data_and_name_nobody_who_is_not_there(tmp_path: Path, clip: Clip) -> None:
    with ScriptedServer(reply=good) as server:
        made(server, clip, tmp_path)
    (asked,) = server.asked
    told = asked.user.partition("<facts>")[2].partition("</facts>")[0]
    assert all(food in told for food in FOODS) and "carrot on a board" not in str(asked.messages[0]["content"])


def test_prose_leaves_a_line_and_a_server_that_is_down_stops_the_run(tmp_path: Path, clip: Clip) -> None:
    with ScriptedServer([Behave("not_json")]) as server:
        pairs, rejects = made(server, clip, tmp_path)
    assert pairs == [] and [(one.kind, one.reason) for one in rejects] == [("text", "no_answer_malformed")]
    with pytest.raises(ModelError):
        made(server, clip, tmp_path / "other")


def test_what_is_answered_is_not_asked_again_and_the_film_is_left_to_its_scenes(tmp_path: Path, clip: Clip) -> None:
    with ScriptedServer(reply=good) as server:
        first = made(server, clip, tmp_path)
        assert made(server, clip, tmp_path) == first and len(server.asked) == 1
        assert made(server, clip.model_copy(update={"id": "film"}), tmp_path) == ([], [])


def test_several_clips_are_at_work_at_once_within_the_limit_of_calls(tmp_path: Path) -> None:
    served = ChatModel(model="pen", base_url="http://localhost:1/v1", concurrency=8)
    assert McqSynthesizer(chat=served, pairs=6, sheet=3).together == 4
    assert McqSynthesizer(chat=served, pairs=40, sheet=1).together == 1
    (tmp_path / "config.json").write_text("{}", "utf-8")
    assert McqSynthesizer(chat=ChatModel(model=str(tmp_path))).together == 1


def test_a_task_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="acton"):
        McqSynthesizer(chat=ChatModel(model="openai:any"), tasks=("acton",)).ready()
