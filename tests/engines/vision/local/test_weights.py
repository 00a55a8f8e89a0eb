from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.errors import DreamgenError, MissingExtra, ModelError, UsageError
from tests.engines.vision.local.noisy import QUESTIONS, model, noise

pytest.importorskip("torch")
pytest.importorskip("transformers")

from dreamgen.engines.vision.local import LocalSees, check_local, weights
from dreamgen.engines.vision.local.weights import shared


@pytest.fixture
def copied(smol: Path, tmp_path: Path) -> Callable[..., Path]:
    """Copies the model's folder, without some of its files and with other entries in its config.json."""

    def copy(*without: str, **said: Any) -> Path:
        folder = tmp_path / "copy"
        shutil.copytree(smol, folder)
        for name in without:
            (folder / name).unlink()
        if said:
            config = json.loads((folder / "config.json").read_text("utf-8"))
            (folder / "config.json").write_text(json.dumps({**config, **said}), "utf-8")
        return folder

    return copy


@pytest.mark.parametrize(
    ("kind", "told", "hint"),
    [
        ("qwen3", "a language model of the kind qwen3, which sees no pictures", "Qwen2.5-VL"),
        ("clip", "compares pictures with texts", "SmolVLM"),
        ("gemma3", "of the kind gemma3, which can't be shown frames here", "vision.base_url"),
        ("vit", "no vision-language model", "InternVL"),
        ("internvl_chat", "InternVL in a layout of its own", "-hf"),
        ("never_heard_of", "does not know", "newer transformers"),
        ("", "does not say what kind", "LLaVA-OneVision"),
    ],
)
def test_a_model_of_another_kind_is_refused_with_what_it_is(
    copied: Callable[..., Path], kind: str, told: str, hint: str
) -> None:
    folder = copied(model_type=kind)
    with pytest.raises(ModelError) as caught:
        check_local(model(folder))
    assert told in caught.value.message
    assert hint in caught.value.hint


def test_code_that_a_model_brings_along_is_never_run(copied: Callable[..., Path], tmp_path: Path) -> None:
    folder = copied(model_type="own_vlm", auto_map={"AutoModelForImageTextToText": "own.Model"})
    ran = tmp_path / "ran"
    (folder / "own.py").write_text(f"open({str(ran)!r}, 'w')\nclass Model: pass\n", "utf-8")
    with pytest.raises(ModelError, match="never run"):
        list(LocalSees(model(folder)).ask(noise(), QUESTIONS))
    assert not ran.exists()


@pytest.mark.parametrize(
    ("file", "told"),
    [("config.json", "no config.json"), ("model.safetensors", "no safetensors"), ("tokenizer.json", "tokenizer")],
)
def test_a_folder_that_lacks_a_part_is_told(copied: Callable[..., Path], file: str, told: str) -> None:
    folder = copied(file)
    with pytest.raises(ModelError, match=told):
        shared(model(folder))


def test_pickled_weights_are_not_read(copied: Callable[..., Path]) -> None:
    folder = copied("model.safetensors")
    (folder / "pytorch_model.bin").write_bytes(b"anything")
    with pytest.raises(ModelError, match=r"only pytorch_model\.bin"):
        check_local(model(folder))


def test_a_damaged_config_is_told(copied: Callable[..., Path]) -> None:
    folder = copied()
    (folder / "config.json").write_text("{", "utf-8")
    with pytest.raises(ModelError, match="damaged"):
        check_local(model(folder))


def test_weights_that_broke_off_are_told(copied: Callable[..., Path]) -> None:
    folder = copied()
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[:-100])
    with pytest.raises(ModelError, match="bytes"):
        check_local(model(folder))


def test_no_gap_is_filled_with_random_numbers(copied: Callable[..., Path]) -> None:
    from safetensors.torch import load_file, save_file

    folder = copied()
    tensors = load_file(folder / "model.safetensors")
    tensors.pop("model.connector.modality_projection.proj.weight")
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"lack model\.connector"):
        shared(model(folder))


def test_a_model_that_was_not_trained_to_chat_is_refused(copied: Callable[..., Path]) -> None:
    folder = copied("chat_template.jinja")
    with pytest.raises(ModelError, match="no chat template"):
        shared(model(folder))


@pytest.mark.parametrize("file", ["chat_template.json", "processor_config.json"])
def test_older_folders_keep_the_chat_template_with_the_processor(copied: Callable[..., Path], file: str) -> None:
    folder = copied()
    template = (folder / "chat_template.jinja").read_text("utf-8")
    (folder / "chat_template.jinja").unlink()
    (folder / file).write_text(json.dumps({"chat_template": template}), "utf-8")
    assert shared(model(folder)).tokenizer.chat_template == template


def test_weights_are_loaded_once_for_all_who_use_them(smol: Path) -> None:
    assert shared(model(smol)) is shared(model(smol, frames=4))


def test_a_name_on_the_hub_that_is_not_here_is_told_without_asking_the_hub() -> None:
    with pytest.raises(ModelError, match="asking the hub is switched off") as caught:
        check_local(model(Path("nobody/no-such-vlm")))
    assert "HF_HUB_OFFLINE" in caught.value.hint


def test_what_was_downloaded_is_found_offline(smol: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    cache = tmp_path / "hub"
    snapshot = cache / "models--nobody--tiny" / "snapshots" / "abc"
    shutil.copytree(smol, snapshot)
    (cache / "models--nobody--tiny" / "refs").mkdir()
    (cache / "models--nobody--tiny" / "refs" / "main").write_text("abc")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    (seen,) = LocalSees(model(Path("nobody/tiny"))).ask(noise(), QUESTIONS[:1])
    assert seen.chances


def test_a_device_that_is_not_there_is_told(smol: Path) -> None:
    with pytest.raises(UsageError):
        shared(model(smol, device="cuda:63"))


def test_a_missing_library_is_named_with_its_extra(smol: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "installed", lambda library: library != "transformers")
    with pytest.raises(MissingExtra) as caught:
        LocalSees(model(smol))
    assert caught.value.hint == 'pip install "dreamgen[vlm]"'


def test_a_tower_of_timm_without_timm_is_told(
    written: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wanting(*_: Any, **__: Any) -> Any:
        raise ImportError("TimmWrapperModel requires the timm library but it was not found")

    monkeypatch.setattr(weights, "transformer", wanting)
    folder = tmp_path / "perception"
    shutil.copytree(written("perception_lm"), folder)
    with pytest.raises(DreamgenError) as caught:
        shared(model(folder))
    assert "needs timm" in caught.value.message
    assert caught.value.hint.startswith("pip install timm")
