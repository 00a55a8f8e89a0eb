"""What the locks' tests share: a small network, batches for it, and calls of it with the same numbers always."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.engines.diffusion.shallow import shallow

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.diffusion.locks import Batch
    from dreamgen.engines.diffusion.orders import Order


class Bench:
    """Where locks are tried on a network, without text encoders and without a loop."""

    size = (64, 64)

    def __init__(self, weights: Path) -> None:
        self._folder = weights / "sdxl" / "unet"

    def network(self) -> Any:
        """A network of its own, to put locks on."""
        from diffusers import UNet2DConditionModel

        return UNet2DConditionModel.from_pretrained(self._folder, use_safetensors=True).eval()

    def batch(self, *orders: Order, guided: bool = True, **sampling: Any) -> Batch:
        """A batch on the CPU."""
        import torch

        from dreamgen.engines.diffusion.locks import Batch
        from dreamgen.engines.diffusion.orders import Sampling

        return Batch(orders, Sampling(size=self.size, **sampling), guided, torch.device("cpu"), torch.float32)

    def inputs(self, rows: Sequence[int]) -> dict[str, Any]:
        """What the network is called with in some rows of a batch of two pictures with guidance."""
        import torch

        generator = torch.Generator().manual_seed(0)
        pick = torch.tensor(rows)
        return {
            "sample": torch.randn(4, 4, 8, 8, generator=generator)[pick],
            "timestep": torch.tensor(500.0),
            "encoder_hidden_states": torch.randn(4, 77, 64, generator=generator)[pick],
            "added_cond_kwargs": {
                "text_embeds": torch.randn(4, 32, generator=generator)[pick],
                "time_ids": torch.zeros(len(rows), 6),
            },
        }

    def call(self, unet: Any, rows: Sequence[int] = range(4), **more: Any) -> torch.Tensor:
        """What the network says in these rows."""
        import torch

        with torch.no_grad():
            seen: torch.Tensor = unet(**self.inputs(list(rows)), **more).sample
        return seen


@pytest.fixture(scope="session")
def bench(weights: Path) -> Bench:
    """Tries locks."""
    return Bench(weights)


@pytest.fixture
def shallow_bench(shallow_weights: Path) -> Bench:
    """Tries locks on a network that torch traces sooner."""
    return Bench(shallow_weights)


@pytest.fixture
def stepped_bench(tmp_path: Path) -> Bench:
    """Tries locks on a network of two levels that both read the text, beside whose weights lie theirs."""
    pytest.importorskip("torch").set_num_threads(1)
    from dreamgen.engines.diffusion import blank

    with shallow("steps"):
        blank.blank_unet("tiny").save_pretrained(tmp_path / "sdxl" / "unet")
        blank.write_ip_adapter(tmp_path / "ip.safetensors")
        blank.write_lora(tmp_path / "lora_a.safetensors")
    blank.write_image_encoder(tmp_path / "image_encoder")
    return Bench(tmp_path)


@pytest.fixture(scope="module")
def unet(bench: Bench) -> Any:
    """The network of a test file, whose tests leave it as it is or with one set of locks."""
    return bench.network()


@pytest.fixture(scope="module")
def plain(bench: Bench) -> Any:
    """The same without locks."""
    return bench.network()
