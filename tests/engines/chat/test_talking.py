from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from pydantic import Field, create_model

from dreamgen.engines.chat.asking import Reply, Request, no_faults
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat
from dreamgen.engines.chat.talking import SHOWN
from dreamgen.story.expansion.drafts import ScenePlan, ShotDraft
from tests.scripted import Asked, Behave, ScriptedServer

Three = create_model("Three", __base__=ScenePlan, shots=(tuple[ShotDraft, ...], Field(min_length=3, max_length=3)))


def plan(text: str = "Mara walks.", shots: int = 3) -> dict[str, object]:
    step = {"who": "mara", "does": "walk", "whom": None, "using": None, "feels": None}
    one = {"text": text, "framing": "wide", "steps": [step], "tells": None}
    return {"shots": [one] * shots, "dialogue": [], "questions": []}


def one(
    server: ScriptedServer, kept: Path, faults: Callable[[ScenePlan], Sequence[str]] = no_faults, asks: int = 3
) -> Reply[ScenePlan]:
    model = ChatModel(model="scripted", base_url=server.url, asks=asks)
    shape: type[ScenePlan] = Three
    request = Request("story/scene", "scene-01-01", "You write films.", "Write the scene.", shape, 7, faults)
    (reply,) = open_chat(model, kept).ask([request])
    return reply


