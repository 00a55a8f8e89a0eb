from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamgen.annotate.embedding import unit
from dreamgen.annotate.pairing import Group, pair_off


def groups(count: int, seed: int) -> Group:
    vectors = unit(np.random.default_rng(seed).normal(size=(count, 5)))
    return Group(vectors.copy(), np.ones(count), np.arange(count), vectors)


def slowly(found: Group) -> list[tuple[int, int]]:
    """The same merges, with all cosines computed anew each time."""
    means, weights, stands, seen = (list(part) for part in found)
    left = []
    while len(means) > 1:
        cosines = np.array(means) @ np.array(means).T
        np.fill_diagonal(cosines, -2)
        one, other = sorted(divmod(int(np.argmax(cosines)), len(means)))
        total = means[one] * weights[one] + means[other] * weights[other]
        mean = (total / np.linalg.norm(total)).astype(np.float32)
        stay, leave = (one, other) if seen[one] @ mean >= seen[other] @ mean else (other, one)
        left.append((int(stands[leave]), int(stands[stay])))
        means[stay], weights[stay] = mean, weights[one] + weights[other]
        for part in (means, weights, stands, seen):
            del part[leave]
    return left


@settings(derandomize=True, max_examples=40)
@given(st.integers(1, 30), st.integers(0, 10**6))
def test_what_is_remembered_of_cosines_is_what_they_are(count: int, seed: int) -> None:
    found = pair_off(groups(count, seed))
    assert list(zip(found.rows.tolist(), found.into.tolist(), strict=True)) == slowly(groups(count, seed))


def test_merges_of_far_groups_come_after_those_of_near_ones() -> None:
    vectors = unit(np.array([[1, 0], [1, 0.01], [0, 1], [0.3, 1]]))
    found = pair_off(Group(vectors.copy(), np.ones(4), np.arange(4), vectors))
    assert {int(found.rows[0]), int(found.into[0])} == {0, 1}
    assert {int(found.rows[1]), int(found.into[1])} == {2, 3}
    assert found.cosine[0] > found.cosine[1] > found.cosine[2]
