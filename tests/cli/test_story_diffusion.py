"""A model draws the keyframes, from the command line to the dataset; on tiny random weights."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dreamgen.cli.main import app
from dreamgen.run.opened import open_run

Contents = Callable[[Path], dict[str, bytes]]

STYLE = """
description = "A style with a LoRA"
words = "dramatic style"
painter = "flat"
loras = [{file = "lora.safetensors", weight = 0.5}]
"""

RECIPE = """
look = "STYLE"
size = [192, 108]
fps = 4
shots = 2
verify = [{backend = "pixels", workers = 1}, "sight"]

[diffusion]
model = "sdxl"
identity = "ip.safetensors"
style_adapter = "ip.safetensors"
image_encoder = "image_encoder"
control = "controlnet"

[render]
backend = "diffusion"
canvas = [128, 72]
steps = 2
layout = "depth"
likeness = 1.0
redraws = 1
workers = 1

[clip]
backend = "kenburns"
workers = 1

[trust]
redraws = 1
"""


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with weights, a style that brings a LoRA along, and a recipe that names all of it."""
    pytest.importorskip("torch").set_num_threads(1)
    from dreamgen.engines.diffusion import blank
    from dreamgen.engines.diffusion.loading import quiet

    folder = tmp_path_factory.mktemp("kit")
    with quiet():
        blank.write_sdxl(folder / "sdxl")
        blank.write_image_encoder(folder / "image_encoder")
        blank.write_controlnet(folder / "controlnet")
    blank.write_ip_adapter(folder / "ip.safetensors")
    blank.write_lora(folder / "lora.safetensors")
    (folder / "style.toml").write_text(STYLE)
    recipe = RECIPE.replace("STYLE", str(folder / "style.toml"))
    for name in ("sdxl", "ip.safetensors", "image_encoder", "controlnet"):
        recipe = recipe.replace(f'"{name}"', f'"{folder / name}"')
    (folder / "recipe.toml").write_text(recipe)
    return folder


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Nobody asks the hub, and nothing was downloaded before."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    yield


def story(plot: Path, recipe: str | Path, out: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["story", str(plot), "--recipe", str(recipe), "--out", str(out), *arguments])


