from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.vision.kinship import family_of
from dreamgen.engines.vision.model import VisionModel


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Qwen/Qwen2.5-VL-7B-Instruct", "qwen"),
        ("openai:gpt-5-mini", "gpt"),
        ("openai:o3-mini", "gpt"),
        ("anthropic:claude-sonnet-5", "claude"),
        ("google_genai:gemini-3-flash", "gemini"),
        ("google/gemma-3-4b-it", "gemini"),
        ("meta-llama/Llama-3.2-11B-Vision", "llama"),
        ("facebook/Perception-LM-1B", "llama"),
        ("HuggingFaceTB/SmolVLM2-2.2B-Instruct", "smollm"),
        ("llava-hf/llava-onevision-qwen2-7b-ov-hf", "qwen"),
        ("mistralai/Pixtral-12B-2409", "mistral"),
        ("ollama:llama3.1", "llama"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "qwen"),
        ("01-ai/Yi-1.5-9B-Chat", "yi"),
        ("kiyi-tiny", "kiyi"),
        ("house-model-7b-v2", "house"),
        ("", ""),
    ],
)
def test_a_name_tells_the_family(name: str, family: str) -> None:
    assert family_of(VisionModel(model=name)) == family
    assert family_of(ChatModel(model=name)) == family


def test_what_the_recipe_says_counts_first() -> None:
    assert family_of(VisionModel(model="openai:gpt-5-mini", family="Qwen3")) == "qwen"
    assert family_of(VisionModel(model="openai:gpt-5-mini", family="Own House")) == "own house"


@pytest.mark.parametrize(
    ("config", "family"),
    [
        ({"model_type": "qwen2_5_vl"}, "qwen"),
        ({"model_type": "qwen3_vl_moe"}, "qwen"),
        ({"model_type": "smolvlm", "text_config": {"model_type": "llama"}}, "smollm"),
        ({"model_type": "idefics3", "text_config": {"model_type": "llama"}}, "llama"),
        ({"model_type": "llava_onevision", "text_config": {"model_type": "qwen2"}}, "qwen"),
        ({"model_type": "internvl", "text_config": {"model_type": "qwen3"}}, "qwen"),
        ({"model_type": "perception_lm", "text_config": {"model_type": "llama"}}, "llama"),
        ({"model_type": "gpt_oss"}, "gpt"),
        ({"model_type": "mixtral"}, "mistral"),
    ],
)
def test_a_folder_tells_what_it_was_built_on(tmp_path: Path, config: dict[str, Any], family: str) -> None:
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    assert family_of(VisionModel(model=str(folder))) == family


def test_where_many_houses_share_a_way_to_build_the_name_of_the_folder_tells(tmp_path: Path) -> None:
    for name, family in (("DeepSeek-LLM-7B", "deepseek"), ("my-weights", "llama")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "config.json").write_text('{"model_type": "llama"}', "utf-8")
        assert family_of(ChatModel(model=str(folder))) == family


@pytest.mark.parametrize("text", ["{", "[]", "7"])
def test_a_folder_that_can_not_be_read_is_known_by_its_name(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "Qwen-tuned"
    folder.mkdir()
    (folder / "config.json").write_text(text, "utf-8")
    assert family_of(VisionModel(model=str(folder))) == "qwen"


def test_the_same_unknown_model_is_its_own_kin_at_any_size() -> None:
    assert family_of(ChatModel(model="provider:zorblax-70b")) == family_of(VisionModel(model="zorblax-vl-7b"))
