from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from dreamgen.engines.device import machine  # noqa: E402
from dreamgen.engines.diffusion import blank  # noqa: E402
from dreamgen.engines.diffusion.checkpoint import Checkpoint  # noqa: E402
from dreamgen.engines.diffusion.loading import quiet  # noqa: E402
from dreamgen.engines.diffusion.orders import Order, Pixels, Sampling  # noqa: E402
from dreamgen.engines.diffusion.painting import Painter  # noqa: E402
from dreamgen.engines.diffusion.studio import Studio  # noqa: E402

SAMPLING = Sampling(size=(64, 64), steps=3, refine_from=0.5)


def one_picture(studio: Studio) -> Pixels:
    (drawing,) = studio.draw([Order("a photo of a dog", seed=1)], SAMPLING)
    assert drawing.image is not None
    return drawing.image


@pytest.mark.parametrize("refined", [False, True])
def test_a_model_built_in_memory_draws_what_the_written_one_draws(tmp_path: Path, refined: bool) -> None:
    with quiet():
        blank.write_sdxl(tmp_path / "sdxl", seed=3)
        # as it is built in memory: after the base model, from the same generator
        if refined:
            torch.manual_seed(3)
            base = blank.blank_sdxl("tiny")
            shared = {"vae": base.vae, "text_encoder_2": base.text_encoder_2}
            blank.blank_refiner("tiny", **shared).save_pretrained(tmp_path / "refiner")
        torch.manual_seed(3)
        built = blank.blank_loaded("tiny", machine("cpu"), refined)
    refiner = str(tmp_path / "refiner") if refined else ""
    written = Studio(Checkpoint(model=str(tmp_path / "sdxl"), refiner=refiner, device="cpu"))
    in_memory = Studio(Checkpoint(model="built", refiner=refiner and "built", device="cpu"))
    assert isinstance(in_memory.painter, Painter)
    in_memory.painter.loaded = built
    # where weights lie in memory may change the last bit of a sum
    assert np.allclose(one_picture(in_memory), one_picture(written), atol=2)


def test_full_networks_have_the_published_numbers_of_weights() -> None:
    from dreamgen.engines.diffusion import blank_networks as networks

    with quiet(), torch.device("meta"):
        sizes = {
            "unet": networks.blank_unet("full"),
            "refiner": networks.blank_refiner_unet("full"),
            "first": networks.blank_text_encoder(49408, "full", pooled=False),
            "second": networks.blank_text_encoder(49408, "full", pooled=True),
            "vae": networks.blank_vae("full"),
        }
    counted = {name: sum(weight.numel() for weight in network.parameters()) for name, network in sizes.items()}
    assert counted == {
        "unet": 2_567_463_684,
        "refiner": 2_259_526_660,
        "first": 123_060_480,
        "second": 694_659_840,
        "vae": 83_653_863,
    }
