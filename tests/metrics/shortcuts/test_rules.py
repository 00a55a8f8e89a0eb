from __future__ import annotations

from dreamgen.metrics.shortcuts.folds import folds
from dreamgen.metrics.shortcuts.items import items_of
from dreamgen.metrics.shortcuts.rules import by_rule
from tests.metrics.shortcuts.planted import dataset


def test_no_clip_is_learnt_from_and_tried_at_once() -> None:
    items = items_of(dataset("none", 1))
    parts = folds(items, 7)
    homes = [{items[number].group for number in part} for part in parts]
    assert len(parts) == 5
    assert sum(map(len, homes)) == len(set().union(*homes)) == 20
    assert sorted(number for part in parts for number in part) == list(range(len(items)))


def test_the_longest_option_is_taken_and_ties_share() -> None:
    (item,) = (one for one in items_of(dataset("none", 1, clips=1, each=1)) if one.form == "choice")
    even = by_rule("longest", [item], 0)
    assert even == ((0.25, 0.25, 0.25, 0.25),)


def test_the_most_frequent_answer_is_learnt_from_other_clips_alone() -> None:
    items = [item for item in items_of(dataset("answer", 1)) if item.form == "choice" and item.task == "colour"]
    told = by_rule("answer", items, 0)
    taken = [item.options[chances.index(max(chances))] for item, chances in zip(items, told, strict=True)]
    offered = [("amber" in item.options) for item in items]
    assert all((one == "amber") == there for one, there in zip(taken, offered, strict=True))
