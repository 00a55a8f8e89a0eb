from __future__ import annotations

import pytest

from dreamgen.errors import UsageError
from dreamgen.run.families import check_families
from dreamgen.run.recipe import Recipe, read_recipe

QWEN = "vision.model=Qwen/Qwen3-VL-4B-Instruct"


def recipe(*changes: str) -> Recipe:
    return read_recipe("vlm", (QWEN, *changes))


def test_rules_have_no_family() -> None:
    check_families(recipe())


@pytest.mark.parametrize(
    ("written", "what"), [("story=chat", "the story"), ("qa=['tests.onlooker:ChattySynthesizer']", "the questions")]
)
def test_a_model_may_not_judge_what_its_own_kin_wrote(written: str, what: str) -> None:
    with pytest.raises(UsageError, match=f"family 'qwen', and so is chat.model, which writes {what}") as refused:
        check_families(recipe(written, "chat.model=hub/qwen2.5-7b-instruct"))
    assert "trust.same_family=true" in refused.value.hint


def test_another_family_or_leave_to_do_so_is_well() -> None:
    check_families(recipe("story=chat", "chat.model=openai:gpt-5-mini"))
    check_families(recipe("story=chat", "chat.model=hub/qwen2.5-7b", "vision.family=llama"))
    check_families(recipe("story=chat", "chat.model=hub/qwen2.5-7b", "trust.same_family=true"))


def test_every_model_that_looks_counts_and_not_the_first_alone() -> None:
    judges = 'verify=["vlm", {backend = "vlm", vision = {model = "hub/qwen3-vl-4b"}}]'
    with pytest.raises(UsageError, match="family 'qwen'"):
        check_families(recipe("vision.model=openai:gpt-5-mini", judges, "story=chat", "chat.model=hub/qwen2.5-7b"))


def test_a_writer_judges_nothing_where_nobody_looks() -> None:
    check_families(read_recipe("chat", ("chat.model=hub/qwen2.5-7b",)))


def test_the_whole_recipe_is_refused_before_anything_is_made() -> None:
    kin = ("story=chat", "chat.model=openai:gpt-5", "chat.key_env=PATH", "vision.model=openai:gpt-5-mini")
    with pytest.raises(UsageError, match="no judge of its own kin"):
        read_recipe("storyboard", ("verify=['tests.onlooker:OnlookingVlm']", *kin)).check()
