from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.engines.chat import places, providers
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.places import Folder, Hosted, Server, key_name, place_of, ready
from dreamgen.engines.chat.providers import MissingProvider
from dreamgen.errors import MissingExtra, ModelError, UsageError


def test_a_model_is_with_a_provider_on_a_server_or_in_a_folder(tmp_path: Path) -> None:
    assert place_of(ChatModel(model="openai:gpt-5-mini")) == Hosted("openai", "gpt-5-mini")
    assert place_of(ChatModel(model="ollama:llama3.1:8b")) == Hosted("ollama", "llama3.1:8b")
    assert place_of(ChatModel(model=str(tmp_path))) == Folder(tmp_path)
    here = ChatModel(model="llama3.1:8b", base_url="http://localhost:11434/v1/")
    assert place_of(here) == Server("http://localhost:11434/v1", "llama3.1:8b")


def test_langchains_word_before_a_servers_own_name_is_let_go() -> None:
    one = ChatModel(model="openai:Qwen/Qwen3-8B", base_url="http://localhost:8000/v1")
    assert place_of(one) == Server("http://localhost:8000/v1", "Qwen/Qwen3-8B")


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("", "no chat model is named"),
        ("gpt-5-mini", "says neither who has the model nor where it is"),
        ("openai:", "names no model"),
    ],
)
def test_a_model_that_is_not_named_well_is_a_users_mistake(named: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as error:
        place_of(ChatModel(model=named))
    assert "provider:name" in error.value.hint or "base_url" in error.value.hint


@pytest.mark.parametrize("named", ["./weights", "/no/such/folder", "models/tiny", "~/nowhere-at-all"])
def test_a_folder_that_is_not_there_is_named(named: str) -> None:
    with pytest.raises(UsageError, match=r"--model \(chat.model\) = .*: there is no such folder"):
        place_of(ChatModel(model=named))


def test_an_address_needs_its_scheme() -> None:
    with pytest.raises(UsageError, match="is no address"):
        place_of(ChatModel(model="tiny", base_url="localhost:8000"))


@pytest.mark.parametrize("address", ["http://me:opensesame@localhost/v1", "http://localhost/v1?key=opensesame",
                                     "http://localhost/v1#key=opensesame"])  # fmt: skip
def test_an_address_with_a_key_in_it_is_refused_since_it_stands_in_files(address: str) -> None:
    with pytest.raises(UsageError, match="more than an address") as error:
        place_of(ChatModel(model="tiny", base_url=address))
    assert "opensesame" not in str(error.value)


def test_a_folder_without_a_model_is_told_before_anything_begins(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no config\.json"):
        ready(ChatModel(model=str(tmp_path)))


def test_a_key_that_is_missing_is_named_and_nobody_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UsageError, match="OPENAI_API_KEY"):
        ready(ChatModel(model="openai:gpt-5-mini"))
    monkeypatch.setenv("OPENAI_API_KEY", "anything")
    ready(ChatModel(model="openai:gpt-5-mini"))


def test_a_key_may_be_in_a_variable_of_any_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_DOOR", raising=False)
    model = ChatModel(model="tiny", base_url="http://localhost:1/v1", key_env="MY_DOOR")
    with pytest.raises(UsageError, match="MY_DOOR"):
        ready(model)
    monkeypatch.setenv("MY_DOOR", "opensesame")
    ready(model)


@pytest.mark.parametrize("key", ["sk-opensesame-4711", "opensesame4711opensesame", "4711opensesame"])
def test_a_key_in_place_of_a_variables_name_is_not_said_again(key: str) -> None:
    with pytest.raises(UsageError, match="names no environment variable") as error:
        ready(ChatModel(model="tiny", base_url="http://localhost:1/v1", key_env=key))
    assert "opensesame" not in str(error.value)


def test_a_server_that_wants_no_key_is_ready_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    model = ChatModel(model="tiny", base_url="http://localhost:1/v1")
    ready(model)
    assert key_name(model, place_of(model)) == ""


def test_a_providers_missing_package_is_named_with_the_line_for_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "anything")
    monkeypatch.setattr(providers, "installed", lambda library: library != "langchain_anthropic")
    with pytest.raises(MissingProvider) as error:
        ready(ChatModel(model="anthropic:claude-sonnet-5"))
    assert error.value.hint == "pip install langchain-anthropic"
    assert error.value.exit_code == MissingExtra.exit_code


def test_without_langchain_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "installed", lambda library: library != "langchain")
    with pytest.raises(MissingExtra, match="langchain") as error:
        ready(ChatModel(model="tiny", base_url="http://localhost:1/v1"))
    assert "dreamgen[llm]" in error.value.hint


def test_a_folder_needs_the_libraries_for_models_in_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "installed", lambda library: library != "llguidance")
    with pytest.raises(MissingExtra, match="llguidance") as error:
        ready(ChatModel(model=str(tmp_path)))
    assert "dreamgen[local-llm]" in error.value.hint


def test_azure_takes_several_kinds_of_credentials_so_none_is_demanded_beforehand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AZURE_OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("AZURE_OPENAI_AD_TOKEN", "anything")
    model = ChatModel(model="azure_openai:gpt-5-mini")
    ready(model)
    assert key_name(model, place_of(model)) == ""


def test_a_folder_in_the_home_folder_may_be_written_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "weights").mkdir()
    assert place_of(ChatModel(model=" ~/weights ")) == Folder(tmp_path / "weights")
    assert ChatModel(model=" ~/weights ") == ChatModel(model=str(tmp_path / "weights"))


def test_the_home_of_nobody_is_a_folder_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="there is no such folder"):
        place_of(ChatModel(model="~nobody-of-this-name/weights"))
