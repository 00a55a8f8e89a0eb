from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from dreamgen.engines.chat import pace
from dreamgen.engines.chat.asking import Reply, Request
from dreamgen.engines.chat.budget import BudgetSpent
from dreamgen.engines.chat.calling import Caller, Question
from dreamgen.engines.chat.flight import CalledOff
from dreamgen.engines.chat.ledger import Answered, calls, usage
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat
from dreamgen.engines.chat.talking import Talk
from dreamgen.engines.chat.wire import Line
from dreamgen.errors import ModelError
from dreamgen.story.expansion.drafts import ScenePlan
from tests.scripted import Asked, Behave, ScriptedServer


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long after a failure."""
    monkeypatch.setattr(pace, "FIRST_WAIT", 0.02)


def requests(number: int) -> list[Request[ScenePlan]]:
    return [
        Request("story/scene", f"scene-{one}", "You write films.", f"Write scene {one}.", ScenePlan, seed=one)
        for one in range(number)
    ]


def asked(server: ScriptedServer, kept: Path, number: int = 1, **options: object) -> list[Reply[ScenePlan]]:
    model = ChatModel.model_validate({"model": "scripted", "base_url": server.url, **options})
    return list(open_chat(model, kept).ask(requests(number)))


def counted(kept: Path) -> tuple[int, int]:
    """Calls that were answered, and that failed, in the ledger."""
    ends = [isinstance(call.ended, Answered) for call in calls(kept)]
    return ends.count(True), ends.count(False)


@pytest.mark.parametrize("status", [429, 408, 409, 500, 503])
def test_a_storm_of_errors_passes_and_every_try_is_in_the_ledger(status: int, tmp_path: Path) -> None:
    with ScriptedServer([Behave(status=status, times=2, each=True)]) as server:
        replies = asked(server, tmp_path, 6, concurrency=3)
    assert all(reply.answer for reply in replies)
    assert server.statuses.count(status) == 12 and server.answered == 6
    assert counted(tmp_path) == (6, 12)


def test_the_answers_are_the_same_with_a_storm_and_without(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        calm = [reply.answer for reply in asked(server, tmp_path / "calm", 8, concurrency=1)]
    with ScriptedServer([Behave(status=503, share=0.5, times=1, each=True), Behave("drop", times=2)]) as server:
        rough = [reply.answer for reply in asked(server, tmp_path / "rough", 8, concurrency=5)]
    assert calm == rough


def test_a_line_that_goes_dead_or_hangs_is_tried_again(tmp_path: Path) -> None:
    with ScriptedServer([Behave("drop", times=1), Behave("hang", times=1)]) as server:
        (reply,) = asked(server, tmp_path, timeout=0.4, tries=50)
    assert reply.answer is not None
    answered, failed = counted(tmp_path)
    # on a busy machine an answer may take too long as well
    assert answered == 1 and failed >= 2


def test_a_server_that_never_recovers_is_given_up_with_the_next_move(tmp_path: Path) -> None:
    said = r"\(503\), 3 times: overloaded"
    storm = Behave(status=503, message="overloaded")
    with ScriptedServer([storm]) as server, pytest.raises(ModelError, match=said) as error:
        asked(server, tmp_path, tries=3)
    assert "run it again" in error.value.hint
    assert server.statuses == [503] * 3


@pytest.mark.parametrize(
    ("status", "said"), [(400, "can't do"), (401, "wants a key"), (403, "none was sent"), (404, "not known")]
)
def test_what_cannot_be_helped_is_told_at_once(status: int, said: str, tmp_path: Path) -> None:
    with ScriptedServer([Behave(status=status)]) as server, pytest.raises(ModelError, match=said):
        asked(server, tmp_path)
    assert server.statuses == [status]


def test_a_wrong_key_stops_all_quickly(tmp_path: Path) -> None:
    with ScriptedServer([Behave(status=401)]) as server, pytest.raises(ModelError):
        asked(server, tmp_path, 100, concurrency=4)
    assert len(server.asked) <= 4


def test_messages_that_are_too_long_have_a_message_of_their_own(tmp_path: Path) -> None:
    long = Behave(status=400, message="This model's maximum context length is 4096 tokens, you sent a schema of 9000")
    with ScriptedServer([long]) as server, pytest.raises(ModelError, match="finds the messages too long"):
        asked(server, tmp_path)
    assert len(server.asked) == 1


def test_a_server_that_is_not_there_is_named_and_soon_given_up(tmp_path: Path) -> None:
    gone = "http://127.0.0.1:1/v1"
    model = ChatModel(model="tiny", base_url=gone, tries=50)
    with pytest.raises(ModelError, match=f"tiny at {gone} can't be reached") as error:
        list(open_chat(model, tmp_path).ask(requests(1)))
    assert "chat.base_url" in error.value.hint
    assert sum(call.tokens for call in calls(tmp_path)) == 0


def test_one_that_fails_does_not_lose_the_answers_of_others_in_flight(tmp_path: Path) -> None:
    third = Event()

    def second(request: Asked) -> bool:
        if "Write scene 2." in request.user:
            third.set()
        # it fails when the other one is in flight, and not before
        return "Write scene 1." in request.user and third.wait(60)

    with ScriptedServer([Behave(status=401, when=second)], delay=0.2) as server:
        with pytest.raises(ModelError):
            asked(server, tmp_path, 3, concurrency=3)
        assert counted(tmp_path) == (2, 1)
    with ScriptedServer() as server:
        asked(server, tmp_path, 3)
        assert len(server.asked) == 1
    assert len(list(tmp_path.glob("*/*.json"))) == 3


def test_as_many_are_in_flight_as_are_allowed_and_no_more(tmp_path: Path) -> None:
    for most in (1, 4, 9):
        with ScriptedServer(delay=0.1, crowd=most) as server:
            asked(server, tmp_path / str(most), 2 * most, concurrency=most)
        assert server.peak == most


def test_two_who_ask_an_opened_model_share_its_places(tmp_path: Path) -> None:
    with ScriptedServer(delay=0.05, crowd=2) as server:
        chat = open_chat(ChatModel(model="scripted", base_url=server.url, concurrency=2), tmp_path)
        one, other = chat.ask(requests(6)[:3]), chat.ask(requests(6)[3:])
        for pair in zip(one, other, strict=True):
            assert all(reply.answer for reply in pair)
    assert server.peak == 2


def test_no_more_begin_in_a_minute_than_are_allowed(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        began = time.monotonic()
        asked(server, tmp_path, 5, requests_per_minute=600)
    assert time.monotonic() - began >= 0.4


def test_a_server_that_says_when_to_come_back_is_left_alone_so_long(tmp_path: Path) -> None:
    with ScriptedServer([Behave(status=429, times=1, retry_after=1)]) as server:
        began = time.monotonic()
        asked(server, tmp_path)
    assert 1.0 <= time.monotonic() - began < 30.0


def test_what_was_answered_once_is_not_asked_again(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        first = asked(server, tmp_path, 5)
        again = asked(server, tmp_path, 5)
        assert len(server.asked) == 5
        assert [reply.answer for reply in first] == [reply.answer for reply in again]
        asked(server, tmp_path, 5, temperature=0.1)
    assert len(server.asked) == 10


def test_the_same_question_twice_at_a_time_is_one_call(tmp_path: Path) -> None:
    with ScriptedServer(delay=0.1) as server:
        chat = open_chat(ChatModel(model="scripted", base_url=server.url), tmp_path)
        one, other = chat.ask(requests(1) * 2)
    assert len(server.asked) == 1 and one.answer == other.answer


@pytest.mark.parametrize(
    ("refused", "used"),
    [
        (("json_schema",), "function_calling"),
        (("json_schema", "function_calling"), "json_mode"),
        (("json_schema", "function_calling", "json_mode"), "plain"),
    ],
)
def test_a_server_is_asked_in_a_way_that_it_can(refused: tuple[str, ...], used: str, tmp_path: Path) -> None:
    no = Behave(status=400, message="response_format or tools are not supported", when=lambda one: one.how in refused)
    with ScriptedServer([no]) as server:
        replies = asked(server, tmp_path, 4, concurrency=1)
        assert all(reply.answer for reply in replies)
        assert [one.how for one in server.asked] == [*refused, *[used] * 4]
        asked(server, tmp_path, 5, concurrency=1)
        assert [one.how for one in server.asked[len(refused) + 4 :]] == [used]


def test_a_storm_does_not_change_the_way_of_asking(tmp_path: Path) -> None:
    with ScriptedServer([Behave(status=503, message="response_format json_schema", times=2)]) as server:
        asked(server, tmp_path)
    assert {one.how for one in server.asked} == {"json_schema"}


def test_going_down_the_ladder_loses_no_answer(tmp_path: Path) -> None:
    """A server that takes some schemas and not others."""
    no = Behave(
        status=400, message="Invalid schema", when=lambda one: one.how == "json_schema" and "scene 2" in one.user
    )
    with ScriptedServer([no]) as server:
        asked(server, tmp_path, 4, concurrency=1)
        asked(server, tmp_path, 4, concurrency=1)
    assert len(server.asked) == 5


def test_a_server_that_leaves_the_schema_out_without_a_word_is_told_it_in_words(tmp_path: Path) -> None:
    def deaf(request: Asked) -> object:
        return None if "JSON schema" in request.text else "Once upon a time there was a story."

    with ScriptedServer(reply=deaf) as server:
        (first,) = asked(server, tmp_path)
        others = asked(server, tmp_path, 4, concurrency=2)[1:]
    assert first.answer is not None and first.asks == 2
    assert [reply.asks for reply in others] == [1, 1, 1]
    # who does hold to the schema loses nothing by it
    assert [one.how for one in server.asked] == ["json_schema"] * 5


def test_one_who_has_answered_well_is_not_doubted_for_a_bad_answer(tmp_path: Path) -> None:
    prose = Behave("not_json", when=lambda one: "Write scene 1." in one.user and one.ask == 1)
    with ScriptedServer([prose]) as server:
        asked(server, tmp_path, 1)
        asked(server, tmp_path, 4, concurrency=1)
    assert [("JSON schema" in one.text, one.ask) for one in server.asked if one.ask == 1] == [(False, 1)] * 4
    assert {one.how for one in server.asked} == {"json_schema"}


def test_the_first_question_is_put_alone(tmp_path: Path) -> None:
    with ScriptedServer(crowd=2) as server:
        asked(server, tmp_path, 9, concurrency=8)
        assert "scene 0" in server.asked[0].user and server.peak > 1
    with ScriptedServer([Behave("slow", when=0, seconds=0.2)]) as server:
        with pytest.raises(BudgetSpent):
            asked(server, tmp_path / "other", 9, concurrency=8, max_calls=1)
        assert len(server.asked) == 1


LIMITS = ("max_tokens", "max_completion_tokens")


def unlimited(*words: str) -> list[Behave]:
    """A server that does not take these words for how long an answer may be."""
    return [
        Behave(status=400, message=f"Unsupported parameter: {word}", when=lambda one, word=word: word in one.body)  # type: ignore[misc]
        for word in words
    ]


def test_a_length_is_told_in_the_word_that_the_model_takes(tmp_path: Path) -> None:
    with ScriptedServer(unlimited("max_tokens")) as server:
        asked(server, tmp_path, max_tokens=100_000)
    assert [[word in one.body for word in LIMITS] for one in server.asked] == [[True, False], [False, True]]


def test_a_provider_that_speaks_as_openai_is_told_in_the_older_word_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "opensesame")
    with ScriptedServer(unlimited("max_completion_tokens")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        (reply,) = open_chat(ChatModel(model="openai:gpt-4o", max_tokens=100_000), tmp_path).ask(requests(1))
    assert reply.answer and [one.body.get("max_tokens") for one in server.asked] == [None, 8192]


def test_a_model_that_takes_no_limit_is_not_asked_where_a_budget_counts_on_one(tmp_path: Path) -> None:
    with ScriptedServer(unlimited(*LIMITS)) as server:
        with pytest.raises(ModelError, match="can't be held to a length") as error:
            asked(server, tmp_path, max_tokens=100_000)
        assert "--max-tokens" in error.value.hint
        assert len(server.asked) == len(calls(tmp_path)) == 2
        (reply,) = asked(server, tmp_path)
    assert reply.answer and not set(LIMITS) & set(server.asked[-1].body)


@pytest.mark.parametrize(("status", "paid"), [(504, True), (500, True), (408, True), (503, False), (429, False)])
def test_a_call_that_may_have_been_paid_counts_against_the_budget(status: int, paid: bool, tmp_path: Path) -> None:
    with ScriptedServer([Behave(status=status, times=4)]) as server:
        if paid:
            with pytest.raises(BudgetSpent, match=r"max_tokens\) = 30000"):
                asked(server, tmp_path, max_tokens=30_000)
        else:
            assert asked(server, tmp_path, max_tokens=30_000)[0].answer
    # what a call can cost at most is more than a third of it
    assert len(server.asked) == (2 if paid else 5)
    assert (sum(call.tokens for call in calls(tmp_path)) > 16_000) is paid


def test_a_parameter_that_a_model_does_not_take_is_left_out(tmp_path: Path) -> None:
    no = Behave(status=400, message="Unsupported value: 'temperature'", when=lambda one: "temperature" in one.body)
    with ScriptedServer([no]) as server:
        asked(server, tmp_path)
    assert ["temperature" in one.body for one in server.asked] == [True, False]


def test_a_model_without_a_system_role_gets_it_with_the_task(tmp_path: Path) -> None:
    no = Behave(
        status=400,
        message="System role not supported",
        when=lambda one: any(message["role"] == "system" for message in one.messages),
    )
    with ScriptedServer([no]) as server:
        asked(server, tmp_path)
    assert [message["role"] for message in server.asked[1].messages] == ["user"]
    assert server.asked[1].user == "You write films.\n\nWrite scene 0."


def test_a_call_says_all_that_the_recipe_says(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        asked(server, tmp_path, max_output_tokens=777, temperature=0.25, top_p=0.9)
    body = server.asked[0].body
    assert (body["model"], body["max_tokens"], body["temperature"], body["top_p"]) == ("scripted", 777, 0.25, 0.9)
    assert 0 <= body["seed"] < 2**31 and not body.get("stream")


def test_a_server_that_does_not_count_tokens_is_counted_for(tmp_path: Path) -> None:
    with ScriptedServer([Behave("nameless")]) as server:
        asked(server, tmp_path)
    (sum_,) = usage(tmp_path)
    assert sum_.tokens_in > 100 and sum_.tokens_out > 10


def test_the_budget_stops_before_it_is_passed_and_what_was_answered_stays(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        with pytest.raises(BudgetSpent):
            asked(server, tmp_path, 9, concurrency=2, max_calls=4)
        assert len(server.asked) == 4
        assert all(reply.answer for reply in asked(server, tmp_path, 9))
        assert len(server.asked) == 9


def test_no_key_leaks_however_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: Callable[[], str], capfd: pytest.CaptureFixture[str]
) -> None:
    key = "opensesame-4711-opensesame"
    monkeypatch.setenv("MY_DOOR", key)
    behaviours = [Behave(status=500, message=f"wrong: {key}", times=1), Behave("drop", times=1)]
    with ScriptedServer(behaviours, key="another") as server:
        with pytest.raises(ModelError) as error:
            asked(server, tmp_path, key_env="MY_DOOR")
        assert {one.key for one in server.asked} == {key}
    assert "MY_DOOR" in error.value.hint
    told = traceback.TracebackException.from_exception(error.value, capture_locals=True)
    # what stands in this test's own variables is no leak
    told.stack = traceback.StackSummary.from_list([frame for frame in told.stack if __file__ != frame.filename])
    assert any("calling.py" in frame.filename for frame in told.stack)
    kept = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file())
    assert kept
    for text in (str(error.value), repr(error.value), "".join(told.format()), kept, logged(), *capfd.readouterr()):
        assert "opensesame" not in text


def test_the_providers_key_never_goes_to_another_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "opensesame")
    for name in ("OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_ORGANIZATION", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, f"opensesame-{name}")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Door: opensesame")
    with ScriptedServer() as server:
        asked(server, tmp_path)
    headers = server.asked[0].headers
    assert "opensesame" not in str(headers)
    assert not {"openai-organization", "openai-project"} & {name.lower() for name in headers}


def test_nothing_is_said_while_it_works(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with ScriptedServer([Behave(status=503, times=2), Behave("cut", times=1)]) as server:
        asked(server, tmp_path, 3)
    assert capfd.readouterr() == ("", "")


def test_ctrl_c_leaves_what_was_answered(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        model = ChatModel(model="scripted", base_url=server.url, concurrency=2)
        replies = open_chat(model, tmp_path).ask(requests(20))
        next(replies)
        with pytest.raises(KeyboardInterrupt):
            replies.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
        made = len(server.asked)
        assert made < 20 and counted(tmp_path) == (made, 0)
        asked(server, tmp_path, 20)
        assert len(server.asked) == 20


def test_a_model_that_does_not_open_is_opened_once(tmp_path: Path) -> None:
    opened: list[str] = []

    def fail() -> Line:
        opened.append("tried")
        time.sleep(0.05)
        raise ModelError("the weights are damaged")

    model = ChatModel(model="openai:broken", concurrency=8)
    talk = Talk(model, Caller(model, tmp_path, fail, "", lengths=True))
    with pytest.raises(ModelError, match="damaged"):
        list(talk.ask(requests(20)))
    assert len(opened) == 1 and not calls(tmp_path)


def test_a_model_whose_opening_was_called_off_is_opened_for_whoever_comes_later(tmp_path: Path) -> None:
    opened: list[str] = []

    def opens() -> Line:
        opened.append("tried")
        if len(opened) == 1:
            raise CalledOff("it was called off before it began")
        raise ModelError("the weights are damaged")

    caller = Caller(ChatModel(model="openai:broken"), tmp_path, opens, "", lengths=True)
    question = Question("story/scene", "scene-0", (("user", "Write."),), ScenePlan, seed=0, ask=1)
    with pytest.raises(CalledOff):
        caller.answer(question, Event())
    with pytest.raises(ModelError, match="damaged"):
        caller.answer(question, Event())


def test_a_wait_is_cut_short_when_all_is_called_off(tmp_path: Path) -> None:
    other = Event()

    def waits(request: Asked) -> bool:
        if "Write scene 2." in request.user:
            other.set()
        # nobody else would begin while the server wants to be left alone
        return "Write scene 1." in request.user and other.wait(60)

    with ScriptedServer() as server:
        asked(server, tmp_path)
    with ScriptedServer([Behave(status=429, retry_after=60, when=waits), Behave(status=401)], delay=0.1) as server:
        began = time.monotonic()
        with pytest.raises(ModelError, match="key"):
            asked(server, tmp_path, 3, concurrency=2)
    assert time.monotonic() - began < 30
