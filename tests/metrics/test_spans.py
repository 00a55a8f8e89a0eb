from __future__ import annotations

import numpy as np
import pytest

from dreamgen.metrics.spans import mean_recall, overlap, recalls


def test_overlap_is_what_is_shared_of_what_is_covered() -> None:
    assert overlap((0, 10), (5, 15)) == pytest.approx(5 / 15)
    assert overlap((0, 10), (2, 8)) == pytest.approx(6 / 10)
    assert overlap((0, 4), (6, 10)) == 0.0  # covered is 8 and not 10: the gap is in neither
    assert overlap((0, 4), (4, 8)) == 0.0
    assert overlap((3, 3), (3, 3)) == 1.0
    assert overlap((3, 3), (4, 4)) == 0.0
    assert overlap((3, 3), (0, 8)) == 0.0


def test_recall_is_the_share_of_thresholds_that_are_passed() -> None:
    # 6 / 10 = .6 is more than .3 and .5, and no more than .7 and .9
    assert recalls(overlap((0, 10), (2, 8))) == (1.0, 1.0, 0.0, 0.0)
    assert mean_recall(overlap((0, 10), (2, 8))) == 0.5
    assert mean_recall(1.0) == 1.0
    assert mean_recall(0.0) == 0.0


def test_an_overlap_of_just_a_threshold_does_not_pass_it() -> None:
    # 5 / 10 = .5; lmms-eval divides by 10 + 1e-8 and asks for more than .5
    assert recalls(overlap((0, 10), (0, 5))) == (1.0, 0.0, 0.0, 0.0)


def test_they_agree_with_lmms_eval() -> None:
    public = pytest.importorskip("lmms_eval.tasks.plm_videobench.eval_utils")
    lots = np.random.default_rng(4)
    for one, other in lots.uniform(0, 32, (200, 2, 2)):
        found = overlap(tuple(np.sort(one)), tuple(np.sort(other)))
        _, recall, theirs, _ = public.evaluate_detections(np.array([one]), np.array([other]), (0.3, 0.5, 0.7, 0.9))
        assert found == pytest.approx(theirs[0, 0])
        assert mean_recall(found) == sum(recall) / len(recall)
