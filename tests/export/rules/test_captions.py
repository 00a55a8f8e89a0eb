from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.export.rules.captions import look
from tests.export.rules.planting import Change, change_object, change_row, rows_of, write_rows


@pytest.fixture
def folder(copied: Callable[[str], Path]) -> Path:
    return copied("captions")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda row: row.pop("set"), "has no column set"),
        (lambda row: row.update(views=7), "has views, which its trainer does not read"),
        (lambda row: row.update(weight=1), "has 1 as weight, which is no float"),
        (lambda row: row.update(title=None), "has None as title, which is no str"),
        (lambda row: row.update(start=2.0, end=1.0), "speaks of 2 to 1 seconds"),
        (lambda row: row.update(caption="Nobody walks."), "has another caption than its last turn"),
        (
            lambda row: row["conversations"][0].update(value="<image>\nWhat happens?"),
            "turn 1 does not begin with '<video>",
        ),
        (lambda row: row.update(prompt="annotate/fuse@0123"), "does not have annotate/fuse@0123"),
    ],
)
def test_every_trap_of_a_row_is_found(folder: Path, change: Change, what: str) -> None:
    assert look(folder).defects == []
    (folder / "prompts.json").write_text('{"annotate/keyframe@89": "Say."}', "utf-8")
    for name in ("train.json", "train.jsonl"):
        change_row(folder / name, change)
    (defect,) = look(folder).defects
    assert what in defect.what


def test_the_lines_must_hold_the_rows_of_the_array(folder: Path) -> None:
    write_rows(folder / "train.jsonl", rows_of(folder / "train.jsonl")[:-1])
    (defect,) = look(folder).defects
    assert defect == ("train.jsonl:4", "is not row 4 of train.json")
    (folder / "train.jsonl").unlink()
    (defect,) = look(folder).defects
    assert "has no train.jsonl" in defect.what


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda names: names["scene-01.mp4"].remove("p2"), "leads to p2 from None and not from 'scene-01.mp4'"),
        (lambda names: names["scene-01.mp4"].append("p9"), "leads to p9, of which there is no row"),
        (lambda names: names.update({"other.mp4": []}), "has 'other.mp4', which is no file in clips/"),
        (
            lambda names: names.update({"pets/scene-01.mp4": names.pop("scene-01.mp4")}),
            "has 'pets/scene-01.mp4', which",
        ),
        (lambda names: names.update({"scene-01.mp4": "p1"}), "leads to p1 from None"),
    ],
)
def test_the_map_of_names_must_lead_to_the_rows(folder: Path, change: Change, what: str) -> None:
    change_object(folder / "videoname2id.json", change)
    assert what in look(folder).defects[0].what


@pytest.mark.parametrize("name", ["videoname2id.json", "README.md"])
def test_a_file_that_is_gone_is_found(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (defect,) = look(folder).defects
    assert f"has no {name}" in defect.what
