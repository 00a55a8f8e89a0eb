from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.engines.histograms import ColourEyes
from dreamgen.engines.perceptual import EyesDistance, open_lpips
from dreamgen.errors import ModelError, UsageError

torch = pytest.importorskip("torch")

ALEX = {0: (64, 3, 11), 3: (192, 64, 5), 6: (384, 192, 3), 8: (256, 384, 3), 10: (256, 256, 3)}
ALEX_SLICES = {0: 1, 3: 2, 6: 3, 8: 4, 10: 5}
VGG = {
    0: (64, 3), 2: (64, 64), 5: (128, 64), 7: (128, 128), 10: (256, 128), 12: (256, 256), 14: (256, 256),
    17: (512, 256), 19: (512, 512), 21: (512, 512), 24: (512, 512), 26: (512, 512), 28: (512, 512),
}  # fmt: skip
VGG_SLICES = {0: 1, 2: 1, 5: 2, 7: 2, 10: 3, 12: 3, 14: 3, 17: 4, 19: 4, 21: 4, 24: 5, 26: 5, 28: 5}


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def picture(seed: int, width: int = 64, height: int = 64) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def state(shapes: Mapping[int, tuple[int, ...]], slices: dict[int, int]) -> dict[str, Any]:
    """Random weights in the layout of the package lpips."""
    lots = torch.Generator().manual_seed(0)
    found = {"scaling_layer.shift": torch.zeros(1, 3, 1, 1), "scaling_layer.scale": torch.ones(1, 3, 1, 1)}
    for number, (out, into, *side) in shapes.items():
        size = side[0] if side else 3
        name = f"net.slice{slices[number]}.{number}"
        found[f"{name}.weight"] = torch.randn(out, into, size, size, generator=lots) / (into * size * size) ** 0.5
        found[f"{name}.bias"] = torch.randn(out, generator=lots) * 0.1
    last = {slices[number]: shape[0] for number, shape in shapes.items()}
    for stage, channels in last.items():
        found[f"lin{stage - 1}.model.1.weight"] = torch.rand(1, channels, 1, 1, generator=lots)
    return found


def write(weights: dict[str, Any], path: Path) -> Path:
    from safetensors.torch import save_file

    save_file(weights, path)
    return path


@pytest.fixture(scope="module")
def alex(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(state(ALEX, ALEX_SLICES), tmp_path_factory.mktemp("alex") / "alex.safetensors")


def by_hand(weights: dict[str, Any], one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """LPIPS with AlexNet as its authors put it together, out of torch's modules."""
    from torch import nn

    layers = nn.Sequential(
        nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(64, 192, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(192, 384, 3, 1, 1), nn.ReLU(), nn.Conv2d(384, 256, 3, 1, 1), nn.ReLU(),
        nn.Conv2d(256, 256, 3, 1, 1), nn.ReLU(),
    )  # fmt: skip
    named = {key.split(".", 2)[2]: value for key, value in weights.items() if key.startswith("net.")}
    layers.load_state_dict(named)
    shift = torch.tensor([-0.030, -0.088, -0.188]).view(1, 3, 1, 1)
    scale = torch.tensor([0.458, 0.448, 0.450]).view(1, 3, 1, 1)
    seen: list[list[Any]] = []
    for image in (one, other):
        planes = torch.tensor(image[..., ::-1].copy()).permute(2, 0, 1)[None].float() / 255 * 2 - 1
        planes, found = (planes - shift) / scale, []
        for number, layer in enumerate(layers):
            planes = layer(planes)
            if number in (1, 4, 7, 9, 11):
                found.append(planes / (torch.sqrt(torch.sum(planes**2, dim=1, keepdim=True)) + 1e-10))
        seen.append(found)
    total = 0.0
    for stage, (here, there) in enumerate(zip(*seen, strict=True)):
        head = weights[f"lin{stage}.model.1.weight"]
        total += float(nn.functional.conv2d((here - there) ** 2, head).mean())
    return total


def test_alexnets_distance_is_that_of_its_authors(alex: Path) -> None:
    one, other = picture(1), picture(2)
    with torch.inference_mode():
        wanted = by_hand(state(ALEX, ALEX_SLICES), one, other)
    assert open_lpips(str(alex), "cpu").between(one, other) == pytest.approx(wanted, rel=1e-5)


def test_the_same_picture_is_no_distance_away_and_order_does_not_matter(alex: Path) -> None:
    lpips = open_lpips(str(alex), "cpu")
    one, other = picture(1), picture(2)
    assert lpips.between(one, one) == 0
    assert lpips.between(one, other) == pytest.approx(lpips.between(other, one))
    assert lpips.between(one, other) > lpips.between(one, np.clip(one.astype(int) + 4, 0, 255).astype(np.uint8)) > 0


def test_what_was_drawn_before_changes_no_bit(alex: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, convolve = list[tuple[int, bool]](), torch.nn.functional.conv2d

    def noted(*given: Any) -> Any:
        found.append((torch.get_num_threads(), torch.backends.cudnn.allow_tf32))
        return convolve(*given)

    monkeypatch.setattr("torch.nn.functional.conv2d", noted)
    monkeypatch.setattr("torch.backends.cudnn.allow_tf32", True)
    lpips = open_lpips(str(alex), "cpu")
    torch.set_num_threads(2)
    try:
        lpips.between(picture(1), picture(2))
    finally:
        torch.set_num_threads(1)
    assert set(found) == {(1, False)}


@pytest.mark.slow
def test_vgg_shows_from_its_weights(tmp_path: Path) -> None:
    lpips = open_lpips(str(write(state(VGG, VGG_SLICES), tmp_path / "vgg.safetensors")), "cpu")
    assert lpips.trunk == "vgg"
    assert lpips.between(picture(1), picture(2)) > lpips.between(picture(1), picture(1)) == 0


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    write({"layer.weight": torch.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(ModelError, match="holds no LPIPS"):
        open_lpips(str(tmp_path / "other.safetensors"), "cpu")
    (tmp_path / "broken.safetensors").write_bytes(b"no")
    with pytest.raises(ModelError, match="can't be read as safetensors"):
        open_lpips(str(tmp_path / "broken.safetensors"), "cpu")


def test_pictures_of_two_sizes_have_no_distance(alex: Path) -> None:
    with pytest.raises(UsageError, match="LPIPS can't compare 64x64 and 64x48"):
        open_lpips(str(alex), "cpu").between(picture(1), picture(2, height=48))


def test_eyes_stand_in_for_lpips_under_their_own_name() -> None:
    distance = EyesDistance(ColourEyes())
    assert distance.by == "colours"
    assert distance.between(picture(1), picture(1)) == pytest.approx(0, abs=1e-6)
    assert distance.between(picture(1), np.zeros((64, 64, 3), np.uint8)) > 0.3
