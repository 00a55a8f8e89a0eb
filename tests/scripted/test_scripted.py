from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from dreamgen.story.expansion.drafts import ActPlan, Outline, Premise, ScenePlan
from tests.scripted import Asked, Behave, ScriptedServer
from tests.scripted.behaving import Habit

SHAPES = (Premise, Outline, ActPlan, ScenePlan)


def body(shape: type[BaseModel] = ScenePlan, user: str = "A scene.", how: str = "json_schema") -> dict[str, Any]:
    """A request for a shape, in one of the ways that there are."""
    schema = shape.model_json_schema()
    asked: dict[str, Any] = {"model": "any", "messages": [{"role": "user", "content": user}]}
    if how == "json_schema":
        asked["response_format"] = {"type": how, "json_schema": {"name": shape.__name__, "schema": schema}}
    elif how == "function_calling":
        asked["tools"] = [{"type": "function", "function": {"name": shape.__name__, "parameters": schema}}]
    else:
        asked["messages"].insert(0, {"role": "system", "content": f"Answer in this schema: {json.dumps(schema)} {{}}"})
        asked |= {"response_format": {"type": "json_object"}} if how == "json_mode" else {}
    return asked


def post(server: ScriptedServer, asked: dict[str, Any], key: str = "any") -> Any:
    """What the server answers."""
    headers = {"content-type": "application/json", "authorization": f"Bearer {key}"}
    request = urllib.request.Request(f"{server.url}/chat/completions", json.dumps(asked).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def said(answer: Any) -> str:
    """The text, whichever way it came."""
    message = answer["choices"][0]["message"]
    text = message["tool_calls"][0]["function"]["arguments"] if message.get("tool_calls") else message["content"]
    return str(text)


@pytest.mark.parametrize("how", ["json_schema", "function_calling", "json_mode", "plain"])
def test_every_shape_is_answered_however_it_is_asked_for(how: str) -> None:
    with ScriptedServer() as server:
        for shape in SHAPES:
            TypeAdapter(shape).validate_json(said(post(server, body(shape, how=how))))
    assert {asked.how for asked in server.asked} == {how}
    assert server.statuses == [200] * len(SHAPES)


def test_an_answer_follows_from_the_question_alone() -> None:
    with ScriptedServer() as one:
        first, other = said(post(one, body())), said(post(one, body(user="Another scene.")))
    with ScriptedServer() as two:
        post(two, body(user="Something else first."))
        again = said(post(two, body()))
    assert first == again != other


def test_lists_have_the_lengths_and_ids_that_are_asked_for() -> None:
    schema = {
        "type": "object",
        "properties": {
            "acts": {
                "type": "array", "minItems": 7, "maxItems": 7,
                "items": {
                    "type": "object",
                    "properties": {
                        "title": {"type": "string"}, "content": {"type": "string"},
                        "places": {"type": "array", "items": {"enum": ["pier", "wood"]}, "minItems": 1},
                        "cast": {"type": "array", "items": {"enum": ["ida", "rex"]}, "minItems": 1, "maxItems": 1},
                        "mood": {"anyOf": [{"$ref": "#/$defs/Mood"}, {"type": "null"}]},
                    },
                },
            }
        },
        "$defs": {"Mood": {"enum": ["good"]}},
    }  # fmt: skip
    asked = body()
    asked["response_format"]["json_schema"]["schema"] = schema
    with ScriptedServer() as server:
        acts = json.loads(said(post(server, asked)))["acts"]
    assert len(acts) == 7
    assert {tuple(act["cast"]) for act in acts} == {("ida",)}
    assert {place for act in acts for place in act["places"]} == {"pier", "wood"}
    assert {act["mood"] for act in acts} <= {"good", None}


def test_usage_is_told_and_the_peak_is_counted() -> None:
    nine = Barrier(9, timeout=60)

    def reply(asked: Asked) -> None:
        # nobody is answered before all are there
        nine.wait()

    with ScriptedServer(reply=reply) as server, ThreadPoolExecutor(9) as pool:
        answers = list(pool.map(lambda number: post(server, body(user=str(number))), range(9)))
    assert server.peak == 9
    assert all(answer["usage"]["completion_tokens"] > 0 for answer in answers)


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_errors_come_as_often_as_they_should(status: int) -> None:
    with ScriptedServer([Behave(status=status, times=1, retry_after=2)]) as server:
        with pytest.raises(urllib.error.HTTPError) as caught:
            post(server, body())
        with caught.value as error:
            assert (error.code, error.headers["retry-after"]) == (status, "2")
        post(server, body())
    assert server.statuses == [status, 200]


def test_each_question_can_meet_a_mishap_of_its_own() -> None:
    with ScriptedServer([Behave("empty", times=1, each=True)]) as server:
        told = [said(post(server, body(user=user))) for user in ("One.", "Two.", "One.", "Two.")]
    assert [bool(text) for text in told] == [False, False, True, True]


@pytest.mark.parametrize("when", [1, lambda asked: "Two" in asked.user])
def test_a_mishap_is_for_the_requests_that_are_meant(when: int | Callable[[Asked], bool]) -> None:
    with ScriptedServer([Behave("empty", when=when)]) as server:
        told = [said(post(server, body(user=user))) for user in ("One.", "Two.", "Three.")]
    assert [bool(text) for text in told] == [True, False, True]


def test_a_share_of_the_questions_is_the_same_share_each_time() -> None:
    def met() -> list[bool]:
        with ScriptedServer([Behave("empty", share=0.5)]) as server:
            return [not said(post(server, body(user=str(number)))) for number in range(20)]

    first = met()
    assert first == met()
    assert 4 < sum(first) < 16


@pytest.mark.parametrize("habit", ["cut", "not_json", "dreamframe", "prose", "empty"])
def test_some_answers_are_no_json(habit: Habit) -> None:
    with ScriptedServer([Behave(habit)]) as server:
        answer = post(server, body())
    with pytest.raises(ValueError, match=r"Expecting|delimiter|Unterminated"):
        json.loads(said(answer))
    assert answer["choices"][0]["finish_reason"] == ("length" if habit == "cut" else "stop")


@pytest.mark.parametrize(
    ("habit", "seen"),
    [
        ("short", lambda plan: len(plan["shots"]) == 3),
        ("long", lambda plan: len(plan["shots"]) == 5),
        ("elided", lambda plan: plan["shots"][1:] == ["..."]),
        ("wrong_type", lambda plan: plan["shots"] == "and so on"),
        ("wrong_id", lambda plan: plan["shots"][0]["steps"][0]["who"] == "nobody-at-all"),
    ],
)
def test_some_answers_are_json_of_another_kind(habit: Habit, seen: Callable[[Any], bool]) -> None:
    with ScriptedServer([Behave(habit)]) as server:
        assert seen(json.loads(said(post(server, body()))))


def test_dreamframes_own_prompt_is_broken_like_this() -> None:
    with ScriptedServer([Behave("dreamframe")]) as server:
        text = said(post(server, body()))
    assert '"dialgue"' in text
    assert '"dialogue"' not in text


@pytest.mark.parametrize("habit", ["refuse", "filtered"])
def test_it_can_decline(habit: Habit) -> None:
    with ScriptedServer([Behave(habit)]) as server:
        choice = post(server, body())["choices"][0]
    assert bool(choice["message"]["refusal"]) == (habit == "refuse")
    assert choice["finish_reason"] == ("stop" if habit == "refuse" else "content_filter")


def test_the_line_can_go_dead() -> None:
    with ScriptedServer([Behave("drop", times=1)]) as server:
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            post(server, body())
        post(server, body())
    assert server.statuses == [0, 200]


def test_a_key_can_be_asked_for() -> None:
    with ScriptedServer(key="right") as server:
        with pytest.raises(urllib.error.HTTPError) as caught:
            post(server, body(), key="wrong")
        caught.value.close()
        post(server, body(), key="right")
    assert [asked.key for asked in server.asked] == ["wrong", "right"]


def test_a_test_can_answer_by_itself() -> None:
    with ScriptedServer(reply=lambda asked: {"title": "Mine"} if "mine" in asked.user else None) as server:
        assert json.loads(said(post(server, body(user="This is mine.")))) == {"title": "Mine"}
        assert "shots" in json.loads(said(post(server, body(user="This is yours."))))
