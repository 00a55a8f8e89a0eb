from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.hicom import HicomExporter
from dreamgen.export.rules.hicom import look
from tests.datasets import dataset
from tests.export.rules.planting import Change, change_row


@pytest.fixture
def folder(copied: Callable[[str], Path]) -> Path:
    return copied("hicom")


def test_expanded_records_are_right_too(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    HicomExporter(tasks=(), expand=True).export(dataset(pairs, [clip], media), into)
    found = look(into)
    assert found.defects == [] and not found.pairs
    assert found.rows == sum(len(pair.turns) // 2 for pair in pairs)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda row: row["conversations"].pop(), "ends with a question"),
        (lambda row: row["conversations"][1].update({"from": "assistant"}), "such a turn ends the training"),
        (lambda row: row["conversations"][2].update(value="<video>\nWho?"), "turn 3 has <video> in its text"),
        (
            lambda row: row["conversations"][0].update(value="<image>\nWho?"),
            "turn 1 does not begin with '<video>",
        ),
    ],
)
def test_every_trap_of_a_record_is_found(folder: Path, change: Change, what: str) -> None:
    assert look(folder).defects == []
    change_row(folder / "train.json", change)
    (defect,) = look(folder).defects
    assert defect.where == "train.json:1" and what in defect.what


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("datasets: [{json_path: missing.json, data_root: .}]", "names missing.json, which is not there"),
        ("datasets: [{json_path: test.json, data_root: .}]", "names test.json, which is held out of it"),
        (
            "datasets: [{json_path: train.json, data_root: ., sampling_strategy: 'middle:3'}]",
            "'middle:3', which there is not: the loader stops",
        ),
        ("datasets: [{json_path: train.json, data_root: ./}]", ""),
    ],
)
def test_every_trap_of_the_yaml_is_found(folder: Path, text: str, what: str) -> None:
    (folder / "test.json").write_text("[]", "utf-8")
    (folder / "test.yaml").write_text("datasets: [{json_path: test.json, data_root: .}]", "utf-8")
    (folder / "train.yaml").write_text(text, "utf-8")
    assert [what in defect.what for defect in look(folder).defects] == [True] * bool(what)


@pytest.mark.parametrize(("root", "what"), [("clips", "clips/clips/scene-01.mp4"), ("videos", "is no folder")])
def test_a_folder_before_the_videos_that_does_not_fit_is_found(folder: Path, root: str, what: str) -> None:
    (folder / "train.yaml").write_text(f"datasets: [{{json_path: train.json, data_root: {root}}}]", "utf-8")
    assert what in "\n".join(defect.what for defect in look(folder).defects)


def test_rows_without_a_yaml_are_found(folder: Path) -> None:
    (folder / "train.yaml").unlink()
    assert "has no train.yaml" in look(folder).defects[0].what
