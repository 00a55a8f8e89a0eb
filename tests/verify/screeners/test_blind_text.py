"""P12: questions that a language model answers from their text alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.engines.chat.model import ChatModel
from dreamgen.errors import ModelError, UsageError
from dreamgen.verify.screeners.blind_text import BlindTextScreener, times
from tests.scripted import Asked, Behave, ScriptedServer


def pair(name: str, question: str, options: Sequence[str] = (), right: str = "Yes") -> InstructionPair:
    return InstructionPair(
        id=name, clip="c", task="t", form="choice" if options else "yes_no", claims=("c1",),
        turns=(Turn(role="human", text=question), Turn(role="assistant", text=right)),
        options=tuple(options), answer_index=list(options).index(right) if options else None,
        program=Program(name="written"),
    )  # fmt: skip


SKY = pair("sky", "What colour is the sky?", ("It is blue.", "It is plaid."), "It is blue.")
CUP = pair("cup", "What colour is the cup?", ("It is red.", "It is green.", "It is teal.", "It is grey."), "It is red.")
RAIN = pair("rain", "Does it rain?")


def options(asked: Asked) -> dict[str, str]:
    """Option to letter."""
    return {text: letter for letter, text in re.findall(r"^([A-H])\. (.+)$", asked.user, re.MULTILINE)}


def thinks(*liked: str) -> Callable[[Asked], dict[str, Any]]:
    """Whoever takes one of these where it is offered, and else says that nothing tells."""

    def reply(asked: Asked) -> dict[str, Any]:
        letters = options(asked)
        return {"answer": next((letters[text] for text in liked if text in letters), "none")}

    return reply


def screened(
    reply: Callable[[Asked], Any] | None, kept: Path, *pairs: InstructionPair, behaviours: Sequence[Behave] = ()
) -> tuple[dict[str, str], list[Asked]]:
    with ScriptedServer(behaviours, reply=reply) as server:
        chat = ChatModel(model="scripted", base_url=server.url, method="json_schema", tries=2, asks=1)
        found = list(BlindTextScreener(chat=chat).screen(pairs, {}, kept))
    assert all((one.by, one.outcome) == ("blind_text", "refuted") for one in found)
    return {one.about: one.reason for one in found}, server.asked


def test_P12_what_is_answered_without_the_video_goes(tmp_path: Path) -> None:
    found, asked = screened(thinks("It is blue.", "Yes"), tmp_path, SKY, CUP, RAIN)
    assert found == {"sky": "answered_blind", "rain": "answered_blind"}
    assert len(asked) == 4 + 4 + 1
    assert {options(one)["It is blue."] for one in asked if "sky" in one.user} == {"A", "B"}


def test_P12_a_wrong_guess_and_one_that_nothing_tells_stay(tmp_path: Path) -> None:
    found, asked = screened(thinks("It is plaid.", "No"), tmp_path, SKY, CUP, RAIN)
    assert found == {} and len(asked) == 3


def test_P12_a_liking_for_a_letter_drops_nothing(tmp_path: Path) -> None:
    found, _ = screened(lambda asked: {"answer": "A"}, tmp_path, SKY, CUP, RAIN)
    assert found == {}


@pytest.mark.parametrize("reply", [None, lambda asked: {"answer": "Z"}, lambda asked: {"answer": ""}])
def test_P16_an_answer_that_can_not_be_read_is_neither_right_nor_wrong(
    tmp_path: Path, reply: Callable[[Asked], Any] | None
) -> None:
    behaviours = [Behave("not_json")] if reply is None else []
    assert screened(reply, tmp_path, SKY, RAIN, behaviours=behaviours)[0] == {}


def test_P12_the_video_and_the_key_are_not_shown(tmp_path: Path) -> None:
    told = SKY.model_copy(update={"rationale": "because of the key", "claims": ("csecret",)})
    _, (asked, *_) = screened(thinks(), tmp_path, told)
    assert "key" not in asked.user and "csecret" not in asked.text and asked.pictures == ()


def test_what_is_answered_is_not_asked_again(tmp_path: Path) -> None:
    with ScriptedServer(reply=thinks("It is blue.")) as server:
        screener = BlindTextScreener(chat=ChatModel(model="scripted", base_url=server.url, method="json_schema"))
        first = list(screener.screen((SKY,), {}, tmp_path))
        asked = len(server.asked)
        assert list(screener.screen((SKY,), {}, tmp_path)) == first != []
        assert len(server.asked) == asked


@pytest.mark.parametrize(("count", "asked"), [(2, 4), (3, 3), (4, 2), (5, 2)])
def test_so_often_is_asked_that_luck_is_rare(count: int, asked: int) -> None:
    assert times(count, 0.1) == asked and count**-asked <= 0.1


def test_a_server_that_is_down_stops_the_run(tmp_path: Path) -> None:
    chat = ChatModel(model="scripted", base_url="http://127.0.0.1:1/v1", tries=1, timeout=2)
    with pytest.raises(ModelError):
        list(BlindTextScreener(chat=chat).screen((SKY,), {}, tmp_path))


def test_a_model_must_be_named() -> None:
    with pytest.raises(UsageError, match="model"):
        BlindTextScreener(chat=ChatModel()).ready()
