"""What is said at the end of a bulk run."""

from __future__ import annotations

from typing import Any

import pytest

from dreamgen.bulk.items import Plan
from dreamgen.bulk.plan import Planned
from dreamgen.cli.bulk_summary import summary_lines
from dreamgen.run.recipe import read_recipe


def told(**splits: int) -> dict[str, Any]:
    return {
        "folder": "many", "stories": 4, "done": 4, "put_aside": [], "clips": 8, "film_seconds": 60.0, "tallies": [],
        "pairs": sum(splits.values()), "splits": {"train": 0, "validation": 0, "test": 0, **splits}, "shards": 1,
        "bytes": 1000, "dataset": "many/dataset", "report": "",
    }  # fmt: skip


def said(told: dict[str, Any], *changes: str) -> str:
    planned = Planned(Plan(items=(), recipe=read_recipe("draft", changes)))
    return "\n".join(f"{what} {words}" for what, words, _ in summary_lines(told, planned))


def test_a_split_that_got_no_story_is_told() -> None:
    lines = said(told(train=40), "holdout.test=0.2")
    assert "splits 40 train, 0 test" in lines
    assert "nothing is in test, though holdout asks for it" in lines


@pytest.mark.parametrize("changes", [(), ("holdout.test=0.2",)])
def test_nothing_is_said_where_all_is_as_asked(changes: tuple[str, ...]) -> None:
    lines = said(told(train=30, test=10), *changes)
    assert "nothing is in" not in lines and ("splits" in lines) == bool(changes)
