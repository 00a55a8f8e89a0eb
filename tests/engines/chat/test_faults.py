from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from dreamgen.engines.chat.faults import Fault, Sort, fault_of, model_error
from dreamgen.engines.chat.model import ChatModel


class Reply:
    def __init__(self, status: int, **headers: str) -> None:
        self.status_code, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}


class StatusError(Exception):
    """As the libraries of the providers raise them."""

    def __init__(self, status: int, message: str = "no", code: str | None = None, **headers: str) -> None:
        super().__init__(f"Error code: {status}")
        self.status_code, self.response, self.code = status, Reply(status, **headers), code
        self.body: Any = {"message": message}


class ReadTimeout(Exception):
    pass


class APIConnectionError(Exception):
    pass


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_what_may_pass_is_tried_again(status: int) -> None:
    assert fault_of(StatusError(status)).retryable


def test_a_server_that_fails_at_a_request_it_can_t_read_is_not_asked_the_same_again() -> None:
    unread = StatusError(500, "1 validation error: body.response_format.type literal_error: Input should be 'text'")
    assert (fault_of(unread).sort, fault_of(unread).retryable) == ("request", False)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 501])
def test_what_does_not_pass_is_not_tried_again(status: int) -> None:
    assert not fault_of(StatusError(status)).retryable


@pytest.mark.parametrize("error", [ReadTimeout(), TimeoutError(), APIConnectionError(), ConnectionResetError()])
def test_a_line_that_is_slow_or_dead_is_tried_again(error: Exception) -> None:
    assert fault_of(error).retryable
    assert not fault_of(error).unpaid


def test_a_body_that_is_no_reply_is_tried_again() -> None:
    assert fault_of(TypeError("null value for 'choices'")).sort == "unreadable"
    assert fault_of(KeyError("choices")).retryable


@pytest.mark.parametrize(
    ("error", "sort"),
    [
        (StatusError(400, "This model's maximum context length is 4096 tokens."), "context"),
        (StatusError(400, "the request exceeds the available context size, try increasing it"), "context"),
        (StatusError(400, "no", code="context_length_exceeded"), "context"),
        (StatusError(429, "You exceeded your current quota"), "quota"),
        (StatusError(429, "slow down", code="insufficient_quota"), "quota"),
        (StatusError(400, "The response was filtered", code="content_filter"), "blocked"),
        (StatusError(404, "no such model"), "absent"),
        (StatusError(403, "no"), "key"),
        (NotImplementedError("no structured output"), "request"),
        (ValueError({"message": "Rate limited", "code": 429}), "busy"),
        (RuntimeError("who knows"), "other"),
    ],
)
def test_what_it_is_follows_from_status_and_words(error: Exception, sort: Sort) -> None:
    assert fault_of(error).sort == sort


def test_the_server_says_when_to_come_back() -> None:
    assert fault_of(StatusError(429, retry_after="7")).wait == 7
    assert fault_of(StatusError(429, retry_after="7", retry_after_ms="250")).wait == 0.25
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 55 < (fault_of(StatusError(503, retry_after=soon)).wait or 0) <= 60
    assert fault_of(StatusError(503, retry_after="when it suits me")).wait is None
    assert fault_of(StatusError(503)).wait is None


def test_a_server_that_wants_to_be_left_alone_for_hours_is_given_up() -> None:
    fault = fault_of(StatusError(429, retry_after="7200"))
    assert not fault.retryable
    assert "120 minutes" in model_error(fault, ChatModel(model="x:y"), "").hint


def test_what_it_said_is_one_bounded_line_without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_DOOR", "opensesame")
    said = fault_of(StatusError(400, "opensesame is\nwrong " + "x" * 9999), "MY_DOOR").said
    assert "opensesame" not in said and "\n" not in said and len(said) <= 300


@pytest.mark.parametrize("status", [400, 401, 404, 409, 413, 422, 429, 501, 503, 529])
def test_one_who_is_turned_away_pays_nothing(status: int) -> None:
    assert fault_of(StatusError(status)).unpaid


@pytest.mark.parametrize(
    "error",
    [
        *(StatusError(status) for status in (408, 500, 502, 504, 520, 524)),
        # an error inside a good status
        ValueError({"message": "Rate limited", "code": 429}),
        StatusError(400, "The response was filtered", code="content_filter"),
        StatusError(400, "This model's maximum context length is 4096 tokens."),
    ],
)
def test_what_a_server_may_have_worked_on_may_be_paid(error: Exception) -> None:
    assert not fault_of(error).unpaid


def test_only_what_surely_cost_nothing_is_unpaid() -> None:
    refused = APIConnectionError()
    refused.__cause__ = ConnectionRefusedError()
    assert fault_of(refused).unpaid
    assert not fault_of(ReadTimeout()).unpaid


class ConnectTimeout(Exception):
    pass


@pytest.mark.parametrize(
    ("below", "said", "hint"),
    [
        (socket.gaierror(-2, "Name or service not known"), "nobody knows a host of this name", "spelt right"),
        (ConnectionRefusedError(111, "Connection refused"), "nothing listens at this port", "the port"),
        (ConnectTimeout("timed out"), "the host does not take up the connection", "firewall"),
    ],
)
def test_a_wrong_name_a_server_that_is_down_and_a_silent_host_are_told_apart(
    below: Exception, said: str, hint: str
) -> None:
    error = APIConnectionError("Connection error.")
    error.__context__ = below
    told = model_error(fault_of(error), ChatModel(model="tiny", base_url="http://localhost:1/v1"), "")
    assert f"can't be reached: {said} (" in told.message
    assert hint in told.hint


def test_a_server_that_wants_a_key_is_told_apart_from_one_that_refuses_it() -> None:
    fault = fault_of(StatusError(401, "no key"))
    served = ChatModel(model="tiny", base_url="http://localhost:1/v1")
    none, wrong = model_error(fault, served, ""), model_error(fault, served, "MY_DOOR")
    assert "wants a key, and none was sent (a key of the environment is not sent to other addresses)" in none.message
    assert "--set chat.key_env=MY_KEY" in none.hint
    assert "refuses the key (401)" in wrong.message and "MY_DOOR" in wrong.hint


def test_people_are_told_who_what_and_the_next_move() -> None:
    here = ChatModel(model="tiny", base_url="http://localhost:1/v1")
    away = ChatModel(model="openai:gpt-5-mini")

    def told(model: ChatModel, sort: Sort, key: str = "") -> str:
        return str(model_error(Fault(sort=sort, error=ValueError, said="said so"), model, key, tries=2))

    assert "tiny at http://localhost:1/v1 can't be reached, 2 times: said so" in told(here, "down")
    assert "chat.base_url" in told(here, "down") and "base_url" not in told(away, "down")
    assert "OPENAI_API_KEY" in told(away, "key", "OPENAI_API_KEY")
    assert "chat.key_env" in told(here, "key")
    assert "chat.base_url" in told(here, "absent") and "base_url" not in told(away, "absent")
    assert "longer context" in told(away, "context")
    assert "chat.timeout" in told(away, "timeout")
    assert "chat.method = auto" in told(away.model_copy(update={"method": "json_mode"}), "request")
