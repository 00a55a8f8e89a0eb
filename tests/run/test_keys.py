from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dreamgen.engines.canvas import drawn_by
from dreamgen.run import keys


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No test sees what another one has put in the caches."""
    for cached in (keys._rooms, keys._libraries):
        cached.cache_clear()
    yield
    for cached in (keys._rooms, keys._libraries):
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
    keys._libraries.cache_clear()
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
