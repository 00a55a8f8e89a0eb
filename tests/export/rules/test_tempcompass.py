from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.export.rules.tempcompass import look
from dreamgen.export.tempcompass import TempcompassExporter
from tests.export.held_out import held_world

Item = dict[str, Any]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("tempcompass")
    (place / "form").mkdir()
    return TempcompassExporter().export(held_world(place / "story"), place / "form")


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "form"))


def spoil(folder: Path, form: str, change: Callable[[Item], object]) -> None:
    path = folder / "questions" / f"{form}.json"
    questions = json.loads(path.read_bytes())
    change(next(iter(questions.values()))["direction"][0])
    path.write_text(json.dumps(questions), "utf-8")


def found_in(folder: Path) -> str:
    return "\n".join(f"{defect.where} {defect.what}" for defect in look(folder).defects)


def test_what_we_write_is_right(folder: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 6 and len(found.pairs) == 4 and set(found.pairs.values()) == {1}


@pytest.mark.parametrize(
    ("form", "change", "what"),
    [
        ("multi-choice", lambda item: item.update(answer="To the left"), "none of its lines"),
        ("multi-choice", lambda item: item.update(answer="A"), "none of its lines"),
        (
            "multi-choice",
            lambda item: item.update(question="Which?\nThink.\nA. To the left\nB. Up"),
            "a line behind the question that is no option",
        ),
        (
            "multi-choice",
            lambda item: item.update(question="Which?\nA. To the left\nB. b\nC. c\nD. d\nE. e"),
            "the scoring reads 4",
        ),
        ("multi-choice", lambda item: item.update(question="Which?\nB. To the left\nA. Up"), "has options named B, A"),
        (
            "multi-choice",
            lambda item: item.update(question="Where?\nA. To the left\nB. Up"),
            "the others ask something",
        ),
        ("multi-choice", lambda item: item.pop("contrast"), "not one each about several"),
        ("yes_no", lambda item: item.update(answer="No."), "only yes and no in small letters"),
        (
            "caption_matching",
            lambda item: item.update(
                question="Which?\nCaption A: He says: no.\nCaption B: He walks.", answer="Caption B: He walks."
            ),
            "a colon in a caption",
        ),
        ("captioning", lambda item: item.update(question="Tell.\nInformation A: Up"), "does not end in Generated"),
        ("captioning", lambda item: item.update(answer="B. To the right"), "by which the caption is judged"),
    ],
)
def test_every_trap_of_an_item_is_found(folder: Path, form: str, change: Callable[[Item], object], what: str) -> None:
    spoil(folder, form, change)
    assert what in found_in(folder)


def test_twins_with_one_answer_are_found(folder: Path) -> None:
    path = folder / "questions" / "multi-choice.json"
    questions = json.loads(path.read_bytes())
    for aspects in questions.values():
        aspects["direction"][0]["answer"] = "A. To the left"
    path.write_text(json.dumps(questions), "utf-8")
    assert "and all have the same answer" in found_in(folder)


def test_an_aspect_that_is_not_counted_is_found(folder: Path) -> None:
    path = folder / "questions" / "yes_no.json"
    path.write_text(path.read_text("utf-8").replace('"direction"', '"colour"'), "utf-8")
    assert "is of 'colour', at which the scoring stops" in found_in(folder)


def test_a_video_that_is_not_known_to_be_asked_is_found(folder: Path) -> None:
    path = folder / "meta_info.json"
    path.write_text(path.read_text("utf-8").replace("camera motion", "camera moves"), "utf-8")
    assert "does not know to be asked of direction" in found_in(folder)


def test_a_missing_video_is_found(folder: Path) -> None:
    next((folder / "videos").glob("*-2.mp4")).unlink()
    assert "which is not there" in found_in(folder)


def test_a_name_that_tells_the_change_is_found(folder: Path) -> None:
    path = folder / "questions" / "yes_no.json"
    name = next(iter(json.loads(path.read_bytes())))
    path.write_text(path.read_text("utf-8").replace(name, f"{name}_reverse"), "utf-8")
    assert "says 'reverse'" in found_in(folder)


def test_no_questions_are_found(tmp_path: Path) -> None:
    assert "has no question" in found_in(tmp_path)
