from __future__ import annotations

import errno
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import dreamgen
from dreamgen.bulk.leaving import AskedToEnd
from dreamgen.cli import report, story, story_request
from dreamgen.cli.main import app
from dreamgen.core.amounts import amount
from dreamgen.core.brief import Brief
from dreamgen.errors import MissingExtra, ModelError
from dreamgen.run.opened import open_run

CLI = CliRunner()


def test_version() -> None:
    assert CLI.invoke(app, ["--version"]).stdout == f"dreamgen {dreamgen.__version__}\n"


def test_every_verb_explains_itself() -> None:
    for verb in ("story", "style", "report", "why", "export", "doctor"):
        shown = CLI.invoke(app, [verb, "--help"])
        assert shown.exit_code == 0
        assert "Usage" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["--style", "watercolour"], "unknown style 'watercolour'", "Did you mean 'watercolor'?"),
        (["--recipe", "drafft"], "there is no recipe 'drafft'", "Did you mean 'draft'?"),
        (["--set", "rendr.size=3"], "unknown key in the recipe: 'rendr'", "Did you mean 'render'?"),
        (["--set", "clip.fsp=3"], "unknown option of the clip backend 'storyboard': 'fsp'", "Did you mean 'fps'?"),
        (["--set", "style.rank=3"], "unknown option of the style backend 'palette': 'rank'", "Choices: backend"),
        (["--set", "clip.backnd=kenburns"], "of the clip backend 'storyboard': 'backnd'", "Did you mean 'backend'?"),
        (["--set", "verify.backend=pixel"], "unknown verify backend 'pixel'", "Did you mean 'pixels'?"),
        (["--set", "clip.fps=0"], "clip.fps can't be 0", "greater than or equal to 1"),
    ],
)
def test_a_mistake_is_told_before_anything_is_made(
    plot: Path, tmp_path: Path, arguments: list[str], message: str, hint: str
) -> None:
    out = tmp_path / "run"
    told = CLI.invoke(app, ["story", str(plot), "--out", str(out), *arguments])
    assert told.exit_code == 2
    assert message in told.stderr
    assert hint in told.stderr
    assert "Traceback" not in told.output
    assert not out.exists()


def test_a_plot_that_is_not_there(tmp_path: Path) -> None:
    told = CLI.invoke(app, ["story", str(tmp_path / "nothing.txt"), "--out", str(tmp_path / "run")])
    assert told.exit_code == 2
    assert "nothing.txt" in told.stderr.replace("\n", "")
    assert "Traceback" not in told.output


def test_an_unknown_stage_lists_the_stages(plot: Path) -> None:
    told = CLI.invoke(app, ["story", str(plot), "--stop-after", "clips"])
    assert told.exit_code == 2
    assert "'clip'" in told.stderr


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "film.mp4"), 1, "the disk is full: film.mp4"),
        (OSError(errno.EROFS, "Read-only file system", "outputs"), 1, "the file system is read-only: outputs"),
        (OSError(errno.EIO, "Input/output error", "film.mp4"), 1, "does not answer as it should: film.mp4"),
        (PermissionError(errno.EACCES, "Permission denied", "outputs"), 1, "no permission: outputs"),
        (KeyboardInterrupt(), 130, "Run the same command again"),
        (AskedToEnd(), 143, "Run the same command again"),
        (MissingExtra("torch", "diffusion", "the renderer"), 3, 'pip install "dreamgen[diffusion]"'),
        (ModelError("the model said nothing"), 4, "the model said nothing"),
    ],
)
def test_troubles_become_words_and_exit_codes(
    monkeypatch: pytest.MonkeyPatch, plot: Path, tmp_path: Path, error: BaseException, code: int, words: str
) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(story, "dream", fail)
    told = CLI.invoke(app, ["story", str(plot), "--out", str(tmp_path)])
    assert told.exit_code == code
    assert words in told.stderr
    assert "Traceback" not in told.output


def test_a_verb_without_out_is_told_no_such_option(monkeypatch: pytest.MonkeyPatch, plot: Path, tmp_path: Path) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system", "report.html")

    monkeypatch.setattr(report, "open_run", fail)
    told = CLI.invoke(app, ["report", str(tmp_path)])
    assert (told.exit_code, "--out" in told.stderr) == (1, False) and "work in a copy" in told.stderr


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch, plot: Path, tmp_path: Path) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(story, "dream", fail)
    assert isinstance(CLI.invoke(app, ["story", str(plot), "--out", str(tmp_path)]).exception, ZeroDivisionError)


def test_dry_run_shows_the_plan_and_its_cost_and_makes_nothing(plot: Path, tmp_path: Path) -> None:
    told = CLI.invoke(app, ["story", str(plot), "--out", str(tmp_path / "run"), "--dry-run"])
    assert told.exit_code == 0
    assert "shot-01" in told.stderr
    assert "estimated on this machine" in told.stderr
    assert not (tmp_path / "run").exists()


def test_dry_run_as_json(plot: Path) -> None:
    told = json.loads(CLI.invoke(app, ["story", str(plot), "--dry-run", "--json"]).stdout)
    assert told["estimate"]["shots"] == sum(len(s["shots"]) for act in told["story"]["acts"] for s in act["scenes"])
    assert told["estimate"]["film_seconds"] > 0


