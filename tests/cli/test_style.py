from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from typer.testing import CliRunner

from dreamgen.cli.main import app

CLI = CliRunner()
SMALL = ("--size", "128x72", "--set", "render.workers=1")


def pixels(path: Path) -> NDArray[np.int_]:
    """The picture in a file."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def test_a_preview_shows_the_same_scene_by_day_and_by_night_in_each_style(tmp_path: Path) -> None:
    told = CLI.invoke(app, ["style", "preview", "flat", "blueprint", "--out", str(tmp_path / "looks"), *SMALL])

    assert told.exit_code == 0, told.output
    files = [tmp_path / "looks" / name for name in ("flat.png", "blueprint.png", "styles.jpg")]
    assert told.stdout.split() == [str(path) for path in files]
    assert "drew blueprint" in told.stderr
    flat, blue = pixels(files[0]), pixels(files[1])
    assert flat.shape == blue.shape == (72, 128 + 8 + 128, 3)
    assert flat[:, :128].mean() > flat[:, -128:].mean() + 20, "day is brighter than night"
    assert blue[..., 2].mean() > blue[..., 0].mean() + 40 > flat[..., 2].mean() - flat[..., 0].mean()


def test_a_pack_of_ones_own_can_be_looked_at(tmp_path: Path) -> None:
    pack = tmp_path / "mine.toml"
    pack.write_text('description = "Mine"\nwords = "mine"\n[brush]\nsaturation = 0.0\nspot = 0.0\n')

    told = CLI.invoke(app, ["style", "preview", str(pack), "--out", str(tmp_path), "--quiet", *SMALL])

    assert told.stderr == ""
    picture = pixels(tmp_path / "mine.png")
    assert np.abs(picture[..., 0] - picture[..., 2]).max() < 40


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["noire"], "unknown style 'noire'"),
        (["noir", "--recipe", "oil"], "there is no recipe 'oil'"),
        (["noir", "--size", "40x20"], "can't make pictures of 40x20"),
        (["noir", "--set", "render.colour=1"], "unknown option"),
    ],
)
def test_a_mistake_is_told_before_anything_is_drawn(tmp_path: Path, given: list[str], message: str) -> None:
    told = CLI.invoke(app, ["style", "preview", *given, "--out", str(tmp_path / "looks")])

    assert told.exit_code != 0
    assert message in told.stderr + str(told.exception)
    assert not (tmp_path / "looks").exists()


def test_the_list_says_what_a_pack_brings_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "mine.toml").write_text(
        'description = "Mine"\nwords = "mine"\nreferences = ["a.png", "b.png"]\nguidance = 6\n'
        '[learned]\nword = "<mine>"\nfile = "mine.pt"\n[[loras]]\nfile = "artist/mine"\n'
    )
    monkeypatch.chdir(tmp_path)

    lines = {line.split()[0]: line for line in CLI.invoke(app, ["style", "list"]).stdout.splitlines()}

    assert lines["mine"].endswith("(brings 1 LoRA, the learned word <mine>, 2 pictures, guidance 6)")
    assert "brings" not in lines["flat"]


@pytest.mark.slow
def test_a_preview_can_be_drawn_by_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch").set_num_threads(1)
    from dreamgen.engines.diffusion import blank
    from dreamgen.engines.diffusion.loading import quiet

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with quiet():
        blank.write_sdxl(tmp_path / "sdxl")
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        f'[diffusion]\nmodel = "{tmp_path / "sdxl"}"\n[render]\nbackend = "diffusion"\ncanvas = [128, 72]\nsteps = 2\n'
        "workers = 1\nidentity_lock = false\nlayout_lock = false\n"
    )

    told = CLI.invoke(
        app, ["style", "preview", "pixel", "-q", "--recipe", str(recipe), "--size", "128x72", "-o", str(tmp_path)]
    )

    assert told.exit_code == 0, told.output
    assert pixels(tmp_path / "pixel.png").shape == (72, 264, 3)
