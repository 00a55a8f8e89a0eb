from __future__ import annotations

import pytest

from dreamgen.metrics.shortcuts.baseline import text_only
from dreamgen.metrics.shortcuts.items import items_of
from dreamgen.metrics.shortcuts.pruning import prune
from tests.metrics.shortcuts.planted import dataset

pytest.importorskip("sklearn")


@pytest.mark.slow
def test_pruning_ends_within_the_bound_and_takes_the_planted_answer() -> None:
    pairs = [pair for pair in dataset("answer", 1, clips=8) if pair.form == "choice"]
    gone = prune(pairs, seed=0, bound=0.05, budget=0.8)
    dropped = {leak.pair for leak in gone}
    left = items_of(pair for pair in pairs if pair.id not in dropped)
    chances = text_only(left, 0)
    share = sum(told[item.right] >= max(told) for item, told in zip(left, chances, strict=True)) / len(left)
    assert share <= 0.25 + 0.05 + 1e-9
    assert sum(leak.answer.endswith("amber") for leak in gone) > len(gone) / 2
    assert all(leak.task in ("colour", "place") for leak in gone)


def test_pruning_keeps_to_its_budget() -> None:
    pairs = [pair for pair in dataset("answer", 1, clips=8) if pair.form == "choice"]
    assert len(prune(pairs, seed=0, bound=0.0, budget=0.05)) == 2


def test_nothing_is_pruned_where_the_text_gives_little_away() -> None:
    assert prune(dataset("none", 2, clips=6), seed=0, bound=0.5) == ()
