"""What the diffusion rooms' tests share: small random weights in the published formats, on one thread and offline."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.diffusion.shallow import shallow


@pytest.fixture(scope="session", autouse=True)
def _offline() -> Iterator[None]:
    """Nobody asks the hub."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
            patch.setenv(name, "1")
        yield


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    """More threads change bits, and are slower at these sizes."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every kind of weights, tiny and random. Tests read it and leave it as it is."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    from dreamgen.engines.diffusion import blank

    folder = tmp_path_factory.mktemp("weights")
    blank.write_sdxl(folder / "sdxl")
    blank.write_refiner(folder / "refiner")
    blank.write_image_encoder(folder / "image_encoder")
    blank.write_ip_adapter(folder / "ip.safetensors")
    blank.write_ip_adapter(folder / "ip_plus.safetensors", kind="plus")
    blank.write_controlnet(folder / "controlnet")
    blank.write_t2i_adapter(folder / "t2i")
    blank.write_tiny_vae(folder / "tiny_vae")
    blank.write_lora(folder / "lora_a.safetensors", seed=7)
    blank.write_lora(folder / "lora_b.safetensors", seed=8)
    return folder


@pytest.fixture(scope="session")
def shallow_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same kinds for a shallow network, which torch traces sooner. Tests read them and leave them as they are."""
    pytest.importorskip("torch").set_num_threads(1)
    from dreamgen.engines.diffusion import blank

    folder = tmp_path_factory.mktemp("shallow")
    with shallow():
        blank.write_sdxl(folder / "sdxl")
        blank.write_ip_adapter(folder / "ip.safetensors")
        blank.write_lora(folder / "lora_a.safetensors", seed=7)
        blank.write_lora(folder / "lora_b.safetensors", seed=8)
    blank.write_image_encoder(folder / "image_encoder")
    return folder
