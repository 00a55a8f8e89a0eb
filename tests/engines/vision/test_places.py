from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.engines.chat.places import Hosted, Server
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.places import InProcess, place_of
from dreamgen.errors import UsageError


def test_a_folder_a_name_on_the_hub_a_server_and_a_provider_are_told_apart(tmp_path: Path) -> None:
    assert place_of(VisionModel(model=str(tmp_path))) == InProcess(str(tmp_path), tmp_path)
    assert place_of(VisionModel(model="Qwen/Qwen3-VL-4B-Instruct")) == InProcess("Qwen/Qwen3-VL-4B-Instruct", None)
    assert place_of(VisionModel(model="openai:gpt-5-mini")) == Hosted("openai", "gpt-5-mini")
    served = VisionModel(model="Qwen/Qwen3-VL-4B-Instruct", base_url="http://localhost:8000/v1/")
    assert place_of(served) == Server("http://localhost:8000/v1", "Qwen/Qwen3-VL-4B-Instruct")


@pytest.mark.parametrize("name", ["", "qwen", "./nowhere", "/no/such/folder", "~/no/such", "a/b/c", "openai:"])
def test_a_name_that_says_nothing_is_an_error_that_lists_the_ways(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        place_of(VisionModel(model=name))
    assert all(way in caught.value.hint for way in ("folder", "hub", "provider:name", "vision.base_url"))
    assert "chat" not in str(caught.value)


def test_a_file_is_no_model(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"")
    with pytest.raises(UsageError, match="is a file"):
        place_of(VisionModel(model=str(file)))


def test_an_address_with_a_key_in_it_is_refused_without_saying_the_key() -> None:
    with pytest.raises(UsageError) as caught:
        place_of(VisionModel(model="any", base_url="http://me:sk-secret@localhost/v1"))
    assert "sk-secret" not in str(caught.value)
    assert "vision.key_env" in caught.value.hint
