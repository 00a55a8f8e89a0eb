from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.run.opened import open_run

CLI = CliRunner()

PLOT = "Mara, a girl in a red coat, walks along the harbour. An old man with a brown dog waves at her."


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small random weights in the published formats."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    from dreamgen.engines.diffusion import blank

    folder = tmp_path_factory.mktemp("weights")
    blank.write_sdxl(folder / "sdxl")
    blank.write_image_encoder(folder / "image_encoder")
    blank.write_ip_adapter(folder / "ip.safetensors")
    blank.write_controlnet(folder / "controlnet")
    return folder


def changes(weights: Path) -> list[str]:
    """The recipe sdxl, with small random weights and pictures."""
    told = {
        "size": "128x72", "look": "flat", "render.canvas": "[128, 128]", "render.steps": 2, "render.redraws": 0,
        "render.workers": 1, "render.regions": "false", "diffusion.device": "cpu", "diffusion.variant": '""',
        "diffusion.vae": '""', "diffusion.model": weights / "sdxl", "diffusion.control": weights / "controlnet",
        "diffusion.identity": weights / "ip.safetensors", "diffusion.style_adapter": weights / "ip.safetensors",
        "diffusion.image_encoder": weights / "image_encoder",
    }  # fmt: skip
    return [part for key, value in told.items() for part in ("--set", f"{key}={value}")]


@pytest.mark.slow
def test_consistency_prints_what_was_measured_and_the_report_shows_it(finished: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(finished, tmp_path / "run"))
    told = CLI.invoke(app, ["evaluate", "consistency", str(run), "-q"], env={"COLUMNS": "120"})
    assert told.exit_code == 0, told.output
    assert "similarity of all pairs of keyframes" in told.stdout
    assert "neither CLIP nor LPIPS" in told.stdout
    assert "DreamFrame" not in told.stdout
    assert CLI.invoke(app, ["report", str(run)]).exit_code == 0
    page = (run / "report.html").read_text("utf-8")
    assert "Whether the pictures belong together" in page
    assert "neither CLIP nor LPIPS" in page
    assert "Whether the pictures belong together" not in (finished / "report.html").read_text("utf-8")


@pytest.mark.slow
def test_consistency_by_clip_stands_beside_the_published_number(finished: Path, weights: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(finished, tmp_path / "run"))
    clip = ["--clip", str(weights / "image_encoder"), "--device", "cpu", "-q"]
    told = CLI.invoke(app, ["evaluate", "consistency", str(run), *clip])
    assert told.exit_code == 0, told.output
    assert "CLIP 0.8304" in told.stdout
    found = json.loads(CLI.invoke(app, ["evaluate", "consistency", str(run), *clip, "--json"]).stdout)
    (story,) = found.values()
    assert [(score["what"], score["by"]) for score in story["scores"]] == [
        ("pairs", "clip"), ("neighbours", "clip"), ("change", "clip"),
    ]  # fmt: skip
    assert story["keyframes"] == len(open_run(run).story.story.shots)


def test_consistency_needs_a_run(tmp_path: Path) -> None:
    told = CLI.invoke(app, ["evaluate", "consistency", str(tmp_path)])
    assert told.exit_code == 2
    assert "there is no run in" in told.stderr


@pytest.mark.slow
def test_weights_that_are_not_there_are_told_before_anything_is_measured(finished: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    told = CLI.invoke(app, ["evaluate", "consistency", str(finished), "--clip", str(tmp_path / "none")])
    assert told.exit_code == 4
    assert "no weights at" in told.stderr


@pytest.fixture
def plot_file(tmp_path: Path) -> str:
    path = tmp_path / "plot.txt"
    path.write_text(PLOT, "utf-8")
    return str(path)


@pytest.mark.slow
def test_an_ablation_draws_every_variant_and_goes_on_where_it_was(
    weights: Path, plot_file: str, tmp_path: Path
) -> None:
    # a style with a reference picture: there is something to lock
    Image.linear_gradient("L").convert("RGB").save(tmp_path / "reference.png")
    look = tmp_path / "speckled.toml"
    look.write_text('description = "Speckled"\nwords = "speckled"\nreferences = ["reference.png"]\n', "utf-8")
    out = tmp_path / "ablation"
    command = ["evaluate", "ablation", plot_file, "--out", str(out), *changes(weights), "--set", f"look={look}"]
    command += ["--clip", str(weights / "image_encoder"), "--device", "cpu"]
    told = CLI.invoke(app, [*command, "--json", "-q"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert found == json.loads((out / "ablation.json").read_text("utf-8"))
    names = ["all", "no-style", "no-identity", "no-layout", "no-expansion", "none"]
    assert [variant["name"] for variant in found["variants"]] == names
    drawn = {name: pictures(out / name) for name in names}
    assert all(drawn[name] != drawn["all"] for name in names[1:])
    table = (out / "ablation.md").read_text("utf-8")
    for words, published in (
        ("everything on", "0.8304"),
        ("without style lock", "0.7175"),
        ("without layout lock", "–"),
    ):
        (row,) = (line for line in table.splitlines() if line.startswith(f"| {words} |"))
        assert row.endswith(f"| {published} |")

    again = CLI.invoke(app, command)
    assert again.exit_code == 0, again.output
    assert "made scene-01" not in again.stderr
    assert "kept" in again.stderr
    assert (out / "ablation.md").read_text("utf-8") == table


@pytest.mark.slow
def test_a_style_with_nothing_to_lock_is_not_drawn_twice(weights: Path, plot_file: str, tmp_path: Path) -> None:
    out = tmp_path / "ablation"
    off = ["--set", "render.identity_lock=false", "--set", "render.layout_lock=false"]
    told = CLI.invoke(app, ["evaluate", "ablation", plot_file, "--out", str(out), "-q", *changes(weights), *off])
    assert told.exit_code == 0, told.output
    assert not (out / "no-style").exists()
    assert "Not made: no-style, because the style 'flat' brings nothing learned" in told.stdout
    assert "Not made: no-identity, because identity_lock is off in the recipe" in told.stdout
    assert "neither CLIP nor LPIPS" in told.stdout


def pictures(run: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(run.glob("stories/*/keyframes/*.png"))]
