"""What README.md and docs/writing.md state of stories by a language model is what the package knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.structured import LADDER
from dreamgen.engines.chat.wire import PER_TOKEN
from dreamgen.run.rehearsal import FILLED
from dreamgen.story.expansion.factors import DEFAULT
from dreamgen.story.expansion.levels import FORGIVEN
from dreamgen.story.writers.chat import ChatWriter

ROOT = Path(__file__).parents[2]
WRITING = (ROOT / "docs" / "writing.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
VERBS = (["story"], ["themes"], ["doctor"], ["import", "dreamframe"], ["export"])


def test_every_option_that_is_named_exists() -> None:
    shown = CliRunner()
    known = "".join(shown.invoke(app, [*verb, "--help"], env={"COLUMNS": "300"}).stdout for verb in VERBS)
    part = README[README.index("## Stories by a language model") : README.index("## Pictures by SDXL")]
    for option in set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", WRITING + part)):
        assert f"{option} " in known, option


@pytest.mark.parametrize("where", [WRITING, README])
def test_every_key_of_the_recipe_that_is_named_exists(where: str) -> None:
    for name in re.findall(r"\bchat\.([a-z_]+)\b", where):
        assert name in ChatModel.model_fields
    for name in re.findall(r"\bstory\.([a-z_]+)\b(?!json)", where):
        assert name in {*ChatWriter.model_fields, "json"}


def test_every_key_of_the_model_is_told() -> None:
    told = set(re.findall(r"`([a-z_]+)`", WRITING))
    assert set(ChatModel.model_fields) - told <= {"model", "base_url"}
    assert set(LADDER) <= told


def test_numbers_are_the_package_s() -> None:
    assert f"answers are reckoned to take {FILLED:.0%}".replace("%", " %") in WRITING
    assert f"a token to be {PER_TOKEN} bytes" in WRITING
    assert f"a theme becomes {DEFAULT}" in WRITING
    assert FORGIVEN == 10
    assert "One scene in ten may stay unwritten" in WRITING
    assert ChatWriter.model_fields["dialogues"].default == 6 / 11
