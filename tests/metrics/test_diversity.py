from __future__ import annotations

import math

import numpy as np
import pytest

from dreamgen.metrics.diversity import MOST, drawn_of, evenness_of, shares_of, spread_of, texts_of, vendi_score
from tests.decided import PAIRS


def test_distinct_n_is_the_share_that_is_no_repetition() -> None:
    found = texts_of("answers", ["a dog runs", "a dog sits", "A dog runs."], 0)
    # a dog runs sits: 4 of 9 words; "a dog", "dog runs", "dog sits": 3 of 6
    assert (found.texts, found.words, found.different) == (3, 9, 2)
    assert (found.distinct_1, found.distinct_2) == pytest.approx((4 / 9, 0.5), abs=1e-6)


def test_a_vendi_score_is_the_effective_number() -> None:
    assert vendi_score(np.eye(7)) == 7.0
    assert vendi_score(np.ones((7, 7))) == 1.0
    # three alike and one of another kind: shares .75 and .25
    blocks = np.zeros((4, 4))
    blocks[:3, :3], blocks[3, 3] = 1.0, 1.0
    assert vendi_score(blocks) == pytest.approx(math.exp(-0.75 * math.log(0.75) - 0.25 * math.log(0.25)), abs=1e-4)


def test_vectors_are_told_by_distance_and_number() -> None:
    found = spread_of(np.eye(5)[[0, 1, 2, 3]], "words", 9, 0)
    assert (found.things, found.of, found.vendi) == (4, 9, 4.0)
    assert found.distance is not None and (found.distance.value, found.distance.n) == (1.0, 6)
    # 60 degrees: cosine .5; eigenvalues of half the matrix .75 and .25
    angle = np.array([[1.0, 0.0], [0.5, math.sqrt(0.75)]])
    two = spread_of(angle, "words", 2, 0)
    assert two.distance is not None and (two.distance.value, two.distance.low) == (0.5, None)
    assert two.vendi == pytest.approx(math.exp(-0.75 * math.log(0.75) - 0.25 * math.log(0.25)), abs=1e-4)
    assert (spread_of(np.zeros((0, 0)), "words", 0, 0).vendi, spread_of(angle[:1], "words", 1, 0).distance) == (0, None)


def test_words_are_compared_as_scikit_learn_counts_them() -> None:
    sklearn = pytest.importorskip("sklearn.feature_extraction.text")
    texts = sorted(["a dog runs home", "the dog sits", "a cat runs", "nobody is there at all", "a dog runs home"])
    counted = sklearn.CountVectorizer(ngram_range=(1, 2), token_pattern=r"[^\W_]+").fit_transform(texts).toarray()
    unit = counted / np.linalg.norm(counted, axis=1, keepdims=True)
    spread = texts_of("answers", texts, 3).spread
    assert spread == spread_of(unit, "words", 5, 3)
    assert 1.0 < spread.vendi < 5.0


def test_evenness_is_the_share_of_the_greatest_entropy() -> None:
    assert (evenness_of("tasks", [5, 5, 5, 5]).entropy, evenness_of("tasks", [5, 5, 5, 5]).evenness) == (2.0, 1.0)
    # 3/4 and 1/4 of four sorts: 3/4 log(4/3) + 1/4 log 4 = .811 bits of 2
    two = evenness_of("tasks", [3, 1, 0, 0])
    assert two.kinds == 4
    assert (two.entropy, two.evenness) == pytest.approx((0.811278, 0.811278 / 2), abs=1e-6)
    assert (evenness_of("tasks", [4]).entropy, evenness_of("tasks", [4]).evenness) == (0.0, None)
    assert (evenness_of("tasks", []).entropy, evenness_of("tasks", [0, 0]).evenness) == (0.0, None)
    stats = pytest.importorskip("scipy.stats")
    assert evenness_of("tasks", [7, 2, 9, 1]).entropy == pytest.approx(stats.entropy([7, 2, 9, 1], base=2), abs=1e-6)


def test_pairs_are_shared_out_over_tasks_forms_and_types() -> None:
    found = {one.what: one for one in shares_of(PAIRS)}
    assert found["tasks"].kinds == 4 and found["forms"].kinds == 4 and found["types of questions"].kinds == 12


def test_many_are_compared_by_lot_and_the_same_ones_again() -> None:
    things = list(range(MOST + 50))
    drawn = drawn_of(things, 1, "test")
    assert len(drawn) == MOST and list(drawn) == sorted(drawn) == list(drawn_of(things, 1, "test"))
    assert drawn != drawn_of(things, 2, "test")
    assert drawn_of(things[:9], 1, "test") == things[:9]


def test_nothing_is_told_of_nothing() -> None:
    found = texts_of("answers", ["...", ""], 0)
    assert (found.words, found.distinct_1, found.spread.things) == (0, 0.0, 0)
