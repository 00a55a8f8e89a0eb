"""A list that is read value by value is what a trainer reads that takes all of it at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dreamgen.export.rules.one_by_one import values

PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9)
)
ANY = st.recursive(PLAIN, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=3), one, max_size=3))
SETTINGS = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@SETTINGS
@given(st.lists(ANY, max_size=4), st.booleans(), st.sampled_from([None, 1]))
def test_all_values_are_told(tmp_path: Path, rows: list[Any], escaped: bool, indent: int | None) -> None:
    path = tmp_path / "rows.json"
    path.write_text(f" {json.dumps(rows, ensure_ascii=escaped, indent=indent)}\n", "utf-8")
    assert list(values(path)) == rows
    path.write_text(json.dumps({"samples": rows}, ensure_ascii=escaped, indent=indent), "utf-8")
    assert list(values(path, "samples")) == rows


@SETTINGS
@given(st.lists(ANY, max_size=3), st.floats(0, 1), st.sampled_from([b"", b"]", b",", b"x", b"\xff", b"[1]"]))
def test_what_is_cut_off_or_spoilt_is_refused_as_it_is_at_once(
    tmp_path: Path, rows: list[Any], where: float, end: bytes
) -> None:
    whole = json.dumps(rows, ensure_ascii=False).encode()
    path = tmp_path / "rows.json"
    path.write_bytes(whole[: round(where * len(whole))] + end)
    try:
        known = json.loads(path.read_bytes().decode())
    except ValueError:
        known = None
    if isinstance(known, list):
        assert list(values(path)) == known
    else:
        with pytest.raises(ValueError):
            list(values(path))


@pytest.mark.parametrize("text", ['{"info": [], "samples": []}', '{"samples": [], "info": 1}', '{"samples": {}}', "[]"])
def test_an_object_with_more_than_the_list_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "samples.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"is not all|stands beside"):
        list(values(path, "samples"))
