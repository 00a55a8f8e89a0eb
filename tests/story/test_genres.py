from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamgen.errors import UsageError
from dreamgen.story.genres import DREAMFRAME, quotas, read_shares


def test_dreamframe_s_fifteen_genres_are_the_whole() -> None:
    assert len(DREAMFRAME) == 15
    assert sum(share for _, share in DREAMFRAME) == pytest.approx(100.0)


def test_a_thousand_stories_in_dreamframe_s_shares() -> None:
    wanted = dict(quotas(1000))
    assert (wanted["drama"], wanted["comedy"], wanted["biography"]) == (259, 130, 11)


def test_few_stories_go_to_the_largest_remainders() -> None:
    assert quotas(4, (("drama", 3), ("comedy", 1))) == (("drama", 3), ("comedy", 1))
    assert quotas(5, (("drama", 3), ("comedy", 1))) == (("drama", 4), ("comedy", 1))
    assert quotas(1, (("drama", 1), ("comedy", 1))) == (("drama", 1), ("comedy", 0))
    assert dict(quotas(0)) == dict.fromkeys(dict(DREAMFRAME), 0)


@given(st.integers(0, 5000), st.lists(st.floats(0.01, 1000), min_size=1, max_size=20))
def test_quotas_add_up_and_are_never_off_by_one(count: int, weights: list[float]) -> None:
    shares = tuple((f"genre-{number}", weight) for number, weight in enumerate(weights))
    for (_, given_to), weight in zip(found := quotas(count, shares), weights, strict=True):
        assert abs(given_to - count * weight / sum(weights)) < 1 + 1e-6
    assert sum(number for _, number in found) == count


def test_shares_as_people_write_them() -> None:
    assert read_shares("Drama=3, sci-fi = 1.5") == (("drama", 3.0), ("sci-fi", 1.5))
    assert read_shares("drama,comedy") == (("drama", 1.0), ("comedy", 1.0))


@pytest.mark.parametrize("text", ["", "drama=", "drama=much", "drama=-1", "drama=nan", "drama,drama", "=3", "x" * 41])
def test_shares_that_are_none_are_told(text: str) -> None:
    with pytest.raises(UsageError) as told:
        read_shares(text)
    assert "drama=3,comedy=1" in told.value.hint


def test_no_shares_no_quotas() -> None:
    for shares in ((), (("drama", 0.0),)):
        with pytest.raises(UsageError):
            quotas(3, shares)
