from pathlib import Path

import pytest

from dreamgen.errors import UsageError
from dreamgen.render.templates import filled


def own(folder: Path, text: str) -> None:
    path = folder / "prompts" / "render" / "region.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_pieces_with_nothing_to_say_are_left_out() -> None:
    assert filled("region", {"who": "a woman", "style": ""}) == "a woman"
    assert filled("region", {"who": "a woman", "style": "ink, wash"}) == "a woman, ink, wash"


def test_a_prompt_in_the_working_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own(tmp_path, "<!-- mine,\nin two lines -->\nlook: {who}\nin {style}\n")
    assert filled("region", {"who": "a dog", "style": "ink"}) == "look: a dog, in ink"


def test_a_slot_that_there_is_none_of_is_told_with_its_choices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own(tmp_path, "{whom}\n")
    with pytest.raises(UsageError, match="whom") as caught:
        filled("region", {"who": "a dog", "style": ""})
    assert "who" in caught.value.hint


def test_a_prompt_that_is_missing_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"prompts/render/nothing\.md"):
        filled("nothing", {})
