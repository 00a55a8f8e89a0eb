from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamgen.errors import UsageError
from dreamgen.story.dreamframe.file import StoryInfo, parse, read_info, written

FRAME = ["frame", "generate an image in Dark style: In the hall, Ann waits."]
GOOD: dict[str, Any] = {"character": {}, "img_diag": [FRAME], "QA": [], "overview": "x"}


def refusal(data: object) -> str:
    with pytest.raises(UsageError) as refused:
        parse(data if isinstance(data, bytes) else json.dumps(data).encode(), "file")
    return refused.value.message


def test_a_file_is_read_and_written_back_byte_for_byte(info: StoryInfo, file: Path) -> None:
    assert read_info(file) == info
    assert written(read_info(file)) == file.read_bytes()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"img_diag": [["frame", 7]]}, "file: img_diag[0][1] is not a text"),
        ({"img_diag": [["picture", "x"]]}, 'file: img_diag[0] is not ["frame", text] nor ["dialogue", text]'),
        ({"img_diag": [["frame"]]}, 'file: img_diag[0] is not ["frame", text] nor ["dialogue", text]'),
        ({"img_diag": [FRAME, ["dialogue", " "]]}, "file: img_diag[1][1] is empty"),
        ({"img_diag": []}, "file: img_diag has no frame"),
        ({"img_diag": {}}, "file: img_diag is not a list"),
        ({"character": {"Ann": None}}, "file: character.Ann is not a text"),
        ({"character": {"": "a man"}}, "file: character has an entry without a name"),
        ({"QA": [{"Question": "Why?"}]}, "file: QA[0] has not the keys Question and Answer"),
        ({"overview": ["x"]}, "file: overview is not a text"),
        ({"overview": "\ud800"}, "file: overview is not a text"),
        ({"more": 1}, "file has a key that no story has: 'more'"),
    ],
)
def test_a_wrong_shape_is_refused_with_its_place(changed: dict[str, Any], told: str) -> None:
    assert refusal({**GOOD, **changed}) == told


def test_missing_keys_are_named() -> None:
    assert refusal({"character": {}}) == "file lacks img_diag, QA, overview"
    assert refusal([]) == "file: the file is not an object"


def test_what_is_no_json_is_refused_with_line_and_column() -> None:
    assert refusal(b'{"character": {},\n "img_diag": [}') == "file is not JSON: line 2, column 15: Expecting value"
    assert refusal(b"\xff\xfe\x00") == "file is not UTF-8: byte 0"
    assert refusal(b"[" * 100_000) == "file is not JSON that can be read"


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        read_info(tmp_path / "none.json")
    with pytest.raises(UsageError, match="is a folder"):
        read_info(tmp_path)
    large = tmp_path / "large.json"
    with large.open("wb") as out:
        out.truncate(100_000_000)
    with pytest.raises(UsageError, match=r"has 100\.0 MB; it may have 50 at most"):
        read_info(large)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD, "x"]), inner, max_size=5),
)


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_any_json_is_a_story_or_refused(data: Any) -> None:
    with suppress(UsageError):
        parse(json.dumps(data).encode(), "file")
