from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("transformers")

from dreamgen.engines.chat.blank import write_chat_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_chat_model(tmp_path_factory.mktemp("blank") / "model")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_bytes_are_written_every_time(folder: Path, tmp_path: Path) -> None:
    import torch

    torch.manual_seed(3)
    assert contents(write_chat_model(tmp_path / "again")) == contents(folder)
    other = contents(write_chat_model(tmp_path / "other", seed=1))
    assert {name for name, data in other.items() if data != contents(folder)[name]} == {"model.safetensors"}


def test_it_has_the_published_layout_and_nothing_pickled(folder: Path) -> None:
    names = set(contents(folder))
    assert {"config.json", "generation_config.json", "tokenizer.json", "model.safetensors"} < names
    assert not any(name.endswith((".bin", ".pt", ".pth")) for name in names)
    assert json.loads((folder / "config.json").read_text())["architectures"] == ["Qwen2ForCausalLM"]
    assert sum(len(data) for data in contents(folder).values()) < 1_000_000


def test_any_text_survives_its_tokenizer(folder: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    text = 'A dog at night: "Où?" \U0001f600 漢字\n\t{"a": [1]}'
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    asked = tokenizer.apply_chat_template(
        [{"role": "user", "content": "Hi"}], tokenize=False, add_generation_prompt=True
    )
    assert asked == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"


def test_it_knows_no_more_tokens_than_are_wanted(tmp_path: Path) -> None:
    sizes = []
    for vocab in (0, 300, 10_000):
        config = json.loads((write_chat_model(tmp_path / str(vocab), vocab=vocab) / "config.json").read_text())
        sizes.append(config["vocab_size"])
    assert sizes[:2] == [259, 300]
    assert 400 < sizes[2] < 1000
