"""A whole run in which a language model writes questions beside the programs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.qa.programs import WRITTEN
from dreamgen.review.report import write_report
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import read_recipe
from tests.scripted import Asked, ScriptedServer

Contents = Callable[[Path], dict[str, bytes]]


def reply(asked: Asked) -> dict[str, Any]:
    """One pair that follows from the first fact about the place, and one that does not."""
    number, where = re.findall(r"^(F\d+): .*This happens (?:in|at|on) an? (.+)\.$", asked.user, re.MULTILINE)[0]
    pair = {"facts": [number], "task": "where", "form": "open", "wrong": []}
    return {
        "pairs": [
            {**pair, "question": "Where does this begin?", "answer": f"In the {where}."},
            {**pair, "question": "What place do the last seconds show?", "answer": "In a workshop full of dogs."},
        ]
    }


@pytest.mark.slow
def test_written_pairs_go_the_way_of_all_others(
    plot: Path, finished: Path, tiny: tuple[str, ...], contents: Contents, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    shutil.copytree(finished, out)
    with ScriptedServer(reply=reply) as server:
        qa = 'qa=["programs", {backend="chat", pairs=2, sheet=2, rounds=1}]'
        recipe = read_recipe(
            "storyboard", [*tiny, qa, "chat.model=scripted", f"chat.base_url={server.url}", "chat.method=json_schema"]
        )
        dream(plot, recipe, out)
        write_report(open_run(out))
        asked, before = len(server.asked), contents(out)
        dream(plot, recipe, out)
        assert len(server.asked) == asked > 0
        assert contents(out) == before

    story = open_run(out).story
    written = [pair for pair in story.pairs if pair.program.name == WRITTEN]
    assert written
    assert all(pair.weight < 1 for pair in written)
    assert {reject.reason for reject in story.rejects} & {"not_in_claims", "contradicts_claims"}
    assert story.receipt is not None
    tally = next(tally for tally in story.receipt.tallies if tally.what == "pairs")
    assert tally.made == tally.kept + sum(number for _, number in tally.dropped)
    assert tally.kept == len(story.pairs)
    rows = (out / "dataset" / "llava").rglob("*.json*")
    assert any("Where does this begin?" in path.read_text("utf-8") for path in rows)
