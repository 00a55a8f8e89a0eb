from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.metrics.parsing import Stretch
from dreamgen.metrics.soda import best_alignment, soda_c

HERS = Stretch(0, 10, "she walks")
HIS = Stretch(10, 20, "he sits")


def same(one: str, other: str) -> float:
    return float(one == other)


def looked_up(known: Mapping[tuple[str, str], float], one: str, other: str) -> float:
    return known[one, other]


def by_trying(worth: NDArray[np.float64]) -> float:
    """The best of all alignments, each tried: a row is left out, or goes with a column behind those used before."""

    @cache
    def best(row: int, column: int) -> float:
        if row == worth.shape[0]:
            return 0.0
        taken = (float(worth[row, one]) + best(row + 1, one + 1) for one in range(column, worth.shape[1]))
        return max(best(row + 1, column), *taken, 0.0)

    return best(0, 0)


def test_the_same_captions_get_all() -> None:
    assert soda_c((HERS, HIS), (HERS, HIS), same) == 1.0


def test_f_is_of_precision_and_recall() -> None:
    # overlaps .8 and 0; S = .8, P = .8 / 1, R = .8 / 2, F = 2 * .8 * .4 / 1.2
    assert soda_c((HERS, HIS), (Stretch(0, 8, "she walks"),), same) == pytest.approx(2 * 0.8 * 0.4 / 1.2)


def test_captions_that_change_places_go_together_only_once() -> None:
    # right texts at each other's times: the order lets one pair stand, and no overlap bears it
    assert soda_c((HERS, HIS), (Stretch(0, 10, "he sits"), Stretch(10, 20, "she walks")), same) == 0.0
    # over the whole clip both overlap by half, and still only one may stand: S = .5, F = 2 * .5 / (2 + 2)
    mixed = (Stretch(0, 20, "he sits"), Stretch(0, 20, "she walks"))
    assert soda_c((HERS, HIS), mixed, same) == pytest.approx(0.25)


def test_nothing_on_either_side_is_worth_nothing() -> None:
    assert soda_c((HERS,), (), same) == 0.0
    assert soda_c((), (HERS,), same) == 0.0


def test_only_captions_that_overlap_are_compared() -> None:
    asked = []

    def listed(one: str, other: str) -> float:
        asked.append((one, other))
        return 1.0

    soda_c((HERS, HIS), (Stretch(0, 9, "a"), Stretch(12, 20, "b")), listed)
    assert asked == [("she walks", "a"), ("he sits", "b")]


def test_the_table_finds_what_trying_all_alignments_finds() -> None:
    lots = np.random.default_rng(3)
    for _ in range(40):
        worth = lots.random((lots.integers(1, 6), lots.integers(1, 6))) * (lots.random() > 0.3)
        assert best_alignment(worth) == pytest.approx(by_trying(worth))


def test_it_agrees_with_lmms_eval() -> None:
    public = pytest.importorskip("lmms_eval.tasks.plm_videobench.eval_utils")
    lots = np.random.default_rng(4)

    def captions(count: int) -> tuple[Stretch, ...]:
        ends = np.sort(lots.uniform(0, 32, (count, 2)), axis=1).tolist()
        return tuple(sorted(Stretch(start, end, str(lots.random())) for start, end in ends))

    for _ in range(50):
        key, answered = captions(int(lots.integers(1, 6))), captions(int(lots.integers(1, 6)))
        likeness = {(one.text, other.text): float(lots.random()) for one in key for other in answered}
        marks = np.array([[likeness[one.text, other.text] for other in answered] for one in key])
        _, _, overlaps, _ = public.evaluate_detections(
            np.array([one[:2] for one in answered]), np.array([one[:2] for one in key])
        )
        theirs = public.sodac_llm_score(overlaps, marks, [one.text for one in answered], [one.text for one in key])
        assert soda_c(key, answered, partial(looked_up, likeness)) == pytest.approx(theirs)
