from __future__ import annotations

import tomllib

import pytest
from pydantic import JsonValue

from dreamgen.core.toml import toml


@pytest.mark.parametrize("value", ['a "b" \\ é \x7f \n', 3, 0.25, True, [1, [2]], {"file": "a.png", "weight": 0.8}])
def test_what_is_written_is_read_again(value: JsonValue) -> None:
    assert tomllib.loads(f"key = {toml(value)}") == {"key": value}