@pytest.mark.slow
def test_a_model_draws_a_story_that_ends_in_a_verified_dataset(
    plot: Path, kit: Path, contents: Contents, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    told = story(plot, kit / "recipe.toml", out, "--json")
    assert told.exit_code == 0, told.output
    assert f"kept of {json.loads(told.stdout)['keyframes']['drawn']} drawn" in told.stderr
    summary = json.loads(told.stdout)
    assert Path(summary["report"]).is_file()
    assert {Path(path).name for path in summary["datasets"]} == {"llava", "llamafactory", "huggingface"}
    assert summary["pairs"] > 0

    run = open_run(out)
    assert run.story.receipt is not None
    drawn = summary["keyframes"]
    assert drawn["kept"] == summary["shots"]
    # nobody drawn at random is just like their portrait, so every shot with somebody in it is drawn twice
    assert drawn["drawn"] == drawn["kept"] + sum(reject.kind == "keyframe" for reject in run.story.rejects)
    assert drawn["unlike"] > 0
    # and in noise the pixels refute what was planned, so one shot is sent back
    sent_back = [reject for reject in run.story.rejects if reject.reason == "refuted_by_pixels"]
    assert len(sent_back) == 1
    assert any("is the best of 2 tries, though unlike" in strain for strain in summary["strained"])
    assert len(run.story.verdicts) == len(run.story.claims) > 0
    assert run.story.clips["film"].motion == "still"

    before = contents(out)
    again = story(plot, kit / "recipe.toml", out, "--json")
    assert again.exit_code == 0
    assert ": made" not in again.stderr
    assert contents(out) == before


@pytest.mark.slow
def test_pictures_are_the_same_bytes_in_another_folder(plot: Path, kit: Path, tmp_path: Path) -> None:
    folders = tmp_path / "one", tmp_path / "two"
    for out in folders:
        assert story(plot, kit / "recipe.toml", out, "--stop-after", "render").exit_code == 0
    one, two = (
        {path.name: path.read_bytes() for path in (open_run(out).story.folder / "keyframes").iterdir()}
        for out in folders
    )
    assert len(one) > 0
    assert one == two


def test_a_dry_run_tells_the_work_and_the_download(monkeypatch: pytest.MonkeyPatch, plot: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    told = story(plot, "sdxl", tmp_path / "run", "--dry-run")
    assert told.exit_code == 0, told.output
    assert "each 60 calls of the network" in told.stderr
    assert "13.2 GB to download: stabilityai/stable-diffusion-xl-base-1.0" in told.stderr
    told = story(plot, "sdxl-lightning", tmp_path / "run", "--dry-run", "--json")
    drawing = json.loads(told.stdout)["estimate"]["drawing"]
    assert drawing["calls"] == 4
    assert any("Lightning" in name for name in drawing["missing"])


def test_without_weights_and_offline_nothing_is_begun(plot: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    told = story(plot, "sdxl", tmp_path / "run")
    assert told.exit_code == 4
    assert "stable-diffusion-xl-base-1.0" in told.stderr
    assert not (tmp_path / "run").exists()


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, plot: Path, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    told = story(plot, "sdxl", tmp_path / "run")
    assert told.exit_code == 3
    assert 'pip install "dreamgen[diffusion]"' in told.stderr
    assert "Traceback" not in told.output


Spoil = Callable[[Path], str]
"""Breaks something in a copy of the kit; gives the change of the recipe that leads there."""


def nothing_there(kit: Path) -> str:
    return f"diffusion.model={kit / 'nothing'}"


def another_pipeline(kit: Path) -> str:
    index = kit / "sdxl/model_index.json"
    index.write_text(index.read_text().replace("StableDiffusionXLPipeline", "StableDiffusionPipeline"))
    return f"diffusion.model={kit / 'sdxl'}"


def a_lora_for_a_model(kit: Path) -> str:
    return f"diffusion.model={kit / 'lora.safetensors'}"


def a_pickle(kit: Path) -> str:
    (kit / "model.ckpt").write_bytes(b"\x80\x04.")
    return f"diffusion.model={kit / 'model.ckpt'}"


def pickled_parts(kit: Path) -> str:
    (weights,) = (kit / "sdxl/unet").glob("*.safetensors")
    weights.rename(weights.with_suffix(".bin"))
    return f"diffusion.model={kit / 'sdxl'}"


def half_a_file(kit: Path) -> str:
    (weights,) = (kit / "sdxl/unet").glob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:10_000])
    return f"diffusion.model={kit / 'sdxl'}"


def a_lora_of_another_model(kit: Path) -> str:
    from safetensors.torch import save_file
    from torch import zeros

    name = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k"
    save_file(
        {f"{name}.lora_A.weight": zeros(4, 768), f"{name}.lora_B.weight": zeros(320, 4)}, kit / "lora.safetensors"
    )
    return f"look={kit / 'style.toml'}"


def no_ip_adapter(kit: Path) -> str:
    return f"diffusion.identity={kit / 'lora.safetensors'}"


def no_control(kit: Path) -> str:
    return f"diffusion.control={kit / 'image_encoder'}"


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (nothing_there, 4, "are not on this machine"),
        (another_pipeline, 4, "holds a StableDiffusionPipeline, which is not an SDXL model"),
        (a_lora_for_a_model, 4, "is a LoRA and not an SDXL model"),
        (a_pickle, 2, "is not safetensors, and reading it could run whatever it holds"),
        (pickled_parts, 4, "has no safetensors, only diffusion_pytorch_model.bin"),
        (half_a_file, 4, "is no safetensors file, or only its beginning"),
        (a_lora_of_another_model, 4, "it seems to be for Stable Diffusion 1"),
        (no_ip_adapter, 4, "is no IP-Adapter"),
        (no_control, 4, "ControlNetModel, T2IAdapter"),
    ],
)
def test_wrong_weights_are_told_in_words(
    spoil: Spoil, code: int, words: str, plot: Path, kit: Path, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(kit, tmp_path / "kit"))
    told = story(plot, kit / "recipe.toml", tmp_path / "run", "--set", spoil(own), "--stop-after", "render")
    assert isinstance(told.exception, SystemExit), told.exception
    assert told.exit_code == code, told.output
    assert words in told.stderr
    assert "Traceback" not in told.output