def test_a_right_answer_is_asked_for_once(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        reply = one(server, tmp_path)
    assert reply.answer is not None and reply.asks == 1 and reply.failure is None and not reply.detail
    assert len(reply.answer.shots) == 3


@pytest.mark.parametrize(
    "habit", ["cut", "not_json", "short", "long", "elided", "wrong_type", "empty", "refuse", "filtered"]
)
def test_a_bad_answer_is_asked_for_again(habit: str, tmp_path: Path) -> None:
    with ScriptedServer([Behave(habit, times=1)]) as server:  # type: ignore[arg-type]
        reply = one(server, tmp_path)
    assert reply.answer is not None and reply.asks == 2
    assert len(reply.answer.shots) == 3


@pytest.mark.parametrize("habit", ["prose", "dreamframe", "nameless"])
def test_what_can_be_repaired_needs_no_other_ask(habit: str, tmp_path: Path) -> None:
    with ScriptedServer([Behave(habit)]) as server:  # type: ignore[arg-type]
        reply = one(server, tmp_path)
    assert reply.answer is not None and reply.asks == 1


@pytest.mark.parametrize(
    ("habit", "failure", "detail"),
    [
        ("cut", "cut_off", "cut off after"),
        ("not_json", "malformed", "no JSON object"),
        ("short", "malformed", "at least 3 are wanted"),
        ("long", "malformed", "at most 3 are wanted"),
        ("wrong_type", "malformed", 'can\'t be "and so on"'),
        ("empty", "malformed", "empty"),
        ("refuse", "refused", "I'm sorry"),
        ("filtered", "refused", "declined"),
    ],
)
def test_after_so_many_asks_it_is_given_up_and_said_why(habit: str, failure: str, detail: str, tmp_path: Path) -> None:
    with ScriptedServer([Behave(habit)]) as server:  # type: ignore[arg-type]
        reply = one(server, tmp_path, asks=2)
    assert (reply.answer, reply.best, reply.asks, reply.failure) == (None, None, 2, failure)
    assert detail in reply.detail
    assert len(server.asked) == 2


def test_the_next_ask_carries_the_bad_reply_and_what_was_wrong(tmp_path: Path) -> None:
    with ScriptedServer(reply=lambda asked: plan(shots=2 if asked.ask == 1 else 3)) as server:
        reply = one(server, tmp_path)
    assert reply.asks == 2
    roles = [message["role"] for message in server.asked[1].messages]
    assert roles == ["system", "user", "assistant", "user"]
    assert "Mara walks." in server.asked[1].messages[2]["content"]
    last = server.asked[1].messages[3]["content"]
    assert "- shots has 2 items; at least 3 are wanted." in last
    # a server may have left the schema out without a word, so the model sees it now
    assert '"minItems":3' in last


def test_only_the_last_bad_reply_is_carried_along(tmp_path: Path) -> None:
    with ScriptedServer(reply=lambda asked: plan(shots=4)) as server:
        one(server, tmp_path, asks=4)
    assert [len(asked.messages) for asked in server.asked] == [2, 4, 4, 4]


def test_an_endless_reply_is_not_carried_along_whole(tmp_path: Path) -> None:
    with ScriptedServer(reply=lambda asked: "x" * 50_000) as server:
        one(server, tmp_path, asks=2)
    assert len(server.asked[1].messages[2]["content"]) < SHOWN + 20


def test_after_a_reply_that_was_cut_off_a_shorter_one_is_asked_for(tmp_path: Path) -> None:
    with ScriptedServer([Behave("cut", times=1)]) as server:
        one(server, tmp_path)
    assert len(server.asked[1].messages) == 2
    assert "Keep it short" in server.asked[1].user


def test_what_the_asker_finds_wrong_is_told_too(tmp_path: Path) -> None:
    def no_rain(answer: ScenePlan) -> Sequence[str]:
        return [f"shots[{n}]: it must not rain." for n, shot in enumerate(answer.shots, 1) if "rain" in shot.text]

    def author(asked: Asked) -> object:
        return plan("It rains." if asked.ask == 1 else "The sun shines.")

    with ScriptedServer(reply=author) as server:
        reply = one(server, tmp_path, no_rain)
    assert reply.asks == 2 and reply.answer is not None and reply.answer.shots[0].text == "The sun shines."
    assert "- shots[2]: it must not rain." in server.asked[1].messages[3]["content"]


def test_of_answers_that_stay_wrong_the_best_is_handed_on(tmp_path: Path) -> None:
    def faults(answer: ScenePlan) -> Sequence[str]:
        return ["too dull"] * int(answer.shots[0].text.split()[0])

    texts = {1: "3 faults", 2: "1 fault", 3: "2 faults"}
    with ScriptedServer() as server:
        asks = iter(range(1, 4))
        server._reply = lambda asked: plan(texts[next(asks)])
        reply = one(server, tmp_path, faults)
    assert reply.failure == "wrong" and reply.answer is None
    assert reply.best is not None and reply.best.shots[0].text == "1 fault"


def test_dots_in_place_of_words_are_wrong_for_everybody(tmp_path: Path) -> None:
    with ScriptedServer(reply=lambda asked: plan("……")) as server:
        reply = one(server, tmp_path, asks=2)
    assert reply.failure == "wrong" and "shots[1].text is left out" in reply.detail


def test_each_ask_has_a_seed_of_its_own(tmp_path: Path) -> None:
    with ScriptedServer([Behave("refuse")]) as server:
        one(server, tmp_path)
    assert len({asked.body["seed"] for asked in server.asked}) == 3
    with ScriptedServer([Behave("refuse")]) as again:
        one(again, tmp_path / "anew")
    assert [asked.body["seed"] for asked in again.asked] == [asked.body["seed"] for asked in server.asked]


def test_a_rerun_replays_every_ask_without_a_call(tmp_path: Path) -> None:
    with ScriptedServer([Behave("short")]) as server:
        first = one(server, tmp_path)
        again = one(server, tmp_path)
    assert len(server.asked) == 3
    assert (first.failure, first.detail, first.asks) == (again.failure, again.detail, again.asks)


def test_nothing_to_ask_is_nothing_to_open(tmp_path: Path) -> None:
    chat = open_chat(ChatModel(model="openai:no-such-model"), tmp_path)
    assert list(chat.ask([])) == []
    assert not list(tmp_path.iterdir())


def test_braces_and_half_characters_in_a_text_are_sent_as_they_are_or_as_well_as_can_be(tmp_path: Path) -> None:
    request = Request("story/scene", "scene-01-01", "You {write} %s films.", "Write \ud83d {0} {{x}}.", ScenePlan)
    with ScriptedServer() as server:
        (reply,) = open_chat(ChatModel(model="scripted", base_url=server.url), tmp_path).ask([request])
    assert reply.answer is not None
    assert [message["content"] for message in server.asked[0].messages] == [
        "You {write} %s films.",
        "Write ? {0} {{x}}.",
    ]
