from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.huggingface import HuggingfaceExporter
from dreamgen.export.rules.huggingface import look
from dreamgen.export.sidecar import write_sidecar
from tests.datasets import dataset

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path) -> Path:
    HuggingfaceExporter().export(dataset(pairs, [clip], media), into)
    return into


def rewrite(path: Path, change: Callable[[list[dict[str, Any]]], object]) -> None:
    rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    change(rows)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def test_what_we_write_is_right(folder: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 4 and found.pairs == {"p1": 1, "p2": 1, "p3": 1, "p4": 1}


TRAPS: tuple[tuple[Change, str], ...] = (
    (lambda row: row.update(file_name="clips/none.mp4"), "names clips/none.mp4, which is not there"),
    (lambda row: row.update(file_name="../clips/scene-01.mp4"), "which is not below the folder"),
    (lambda row: row.update(file_name="/clips/scene-01.mp4"), "which is not below the folder"),
    (lambda row: row.update(file_name="file:///etc/passwd"), "which is not there"),
    (lambda row: row.pop("file_name"), "names no clip but None"),
    (lambda row: row.update(start=0), "start is a whole number, and a number before"),
    (lambda row: row.update(weight="1.0"), "weight is a text, and a number before"),
    (lambda row: row.update(end=None), "end is null, which tells no type"),
    (lambda row: row.pop("task"), "lacks task"),
    (lambda row: row.update(more=1), "has more, which those before have not"),
    (lambda row: row.update(id="p1"), "p1 stands here a second time"),
    (lambda row: row.update(answer_letter="A"), "answers 'A' and has no options"),
    (lambda row: row.update(answer=""), "has no answer"),
    (lambda row: row["conversations"].reverse(), "roles must alternate"),
    (lambda row: row["conversations"][0].update(content="<video>What?"), "has <video> in its text"),
)


def test_every_trap_is_found(folder: Path) -> None:
    path = folder / "train/metadata.jsonl"
    whole = path.read_bytes()
    for change, what in TRAPS:
        path.write_bytes(whole)
        rewrite(path, lambda rows, change=change: change(rows[1]))  # type: ignore[misc]
        defects = look(folder).defects
        assert [one.where for one in defects if what in one.what] == ["train/metadata.jsonl:2"], defects


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda row: row.update(answer_letter="C"), "answers C, which is 'Grey' and not 'Red'"),
        (lambda row: row.update(answer_letter="F"), "answers 'F', which is none of 4 options"),
        (lambda row: row.update(options=["Red", "Red"]), "has the same option twice"),
        (lambda row: row.update(options=["Red"]), "has no list of two options or more"),
    ],
)
def test_a_choice_that_can_not_be_right_is_found(folder: Path, change: Change, what: str) -> None:
    rewrite(folder / "train/metadata.jsonl", lambda rows: change(rows[0]))
    assert what in [one.what for one in look(folder).defects]


def test_videos_without_metadata_are_found(folder: Path) -> None:
    (folder / "train/metadata.jsonl").unlink()
    assert "only videos without a word" in look(folder).defects[0].what


def test_a_list_that_is_empty_in_one_split_alone_has_no_type_there(folder: Path, clip: Clip) -> None:
    (folder / "validation").mkdir()
    (folder / "train/clips").rename(folder / "validation/clips")
    (folder / "train/clips").symlink_to(folder / "validation/clips")
    other = folder / "validation/metadata.jsonl"
    other.write_bytes((folder / "train/metadata.jsonl").read_bytes())
    rewrite(other, lambda rows: rows.pop(0))
    what = {one.where: one.what for one in look(folder).defects}
    assert "options is empty in every row" in what["validation/metadata.jsonl"]
    assert "the clip scene-01 is in train and in validation" in what["validation/metadata.jsonl:1"]


def test_a_story_in_two_splits_is_found_by_its_provenance(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    whole = dataset(pairs, [clip], media)
    HuggingfaceExporter().export(whole, into)
    write_sidecar(whole, into)
    assert not look(into).defects
    rewrite(into / "provenance.jsonl", lambda rows: rows[2].update(split="test"))
    assert {one.what for one in look(into).defects} == {
        "the story or video scene-01 is in train and in test", f"the file {clip.video.sha256} is in train and in test",
    }  # fmt: skip
