from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dreamgen.errors import UsageError
from dreamgen.run.predictions import read_predictions

Rows = list[tuple[str, int | None, tuple[str, ...]]]


def read(path: Path) -> Rows:
    return [(one.about, one.turn, one.answers) for one in read_predictions(path)]


def written(folder: Path, *rows: Any, name: str = "answers.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_plain_lines_have_an_answer_or_several_or_one_a_turn(tmp_path: Path) -> None:
    path = written(
        tmp_path, {"id": "a", "answer": "B"}, "\n", {"id": "b", "answers": ["In a forest.", "A boy."]},
        {"id": "c", "turn": 1, "answer": "Yes"},
    )  # fmt: skip
    assert read(path) == [("a", None, ("B",)), ("b", None, ("In a forest.", "A boy.")), ("c", 1, ("Yes",))]
    assert [one.where for one in read_predictions(path)] == [f"{path}, line {line}" for line in (1, 3, 4)]


def test_the_samples_that_lmms_eval_logs_are_read(tmp_path: Path) -> None:
    # lmms_eval/loggers/evaluation_tracker.py drops `doc`; what was scored names the pair
    path = written(
        tmp_path,
        {"doc_id": 0, "target": "B", "filtered_resps": "B", "doc_hash": "x", "acc": {"id": "a", "score": 1}},
        {"doc_id": 1, "target": "A", "filtered_resps": ["C. Red"], "resps": [["other"]], "doc": {"id": "b"}},
        {"doc_id": 2, "target": "A", "filtered_resps": [["D"]], "acc": {"id": "c", "score": 0}},
    )
    assert read(path) == [("a", None, ("B",)), ("b", None, ("C. Red",)), ("c", None, ("D",))]


def test_tables_of_VLMEvalKit_are_read_by_their_prediction(tmp_path: Path) -> None:
    table = (
        "index\tid\tquestion\tcandidates\tanswer\tprediction\n"
        "0\ta\t\"What\ncolour?\"\t\"['Blue', 'Red']\"\tRed\tA\n"
        "1\tb\tIs it?\t\"['Yes', 'No']\"\tYes\t(B) No\n"
    )
    path = written(tmp_path, table, name="m_Dreamgen.tsv")
    # `answer` is the key there; a yes/no question was asked as a choice
    assert read(path) == [("a", None, ("A",)), ("b", None, ("No",))]
    listed = json.dumps([{"index": 7, "answer": "Red", "prediction": "Blue"}, {"id": "b", "prediction": None}])
    assert read(written(tmp_path, listed, name="m.json")) == [("7", None, ("Blue",))]


def test_a_byte_order_mark_and_windows_line_ends_are_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("\ufeffid,prediction\r\na,Yes\r\n".encode())
    assert read(path) == [("a", None, ("Yes",))]
    path = tmp_path / "a.jsonl"
    path.write_bytes('\ufeff{"id": "a", "answer": "Yes"}\r\n'.encode())
    assert read(path) == [("a", None, ("Yes",))]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{id: 1}\n", "line 2 is not JSON"), ("[1]\n", "line 2 holds no object"),
        ({"answer": "B"}, "line 2 names no pair: it has answer"), ({}, "line 2 names no pair: it has nothing"),
        ({"id": "b", "answer": 3}, "line 2 answers b with what is not text: [3]"),
        ({"id": "b", "answers": "AB"}, ""), ({"id": "b", "answers": [["A"], ["B"]]}, "line 2 answers b"),
        ({"id": "b", "turn": -1, "answer": "x"}, "line 2 has the turn -1"),
        ({"id": "b", "turn": "0", "answer": "x"}, "line 2 has the turn '0'"),
        ({"id": "b", "turn": 0, "answers": ["x", "y"]}, "line 2 has the turn 0"),
        ("[" * 100_000 + "\n", "line 2 is not JSON"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path: Path, row: Any, said: str) -> None:
    path = written(tmp_path, {"id": "a", "answer": "B"}, row)
    if not said:
        assert read(path)[1] == ("b", None, ("AB",))
        return
    with pytest.raises(UsageError) as error:
        read(path)
    assert said in error.value.message and str(path) in error.value.message


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("gone.jsonl", None, "there is no file"), ("m.xlsx", "", "PRED_FORMAT=tsv"), ("m.txt", "", ".jsonl, .json"),
        ("m.json", '{"a": 1}', "holds no list"), ("m.tsv", "id\tanswer\na\tB\n", "it has id, answer"),
        ("m.csv", "", "it has none"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused(tmp_path: Path, name: str, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(UsageError) as error:
        read(tmp_path / name)
    assert said in str(error.value)


def test_what_is_no_utf_8_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="Save it as UTF-8"):
        read(tmp_path / "a.jsonl")
