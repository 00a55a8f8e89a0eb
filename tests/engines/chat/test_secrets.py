from __future__ import annotations

import pytest

from dreamgen.engines.chat.secrets import HIDDEN, scrub


def test_the_value_of_a_variable_that_holds_a_key_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "plainoldwords")
    assert scrub("the key plainoldwords is wrong") == f"the key {HIDDEN} is wrong"


def test_a_variable_of_any_name_counts_when_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_DOOR", "opensesame")
    assert "opensesame" not in scrub("opensesame!", "MY_DOOR")
    assert "opensesame" in scrub("opensesame!")


@pytest.mark.parametrize(
    "said",
    [
        "Incorrect API key provided: sk-abc***wxyz.",
        "Incorrect API key provided: abcd",
        "{'authorization': 'Bearer abcd.efgh'}",
        "Authorization: Bearer abcd",
        "sent sk-proj-abcd1234efgh to the server",
        "see https://host/v1?key=abcd1234&x=1",
        "hf_abcdEFGH1234 is no token",
        "abcd****wxyz was refused",
        "http://someone:abcd@host/v1 does not answer",
        "api_key='abcd'",
    ],
)
def test_what_looks_like_a_key_is_hidden_though_nobody_named_it(said: str) -> None:
    assert "abcd" not in scrub(said)


@pytest.mark.parametrize(
    "said",
    [
        "Invalid schema for response_format 'ScenePlan'",
        "This model's maximum context length is 4096 tokens.",
        "The risk-averse old man walks from http://127.0.0.1:8000/v1 to the sky.",
        "story/outline: 11 acts ** and ...",
    ],
)
def test_other_words_stay(said: str) -> None:
    assert scrub(said) == said


def test_a_short_value_does_not_blot_out_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_API_KEY", "the")
    assert scrub("the server") == "the server"
