from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.rules import tempcompass
from dreamgen.export.tempcompass import ASPECTS, TempcompassExporter
from tests.export.held_out import held

Pairs = tuple[InstructionPair, ...]


@pytest.fixture
def folder(pairs: Pairs, clip: Clip, media: Path, into: Path) -> Path:
    return TempcompassExporter().export(held(pairs, clip, media), into)


def questions(folder: Path, form: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "questions" / f"{form}.json").read_bytes())
    return found


def test_options_are_lines_of_the_question_and_the_answer_is_one_of_them(folder: Path) -> None:
    one, other = questions(folder, "multi-choice").values()
    assert one["direction"][0]["question"] == "Which way does the boy go?\nA. To the left\nB. To the right"
    assert one["direction"][0]["answer"] == "A. To the left"
    assert other["direction"][0]["answer"] == "B. To the right"


def test_captions_are_lettered_and_have_no_colon_in_them(folder: Path) -> None:
    ((item,),) = (aspects["direction"] for aspects in questions(folder, "caption_matching").values())
    assert item["answer"] == "Caption A: A boy says, “Hello.” The camera stays still."
    assert item["question"].split("\n")[1] == item["answer"]


def test_a_caption_is_asked_for_where_a_choice_can_judge_it(folder: Path) -> None:
    choices = questions(folder, "multi-choice")
    for video, aspects in questions(folder, "captioning").items():
        assert aspects["direction"][0]["answer"] == choices[video]["direction"][0]["answer"]


def test_a_clip_of_two_kinds_of_one_aspect_has_two_names(folder: Path) -> None:
    kinds = {name: one["eval_dim"] for name, one in json.loads((folder / "meta_info.json").read_bytes()).items()}
    (still,) = questions(folder, "yes_no")
    assert still.endswith("-2") and kinds[still]["direction"] == {"type": "camera motion"}
    assert kinds[still.removesuffix("-2")]["direction"] == {"type": "object motion"}
    assert all((folder / "videos" / f"{name}.mp4").is_file() for name in kinds)


def test_twin_clips_conflict(folder: Path) -> None:
    one, other = questions(folder, "multi-choice")
    known = json.loads((folder / "meta_info.json").read_bytes())
    assert known[one]["conflicts"] == [other] and known[other]["conflicts"] == [one]


def test_aspects_are_those_that_the_scoring_counts() -> None:
    assert {(aspect, kind) for kind, aspect in ASPECTS.items()} == {
        (aspect, kind) for aspect, kinds in tempcompass.KINDS.items() for kind in kinds
    }


def test_predictions_are_scored_by_aspect_and_by_conflict(folder: Path, tmp_path: Path) -> None:
    answers = questions(folder, "multi-choice")
    for aspects in answers.values():
        aspects["direction"][0]["prediction"] = "A"  # right for one of the two conflicting videos
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "multi-choice.json").write_text(json.dumps(answers), "utf-8")
    told = subprocess.run(
        [sys.executable, folder / "score.py", tmp_path / "model"], capture_output=True, text=True, check=True
    ).stdout
    shares = {line[:40].strip(): line[40:].split() for line in told.splitlines()}
    labels = [name.split(":")[0] for name in shares]
    assert list(dict.fromkeys(labels)) == ["all", "form", "aspect", "fine aspect", "each of conflicting videos"]
    assert labels == sorted(labels, key=[*dict.fromkeys(labels)].index), "what is of one kind stands together"
    assert shares["form: multi-choice"] == ["50.0", "%", "of", "2"]
    assert shares["all"] == ["25.0", "%", "of", "4"]
    assert shares["each of conflicting videos"] == ["0.0", "%", "of", "1"]


def test_a_folder_without_predictions_is_no_model_that_is_always_wrong(folder: Path, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, folder / "score.py", tmp_path / "mistyped"], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("Name the folder of a model's predictions, with multi-choice.json")


def test_aspects_that_nobody_is_asked_of_are_told(folder: Path) -> None:
    assert "Nothing is asked of fine-grained action" in (folder / "README.md").read_text("utf-8")
