from __future__ import annotations

import pytest

from dreamgen.core.calibration import Outcome, rate
from dreamgen.core.pairs import Verdict
from dreamgen.core.trusted import Bar
from dreamgen.verify.hearing import Hearing, bars_of, silent_of
from dreamgen.verify.profiles import Known


def verdict(outcome: Outcome, confidence: float) -> Verdict:
    return Verdict(about="c1", outcome=outcome, confidence=confidence, by="eye", evidence="12 px", reason="seen")


def table(*rows: tuple[bool, Outcome, float, int]) -> list[Known]:
    return [Known("place", true, outcome, confidence, n) for true, outcome, confidence, n in rows]


def test_a_verdict_that_is_sure_enough_counts_as_it_is() -> None:
    hearing = Hearing(bars={"place": Bar(kind="place", supported=0.6)})
    assert hearing.heard("place", verdict("supported", 0.6)) == verdict("supported", 0.6)
    assert hearing.heard("place", verdict("refuted", 0.1)) == verdict("refuted", 0.1)
    assert hearing.heard("cut", verdict("supported", 0.1)) == verdict("supported", 0.1)


def test_one_that_is_not_says_what_it_was_and_what_it_lacked() -> None:
    hearing = Hearing(bars={"place": Bar(kind="place", supported=0.6)})
    weak = hearing.heard("place", verdict("supported", 0.55))
    assert (weak.outcome, weak.reason, weak.confidence) == ("unsure", "not_sure_enough", 0.0)
    assert weak.evidence == "supported at 0.55, which counts from 0.60; 12 px"


def test_a_kind_on_which_it_is_not_heard_carries_the_rate() -> None:
    share = rate(9, 20)
    assert share is not None
    asked, unasked = Hearing(silent={"place": share}), Hearing(silent={"place": share}, unasked=frozenset({"place"}))
    assert asked.heard("place", verdict("supported", 1.0)).reason == "not_trusted"
    told = unasked.unasked_of("c1", "place", "eye")
    assert (told.outcome, told.reason) == ("unsure", "not_asked")
    assert told.evidence.startswith("finds 45% of false claims of this kind (26%-66%)")


def test_who_is_not_trusted_at_all_is_unsure_of_everything() -> None:
    liar = Hearing(distrust="says yes to 100% of false claims")
    heard = liar.heard("place", verdict("supported", 1.0))
    assert (heard.outcome, heard.reason) == ("unsure", "not_trusted")
    assert "but it says yes to 100% of false claims" in heard.evidence


def test_the_bar_rises_until_what_is_kept_is_right_often_enough() -> None:
    rows = table(
        (True, "supported", 0.9, 80), (True, "supported", 0.5, 15), (True, "refuted", 0.9, 5),
        (False, "supported", 0.9, 1), (False, "supported", 0.5, 39), (False, "refuted", 0.9, 60),
    )  # fmt: skip
    # at 0.5, 40 of 100 false ones pass beside 95 of 100 true ones: 4.5 % of what is kept, were a tenth false
    assert bars_of(rows, 0.05, 0.1) == {}
    bar = bars_of(rows, 0.02, 0.1)["place"]
    assert 0.5 < bar.supported <= 0.9
    assert bars_of(rows, 0.02, 0.5)["place"].supported <= 0.9
    assert bars_of(rows, 0.001, 0.5)["place"].supported > 1, "nothing is sure enough"


def test_a_refutation_that_mostly_hits_true_claims_does_not_count() -> None:
    rows = table(
        (True, "supported", 0.9, 70), (True, "refuted", 0.3, 30),
        (False, "refuted", 0.3, 2), (False, "refuted", 0.9, 98),
    )  # fmt: skip
    bar = bars_of(rows, 0.02, 0.1)["place"]
    assert bar.supported == 0.0
    assert 0.3 < bar.refuted <= 0.9


def test_what_was_measured_on_a_handful_sets_no_bar() -> None:
    assert bars_of(table((True, "supported", 0.9, 5), (False, "supported", 0.9, 5)), 0.02, 0.1) == {}


@pytest.mark.parametrize(
    ("refuted", "decided", "silenced"), [(6, 10, True), (7, 10, False), (0, 9, False), (0, 0, False)]
)
def test_a_kind_of_which_too_few_false_claims_are_found_is_not_heard(
    refuted: int, decided: int, silenced: bool
) -> None:
    assert bool(silent_of([("place", refuted, decided)], 0.7)) is silenced
