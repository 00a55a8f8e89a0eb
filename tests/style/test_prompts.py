from pathlib import Path

import pytest

from dreamgen.errors import UsageError
from dreamgen.style.prompts import learning_prompts, places, reference_prompt


def test_dreamframe_s_prompts_are_five_templates_in_four_variations() -> None:
    prompts = learning_prompts()

    assert len(set(prompts)) == 20
    assert prompts[0].format(word="Dramatic") == "generate an image in Dramatic painting style"
    assert "in style of {word} picture" in prompts


def test_there_are_dreamframe_s_twelve_places() -> None:
    assert len(set(places([], 12))) == 12
    assert places(["the mill", "the mill", "the pond"], 2) == ("the mill", "the pond")
    assert reference_prompt("the mill", "soft") == "the mill, soft"


def test_prompts_in_the_working_folder_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "prompts" / "style").mkdir(parents=True)
    (tmp_path / "prompts" / "style" / "learning.md").write_text("<!-- mine -->\n{word}, please\n")
    monkeypatch.chdir(tmp_path)

    assert learning_prompts() == ("{word}, please",)


@pytest.mark.parametrize("text", ["a picture", "{word} and {word}", "{word} {place}", "{word", "<!-- none -->"])
def test_a_prompt_that_can_t_be_learned_from_is_named(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "prompts" / "style").mkdir(parents=True)
    (tmp_path / "prompts" / "style" / "learning.md").write_text(text)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError, match=r"prompts/style/learning\.md"):
        learning_prompts()
