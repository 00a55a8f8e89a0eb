from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.naming import is_own, model_called, said_by
from dreamgen.engines.vision.model import VisionModel
from dreamgen.errors import UsageError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with weights, more or less."""
    (tmp_path / "here" / "Qwen small").mkdir(parents=True)
    (tmp_path / "here" / "Qwen small" / "config.json").write_text("{}", "utf-8")
    return tmp_path / "here" / "Qwen small"


def test_P17_a_folder_is_called_by_its_last_name_and_what_is_in_it_wherever_it_lies(
    folder: Path, tmp_path: Path
) -> None:
    name = model_called(VisionModel(model=str(folder)))
    assert name.startswith("Qwen-small@") and str(tmp_path) not in name
    assert model_called(ChatModel(model=str(folder))) == name
    elsewhere = shutil.copytree(folder, tmp_path / "there" / "Qwen small")
    assert model_called(VisionModel(model=str(elsewhere))) == name
    (folder / "config.json").write_text('{"other": 1}', "utf-8")
    assert model_called(VisionModel(model=str(folder))) != name


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (VisionModel(model="qwen3-vl", base_url="http://localhost:8000/v1"), "qwen3-vl"),
        (ChatModel(model="openai:gpt-5-mini"), "openai:gpt-5-mini"),
        (VisionModel(model="nobody/no-such-model"), "nobody/no-such-model"),
    ],
)
def test_what_is_served_is_called_as_its_server_calls_it(model: VisionModel | ChatModel, name: str) -> None:
    assert model_called(model) == name


def test_P17_who_says_something_is_named_with_the_prompt_and_its_hash() -> None:
    told = said_by(ChatModel(model="openai:gpt-5-mini"), "annotate/fuse")
    assert told == f"openai:gpt-5-mini annotate/fuse@{read_prompt('annotate/fuse').fingerprint[:12]}"


def test_no_model_has_no_name() -> None:
    with pytest.raises(UsageError):
        model_called(VisionModel())


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("http://localhost:1/v1", True), ("http://127.0.0.1/v1", True), ("http://[::1]:9/v1", True),
        ("http://192.168.1.7/v1", True), ("http://gpu:8000/v1", True), ("http://gpu.lab.internal/v1", True),
        ("https://api.openai.com/v1", False), ("http://8.8.8.8/v1", False), ("https://localhost.example.com/v1", False),
    ],
)  # fmt: skip
def test_P17_whose_server_it_is_can_be_told_from_its_address(address: str, own: bool) -> None:
    assert is_own(ChatModel(model="any", base_url=address)) == own


def test_P17_a_provider_is_somebody_else_and_what_runs_here_is_not(folder: Path) -> None:
    assert not is_own(ChatModel(model="openai:gpt-5-mini"))
    assert is_own(ChatModel(model="ollama:llama3.1")) and is_own(VisionModel(model=str(folder)))
