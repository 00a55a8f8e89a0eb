from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from dreamgen.annotate.sidecar import read_table
from dreamgen.core.found import Said
from dreamgen.errors import UsageError


def test_a_csv_says_what_is_known_of_videos(tmp_path: Path) -> None:
    (tmp_path / "words.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n", "utf-8")
    table = tmp_path / "about.csv"
    table.write_text(
        "Path,License,URL,dataset,title,labels,tags,subtitles,camera\n"
        'a.mp4,CC-BY-4.0,https://example.org/a,k400,"Balls, red",juggling;circus,0-3.5: walks; 4-5 runs,words.srt,8mm\n'
        "b.mp4,,,,,,,,\n",
        "utf-8",
    )
    first, second = read_table(table)
    fields = dict(first.fields)
    assert first.path == "a.mp4"
    assert fields == {
        "licence": "CC-BY-4.0", "url": "https://example.org/a", "dataset": "k400", "title": "Balls, red",
        "labels": ("juggling", "circus"),
        "tags": (Said(start=0, end=3.5, text="walks"), Said(start=4, end=5, text="runs")),
        "speech": (Said(start=1, end=2, text="Hello"),), "more": (("camera", "8mm"),),
    }  # fmt: skip
    assert (second.path, second.fields) == ("b.mp4", ())


def test_jsonl_holds_lists_and_times(tmp_path: Path) -> None:
    table = tmp_path / "about.jsonl"
    row = {
        "video": "a.mp4", "labels": ["x"], "ocr": [{"start": 1, "end": 2, "text": "EXIT"}], "tags": [[0, 1, "sits"]],
        "views": 12,
    }  # fmt: skip
    table.write_text(json.dumps(row) + "\n\n", "utf-8")
    (found,) = read_table(table)
    assert dict(found.fields) == {
        "labels": ("x",), "read": (Said(start=1, end=2, text="EXIT"),), "tags": (Said(start=0, end=1, text="sits"),),
        "more": (("views", "12"),),
    }  # fmt: skip


def test_a_value_that_can_not_be_used_is_told_and_the_rest_is(tmp_path: Path) -> None:
    table = tmp_path / "about.csv"
    table.write_text("path,title,tags,speech\na.mp4,Good,5-2: backwards,gone.srt\n", "utf-8")
    (row,) = read_table(table)
    assert dict(row.fields) == {"title": "Good"}
    assert "5 to 2" in row.wrong
    assert "speech" in row.wrong


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title,licence\na,b\n", "no column that names the videos"),
        ("path,licnece\na,b\n", "nearly 'licence'"),
        ("path,licens\na,b\n", "nearly 'license'"),
        ("", "no column that names the videos"),
        ('path,title\n"a,b\n', "no csv"),
    ],
)
def test_wrong_columns_are_told(tmp_path: Path, text: str, told: str) -> None:
    table = tmp_path / "about.csv"
    table.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=told):
        list(read_table(table))


def test_a_line_that_is_no_json_is_told_with_its_number(tmp_path: Path) -> None:
    table = tmp_path / "about.jsonl"
    table.write_text('{"path": "a.mp4"}\n[1]\n', "utf-8")
    with pytest.raises(UsageError, match="line 2 of"):
        list(read_table(table))


def test_texts_are_data_without_control_characters(tmp_path: Path) -> None:
    table = tmp_path / "about.jsonl"
    table.write_text(json.dumps({"path": "a.mp4", "title": "a\x1b[31m\n\tb\u202e"}), "utf-8")
    (row,) = read_table(table)
    assert dict(row.fields)["title"] == "a [31m b"


def test_words_far_apart_take_no_longer_than_others(tmp_path: Path) -> None:
    table = tmp_path / "about.csv"
    table.write_text(f"path,tags\na.mp4,0-3: a{' ' * 60_000}b{' ' * 60_000}c\n")
    began = time.process_time()
    (row,) = read_table(table)
    assert dict(row.fields)["tags"][0].text == "a b c"
    assert time.process_time() - began < 2.0


def test_what_can_not_be_read_is_told_without_the_paths_of_this_machine(tmp_path: Path) -> None:
    table = tmp_path / "about.csv"
    table.write_text("path,speech\na.mp4,subs/a.srt\n")
    (row,) = read_table(table)
    assert row.wrong == "speech: subs/a.srt can't be read: No such file or directory"
