import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from typer.testing import CliRunner, Result

from dreamgen.cli.main import app
from dreamgen.style.book import read_style


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    from dreamgen.engines.diffusion.blank import write_sdxl

    return write_sdxl(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    for number in range(3):
        picture = Image.new("RGB", (64, 64), (20, 20, 60))
        ImageDraw.Draw(picture).ellipse((8 + 3 * number, 10, 44 + 3 * number, 56), fill=(220, 40, 40))
        picture.save(folder / f"{number}.png")
    (folder / "broken.png").write_bytes(b"broken")
    return folder


@pytest.fixture
def words(model: Path, images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command, at its quickest."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    changes = [
        f"diffusion.model={model}", "diffusion.variant=", "diffusion.vae=", "style.evaluations=1", "style.accumulate=1",
        "style.checkpointing=false", "style.keep=1",
    ]  # fmt: skip
    sets = [part for change in changes for part in ("--set", change)]
    return ["style", "train", "--word", "ink", "--images", str(images), "--size", "64", "--steps", "3", *sets]


def run(words: list[str], *more: str) -> Result:
    return CliRunner().invoke(app, [*words, *more])


@pytest.mark.parametrize("method", ["inversion", "lora"])
def test_a_style_is_learned_and_its_pack_is_printed(words: list[str], method: str) -> None:
    done = run(words, "--method", method)

    assert done.exit_code == 0, done.output
    pack = Path(done.stdout.strip())
    assert pack == Path("outputs/style-ink/ink.toml")
    style = read_style(str(pack))
    assert style.words == "in ink style"
    assert bool(style.learned) == (method == "inversion") and bool(style.loras) == (method == "lora")
    assert "left out: broken.png: unreadable" in done.stderr
    assert "step 3 of 3" in done.stderr and "loss on fixed lessons" in done.stderr


def test_the_same_command_again_has_nothing_to_do(words: list[str]) -> None:
    run(words, "--out", "mine")
    before = Path("mine/ink.safetensors").stat().st_mtime_ns

    done = run(words, "--out", "mine")

    assert done.stdout == "mine/ink.toml\n"
    assert "step" not in done.stderr
    assert Path("mine/ink.safetensors").stat().st_mtime_ns == before
    other = run(words, "--out", "mine", "--seed", "1")
    assert other.exit_code == 2 and "its options.seed is 46, and not 1" in other.stderr


def test_a_style_is_built_on_another_and_its_pictures_are_drawn(words: list[str]) -> None:
    place = words.index("--images")
    drawn = ["style.places=3", "style.each=1", "style.drawn_side=64", "style.drawn_steps=1"]
    sets = [part for change in drawn for part in ("--set", change)]

    done = run([*words[:place], *words[place + 2 :]], "--style", "cutout", "--quiet", *sets)

    assert done.exit_code == 0, done.output
    style, base = read_style(done.stdout.strip()), read_style("cutout")
    assert (style.painter, style.palette, style.negative) == (base.painter, base.palette, base.negative)
    assert style.words == f"in ink style, {base.words}"
    assert len(json.loads(Path("outputs/style-ink/training.json").read_text())["images"]) == 3
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        (["--images", "nowhere"], 2, "there is no folder of pictures nowhere"),
        (["--size", "768"], 2, "has 0 pictures to learn from"),
        (["--size", "65"], 2, "style.side can't be 65"),
        (["--word", "two words"], 2, "'two words' can't stand for a style"),
        (["--set", "style.rank=4"], 2, "unknown option of the style backend 'inversion': 'rank'"),
        (["--set", "diffusion.model=/nowhere"], 4, "there are no weights at /nowhere"),
        (["--set", "diffusion.family=other"], 2, "only SDXL can be taught a style"),
        (["--style", "nor"], 2, "unknown style 'nor'"),
    ],
)
def test_mistakes_are_told_in_words_and_leave_nothing_behind(
    words: list[str], more: list[str], code: int, message: str
) -> None:
    done = run(words, *more)

    assert (done.exit_code, message in done.stderr) == (code, True), done.output
    assert "Traceback" not in done.output
    assert not list(Path("outputs").glob("*"))


def test_a_training_does_not_live_among_its_pictures(words: list[str], images: Path) -> None:
    done = run(words, "--out", str(images / "out"))

    assert done.exit_code == 2
    assert "lies in the pictures' own folder" in done.stderr
    assert not (images / "out").exists()


def test_a_style_has_one_learned_word(words: list[str], tmp_path: Path) -> None:
    run(words, "--out", "first")

    done = run([*words, "--style", "first/ink.toml"], "--out", "second")

    assert done.exit_code == 2
    assert "has a learned word already: ink" in done.stderr and "--method lora" in done.stderr


def test_nothing_to_learn_from_is_a_mistake(words: list[str]) -> None:
    done = run(["style", "train", "--word", "ink"])

    assert done.exit_code == 2
    assert "nothing to learn from" in done.stderr


HALTING = """
import time
from dreamgen.__main__ import main
from dreamgen.engines.diffusion.training import loop

def once(*told, save=loop.save):
    loop.save = lambda *_: time.sleep(600)
    save(*told)

loop.save = once
main()
"""
"""A training that stands still before it saves for the second time: it can't be over before it is killed."""


@pytest.mark.slow
def test_a_killed_training_goes_on_and_ends_in_the_same_bytes(words: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-c", HALTING, *words, "--steps", "8", "--set", "style.save_every=1"]
    killed = subprocess.Popen([*command, "--out", "killed"], stderr=subprocess.DEVNULL)
    state = tmp_path / "killed" / ".state.safetensors"
    while not state.exists() and killed.poll() is None:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL

    again = run(words, "--steps", "8", "--set", "style.save_every=1", "--out", "killed")
    run(words, "--steps", "8", "--out", "whole")

    assert "going on after step" in again.stderr
    for name in ("ink.safetensors", "ink.pt", "ink.toml", "loss.jsonl", "training.json", "loss.svg"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
