"""A language model writes pairs; here it is a server that writes by script, well or badly."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.model import ChatModel
from dreamgen.errors import ModelError, UsageError
from dreamgen.qa.programs import rerun
from dreamgen.qa.synthesizers.chat import ChatSynthesizer
from tests.scripted import Asked, Behave, ScriptedServer

World = tuple[Claim, ...]


def facts_in(asked: Asked) -> dict[str, str]:
    """Number to text, as the request tells them."""
    return dict(re.findall(r"^(F\d+): [^:]+:[^:]+:[^:]+: (.+)$", asked.user, re.MULTILINE)) | dict(
        re.findall(r"^(F\d+): In the whole video: (.+)$", asked.user, re.MULTILINE)
    )


def number_of(asked: Asked, text: str) -> str:
    return next(number for number, told in facts_in(asked).items() if text in told)


def good(asked: Asked) -> dict[str, Any]:
    one = {
        "facts": [number_of(asked, "is waving")], "task": "action", "form": "choice", "wrong": ["Dancing", "Kneeling"],
        "question": "What is the boy doing in the first half?", "answer": "Waving",
    }  # fmt: skip
    other = {
        "facts": [number_of(asked, "red coat")], "task": "attribute", "form": "yes_no", "wrong": [],
        "question": "Does the woman wear a blue coat?", "answer": "No",
    }  # fmt: skip
    return {"pairs": [one, other]}


def bad(asked: Asked) -> dict[str, Any]:
    pairs = good(asked)["pairs"]
    pairs[1] |= {"answer": "Yes"}
    return {"pairs": pairs}


def made(
    server: ScriptedServer, clip: Clip, world: World, kept: Path, **options: Any
) -> tuple[list[InstructionPair], list[Reject]]:
    chat = ChatModel(model="scripted", base_url=server.url, method="json_schema", tries=2, asks=2)
    found = list(ChatSynthesizer(chat=chat, **options).synthesize(clip, world, 7, kept))
    pairs = [one for one in found if isinstance(one, InstructionPair)]
    return pairs, [one for one in found if isinstance(one, Reject)]


def test_pairs_rest_on_the_claims_that_they_name(tmp_path: Path, clip: Clip, small_world: World) -> None:
    with ScriptedServer(reply=good) as server:
        pairs, rejects = made(server, clip, small_world, tmp_path, pairs=2, sheet=2)
    assert rejects == []
    by_id = {claim.id: claim for claim in small_world}
    choice, polar = pairs
    assert [by_id[name].kind for name in choice.claims] == ["action"]
    assert choice.options[choice.answer_index or 0] == choice.turns[-1].text == "Waving"
    assert polar.turns[-1].text == "No."
    assert choice.weight < 1 and rerun(choice.program, small_world) is None
    assert dict(choice.program.arguments)["model"] == "scripted"


def test_what_was_wrong_is_told_to_the_model_and_written_down(tmp_path: Path, clip: Clip, small_world: World) -> None:
    def reply(asked: Asked) -> dict[str, Any]:
        return {"pairs": good(asked)["pairs"][1:]} if "<rejected>" in asked.user else bad(asked)

    with ScriptedServer(reply=reply) as server:
        pairs, rejects = made(server, clip, small_world, tmp_path, pairs=2, sheet=2)
    assert [reject.reason for reject in rejects if reject.kind == "pair"] == ["contradicts_claims"]
    assert "the answer is Yes, but the facts that it names don't say blue" in server.asked[-1].user
    assert len(pairs) == 2


def test_a_model_is_given_no_names_and_can_name_only_what_is_there(
    tmp_path: Path, clip: Clip, small_world: World
) -> None:
    with ScriptedServer(reply=good) as server:
        made(server, clip, small_world, tmp_path, pairs=2, sheet=2)
    (asked,) = server.asked
    told = "\n".join(line for line in asked.user.splitlines() if "Mara walks" not in line and "Mara rests" not in line)
    assert "Mara" not in told and "mara" not in told
    named = set(re.findall(r'"(F\d+)"', json.dumps(asked.schema)))
    assert named == set(re.findall(r"^(F\d+):", asked.user, re.MULTILINE)) != set()


def test_what_is_answered_is_not_asked_again(tmp_path: Path, clip: Clip, small_world: World) -> None:
    with ScriptedServer(reply=good) as server:
        first = made(server, clip, small_world, tmp_path, pairs=2, sheet=2)
        asked = len(server.asked)
        assert made(server, clip, small_world, tmp_path, pairs=2, sheet=2) == first
        assert len(server.asked) == asked


def test_a_model_that_answers_in_prose_leaves_a_line(tmp_path: Path, clip: Clip, small_world: World) -> None:
    with ScriptedServer([Behave("not_json")]) as server:
        pairs, rejects = made(server, clip, small_world, tmp_path, pairs=2, sheet=2, rounds=1)
    assert pairs == []
    assert [(one.kind, one.reason) for one in rejects] == [("text", "no_answer_malformed")]


def test_a_server_that_is_down_stops_the_run(tmp_path: Path, clip: Clip, small_world: World) -> None:
    chat = ChatModel(model="scripted", base_url="http://127.0.0.1:1/v1", tries=1, timeout=2)
    with pytest.raises(ModelError):
        list(ChatSynthesizer(chat=chat).synthesize(clip, small_world, 7, tmp_path))


def test_the_film_and_clips_of_which_little_is_known_are_left_alone(
    tmp_path: Path, clip: Clip, small_world: World
) -> None:
    with ScriptedServer(reply=good) as server:
        assert made(server, clip.model_copy(update={"id": "film"}), small_world, tmp_path) == ([], [])
        assert made(server, clip, small_world[:1], tmp_path) == ([], [])
        assert server.asked == []


def test_a_task_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="acton"):
        ChatSynthesizer(chat=ChatModel(model="openai:any"), tasks=("acton",)).ready()
