from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dreamgen.core.base import Record
from dreamgen.engines.canvas import drawn_by
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.run import keys


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No test sees what another one has put in the caches."""
    for cached in (keys._rooms, keys.versions):
        cached.cache_clear()
    yield
    for cached in (keys._rooms, keys.versions):
        cached.cache_clear()


def test_the_same_code_has_the_same_key() -> None:
    assert keys.code_version("clip") == keys.code_version("clip") != keys.code_version("render")


def test_who_draws_is_in_the_key() -> None:
    with drawn_by("opencv"):
        plain = keys.code_version("render")
    with drawn_by("skia"):
        assert keys.code_version("render") != plain


@pytest.mark.parametrize("library", ["av", "numpy", "pillow"])
def test_the_versions_of_libraries_are_in_the_key(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    monkeypatch.setattr(keys, "version", lambda name: "1")
    before = keys.code_version("clip")
    keys.versions.cache_clear()
    monkeypatch.setattr(keys, "version", lambda name: "2" if name == library else "1")
    assert keys.code_version("clip") != before


def test_moving_a_file_changes_the_hash(tmp_path: Path) -> None:
    path = tmp_path / "__init__.py"
    path.write_text("")
    assert keys._hash({"a/__init__.py": path}) != keys._hash({"b/__init__.py": path})


def test_how_a_verifier_is_asked_is_in_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    def listed(files: dict[str, Path]) -> str:
        hashed.extend(files)
        return ""

    monkeypatch.setattr(keys, "_hash", listed)
    keys.code_version("verify")
    assert "run/blind.py" in hashed
    assert any(name.startswith("verify/") for name in hashed)


class Learned(Record):
    """A backend that draws with weights."""

    diffusion: Checkpoint


def test_the_weights_of_a_folder_are_in_the_key_of_who_draws_with_them(tmp_path: Path) -> None:
    weights = tmp_path / "model" / "unet.safetensors"
    weights.parent.mkdir()
    weights.write_bytes(bytes(4_000_000))
    backend = Learned(diffusion=Checkpoint(model=str(weights.parent)))
    before = keys.code_version("render", backend)

    assert keys.code_version("render", backend) == before
    weights.write_bytes(bytes(3_999_999) + b"1")
    assert keys.code_version("render", backend) != before


def test_who_draws_without_weights_does_not_depend_on_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    def key(backend: object) -> tuple[str, str]:
        keys.versions.cache_clear()
        monkeypatch.setattr(keys, "version", lambda name: "1")
        before = keys.code_version("render", backend)
        keys.versions.cache_clear()
        monkeypatch.setattr(keys, "version", lambda name: "2" if name == "torch" else "1")
        return before, keys.code_version("render", backend)

    plain, plain_after = key(None)
    learned, learned_after = key(Learned(diffusion=Checkpoint()))
    assert plain == plain_after
    assert learned != learned_after


class Asking(Record):
    """A backend that asks a language model."""

    chat: ChatModel


def test_weights_of_a_language_model_are_in_the_key_by_what_they_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    weights = tmp_path / "weights" / "model.safetensors"
    weights.parent.mkdir()
    weights.write_bytes(b"one")
    asking = Asking(chat=ChatModel(model="~/weights"))
    before = keys.code_version("story", asking)
    weights.write_bytes(b"two")
    assert keys.code_version("story", asking) != before


def test_a_folder_with_the_name_of_a_served_model_is_in_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    asking = Asking(chat=ChatModel(model="llama", base_url="http://localhost:8000/v1"))
    before = keys.code_version("story", asking)
    Path("llama").mkdir()
    Path("llama", "notes.txt").write_text("ours", "utf-8")
    assert keys.code_version("story", asking) == before
