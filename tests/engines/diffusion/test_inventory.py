from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.inventory import Weights, hub_cache, hub_is_off, inventory, published

BASE = "stabilityai/stable-diffusion-xl-base-1.0"
ADAPTER = "h94/IP-Adapter/sdxl_models/ip-adapter-plus_sdxl_vit-h.safetensors"
ENCODER = "h94/IP-Adapter/models/image_encoder"


@pytest.fixture(autouse=True)
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache of the hub."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def download(hub: Path, repository: str, *paths: str, revision: str = "abc") -> Path:
    """Puts empty files where the hub's client would."""
    folder = hub / f"models--{repository.replace('/', '--')}"
    for path in paths:
        file = folder / "snapshots" / revision / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (folder / "refs").mkdir(exist_ok=True)
    (folder / "refs/main").write_text(revision)
    return folder / "snapshots" / revision


def only(checkpoint: Checkpoint) -> Weights:
    (found,) = inventory(checkpoint)
    return found


def test_a_local_folder_is_here(tmp_path: Path) -> None:
    found = only(Checkpoint(model=str(tmp_path)))
    assert found.here
    assert found.missing_bytes == 0
    assert found.where == str(tmp_path)


def test_a_path_that_does_not_exist_can_t_be_downloaded() -> None:
    found = only(Checkpoint(model="/models/sdxl"))
    assert not found.here
    assert not found.downloadable


def test_nothing_downloaded_means_all_of_it_is_missing() -> None:
    found = only(Checkpoint(model=BASE, variant="fp16"))
    assert not found.here
    assert found.downloadable
    assert found.missing_bytes == sum(file.bytes for file in published()[BASE].files)
    assert "RAIL" in found.licence


def test_what_is_downloaded_is_not_counted_again(hub: Path) -> None:
    *most, last = published()[BASE].files
    snapshot = download(hub, BASE, *(file.path for file in most))
    assert only(Checkpoint(model=BASE, variant="fp16")).missing_bytes == last.bytes
    download(hub, BASE, last.path)
    found = only(Checkpoint(model=BASE, variant="fp16"))
    assert found.here
    assert found.where == str(snapshot)


def test_full_precision_is_another_download_of_twice_the_size(hub: Path) -> None:
    download(hub, BASE, *(file.path for file in published()[BASE].files))
    half, full = only(Checkpoint(model=BASE, variant="fp16")), only(Checkpoint(model=BASE))
    assert half.here
    assert full.missing_bytes == 2 * sum(file.bytes for file in published()[BASE].files)
    download(hub, BASE, *(file.path.replace(".fp16.", ".") for file in published()[BASE].files))
    assert only(Checkpoint(model=BASE)).here


def test_the_revision_that_main_names_is_the_one_that_counts(hub: Path) -> None:
    download(hub, BASE, *(file.path for file in published()[BASE].files), revision="zzz")
    download(hub, BASE, "unet/config.json", revision="aaa")
    assert not only(Checkpoint(model=BASE, variant="fp16")).here


def test_two_parts_of_one_repository_are_two_things(hub: Path) -> None:
    checkpoint = Checkpoint(model=BASE, identity=ADAPTER, style_adapter=ADAPTER, image_encoder=ENCODER)
    download(hub, "h94/IP-Adapter", "models/image_encoder/model.safetensors")
    found = {weights.use: weights for weights in inventory(checkpoint)}
    assert set(found) == {"model", "identity", "image_encoder"}
    assert not found["identity"].here
    assert found["image_encoder"].here


def test_of_unknown_weights_nobody_knows_the_size_until_they_are_here(hub: Path) -> None:
    checkpoint = Checkpoint(model="somebody/else")
    assert only(checkpoint).missing_bytes is None
    download(hub, "somebody/else", "unet/diffusion_pytorch_model.safetensors")
    assert only(checkpoint).here


def test_the_cache_is_where_the_hub_s_own_client_looks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HF_HUB_CACHE")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    assert hub_cache() == tmp_path / "home/hub"
    monkeypatch.delenv("HF_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert hub_cache() == tmp_path / "caches/huggingface/hub"


@pytest.mark.parametrize(("said", "off"), [("1", True), ("on", True), ("0", False), ("", False)])
def test_the_environment_can_turn_the_hub_off(monkeypatch: pytest.MonkeyPatch, said: str, off: bool) -> None:
    monkeypatch.delenv("TRANSFORMERS_OFFLINE", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", said)
    assert hub_is_off() is off
