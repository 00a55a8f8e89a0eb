from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.dataset import Dataset
from dreamgen.metrics.answered import marks_of, polarity, told_by
from tests.datasets import dataset
from tests.decided import clip_of
from tests.metrics.asking import pair

KEYS = ["Yes.", "Yes.", "Yes.", "No.", "No."]
SAID = ["Yes", "No", "Perhaps", "No", "Yes"]


@pytest.fixture
def asked(tmp_path: Path) -> Dataset:
    """Five yes/no questions, three of them to be answered by yes."""
    pairs = [pair(f"p{n}", "yes_no", "Is there?", key, clip=clip_of().id) for n, key in enumerate(KEYS)]
    return dataset(pairs, (clip_of(),), tmp_path)


def test_both_polarities_are_told_and_balanced(asked: Dataset) -> None:
    pairs = {one.id: one for one in asked.pairs}
    said = {one.id: (told,) for one, told in zip(asked.pairs, SAID, strict=True)}
    rows = told_by(marks_of(asked, pairs, said), pairs, 0)
    found = {row.name: (row.value, row.n, row.unparsed) for row in rows if row.by == "polarity"}
    # one of three, and one of two
    assert found == {"yes": (pytest.approx(1 / 3, abs=1e-6), 3, 1), "no": (0.5, 2, 0)}
    # two of the four that can be read say yes
    assert polarity(pairs, said, rows) == pytest.approx((0.5, (1 / 3 + 1 / 2) / 2), abs=1e-6)
    metrics = pytest.importorskip("sklearn.metrics")
    right = [key == "Yes." for key in KEYS]
    chosen = [not key if told == "Perhaps" else told == "Yes" for key, told in zip(right, SAID, strict=True)]
    assert polarity(pairs, said, rows)[1] == pytest.approx(metrics.balanced_accuracy_score(right, chosen), abs=1e-6)


def test_of_one_polarity_nothing_is_balanced(asked: Dataset) -> None:
    pairs = {one.id: one for one in asked.pairs if one.turns[1].text == "Yes."}
    rows = told_by(marks_of(asked, pairs, {}), pairs, 0)
    assert polarity(pairs, {}, rows) == (None, None)
