from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.engines.diffusion.weights import find
from dreamgen.errors import ModelError, UsageError

pytest.importorskip("huggingface_hub")


@pytest.fixture(autouse=True)
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache of the hub."""
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def download(hub: Path, repository: str, *paths: str) -> Path:
    """Puts files where the hub's client would."""
    folder = hub / f"models--{repository.replace('/', '--')}"
    snapshot = folder / "snapshots" / ("a" * 40)
    for path in paths:
        (snapshot / path).parent.mkdir(parents=True, exist_ok=True)
        (snapshot / path).write_text("{}")
    (folder / "refs").mkdir(exist_ok=True)
    (folder / "refs/main").write_text("a" * 40)
    return snapshot


def test_what_is_local_is_taken_as_it_is(tmp_path: Path) -> None:
    assert find(str(tmp_path)) == tmp_path
    file = tmp_path / "lora.safetensors"
    file.touch()
    assert find(str(file)) == file


@pytest.mark.parametrize("name", ["model.ckpt", "owner/model/weights.bin", "a/b/c.PT", "/x/y.pth"])
def test_pickles_are_refused_before_anything_is_asked(name: str) -> None:
    with pytest.raises(UsageError, match="not safetensors") as caught:
        find(name)
    assert "convert" in caught.value.hint


@pytest.mark.parametrize(
    "name", ["/nowhere/sdxl", "./sdxl", "~/no-such-folder", "sdxl", "two words/model", "a/b/../../../c"]
)
def test_a_path_that_does_not_exist_is_not_looked_for_on_the_hub(name: str) -> None:
    with pytest.raises(ModelError, match="there are no weights at"):
        find(name)


@pytest.mark.parametrize("name", ["owner/model", "owner/model/folder", "owner/model/folder/file.safetensors"])
def test_what_was_not_downloaded_says_so_when_offline(name: str) -> None:
    with pytest.raises(ModelError, match="switched off") as caught:
        find(name, offline=True)
    assert "HF_HUB_OFFLINE" in caught.value.hint


def test_a_file_of_a_repository_is_found(hub: Path) -> None:
    snapshot = download(hub, "owner/model", "deep/file.safetensors")
    assert find("owner/model/deep/file.safetensors", offline=True) == snapshot / "deep/file.safetensors"


def test_a_folder_of_a_repository_is_found(hub: Path) -> None:
    snapshot = download(
        hub, "owner/model", "models/image_encoder/config.json", "models/image_encoder/model.safetensors"
    )
    assert find("owner/model/models/image_encoder", offline=True) == snapshot / "models/image_encoder"


def test_a_network_that_is_a_repository_is_found(hub: Path) -> None:
    snapshot = download(hub, "owner/vae", "config.json", "diffusion_pytorch_model.safetensors")
    assert find("owner/vae", offline=True) == snapshot


def test_a_pipeline_s_repository_is_found(hub: Path) -> None:
    snapshot = download(hub, "owner/sdxl", "model_index.json", "unet/config.json")
    assert find("owner/sdxl", variant="fp16", offline=True) == snapshot


def test_a_hub_that_fails_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def fail(*_: object, **__: object) -> str:
        raise TimeoutError("the hub took its time\nand more")

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", fail)
    with pytest.raises(ModelError) as caught:
        find("owner/model/file.safetensors")
    assert caught.value.message.endswith("could not be downloaded: the hub took its time")


def test_a_bug_is_not_taken_for_the_hub_s(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def fail(*_: object, **__: object) -> str:
        raise KeyError("bug")

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", fail)
    with pytest.raises(KeyError):
        find("owner/model/file.safetensors")
