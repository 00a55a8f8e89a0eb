from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.export.rules.llava import look
from tests.export.rules.planting import Change, change_row, rows_of, write_rows


@pytest.fixture
def folder(copied: Callable[[str], Path]) -> Path:
    return copied("llava")


def test_what_we_write_is_right(folder: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 4 and found.pairs == {"p1": 1, "p2": 1, "p3": 1, "p4": 1}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (
            lambda row: row["conversations"][0].update(value="<video>\nWhat is she doing?"),
            "turn 1 does not begin with '<image>",
        ),
        (
            lambda row: row["conversations"][0].update(value="<image>\nWho says ASSISTANT: walk?"),
            "turn 1 has 'ASSISTANT: ' in its text",
        ),
        (
            lambda row: row["conversations"][0].update(value="<image>\nQA_GT_caption_based_noisy?"),
            "turn 1 has 'QA_GT_caption_based_noisy' in its text",
        ),
        (lambda row: row.update(video=["clips/scene-01.mp4"]), "names no clip but ['clips/scene-01.mp4']"),
    ],
)
def test_every_trap_of_a_row_is_found(folder: Path, change: Change, what: str) -> None:
    change_row(folder / "train.json", change)
    (defect,) = look(folder).defects
    assert defect.where == "train.json:1" and what in defect.what


def test_a_folder_that_is_taken_for_pictures_is_found(folder: Path) -> None:
    (folder / "clips").rename(folder / "shareVideoGPTV")
    rows = [{**row, "video": "shareVideoGPTV/scene-01.mp4"} for row in rows_of(folder / "train.json")]
    write_rows(folder / "train.json", rows)
    assert {defect.what[:40] for defect in look(folder).defects} == {"names a video below shareVideoGPTV, which"[:40]}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("datasets: [", "is no YAML"),
        ("datasets: 2026-13-45", "is no YAML"),
        ("- json_path: train.json", "has no list called datasets"),
        ("datasets: []", "has no list called datasets"),
        ("datasets: [train.json]", "names no file but None"),
        ("datasets: [{json_path: 7}]", "names no file but 7"),
        ("datasets: [{json_path: missing.json}]", "names missing.json, which is not there"),
        ("datasets: [{json_path: train.csv}]", "names train.csv, which ends neither in .json nor in .jsonl"),
        ("datasets: [{json_path: test.json}]", "names test.json, which is held out of it"),
        (
            "datasets: [{json_path: train.json, sampling_strategy: most}]",
            "'most', which there is not: the loader takes",
        ),
        ("datasets: [{json_path: train.json, sampling_strategy: 'end:0'}]", "'end:0', which there is not"),
        ("datasets: [{json_path: train.json, sampling: 'first:9'}]", "has sampling, which nobody reads"),
        ("datasets: [{json_path: train.json, data_root: .}]", "which this loader does not read"),
    ],
)
def test_every_trap_of_the_yaml_is_found(folder: Path, text: str, what: str) -> None:
    (folder / "test.json").write_text("[]", "utf-8")
    (folder / "train.yaml").write_text(text, "utf-8")
    (defect,) = look(folder).defects
    assert defect.where.startswith("train.yaml") and what in defect.what
