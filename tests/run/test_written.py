from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.brief import Brief
from dreamgen.core.story import Mend, Story, Writing
from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.chat.ledger import Ledger
from dreamgen.run.filming import plan
from dreamgen.run.recipe import read_recipe
from dreamgen.run.written import model_name, written

PROMPTS = (("prompts/story/scene.md", "0" * 32),)


@pytest.fixture(scope="module")
def story() -> Story:
    return plan(read_recipe(), Brief(text="Mara walks along the harbour. Tom waves at Mara."), Path())


def by(story: Story, writing: Writing) -> Story:
    return story.model_copy(update={"writing": writing})


def test_rules_write_without_an_account(story: Story, tmp_path: Path) -> None:
    assert written(story, tmp_path) is None


def test_the_account_adds_up_calls_tokens_and_mends(story: Story, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "answers")
    for _ in range(2):
        ledger.answered(ledger.begin("served", "story/scene", "s", 99), RawAnswer(text="", tokens_in=30, tokens_out=7))
    ledger.failed(ledger.begin("served", "story/scene", "s", 99), TimeoutError, 1.0)
    mends = tuple(
        Mend(where="shot-01", rule="not_here", detail="Tom is not here", outcome=outcome)
        for outcome in ("repaired", "dropped", "dropped")
    )
    told = written(by(story, Writing(model="served", prompts=PROMPTS, mends=mends)), tmp_path)
    assert told is not None
    assert (told.calls, told.failed, told.tokens_in, told.tokens_out) == (2, 1, 60, 14)
    assert told.outcomes == (1, 2)
    assert not told.elsewhere


def test_a_story_that_was_brought_in_owes_nothing_to_what_was_asked_here(story: Story, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "answers")
    ledger.answered(ledger.begin("served", "story/scene", "s", 99), RawAnswer(text="", tokens_in=30, tokens_out=7))
    told = written(by(story, Writing(model="somebody's file", prompts=())), tmp_path)
    assert told is not None
    assert told.elsewhere
    assert told.calls == 0


def test_real_persons_are_named_once_each(story: Story, tmp_path: Path) -> None:
    cast = tuple(one.model_copy(update={"likeness": "Greta Garbo"}) for one in story.cast)
    told = written(by(story.model_copy(update={"cast": cast}), Writing(model="served", prompts=PROMPTS)), tmp_path)
    assert told is not None
    assert told.likenesses == ("Greta Garbo",)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("openai:gpt-5-mini", "openai:gpt-5-mini"),
        ("Qwen/Qwen3-8B", "Qwen/Qwen3-8B"),
        ("/home/somebody/models/tiny", "tiny"),
        ("~/models/tiny/", "tiny"),
        ("C:\\models\\tiny", "tiny"),
    ],
)
def test_nobody_reads_where_a_model_lies_on_this_machine(model: str, name: str) -> None:
    assert model_name(model) == name
