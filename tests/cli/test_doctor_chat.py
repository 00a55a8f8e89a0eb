from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from dreamgen.cli import doctor_chat
from dreamgen.cli.main import app
from dreamgen.engines.chat.model import ChatModel
from tests.scripted import Behave, ScriptedServer

CLI = CliRunner()
ALL = {"json_schema", "function_calling", "json_mode", "plain"}


def found(chat: ChatModel, probe: bool = False) -> dict[str, tuple[bool, str]]:
    return {check.name: (check.ok, check.found) for check in doctor_chat.model_checks(chat, probe)}


def test_a_model_that_nobody_named(tmp_path: object) -> None:
    assert found(ChatModel())["model"][0] is False


def test_a_key_is_told_by_its_variable_s_name_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-indeed")
    told = found(ChatModel(model="openai:gpt-5-mini"))
    assert told["key"] == (True, "in the environment variable OPENAI_API_KEY")
    assert "secret" not in str(told)
    assert told["probe"] == (True, "not asked; --probe makes a few small calls")
    monkeypatch.delenv("OPENAI_API_KEY")
    ok, words = found(ChatModel(model="openai:gpt-5-mini"))["key"]
    assert not ok
    assert "OPENAI_API_KEY" in words


def test_a_server_is_reached_without_asking_the_model() -> None:
    with ScriptedServer() as server:
        assert found(ChatModel(model="served", base_url=server.url))["server"] == (True, "answers with status 200")
        assert not server.asked
    ok, words = found(ChatModel(model="served", base_url=server.url), probe=True)["server"]
    assert not ok
    assert "can't be reached" in words


def test_a_probe_says_which_ways_work_and_how_fast() -> None:
    with ScriptedServer([Behave("not_json", when=lambda asked: asked.how == "plain")]) as server:
        told = found(ChatModel(model="served", base_url=server.url), probe=True)
        assert len(server.asked) == len(ALL)
    assert set(told) > ALL
    assert told["json_schema"][1].startswith("an answer of the right shape")
    assert "tokens in" in told["json_schema"][1]
    # one way that works is enough
    assert told["plain"][0] is True
    assert told["plain"][1].startswith("no answer of the right shape: malformed")


def test_a_model_that_no_way_works_with_is_a_failure() -> None:
    with ScriptedServer([Behave("not_json")]) as server:
        told = found(ChatModel(model="served", base_url=server.url), probe=True)
    assert not any(told[method][0] for method in ALL)


def test_the_doctor_is_asked_about_a_recipe_with_a_model() -> None:
    with ScriptedServer() as server:
        named = ["--set", "chat.model=served", "--set", f"chat.base_url={server.url}"]
        told = CLI.invoke(app, ["doctor", "--recipe", "chat", *named, "--probe", "--json"])
        assert told.exit_code == 0, told.output
        assert {check["name"] for check in json.loads(told.stdout)} > {"language model", "model", "server", *ALL}
    assert CLI.invoke(app, ["doctor", "--recipe", "chat", "--json"]).exit_code == 1


def test_a_probe_without_a_model_is_told() -> None:
    told = CLI.invoke(app, ["doctor", "--probe"])
    assert told.exit_code == 2
    assert "--recipe chat" in told.stderr


@pytest.mark.parametrize("name", ["LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"])
def test_somebody_else_who_is_told_of_every_call_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    chat = ChatModel(model="langsmith:any")
    for other in ("LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING", "LANGCHAIN_TRACING"):
        monkeypatch.delenv(other, raising=False)
    assert "tracing" not in found(chat)
    monkeypatch.setenv(name, "true")
    ok, words = found(chat)["tracing"]
    assert ok and words.startswith(f"{name}=true") and "LangSmith" in words
    monkeypatch.setenv(name, "false")
    assert "tracing" not in found(chat)
