import pytest

from dreamgen.verify.glance.scales import Evidence, Scale, decided, untold

SCALES = {"place": Scale(1.0, 0.0, 0.9, 0.1), "top": Scale(2.0, -1.0, 0.8, -1.0)}


def seen(odds: float | None, scale: str) -> Evidence:
    return Evidence(odds, f"{scale} seen", f"wrong_{scale}", scale)


def test_strong_odds_decide_and_weak_ones_leave_open() -> None:
    said = [decided((seen(odds, "place"),), SCALES) for odds in (4.0, 0.3, -4.0)]
    assert [one.outcome for one in said] == ["supported", "unsure", "refuted"]
    assert [one.reason for one in said] == ["", "unclear_place", "wrong_place"]


def test_the_confidence_is_the_probability_that_the_outcome_is_right() -> None:
    yes, no = (decided((seen(odds, "place"),), SCALES) for odds in (3.0, -3.0))
    assert yes.confidence == pytest.approx(no.confidence) == pytest.approx(0.9526, abs=1e-4)


def test_a_claim_holds_only_if_all_of_it_does() -> None:
    both = decided((seen(4.0, "place"), seen(2.0, "top")), SCALES)
    assert (both.outcome, round(both.confidence, 3)) == ("supported", 0.953)
    assert decided((seen(-4.0, "place"), seen(4.0, "top")), SCALES).outcome == "refuted"
    assert decided((seen(4.0, "place"), untold("unknown_value")), SCALES).reason == "unknown_value"


def test_what_has_no_scale_is_not_judged() -> None:
    assert decided((seen(9.0, "smell"),), SCALES)[0::3] == ("unsure", "not_measurable")
    assert decided((untold("not_found"),), SCALES)[0::3] == ("unsure", "not_found")


def test_a_scale_without_a_bound_never_refutes() -> None:
    assert decided((seen(-9.0, "top"),), SCALES).outcome == "unsure"