@pytest.mark.slow
def test_a_story_on_the_command_line(plot: Path, tiny: tuple[str, ...], tmp_path: Path) -> None:
    changes = [part for change in (*tiny, "shots=1", 'verify=["sight"]') for part in ("--set", change)]
    told = CLI.invoke(app, ["story", str(plot), "--out", str(tmp_path), "--preview", "--json", *changes])
    assert told.exit_code == 0, told.output
    summary = json.loads(told.stdout)
    assert summary["pairs"] == len(open_run(tmp_path).pairs) > 0
    assert Path(summary["film"]).is_file()
    assert Path(summary["report"]).is_file()
    assert {Path(path).name for path in summary["datasets"]} == {"llava", "llamafactory", "huggingface"}
    assert {path.suffix for path in (Path(summary["story"]) / "previews").iterdir()} == {".gif", ".webp"}
    assert "clip: made scene-01" in told.stderr
    assert str(tmp_path) in told.stderr


@pytest.mark.slow
def test_strict_tells_of_rejects_with_its_own_exit_code(plot: Path, tiny: tuple[str, ...], finished: Path) -> None:
    changes = [part for change in tiny for part in ("--set", change)]
    told = CLI.invoke(app, ["story", str(plot), "--out", str(finished), "--strict", "-q", *changes])
    rejects = open_run(finished).story.rejects
    dropped = [reject for reject in rejects if "shown as" not in reject.detail]
    assert told.exit_code == (5 if dropped else 0)
    assert (f"{amount(len(dropped), 'thing')} w" in told.stderr) == bool(dropped)


@pytest.mark.slow
def test_a_file_too_large_for_the_disk_is_told_and_the_run_goes_on_later(
    one_shot_plot: Brief, tiny: tuple[str, ...], one_shot: Path, tmp_path: Path
) -> None:
    plot = tmp_path / "plot.txt"
    plot.write_text(one_shot_plot.text, "utf-8")
    changes = [part for change in (*tiny, "shots=1") for part in ("--set", change)]
    command = [sys.executable, "-m", "dreamgen", "story", str(plot), "--out", str(tmp_path / "run"), *changes]
    command += ["--stop-after", "clip"]

    def small_disk() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    # Python keeps bytecode that a full disk cut off, and other processes would load it
    apart = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    told = subprocess.run(command, capture_output=True, text=True, preexec_fn=small_disk, env=apart)
    assert told.returncode == 1
    assert "error:" in told.stderr
    assert "Traceback" not in told.stderr
    again = subprocess.run(command, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    made, whole = (next(out.glob("stories/*")) for out in (tmp_path / "run", one_shot))
    assert (made / "film.mp4").read_bytes() == (whole / "film.mp4").read_bytes()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_written(plot: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    told = CLI.invoke(app, ["story", str(plot), "--out", str(tmp_path / "run")])
    assert told.exit_code == 1
    assert "no permission" in told.stderr


def test_a_folder_below_a_file_is_explained(plot: Path) -> None:
    told = CLI.invoke(app, ["story", str(plot), "--out", str(plot / "run")])
    assert told.exit_code == 1
    assert "Traceback" not in told.output


def test_a_folder_that_is_no_runs_is_left_alone(plot: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("all of it")
    told = CLI.invoke(app, ["story", str(plot), "--out", str(tmp_path)])
    assert told.exit_code == 2
    assert "not a run's folder" in told.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_empty_name_is_no_folder(plot: Path) -> None:
    told = CLI.invoke(app, ["story", str(plot), "--out", ""])
    assert told.exit_code == 2
    assert "--out names no folder" in told.stderr


@pytest.mark.parametrize("out", ["a" * 300, "loop/run", "plot.txt/run"])
def test_a_folder_that_cannot_be_is_told_in_words(plot: Path, tmp_path: Path, out: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "plot.txt").touch()
    told = CLI.invoke(app, ["story", str(plot), "--out", str(tmp_path / out)])
    assert told.exit_code in (1, 2)
    assert "error:" in told.stderr
    assert isinstance(told.exception, SystemExit)


def test_an_interrupt_while_loading_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "rich").mkdir()
    (tmp_path / "rich/__init__.py").write_text("raise KeyboardInterrupt")
    run = subprocess.run(
        [sys.executable, "-m", "dreamgen", "--version"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (130, "error: interrupted\n")


def test_a_dry_run_finds_the_same_mistakes(plot: Path) -> None:
    told = CLI.invoke(app, ["story", str(plot), "--dry-run", "--set", 'export=["lava"]'])
    assert told.exit_code == 2
    assert "Did you mean 'llava'?" in told.stderr
    told = CLI.invoke(app, ["story", str(plot), "--dry-run", "--set", "size=32x18"])
    assert told.exit_code == 2
    assert "at least 64 pixels" in told.stderr


@pytest.mark.parametrize(
    ("plot_name", "folder"),
    [("lost_dog.txt", "lost_dog"), ("..txt", "plot"), ("My plot (2).txt", "My-plot-2"), ("....", "plot")],
)
def test_a_run_goes_by_the_name_of_its_plot(plot_name: str, folder: str) -> None:
    assert story_request.folder_name(Path("plots") / plot_name) == folder


def test_another_plot_in_the_same_folder_is_told(plot: Path, tmp_path: Path) -> None:
    command = ["--out", str(tmp_path), "--stop-after", "plan"]
    other = tmp_path.parent / "other.txt"
    other.write_text("Tom walks through the forest.")
    assert "another plot" not in CLI.invoke(app, ["story", str(plot), *command]).stderr
    assert "another plot" not in CLI.invoke(app, ["story", str(plot), *command, "--seed", "3"]).stderr
    assert "held a run of another plot" in CLI.invoke(app, ["story", str(other), *command]).stderr
