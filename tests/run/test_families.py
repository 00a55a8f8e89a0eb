from __future__ import annotations

import pytest

from dreamgen.errors import UsageError
from dreamgen.run.families import check_families, check_served
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


def test_whoever_looks_at_footage_may_not_judge_it() -> None:
    looks = 'annotate=[{backend = "captions", vision = {model = "hub/qwen2.5-vl-7b"}}]'
    with pytest.raises(UsageError, match=r"so is the annotator's vision\.model, which describes the footage"):
        check_families(recipe(looks))


def test_whoever_fuses_what_was_seen_may_not_judge_it() -> None:
    own = 'annotate=[{backend = "captions", vision = {model = "hub/InternVL-8B", family = "internlm"}}]'
    with pytest.raises(UsageError, match=r"so is the annotator's chat\.model, which describes the footage"):
        check_families(recipe(own, "chat.model=hub/qwen2.5-7b-instruct"))
    check_families(recipe(own, "chat.model=hub/llama-3.1-8b"))
    # who does not fuse asks no language model
    check_families(
        recipe(own.replace("]", "").replace("}}", "}, fuse = false}]"), "chat.model=hub/qwen2.5-7b-instruct")
    )


@pytest.mark.parametrize(
    "model",
    [
        "vision.model=openai:gpt-5-mini",
        "vision.base_url=https://api.example.com/v1",
        "vision.base_url=http://8.8.8.8/v1",
    ],
)
def test_P17_a_recipe_can_want_models_of_its_own_alone(model: str) -> None:
    with pytest.raises(UsageError, match=r"vlm asks '.*', which somebody else runs"):
        check_served(recipe("trust.own_models=true", model))
    check_served(recipe(model))


@pytest.mark.parametrize(
    "model",
    [
        QWEN,
        "vision.base_url=http://localhost:8000/v1",
        "vision.base_url=http://10.0.0.7/v1",
        "vision.base_url=http://gpu-box:1/v1",
    ],
)
def test_P17_models_in_this_process_and_on_ones_own_servers_are_well(model: str) -> None:
    check_served(recipe("trust.own_models=true", model))


def test_P17_everybody_who_asks_a_model_counts() -> None:
    for asks in ("story=chat", "qa=mcq", 'annotate=[{backend = "captions", fuse = true}]'):
        with pytest.raises(UsageError, match=r"(chat|mcq|captions) asks"):
            check_served(recipe("trust.own_models=true", asks, "chat.model=openai:gpt-5-mini"))
