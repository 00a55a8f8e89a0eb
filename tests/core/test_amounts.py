from __future__ import annotations

from dreamgen.core.amounts import amount


def test_one_of_something_and_several_are_told() -> None:
    assert [amount(count, "pair") for count in (0, 1, 2)] == ["0 pairs", "1 pair", "2 pairs"]
    assert [amount(count, "story", "stories") for count in (1, 2)] == ["1 story", "2 stories"]
