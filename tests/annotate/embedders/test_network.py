from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dreamgen.annotate.embedders.network import NetworkEmbedder
from dreamgen.engines.video import write_video
from dreamgen.errors import ModelError, UsageError
from dreamgen.run.registry import build

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "noise.mp4"
    lot = np.random.default_rng(0)
    write_video((lot.integers(0, 256, (48, 64, 3), np.uint8) for _ in range(16)), path, 8, (64, 48))
    return path


def saved(network: Any, folder: Path, file: str) -> str:
    network.save_pretrained(folder)
    said = {"size": {"shortest_edge": 28}, "crop_size": {"height": 28, "width": 28}, "image_mean": [0.5] * 3}
    (folder / file).write_text(json.dumps({**said, "image_std": [0.5] * 3}))
    return str(folder)


def dino(folder: Path) -> str:
    torch.manual_seed(0)
    config = transformers.Dinov2Config(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=2, mlp_ratio=2, image_size=28, patch_size=14
    )
    return saved(transformers.Dinov2Model(config), folder, "preprocessor_config.json")


def videomae(folder: Path) -> str:
    torch.manual_seed(0)
    config = transformers.VideoMAEConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2, image_size=28, patch_size=14,
        num_frames=4, tubelet_size=2,
    )  # fmt: skip
    return saved(transformers.VideoMAEModel(config), folder, "preprocessor_config.json")


def test_a_recipe_names_a_folder_and_the_kind_of_network_follows(video: Path, tmp_path: Path) -> None:
    embedder = build("embed", "network", {"model": dino(tmp_path), "device": "cpu"})
    embedder.ready()
    vector = embedder.embed(video, (0.25, 1.5))
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert not embedder.reads
    assert not np.allclose(vector, embedder.embed(video, (0.5,)), atol=1e-4)


def test_a_video_encoder_spreads_its_frames_over_the_clip_whatever_its_keyframes(video: Path, tmp_path: Path) -> None:
    embedder = NetworkEmbedder(model=videomae(tmp_path), device="cpu")
    assert np.array_equal(embedder.embed(video, (0.25,)), embedder.embed(video, (0.5, 1.5)))


def test_the_wrong_folder_is_told_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(ModelError, match="is bert"):
        NetworkEmbedder(model=str(tmp_path)).ready()
    with pytest.raises(ModelError, match="no weights"):
        NetworkEmbedder(model=str(tmp_path / "nothing")).ready()


def test_an_embedder_needs_a_model() -> None:
    with pytest.raises(UsageError, match="model"):
        build("embed", "network", {})
