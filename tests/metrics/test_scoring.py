from __future__ import annotations

import numpy as np
import pytest

from dreamgen.core.binomial import wilson
from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.metrics.marks import Mark
from dreamgen.metrics.resampling import mean_of, mean_of_clusters
from dreamgen.metrics.scoring import FEWEST, Row, rows_of


def asked(name: str, key: str = "Yes.", benchmarks: tuple[str, ...] = ()) -> InstructionPair:
    turns = (Turn(role="human", text="Is there a dog?"), Turn(role="assistant", text=key))
    return InstructionPair(
        id=name, clip="c", task="existence", form="yes_no", turns=turns, claims=("x",), program=Program(name="p"),
        benchmarks=benchmarks,
    )  # fmt: skip


def given(name: str, value: float, group: str = "s", **more: object) -> Mark:
    told = {"about": name, "measure": "accuracy", "value": value, "group": group, "chance": 0.5, **more}
    return Mark.model_validate(told)


def table(marks: list[Mark], pairs: list[InstructionPair]) -> dict[tuple[str, str, str], Row]:
    rows = rows_of(marks, {pair.id: pair for pair in pairs}, 0)
    return {(row.by, row.name, row.measure): row for row in rows}


def test_every_answer_counts_overall_and_by_what_it_is_about() -> None:
    pairs = [
        asked("a", "Yes.", ("MVBench/count", "MVBench/pose")),
        asked("b", "No.", ("MVBench/count",)),
        asked("c", "No."),
    ]
    rows = table([given("a", 1.0), given("b", 0.0), given("c", 1.0)], pairs)
    assert rows["overall", "", "accuracy"].value == pytest.approx(2 / 3, abs=1e-6)
    assert rows["form", "yes_no", "accuracy"].n == rows["task", "existence", "accuracy"].n == 3
    # a pair of two dimensions counts once in their benchmark
    assert (rows["benchmark", "MVBench", "accuracy"].value, rows["benchmark", "MVBench", "accuracy"].n) == (0.5, 2)
    assert rows["dimension", "MVBench/pose", "accuracy"].n == 1
    assert (rows["polarity", "yes", "accuracy"].value, rows["polarity", "no", "accuracy"].value) == (1.0, 0.5)
    assert rows["overall", "", "accuracy"].chance == 0.5


def test_missing_and_unreadable_answers_are_wrong_and_counted() -> None:
    states = ("scored", "missing", "unparsed", "unjudged")
    pairs = [asked(state) for state in states]
    rows = table([given(state, float(state == "scored"), state=state) for state in states], pairs)
    row = rows["overall", "", "accuracy"]
    # what the judge lost is nobody's fault: 1 of 3
    assert (row.n, row.value) == pytest.approx((3, 1 / 3), abs=1e-6)
    assert (row.missing, row.unparsed, row.unjudged) == (1, 1, 1)


def test_trust_moves_the_weighted_mean_alone() -> None:
    row = table([given("a", 1.0, weight=0.9), given("b", 0.0, weight=0.3)], [asked("a"), asked("b")])[
        "overall", "", "accuracy"
    ]
    assert (row.value, row.weighted) == (0.5, 0.75)  # .9 / (.9 + .3)
    even = table([given("a", 1.0), given("b", 0.0)], [asked("a"), asked("b")])["overall", "", "accuracy"]
    assert even.weighted is None


def test_few_stories_have_wilson_s_interval_and_many_are_resampled() -> None:
    pairs = [asked(str(number)) for number in range(40)]
    few = table([given(pair.id, float(n % 2), f"s{n % 3}") for n, pair in enumerate(pairs)], pairs)
    row = few["overall", "", "accuracy"]
    assert (row.interval, row.stories) == ("wilson", 3)
    assert (row.low, row.high) == tuple(round(end, 6) for end in wilson(20, 40))
    many = table([given(pair.id, float(n % 2), f"s{n % FEWEST}") for n, pair in enumerate(pairs)], pairs)
    assert many["overall", "", "accuracy"].interval == "stories"


def test_where_all_are_right_there_is_still_a_doubt() -> None:
    pairs = [asked(str(number)) for number in range(40)]
    row = table([given(pair.id, 1.0, pair.id) for pair in pairs], pairs)["overall", "", "accuracy"]
    # Wilson's lower end of 40 in 40
    assert row.interval == "wilson"
    assert (row.low, row.high) == pytest.approx((40 / (40 + 1.959964**2), 1.0), abs=1e-6)


def test_answers_that_share_a_story_are_worth_fewer() -> None:
    # 30 stories of 20 answers, all right or all wrong together: as sure as 30 answers, not as 600
    values = np.repeat(np.random.default_rng(5).integers(0, 2, 30).astype(float), 20)
    stories = [f"s{number // 20}" for number in range(600)]
    whole, alone = mean_of_clusters(values, stories, 0, "test"), mean_of(values, 0, "test")
    assert whole.low is not None and whole.high is not None and alone.low is not None and alone.high is not None
    assert whole.value == alone.value == pytest.approx(values.mean(), abs=1e-6)
    deviation = values[::20].std() / np.sqrt(30)
    assert whole.high - whole.low == pytest.approx(2 * 1.96 * deviation, rel=0.15)
    assert (whole.high - whole.low) / (alone.high - alone.low) == pytest.approx(np.sqrt(20), rel=0.2)
