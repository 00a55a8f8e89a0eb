from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dreamgen.core.brief import Brief
from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.chat.ledger import Ledger, usage
from dreamgen.engines.chat.model import ChatModel
from dreamgen.run.writing_estimate import Stop, WritingEstimate, pace_of, writing_estimate
from dreamgen.story.writers.chat import ChatWriter
from tests.scripted import ScriptedServer

THEME = Brief(text="a lost letter", sort="theme", genre="drama")


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


def forecast(writer: ChatWriter, folder: Path = Path("run"), brief: Brief = THEME) -> WritingEstimate:
    return writing_estimate(writer, brief, 7, folder)


def test_dreamframe_s_numbers() -> None:
    told = forecast(ChatWriter(chat=ChatModel(model="served"), expand="11x11x11"))
    assert (told.calls, told.scenes, told.shots) == (134, 121, 1331)
    assert [(level.purpose, level.calls) for level in told.levels] == [
        ("story/premise_theme", 1),
        ("story/outline_theme", 1),
        ("story/act", 11),
        ("story/scene", 121),
    ]
    assert told.pace is None
    assert told.seconds is None


def test_the_forecast_holds_against_what_a_server_counts(server: ScriptedServer) -> None:
    writer = ChatWriter(chat=ChatModel(model="served", base_url=server.url), expand="2x2x4", repairs=0)
    told = forecast(writer)
    assert not server.asked
    writer.write(THEME, 7, Path("run/answers"))
    spent = usage(Path("run/answers"))
    tokens_in, tokens_out = told.tokens
    assert told.calls == sum(one.calls for one in spent) == len(server.asked)
    assert tokens_in == pytest.approx(sum(one.tokens_in for one in spent), rel=0.25)
    # what comes back is the model's: within a factor of three
    assert 1 / 3 < tokens_out / sum(one.tokens_out for one in spent) < 3


def test_what_is_answered_for_this_story_costs_nothing(server: ScriptedServer) -> None:
    chat = ChatModel(model="served", base_url=server.url)
    writer = ChatWriter(chat=chat, expand="1x2x3", repairs=0)
    writer.write(THEME, 7, Path("run/answers"))
    assert forecast(writer).calls == 0
    assert forecast(writer).tokens == (0, 0)
    assert forecast(writer).seconds == 0
    # another story in the same folder is another matter
    assert forecast(writer, brief=Brief(text="a stolen clock", sort="theme")).calls == 5
    # its first two questions are the same when one scene more is asked for; all else is asked anew
    assert forecast(writer.model_copy(update={"expand": "1x3x3"})).calls < 6


def test_time_follows_from_earlier_runs_of_the_same_model() -> None:
    ledger = Ledger(Path("outputs/earlier/answers"))
    raw = RawAnswer(text="{}", tokens_in=100, tokens_out=50, seconds=2.0)
    for model in ("served", "served", "another"):
        ledger.answered(ledger.begin(model, "story/scene", "scene-01-01", 900), raw)
    chat = ChatModel(model="served", concurrency=1)
    one, many = (
        forecast(ChatWriter(chat=chat.model_copy(update={"concurrency": at_once}), expand="2x4x5"))
        for at_once in (1, 8)
    )
    assert one.pace is not None
    assert (one.pace.calls, one.pace.tokens_out, one.pace.seconds, one.pace.runs) == (2, 100, 4.0, ("earlier",))
    assert one.seconds is not None
    assert one.seconds == pytest.approx(one.tokens[1] * 4.0 / 100, rel=0.01)
    assert many.seconds is not None
    assert many.seconds < one.seconds / 2
    assert pace_of("unheard", [Path("outputs/earlier")]) is None


def test_a_plot_is_forecast_by_its_length() -> None:
    writer = ChatWriter(chat=ChatModel(model="served"))
    short = forecast(writer, brief=Brief(text="Mara walks along the harbour."))
    long = forecast(writer, brief=Brief(text="Mara walks along the harbour and meets an old man. " * 30))
    assert short.levels[0].purpose == "story/premise_plot"
    assert short.calls < long.calls
    assert short.shots < long.shots


def test_a_limit_that_is_in_the_way_is_told_beforehand() -> None:
    chat = ChatModel(model="served", base_url="http://localhost:1/v1", max_output_tokens=100)

    def stop(**limits: int) -> Stop | None:
        return forecast(ChatWriter(chat=chat.model_copy(update=limits), expand="1x2x3")).stop

    assert stop() is None
    assert stop(max_calls=5) is None
    assert stop(max_calls=4) == Stop(limit="max_calls", most=4, spent=0, calls=4)
    ledger = Ledger(Path("run/answers"))
    ledger.answered(ledger.begin("served", "story/act", "act-01", 900), RawAnswer(text="{}", tokens_in=9, tokens_out=1))
    assert stop(max_calls=5) == Stop(limit="max_calls", most=5, spent=1, calls=4)
    assert stop(max_tokens=100) == Stop(limit="max_tokens", most=100, spent=10, calls=0)
    assert stop(max_tokens=10**7) is None
    some = stop(max_tokens=15_000)
    assert some is not None and 0 < some.calls < 5
