from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.rules.llamafactory import INFO, look
from tests.export.rules.planting import Change, change_object, change_row, written


@pytest.fixture
def folder(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path) -> Path:
    return written("llamafactory", pairs, clip, media, into)


def test_what_we_write_is_right(folder: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 4 and found.pairs == {"p1": 1, "p2": 1, "p3": 1, "p4": 1}


def to_answer_first(row: dict[str, Any]) -> None:
    row["conversations"].reverse()


def to_second_tag(row: dict[str, Any]) -> None:
    row["conversations"][1]["value"] += " <video>"


def to_no_tag(row: dict[str, Any]) -> None:
    row["conversations"][0]["value"] = "What is she doing?"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (to_answer_first, "turn 1 is by 'gpt' and not by human"),
        (lambda row: row["conversations"].pop(), "ends with a question"),
        (lambda row: row["conversations"].clear(), "has no turns"),
        (to_second_tag, "turn 2 has <video> in its text"),
        (to_no_tag, "does not begin with '<video>'"),
        (lambda row: row.update(videos=[]), "names no clip but [[]]"),
        (lambda row: row.update(videos=row["videos"] * 2), "names no clip but [['clips"),
        (lambda row: row.update(videos=[["1.png", "2.png"]]), "names no clip but ['1.png', '2.png']"),
        (lambda row: row.update(videos=["clips/scene-02.mp4"]), "is not there"),
        (lambda row: row.pop("system"), f"has no system, which {INFO} names"),
    ],
)
def test_every_trap_of_a_row_is_found(folder: Path, change: Change, what: str) -> None:
    change_row(folder / "train.jsonl", change)
    found = look(folder).defects
    assert {defect.where for defect in found} == {"train.jsonl:1"}
    assert any(what in defect.what for defect in found)


def change_entry(folder: Path, change: Change) -> None:
    change_object(folder / INFO, lambda entries: change(entries["dreamgen"]))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda entry: entry.pop("file_name"), "would look for it on a hub"),
        (lambda entry: entry.update(hf_hub_url="somebody/films"), "has a hf_hub_url, which goes before"),
        (lambda entry: entry.update(num_samples=2), "takes 2 of its rows by lot"),
        (lambda entry: entry.pop("formatting"), "is of the format alpaca"),
        (lambda entry: entry.pop("columns"), "names no columns"),
        (lambda entry: entry["columns"].pop("videos"), "does not name videos"),
        (lambda entry: entry["tags"].pop("user_tag"), "has tags without user_tag"),
        (lambda entry: entry.update(file_name="../train.jsonl"), "is not below the folder"),
        (lambda entry: entry.update(file_name="rows.jsonl"), "is not there"),
        (lambda entry: entry.update(file_name="."), "files of several kinds"),
        (lambda entry: entry.update(file_name="clips"), ".mp4 is none of"),
    ],
)
def test_every_trap_of_a_description_is_found(folder: Path, change: Change, what: str) -> None:
    change_entry(folder, change)
    (defect,) = look(folder).defects
    assert defect.where == f"{INFO}: dreamgen" and what in defect.what


def test_a_system_that_is_not_named_is_not_read(folder: Path) -> None:
    rows = (folder / "train.jsonl").read_text("utf-8")
    (folder / "train.jsonl").write_text(rows.replace('"system":""', '"system":"You watch films."'), "utf-8")
    assert look(folder).defects == []
    change_entry(folder, lambda entry: entry["columns"].pop("system"))
    assert {defect.what for defect in look(folder).defects} == {
        f"has a system that {INFO} does not name: it is read as empty"
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"dreamgen": 3}'])
def test_a_broken_description_is_a_defect(folder: Path, text: str) -> None:
    (folder / INFO).write_text(text, "utf-8")
    assert len(look(folder).defects) == 1


def test_a_folder_without_a_description_is_a_defect(folder: Path) -> None:
    (folder / INFO).unlink()
    assert [defect.where for defect in look(folder).defects] == [INFO]
