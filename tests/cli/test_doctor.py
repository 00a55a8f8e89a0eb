from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dreamgen.cli import doctor, doctor_models
from dreamgen.cli.main import app
from dreamgen.engines.accelerators import Findings, Gpu, look
from dreamgen.engines.diffusion.inventory import published

CLI = CliRunner()
BASICS = {"python", "drawing", "video", "lettering", "cpus", "disk", "writing"}

Checks = dict[str, dict[str, str]]


def checks(*arguments: str) -> tuple[int, Checks]:
    told = CLI.invoke(app, ["doctor", "--json", *arguments])
    return told.exit_code, {check["name"]: check for check in json.loads(told.stdout)}


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any extra and without downloaded weights; returns the hub's cache."""
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(doctor_models, "look", Findings)
    monkeypatch.setattr(doctor_models, "version_of", lambda _: "")
    monkeypatch.setattr(doctor_models, "installed", lambda _: False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def test_the_doctor_finds_this_machine_fit(tmp_path: Path) -> None:
    code, found = checks("--out", str(tmp_path / "new" / "folder"))
    assert code == 0
    assert set(found) > BASICS
    assert "H.264" in found["video"]["found"]


def test_the_doctor_says_how_to_mend_what_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        raise ImportError("libavcodec is missing")

    monkeypatch.setattr(doctor_models, "look", Findings)
    monkeypatch.setattr(doctor, "write_video", broken)
    monkeypatch.setattr(doctor, "ROOM", 10**18)
    told = CLI.invoke(app, ["doctor", "--out", str(tmp_path)])
    assert told.exit_code == 1
    assert "libavcodec is missing" in told.stdout
    assert "choose another folder with --out" in told.stdout
    assert "Traceback" not in told.output


def test_without_any_extra_the_storyboard_is_fine_and_the_pip_lines_are_told(bare: Path) -> None:
    code, found = checks()
    assert code == 0
    assert found["torch"]["found"] == "not installed"
    assert 'pip install "dreamgen[diffusion]"' in found["torch"]["hint"]
    assert 'pip install "dreamgen[film]"' in found["film"]["hint"]
    assert "gpu" not in found


def test_torch_and_its_gpus_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    card = Gpu(name="NVIDIA H200", memory=150_000_000_000, bfloat16=True)
    monkeypatch.setattr(doctor_models, "look", lambda: Findings(torch="2.13.0", cuda="13.0", gpus=(card,)))
    _, found = checks()
    assert found["torch"]["found"] == "2.13.0, built for CUDA 13.0"
    assert found["gpu"]["found"] == "NVIDIA H200, 150 GB, bfloat16"


@pytest.mark.parametrize(
    ("cuda", "hint"), [("", "this torch was built for CPUs"), ("13.0", "does not serve CUDA 13.0")]
)
def test_a_driver_without_a_gpu_for_torch_is_explained(monkeypatch: pytest.MonkeyPatch, cuda: str, hint: str) -> None:
    monkeypatch.setattr(doctor_models, "look", lambda: Findings(torch="2.13.0", cuda=cuda, driver=True))
    _, found = checks()
    assert hint in found["gpu"]["hint"]


def fake_library(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, lines: Iterable[str]) -> None:
    (folder / f"{name}.py").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", str(folder))


def test_a_library_that_breaks_on_import_is_found_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_library(monkeypatch, tmp_path, "breaks", ["raise RuntimeError('operator torchvision::nms does not exist')"])
    assert look(("breaks",)).broken == (("breaks", "RuntimeError: operator torchvision::nms does not exist"),)


def test_a_library_that_ends_python_does_not_end_the_doctor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake_library(monkeypatch, tmp_path, "kills", ["import os", "os.kill(os.getpid(), 11)"])
    ((name, why),) = look(("kills",)).broken
    assert name == "kills"
    assert "ended Python" in why


def test_a_broken_torchvision_comes_with_the_way_to_be_rid_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    why = "RuntimeError: operator torchvision::nms does not exist"
    monkeypatch.setattr(doctor_models, "look", lambda: Findings(torch="2.13.0", broken=(("torchvision", why),)))
    _, found = checks()
    assert found["torchvision"]["found"] == why
    assert "pip uninstall torchvision" in found["torchvision"]["hint"]


def test_an_unknown_recipe_is_a_wrong_request() -> None:
    told = CLI.invoke(app, ["doctor", "--recipe", "sdlx"])
    assert told.exit_code == 2
    assert "there is no recipe 'sdlx'" in told.stderr


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A recipe whose weights are local folders; they exist, and hold nothing that anybody looks at here."""
    for name in ("sdxl", "controlnet"):
        (tmp_path / name).mkdir()
    path = tmp_path / "mine.toml"
    path.write_text(
        f'[diffusion]\nmodel = "{tmp_path / "sdxl"}"\ncontrol = "{tmp_path / "controlnet"}"\n'
        '[render]\nbackend = "diffusion"\nidentity_lock = false\n'
    )
    return path


def test_missing_weights_fail_only_who_asks_for_them(bare: Path) -> None:
    code, found = checks()
    assert code == 0
    assert found["sdxl"]["ok"]
    assert "13.2 GB to download" in found["sdxl"]["found"]
    code, found = checks("--recipe", "sdxl")
    assert code == 1
    assert not found["sdxl"]["ok"]
    assert not found["torch"]["ok"]
    assert "The first run downloads them" in found["sdxl"]["hint"]
    assert "sdxl-lightning" not in found


def test_a_folder_that_a_change_names_is_looked_at(bare: Path, tmp_path: Path) -> None:
    _, found = checks("--recipe", "sdxl", "--set", f"diffusion.control={tmp_path}")
    assert "controlnet" not in found["sdxl"]["found"]
    assert "stable-diffusion-xl-base" in found["sdxl"]["found"]


def test_what_is_downloaded_already_is_not_counted(bare: Path) -> None:
    base = published()["stabilityai/stable-diffusion-xl-base-1.0"]
    for file in base.files:
        path = bare / "models--stabilityai--stable-diffusion-xl-base-1.0/snapshots/abc" / file.path
        path.parent.mkdir(parents=True)
        path.touch()
    _, found = checks("--recipe", "sdxl")
    assert "stable-diffusion-xl-base" not in found["sdxl"]["found"]
    assert "6.2 GB to download" in found["sdxl"]["found"]


def test_offline_is_told_with_the_way_out(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    _, found = checks("--recipe", "sdxl")
    assert "offline" in found["hub cache"]["found"]
    assert "Unset HF_HUB_OFFLINE" in found["sdxl"]["hint"]


def test_a_recipe_of_ones_own_with_local_weights(recipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    monkeypatch.setattr(doctor_models, "look", lambda: Findings(torch="2.13.0"))
    code, found = checks("--recipe", str(recipe))
    assert code == 0
    assert found["weights"]["found"] == "all weights are here"
    (recipe.parent / "controlnet").rmdir()
    code, found = checks("--recipe", str(recipe))
    assert code == 1
    assert "diffusion.control in the recipe" in found["weights"]["hint"]


def test_changes_without_a_recipe_change_the_storyboard(bare: Path) -> None:
    code, found = checks("--set", "verify=pixels")
    assert code == 0 and found["storyboard"]["ok"]


def test_the_storyboard_needs_nothing(bare: Path) -> None:
    code, found = checks("--recipe", "storyboard")
    assert code == 0
    assert found["storyboard"]["found"] == "needs no weights"
