from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.engines.chat.local import load_local, weights
from dreamgen.engines.chat.model import ChatModel
from dreamgen.errors import DreamgenError, MissingExtra, ModelError, UsageError

Copied = Callable[..., Path]


def refused(folder: Path, **options: Any) -> DreamgenError:
    with pytest.raises(DreamgenError) as caught:
        load_local(ChatModel(model=str(folder), **{"device": "cpu", **options}))
    assert caught.value.hint
    return caught.value


def change(path: Path, **fields: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **fields}), "utf-8")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    error = refused(tmp_path / "nowhere")
    assert isinstance(error, ModelError)
    assert "nowhere" in error.message


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    assert "no config.json" in refused(tmp_path).message


def test_a_damaged_config_is_told(copied: Copied) -> None:
    folder = copied()
    (folder / "config.json").write_text("{", "utf-8")
    assert "damaged" in refused(folder).message


def test_pickled_weights_are_never_read(copied: Copied) -> None:
    folder = copied("model.safetensors")
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n")
    error = refused(folder)
    assert "no safetensors, only pytorch_model.bin" in error.message


def test_weights_that_were_cut_off_are_told(copied: Copied) -> None:
    file = copied() / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    assert "promises" in refused(file.parent).message


def test_weights_with_gaps_are_not_filled_by_chance(copied: Copied) -> None:
    from safetensors.torch import load_file, save_file

    file = copied() / "model.safetensors"
    tensors = load_file(file)
    del tensors["model.norm.weight"]
    save_file(tensors, file, {"format": "pt"})
    assert "lack model.norm.weight" in refused(file.parent).message


def test_code_that_comes_with_a_model_is_never_run(copied: Copied) -> None:
    folder = copied()
    (folder / "modeling_own.py").write_text("raise SystemExit(7)", "utf-8")
    change(folder / "config.json", auto_map={"AutoModelForCausalLM": "modeling_own.Own"})
    known: Any = load_local(ChatModel(model=str(folder), device="cpu"))
    assert type(known.weights.network).__name__ == "Qwen2ForCausalLM"
    change(folder / "config.json", model_type="own")
    assert "code of its own, which is never run" in refused(folder).message


def test_a_model_of_another_kind_is_told(copied: Copied) -> None:
    folder = copied()
    change(folder / "config.json", model_type="clip", architectures=["CLIPModel"])
    assert "of the kind clip, of which transformers knows no language model" in refused(folder).message


def test_an_unknown_family_is_told(copied: Copied) -> None:
    folder = copied()
    change(folder / "config.json", model_type="quite_new")
    error = refused(folder)
    assert "of the kind quite_new" in error.message
    assert "newer transformers" in error.hint


def test_a_config_that_does_not_fit_the_weights_is_told(copied: Copied) -> None:
    folder = copied()
    change(folder / "config.json", hidden_size=128)
    assert str(folder) in refused(folder).message


def test_a_model_that_was_not_trained_to_chat_is_told(copied: Copied) -> None:
    folder = copied("chat_template.jinja")
    error = refused(folder)
    assert "no chat template" in error.message
    assert "Instruct" in error.hint


def test_a_missing_tokenizer_is_told(copied: Copied) -> None:
    assert "tokenizer" in refused(copied("tokenizer.json", "tokenizer_config.json")).message


def test_a_device_that_is_not_there_is_told(tiny: Path) -> None:
    assert isinstance(refused(tiny, device="cuda:77"), UsageError)


def test_too_little_memory_is_told(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")

    monkeypatch.setattr(weights, "transformer", full)
    error = refused(tiny, dtype="float16")
    assert "does not fit into the memory of cpu" in error.message


def test_a_missing_library_is_told_with_its_extra(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "installed", lambda name: name != "llguidance")
    error = refused(tiny)
    assert isinstance(error, MissingExtra)
    assert error.hint == 'pip install "dreamgen[local-llm]"'


def test_the_numbers_may_be_chosen(tiny: Path) -> None:
    answers = {}
    for dtype in ("float32", "bfloat16"):
        chat: Any = load_local(ChatModel(model=str(tiny), device="cpu", dtype=dtype))
        assert chat.weights.network.dtype == chat.weights.place.dtype
        answers[dtype] = chat.invoke("hi", max_tokens=20).content
    assert all(answers.values())


def test_numbers_that_overflow_are_told(copied: Copied) -> None:
    from safetensors.torch import load_file, save_file

    file = copied() / "model.safetensors"
    tensors = load_file(file)
    tensors["lm_head.weight"][:] = float("inf")
    save_file(tensors, file, {"format": "pt"})
    with pytest.raises(ModelError, match="computes no numbers in float32"):
        load_local(ChatModel(model=str(file.parent), device="cpu")).invoke("hi")
