from pathlib import Path

import pytest

from dreamgen import shelf


def test_the_checkout_has_styles() -> None:
    assert shelf.find("styles", "noir.toml") is not None
    assert shelf.find("styles", "no-such-style.toml") is None


def test_the_working_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "prompts" / "story" / "plan.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    monkeypatch.chdir(tmp_path)

    assert shelf.find("prompts", "story/plan.md") == mine
    assert shelf.listing("prompts", "*/plan.md")["story/plan.md"] == mine


def test_a_listing_is_sorted_and_names_each_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "noir.toml").write_text("")
    (tmp_path / "styles" / "notes.txt").write_text("")
    monkeypatch.chdir(tmp_path)

    found = shelf.listing("styles", "*.toml")

    assert list(found) == sorted(found)
    assert found["noir.toml"] == tmp_path / "styles" / "noir.toml"
    assert found["flat.toml"] != tmp_path / "styles" / "flat.toml"
    assert "notes.txt" not in found


def test_a_wheel_brings_its_own_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = tmp_path / "site-packages" / "dreamgen" / "_shelf" / "styles"
    packed.mkdir(parents=True)
    (packed / "noir.toml").write_text("")
    monkeypatch.setattr(shelf, "_PACKAGE", tmp_path / "site-packages" / "dreamgen")
    monkeypatch.chdir(tmp_path)

    assert shelf.shelves("styles") == (packed,)
    assert shelf.find("styles", "noir.toml") == packed / "noir.toml"
