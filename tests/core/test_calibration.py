from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamgen.core.calibration import calibrate, rate, total

Outcome = Literal["supported", "refuted", "unsure"]


def test_wilson_interval_matches_the_published_example() -> None:
    # 15 of 20: Newcombe 1998, "Two-sided confidence intervals for the single proportion", gives 0.531-0.888
    measured = rate(15, 20)
    assert measured is not None
    assert (measured.value, round(measured.low, 3), round(measured.high, 3)) == (0.75, 0.531, 0.888)


def test_the_interval_of_a_perfect_score_does_not_collapse() -> None:
    measured = rate(10, 10)
    assert measured is not None
    assert measured.high == 1.0
    assert round(measured.low, 3) == 0.722


def test_nothing_measured_has_no_rate() -> None:
    assert rate(0, 0) is None


@given(st.integers(1, 500), st.data())
def test_the_interval_holds_the_share_and_stays_a_share(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    measured = rate(hits, n)
    assert measured is not None
    assert 0 <= measured.low <= measured.value <= measured.high <= 1


def test_rows_count_true_claims_and_twins_apart() -> None:
    judged: list[tuple[str, bool, Outcome]] = [
        ("attribute", True, "supported"),
        ("attribute", True, "refuted"),
        ("attribute", True, "unsure"),
        ("attribute", False, "refuted"),
        ("presence", True, "supported"),
    ]
    presence, attribute = calibrate(judged)
    assert (presence.kind, attribute.kind) == ("presence", "attribute")
    assert attribute.sensitivity is not None
    assert attribute.sensitivity.value == pytest.approx(0.5)
    assert attribute.specificity is not None
    assert attribute.specificity.value == 1.0
    assert attribute.reach is not None
    assert attribute.reach.value == pytest.approx(0.75)
    assert presence.specificity is None


def test_several_stories_add_up() -> None:
    one = calibrate([("cut", True, "supported"), ("cut", False, "refuted")])
    other = calibrate([("cut", True, "unsure"), ("weather", True, "supported")])
    weather, cut, everything = total([*one, *other])
    assert (weather.kind, cut.true.n, cut.true.unsure, everything.kind) == ("weather", 2, 1, "all")
    assert everything.true.n + everything.false.n == 4
