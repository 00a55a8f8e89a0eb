"""The estimate of what is still wrong, held against worlds in which it is known."""

from __future__ import annotations

import random

import pytest

from dreamgen.core.calibration import Outcomes
from dreamgen.core.residual import Errors, Evidence, Fact


def outcomes(lot: random.Random, n: int, supported: float, unsure: float) -> Outcomes:
    """What a verifier says of `n` claims, of which it decides all but a share and supports a share of the decided."""
    silent = sum(lot.random() < unsure for _ in range(n))
    yes = sum(lot.random() < supported for _ in range(n - silent))
    return Outcomes(supported=yes, refuted=n - silent - yes, unsure=silent)


def world(
    seed: int, wrong: int, right: int, se: float = 0.9, sp: float = 0.85, known: int = 300
) -> tuple[Errors, float, float]:
    """A run with so many wrong and right claims; what is estimated of it, and what is so."""
    lot = random.Random(seed)
    true, false = outcomes(lot, right, se, 0.2), outcomes(lot, wrong, 1 - sp, 0.3)
    past = outcomes(lot, known, se, 0.2), outcomes(lot, known, 1 - sp, 0.3)
    errors = Errors([Evidence("place", true + false, *past)], seed)
    seen, unseen = true.supported + false.supported, true.unsure + false.unsure
    return errors, false.supported / seen, false.unsure / unseen


def test_the_interval_holds_what_is_so_nineteen_times_of_twenty() -> None:
    held_seen = held_unseen = 0
    for seed in range(60):
        errors, seen, unseen = world(seed, 60, 340)
        one = errors.residual("place")
        assert one.error is not None
        assert one.unsure_error is not None
        held_seen += one.error.low <= seen <= one.error.high
        held_unseen += one.unsure_error.low <= unseen <= one.unsure_error.high
    assert held_seen >= 56
    assert held_unseen >= 52


def test_it_does_so_of_a_few_claims_too_where_luck_alone_makes_one_or_three_of_them_wrong() -> None:
    held = 0
    for seed in range(60):
        errors, seen, _ = world(seed, 6, 34, se=0.95, sp=0.9, known=30)
        error = errors.residual("place").error
        assert error is not None
        held += error.low <= seen <= error.high
    assert held >= 56


def test_pairs_that_rest_on_one_claim_are_wrong_together_and_so_their_share_is_known_less_well() -> None:
    errors, _, _ = world(3, 60, 340)
    apart = errors.of_pairs([[Fact(f"claim {number}", "place", "unsure")] for number in range(60)])
    together = errors.of_pairs([[Fact(f"claim {number % 3}", "place", "unsure")] for number in range(60)])
    assert apart is not None
    assert together is not None
    assert apart.value == pytest.approx(together.value)
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


def test_where_all_was_refuted_or_left_open_something_is_said_all_the_same() -> None:
    # the share of supported claims is next to nothing, and what is wrong among them is a share of it
    errors = Errors([Evidence("place", Outcomes(refuted=200, unsure=400), None, Outcomes(refuted=100))], 1)
    one = errors.residual("place")
    assert one.error is None
    assert one.unsure_error is not None
    assert 0 < one.unsure_error.value <= 1


def test_the_estimate_is_right_on_the_whole() -> None:
    shares = [world(seed, 60, 340) for seed in range(30)]
    estimated = sum(errors.chance("place", "supported") or 0 for errors, _, _ in shares) / 30
    assert estimated == pytest.approx(sum(seen for _, seen, _ in shares) / 30, abs=0.006)


def test_a_run_without_wrong_claims_is_told_from_one_with_many() -> None:
    good, bad = world(1, 0, 400)[0].residual("place"), world(1, 120, 280)[0].residual("place")
    assert good.true_share is not None
    assert bad.true_share is not None
    assert good.true_share.high > 0.99
    assert bad.true_share.low < 0.7 < bad.true_share.high
    assert good.error is not None
    assert bad.error is not None
    assert good.error.high < bad.error.low


def test_without_other_films_the_estimate_is_the_worst_case() -> None:
    said, false = Outcomes(supported=85, refuted=15), Outcomes(supported=10, refuted=90)
    known = Errors([Evidence("place", said, Outcomes(supported=88, refuted=12), false)], 1)
    alone = Errors([Evidence("place", said, None, false)], 1)
    assert (alone.chance("place", "supported") or 0) > 2 * (known.chance("place", "supported") or 1)
    assert alone.residual("place").basis == "run"


def test_a_verdict_never_makes_a_claim_less_likely_than_silence() -> None:
    for unsure in (0, 5, 200):
        said = Outcomes(supported=80, refuted=20, unsure=unsure)
        errors = Errors(
            [Evidence("place", said, Outcomes(supported=90, refuted=10), Outcomes(refuted=50, unsure=1))], 1
        )
        seen, silent = errors.chance("place", "supported"), errors.chance("place", "unsure")
        assert seen is not None
        assert silent is not None
        assert 0 <= seen <= silent <= 1


def test_who_guesses_tells_nothing() -> None:
    guess = Outcomes(supported=50, refuted=50)
    assert Errors([Evidence("place", guess, guess, guess)], 1).chance("place", "supported") is None


def test_a_kind_that_nobody_can_check_is_taken_to_be_like_the_others() -> None:
    places = Evidence("place", Outcomes(supported=60, refuted=40), Outcomes(supported=100), Outcomes(refuted=100))
    errors = Errors([places, Evidence("cause", Outcomes(unsure=10), None, Outcomes())], 1)
    assert errors.residual("cause").basis == "other kinds"
    assert errors.chance("cause", "unsure") == pytest.approx(0.4, abs=0.05)


def test_more_claims_make_a_pair_no_surer() -> None:
    errors, _, _ = world(3, 60, 340)
    seen, silent = Fact("seen", "place", "supported"), Fact("not", "place", "unsure")
    one, two = errors.of_pairs([[seen]] * 10), errors.of_pairs([[seen, silent]] * 10)
    assert one is not None
    assert two is not None
    assert one.value == pytest.approx(errors.chance("place", "supported"))
    assert one.value < two.value <= one.value + (errors.chance("place", "unsure") or 0)
    assert two.n == 10


def test_the_same_evidence_gives_the_same_numbers_whatever_stands_beside_it() -> None:
    place = Evidence("place", Outcomes(supported=9, refuted=1), Outcomes(supported=9), Outcomes(refuted=9))
    first = Errors([place], 5).residual("place")
    assert Errors([place], 5).residual("place") == first
    assert Errors([place], 6).residual("place") != first
