"""Traps of every form whose rows are conversations in LLaVA's shape: each form's own rules find each of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.known import rules_of
from tests.export.rules.planting import Change, change_row, rows_of, write_rows

FORMS = {
    "llava": "train.json",
    "llamavid": "train.json",
    "qwenvl": "train.json",
    "videollama2": "train.json",
    "hicom": "train.json",
    "captions": "train.json",
    "internvl": "train.jsonl",
    "videollama3": "train.jsonl",
}


@pytest.fixture(params=FORMS)
def rows(request: pytest.FixtureRequest, copied: Callable[[str], Path]) -> Path:
    """The file of rows of a form, in a folder named like it."""
    return copied(request.param) / FORMS[request.param]


def found_in(rows: Path) -> Findings:
    look = rules_of(rows.parent.name)
    assert look
    return look(rows.parent)


def told(rows: Path) -> str:
    """All that is wrong, a line for each."""
    return "\n".join(f"{defect.where}: {defect.what}" for defect in found_in(rows).defects)


def test_what_we_write_is_right(rows: Path) -> None:
    found = found_in(rows)
    assert found.defects == []
    assert found.rows == len(rows_of(rows)) > 0


def to_system(row: dict[str, Any]) -> None:
    row["conversations"].insert(0, {"from": "system", "value": "You are kind."})


def to_no_tag(row: dict[str, Any]) -> None:
    row["conversations"][0]["value"] = "What is she doing?"


def to_second_tag(row: dict[str, Any]) -> None:
    row["conversations"][1]["value"] += " <video>"


def to_special_token(row: dict[str, Any]) -> None:
    row["conversations"][1]["value"] += "<|im_end|>"


def to_another_letter(row: dict[str, Any]) -> None:
    tag, _, _ = row["conversations"][0]["value"].partition("\n")
    row["conversations"][0]["value"] = f"{tag}\nWhich?\nA. Red\nB. Blue\nAnswer with the option's letter."
    row["conversations"][1]["value"] = "E"


def to_two_paths(row: dict[str, Any]) -> None:
    row["video"] = ["clips/scene-01.mp4", "clips/scene-01.mp4"]


def to_another_path(row: dict[str, Any]) -> None:
    path = "clips/../clips/scene-01.mp4"
    row["video"] = [path] if isinstance(row["video"], list) else path


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (to_system, ":1: turn 1 is by 'system'"),
        (to_no_tag, ":1: turn 1 does not begin with"),
        (to_second_tag, ":1: turn 2 has <video> in its text"),
        (to_special_token, ":1: turn 2 has <|im_end|> in its text"),
        (to_another_letter, ":1: answers E, which is none of the letters A to B"),
        (to_two_paths, ":1: names no clip but ["),
        (to_another_path, "which is not below the folder"),
        (lambda row: row["conversations"][1].update({"from": "assistant"}), ":1: turn 2 is by 'assistant'"),
        (lambda row: row["conversations"].pop(), ":1: ends with a question"),
        (lambda row: row.update(conversations=None), ":1: has no turns"),
        (lambda row: row.pop("video"), ":1: names no clip"),
        (lambda row: row.pop("id"), ":1: has no id"),
        (lambda row: row.update(verdicts=["right"]), ":1: has verdicts, which its trainer does not read"),
        (lambda row: row["conversations"][0].update(role="gpt"), ":1: has turns with role, which some loaders read"),
        (lambda row: row.update(image="a.jpg"), ":1: has pictures besides its video"),
    ],
)
def test_every_trap_of_a_row_is_found(rows: Path, change: Change, what: str) -> None:
    change_row(rows, change)
    assert what in told(rows)


def test_a_name_for_two_rows_is_found(rows: Path) -> None:
    every = rows_of(rows)
    write_rows(rows, [every[0], *every])
    assert f":2: is another row called {every[0]['id']}" in told(rows)


def test_a_clip_that_is_held_out_and_trained_on_is_found(rows: Path) -> None:
    shutil.copy(rows, rows.with_stem("test"))
    assert f"test{rows.suffix}:1: the clip clips/scene-01.mp4 is in train and in test" in told(rows)


def test_a_story_in_two_splits_is_found(rows: Path) -> None:
    lines = [{"id": f"q{n}", "group": "story", "sha256": str(n), "split": ("train", "test")[n]} for n in range(2)]
    (rows.parent / "provenance.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert "provenance.jsonl:2: the story or video story is in train and in test" in told(rows)


@pytest.mark.parametrize("form", sorted(FORMS.keys() - {"hicom"}))
def test_a_row_that_got_lost_is_found(form: str, copied: Callable[[str], Path]) -> None:
    rows = copied(form) / FORMS[form]
    lines = [{"id": name, "group": name, "sha256": name, "split": "train"} for name in ("p1", "p2")]
    (rows.parent / "provenance.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert told(rows) == ""
    write_rows(rows, rows_of(rows)[:1])
    assert "provenance.jsonl: has 1 pair of which there is no row, such as p2" in told(rows)
    (rows.parent / "refused.jsonl").write_text('{"what": "p2", "reason": "too_narrow"}\n', "utf-8")
    assert "provenance.jsonl" not in told(rows)


def test_a_row_in_the_file_of_another_split_is_found(rows: Path) -> None:
    lines = [{"id": row["id"], "group": "a", "sha256": "b", "split": "test"} for row in rows_of(rows)]
    (rows.parent / "provenance.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert f"says that {lines[0]['id']} is of test, and its row is in train" in told(rows)


@pytest.mark.parametrize("spoil", ["lines", "mark", "half", "texts"])
def test_a_file_that_is_read_in_another_way_is_found(rows: Path, spoil: str) -> None:
    text = rows.read_text("utf-8")
    if spoil == "lines":  # lines for a list, a list for lines
        every = rows_of(rows)
        other = "\n".join(map(json.dumps, every)) if rows.suffix == ".json" else json.dumps(every)
        rows.write_text(f"{other}\n" if len(every) > 1 or rows.suffix == ".jsonl" else f"{other}\n{other}\n", "utf-8")
        what = "is no JSON" if rows.suffix == ".json" else "is a list and no object"
    elif spoil == "mark":
        rows.write_text(text, "utf-8-sig")
        what = "is no JSON: Unexpected UTF-8 BOM"
    elif spoil == "half":
        rows.write_bytes(text.encode()[:-9])
        what = "is no JSON"
    else:
        write_rows(rows, ["a text", *rows_of(rows)])
        what = ":1: is a str and no object"
    assert what in told(rows)


def test_an_empty_folder_is_found(rows: Path) -> None:
    rows.unlink()
    assert f"{rows.parent.name}: has no {rows.name}" in told(rows)
