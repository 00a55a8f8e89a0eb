from __future__ import annotations

import math

import pytest

from dreamgen.engines.vision.seeing import YES_NO, Query, SeeFailure, Seen
from dreamgen.verify.comparing.weighing import Reading, Rule, log_odds, sigmoid, weigh

RULE = Rule(support=0.7, refute=0.3, gap=0.6, heard=0.5)


def seen(*chances: float, failure: SeeFailure = "", detail: str = "") -> Seen:
    choices = YES_NO if len(chances) == 2 else tuple("ABCDE"[: len(chances)])
    query = Query(purpose="verify/claim", where="c1", system="", text="", choices=choices)
    return Seen(query, chances, failure=failure, detail=detail)


def read(yes: float, opposite: float, rule: Rule = RULE) -> Reading:
    return weigh([seen(yes, 1 - yes), seen(opposite, 1 - opposite)], [], [], rule)


def test_a_claim_is_supported_when_it_is_right_and_its_opposite_wrong() -> None:
    held = read(0.9, 0.1)
    assert (held.outcome, round(held.chance, 2), round(held.confidence, 2)) == ("supported", 0.9, 0.9)
    failed = read(0.1, 0.9)
    assert (failed.outcome, round(failed.confidence, 2), failed.reason) == ("refuted", 0.9, "seen_otherwise")


@pytest.mark.parametrize("liking", [-1.5, 0.0, 1.5])
def test_how_much_a_model_likes_to_say_yes_drops_out(liking: float) -> None:
    lenient = Rule(support=0.7, refute=0.3, gap=1.0, heard=0.5)
    said = read(sigmoid(1.2 + liking), sigmoid(-1.2 + liking), lenient)
    assert said.chance == pytest.approx(sigmoid(1.2))
    assert said.outcome == "supported"


@pytest.mark.parametrize("always", [0.999999, 1.0, 0.0])
def test_whoever_always_says_the_same_decides_nothing(always: float) -> None:
    said = read(always, always)
    assert (said.outcome, said.reason) == ("unsure", "contradictory")
    assert said.chance == pytest.approx(0.5)


def test_what_lies_between_the_thresholds_is_unsure_and_says_how_near_to_a_toss_it_is() -> None:
    said = read(0.6, 0.4)
    assert (said.outcome, said.reason) == ("unsure", "undecided")
    assert said.confidence == pytest.approx(0.8)


def test_what_could_not_be_read_is_no_confident_toss() -> None:
    lost = weigh([seen(failure="refused"), seen(0.1, 0.9)], [], [], RULE)
    assert (lost.outcome, lost.reason, lost.confidence) == ("unsure", "refused", 0.0)


def test_a_choice_counts_as_much_as_a_statement_and_against_a_blind_guess() -> None:
    blind = [seen(0.25, 0.25, 0.25, 0.25)]
    said = weigh([seen(0.9, 0.1), seen(0.1, 0.9)], blind, [2], RULE)
    assert log_odds(said.chance) == pytest.approx(2 * log_odds(0.9) / 3)
    chosen = [seen(0.7, 0.1, 0.1, 0.1), seen(0.1, 0.1, 0.1, 0.7)]
    more = weigh([seen(0.9, 0.1), seen(0.1, 0.9)], chosen, [0, 3], RULE)
    assert log_odds(more.chance) == pytest.approx((2 * log_odds(0.9) + log_odds(0.7) + math.log(3)) / 3)
    other = weigh([seen(0.9, 0.1), seen(0.1, 0.9)], chosen, [1, 1], RULE)
    assert other.chance < said.chance


def test_chances_are_taken_among_the_words_that_may_be_said() -> None:
    said = weigh([seen(0.54, 0.06), seen(0.08, 0.72)], [], [], RULE)
    assert said.chance == pytest.approx(0.9)


def test_whoever_would_rather_say_something_else_is_not_heard() -> None:
    said = weigh([seen(0.2, 0.1), seen(0.1, 0.9)], [], [], RULE)
    assert (said.outcome, said.reason, said.chance) == ("unsure", "prose", 0.5)


@pytest.mark.parametrize("failure", ["prose", "refused", "cut_off"])
def test_a_failure_is_nobodys_vote(failure: SeeFailure) -> None:
    lost = Seen(seen(0.5, 0.5).query, failure=failure, detail="I would say that it is likely.")
    for statements in ([lost, seen(0.1, 0.9)], [seen(0.9, 0.1), lost]):
        said = weigh(statements, [], [], RULE)
        assert (said.outcome, said.reason) == ("unsure", failure)
        assert "I would say" in said.told
