"""Families of models that are built unlike each other answer in the shape that was asked for, alone and together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dreamgen.engines.chat.local import load_local
from dreamgen.engines.chat.local.prompts import prompt_tokens
from dreamgen.engines.chat.local.writing import Order, write
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.diffusion.silence import quiet

SCHEMA = {
    "type": "object",
    "properties": {
        "who": {"type": "string", "maxLength": 12},
        "day": {"type": "integer", "minimum": 1, "maximum": 9},
    },
    "required": ["who", "day"],
    "additionalProperties": False,
}
RULES = "You write films for children. " * 20
SPARE = 14
"""Likelihoods of tokens that the tokenizer does not know: published models often have some."""

SIZES = {
    "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 16, "max_position_embeddings": 2048,
}  # fmt: skip
FAMILIES: dict[str, dict[str, Any]] = {
    "llama": {**SIZES, "tie_word_embeddings": True},
    "gemma3_text": {**SIZES, "sliding_window": 64},
    "gpt2": {"n_embd": 64, "n_layer": 2, "n_head": 4, "n_positions": 2048},
    "mamba": {"hidden_size": 64, "num_hidden_layers": 2},
}


def built(family: str, tiny: Path, folder: Path) -> Path:
    """A model of the family with random weights and the tiny tokenizer."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    with quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        tokenizer = AutoTokenizer.from_pretrained(tiny, local_files_only=True)
        ends = {"bos_token_id": 0, "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
        config = AutoConfig.for_model(family, vocab_size=len(tokenizer) + SPARE, **FAMILIES[family], **ends)
        AutoModelForCausalLM.from_config(config).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_keeps_to_the_shape(family: str, tiny: Path, tmp_path: Path) -> None:
    chat: Any = load_local(ChatModel(model=str(built(family, tiny, tmp_path / family)), device="cpu"))
    prompts = [
        prompt_tokens(chat.weights, [("system", RULES), ("user", task)]) for task in ("One.", "Two, then three.")
    ]
    orders = [Order(tuple(tokens), SCHEMA, 5, 1.0, 1.0, 90, standing) for tokens, standing in prompts]
    alone = [write(chat.weights, [order])[0] for order in orders]
    assert all(set(json.loads(answer.text)) == {"who", "day"} for answer in alone)
    # whether the instructions were read before, and what is written beside it, changes nothing
    assert [write(chat.weights, [order])[0] for order in orders] == alone
    assert [answer.text for answer in write(chat.weights, orders)] == [answer.text for answer in alone]
