from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.core.story import Story

CLI = CliRunner()
DATA = {
    "character": {"Ann": "a woman looks like Jane Doe in red", "Baron Bob": "a man looks like John Doe in blue"},
    "img_diag": [
        ["frame", "generate an image in Dark style: In the park, a woman looks like Jane Doe in red is walking."],
        ["dialogue", "It\u2019s late."],
        ["frame", "generate an image in Dark style: In the park, Bob is sitting on a bench, looking sad."],
        ["frame", "generate an image on Dark style: In the hall, Bob is talking to a guard."],
        ["dialogue", "Let me in."],
    ],
    "QA": [{"Question": "Who walks?", "Answer": "Ann does."}],
    "overview": "'The Park' is a short story. Ann walks.",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "story_info_0.json"
    path.write_text(json.dumps(DATA, indent=4), "utf-8")
    return path


def test_a_dreamframe_story_becomes_a_planned_one(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan" / "story.json"
    told = CLI.invoke(app, ["import", "dreamframe", str(file), "--out", str(out)])
    assert told.exit_code == 0, told.stderr
    assert told.stdout.strip() == str(out)
    story = Story.model_validate_json(out.read_text("utf-8"))
    assert (story.title, len(story.shots), story.cast[0].likeness) == ("The Park", 3, "")
    assert "The Park: 3 frames, 2 dialogues, 1 question, 1 act, 2 scenes, 2 places, a cast of 3" in told.stderr
    for reason in ("likeness removed", "malformed prefix", "name without looks"):
        assert reason in told.stderr


def test_so_many_shots_and_a_likeness_can_be_asked_for(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "story.json"
    told = CLI.invoke(app, ["import", "dreamframe", str(file), "--out", str(out), "--shots", "2", "--likeness"])
    story = Story.model_validate_json(out.read_text("utf-8"))
    assert told.exit_code == 0 and len(story.shots) == 2
    assert [one.likeness for one in story.cast[:2]] == ["Jane Doe", "John Doe"]


@pytest.mark.parametrize("out", ["story.toml", ".", "story_info_0.json"])
def test_a_name_that_would_overwrite_or_could_not_be_filmed_is_refused(file: Path, tmp_path: Path, out: str) -> None:
    before = file.read_bytes()
    told = CLI.invoke(app, ["import", "dreamframe", str(file), "--out", str(tmp_path / out)])
    assert told.exit_code == 2 and file.read_bytes() == before


def test_the_ending_of_a_plan_is_told(file: Path, tmp_path: Path) -> None:
    told = CLI.invoke(app, ["import", "dreamframe", str(file), "--out", str(tmp_path / "x.txt")])
    assert "x.txt does not end in .json" in told.stderr
    assert "Give --out a file that ends in .json" in told.stderr


def test_a_file_that_is_no_story_says_where(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"character": {}, "img_diag": [["frame", 3]], "QA": [], "overview": ""}')
    told = CLI.invoke(app, ["import", "dreamframe", str(bad), "--out", str(tmp_path / "out.json")])
    assert told.exit_code == 2 and "img_diag[0][1] is not a text" in told.stderr
    assert not (tmp_path / "out.json").exists()


def test_a_plan_goes_back_to_the_same_bytes(file: Path, tmp_path: Path, tiny: tuple[str, ...]) -> None:
    plan, run = tmp_path / "plan.json", tmp_path / "run"
    assert CLI.invoke(app, ["import", "dreamframe", str(file), "--out", str(plan)]).exit_code == 0
    changes = [part for change in tiny for part in ("--set", change)]
    made = CLI.invoke(app, ["story", str(plan), "--out", str(run), "--stop-after", "plan", *changes])
    assert made.exit_code == 0, made.stderr
    told = CLI.invoke(app, ["export", str(run), "--format", "dreamframe"])
    assert told.exit_code == 0, told.stderr
    assert told.stdout.strip() == str(run / "dataset/dreamframe")
    assert (run / "dataset/dreamframe/story_info_0.json").read_bytes() == file.read_bytes()
    assert not list((run / "dataset/dreamframe").glob("*.png"))

    drawn = CLI.invoke(app, ["story", str(plan), "--out", str(run), "--stop-after", "render", *changes])
    assert drawn.exit_code == 0, drawn.stderr
    assert CLI.invoke(app, ["export", str(run), "--format", "dreamframe"]).exit_code == 0
    pictures = sorted(path.name for path in (run / "dataset/dreamframe").glob("*.png"))
    assert pictures == ["1.png", "2.png", "3.png"]
    first = next((run / "stories").glob("*/keyframes/*.png"))
    assert (run / "dataset/dreamframe/1.png").read_bytes() == sorted(first.parent.glob("*.png"))[0].read_bytes()


@pytest.mark.slow
def test_any_run_has_its_story_in_dreamframes_shape(finished: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(finished, run)
    told = CLI.invoke(app, ["export", str(run), "--format", "dreamframe"])
    assert told.exit_code == 0, told.stderr
    data = json.loads((run / "dataset/dreamframe/story_info_0.json").read_text("utf-8"))
    assert list(data) == ["character", "img_diag", "QA", "overview"]
    frames = [text for sort, text in data["img_diag"] if sort == "frame"]
    assert all(text.startswith("generate an image in ") for text in frames)
    assert not any(name in text for name in ("Mara", "dog's") for text in frames)
    assert (run / f"dataset/dreamframe/{len(frames)}.png").is_file()
    assert (run / "dataset/llava/train.json").is_file()
