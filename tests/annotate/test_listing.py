from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dreamgen.annotate.listing import read_items
from dreamgen.errors import UsageError


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    path = tmp_path / "embeddings.npy"
    np.save(path, np.eye(3, dtype=np.float16))
    return path


def test_a_list_of_ids_names_the_rows(vectors: Path, tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("one\ntwo\nthree\n")
    found = read_items(vectors, tmp_path / "ids.txt")
    assert found.items.names == ["one", "two", "three"]
    assert isinstance(found.items.vectors, np.memmap)
    assert (found.items.worth, found.items.seconds, found.pictures) == ((), (), ())


def test_lines_of_json_say_more(vectors: Path, tmp_path: Path) -> None:
    lines = [{"id": "a", "seconds": 2.5, "worth": 1}, {"id": "b", "picture": "thumbs/b.jpg"}, {"id": "c", "seconds": 9}]
    (tmp_path / "ids.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = read_items(vectors, tmp_path / "ids.jsonl")
    assert found.items.seconds == (2.5, 0.0, 9.0)
    assert found.items.worth == (1.0, 0.0, 0.0)
    assert found.pictures == [None, tmp_path / "thumbs" / "b.jpg", None]


def test_without_a_list_rows_are_numbered_so_that_they_sort(tmp_path: Path) -> None:
    np.save(tmp_path / "many.npy", np.ones((12, 2)))
    assert read_items(tmp_path / "many.npy", None).items.names[:3] == ["00", "01", "02"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("ids.txt", "a\nb\n", "names 2 items"),
        ("ids.txt", "a\nb\na\n", "names 'a' twice"),
        ("ids.txt", "a\n\nc\n", "line 2 has no id"),
        ("ids.jsonl", '{"id": "a"}\n[]\n{}\n', "line 2 is no JSON object"),
        ("ids.jsonl", '{"id": "a"}\n{"id": 4}\n{}\n', "line 2 has no id"),
        ("ids.jsonl", '{"id": "a"}\n{"id": "b\\nc"}\n{}\n', "line 2 has no id"),
        ("ids.jsonl", '{"id": "a", "seconds": NaN}\n', "seconds can't be nan"),
        ("ids.jsonl", '{"id": "a", "worth": true}\n', "worth can't be True"),
        ("ids.jsonl", '{"id": "a", "picture": 4}\n', "picture can't be 4"),
    ],
)
def test_a_list_that_does_not_fit_is_told_with_its_line(
    vectors: Path, tmp_path: Path, name: str, text: str, told: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=told):
        read_items(vectors, tmp_path / name)


def test_what_is_no_table_of_floats_is_refused(tmp_path: Path, vectors: Path) -> None:
    for name, what in (("flat", np.ones(3)), ("whole", np.ones((2, 2), int)), ("none", np.ones((0, 2)))):
        np.save(tmp_path / f"{name}.npy", what)
        with pytest.raises(UsageError, match="holds"):
            read_items(tmp_path / f"{name}.npy", None)
    with pytest.raises(UsageError, match="there is no"):
        read_items(tmp_path / "nothing.npy", None)
    with pytest.raises(UsageError, match="there is no"):
        read_items(vectors, tmp_path / "nothing.txt")


def test_objects_are_neither_read_nor_is_it_told_how(tmp_path: Path) -> None:
    np.save(tmp_path / "objects.npy", np.array([{"a": 1}], object), allow_pickle=True)
    with pytest.raises(UsageError, match="of plain numbers") as told:
        read_items(tmp_path / "objects.npy", None)
    assert "allow_pickle" not in str(told.value)
