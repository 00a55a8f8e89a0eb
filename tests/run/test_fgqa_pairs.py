"""A whole run in which a language model writes fine-grained questions and another look finds what needs no video."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.question_types import named_type
from dreamgen.run.auditing import named
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import read_recipe
from tests.scripted import Asked, ScriptedServer

Contents = Callable[[Path], dict[str, bytes]]


def reply(asked: Asked) -> dict[str, Any]:
    """One question about the place, with a wrong answer of its own; blind it is taken for a harbour."""
    if "<options>" in asked.user:
        found = re.search(r"^([A-H])\. It happens at a harbour", asked.user, re.MULTILINE)
        return {"answer": found[1] if found and "a desert" in asked.user else "none"}
    if "<answers>" in asked.user:
        said = re.findall(r"^(F\d+): .*This happens (.+)\.$", asked.user, re.MULTILINE)
        right = re.findall(r"^([A-H])\. It happens (.+)\.$", asked.user.partition("<answers>")[2], re.MULTILINE)
        return {"right": [letter for letter, where in right if where in {place for _, place in said}]}
    if "<questions>" in asked.user:
        return {"negatives": [{"question": "Q1", "answer": "It happens at a desert."}]}
    number, where = re.findall(r"^(F\d+): .*This happens (.+)\.$", asked.user, re.MULTILINE)[0]
    asks = {"facts": [number], "type": "Object Location", "question": "Where does it happen at first?"}
    asks["answer"] = f"It happens {where}."
    wrong = {"type": "Speed/Force", "question": "What place do the first few seconds of it show?"}
    return {"questions": [asks, {**asks, **wrong}]}


@pytest.mark.slow
def test_fine_grained_pairs_go_the_way_of_all_others(
    plot: Path, finished: Path, tiny: tuple[str, ...], contents: Contents, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    shutil.copytree(finished, out)
    with ScriptedServer(reply=reply) as server:
        qa = 'qa=["programs", {backend="fgqa", pairs=2, sheet=2, rounds=1, follow_ups=0, negatives=2}]'
        screen = 'screen=["duplicates", "shares", "blind_text"]'
        model = ("chat.model=scripted", f"chat.base_url={server.url}", "chat.method=json_schema")
        recipe = read_recipe("storyboard", [*tiny, qa, screen, *model])
        dream(plot, recipe, out)
        asked, before = len(server.asked), contents(out)
        dream(plot, recipe, out)
        assert len(server.asked) == asked > 0
        assert contents(out) == before

    story = open_run(out).story
    rows = [pair for pair in story.pairs if pair.question]
    assert rows and {named_type(pair) for pair in rows} == {"Object Location"}
    assert {len(pair.options) for pair in rows} == {2}
    assert {pair.question for pair in rows} <= {pair.id for pair in story.pairs}
    assert {row.question for row in named("tale", rows)} == {f"tale-{row.question}" for row in rows}
    assert "wrong_type" in {reject.reason for reject in story.rejects}
    assert story.receipt is not None
    tally = next(tally for tally in story.receipt.tallies if tally.what == "pairs")
    assert tally.made == tally.kept + sum(number for _, number in tally.dropped)
