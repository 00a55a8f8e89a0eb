"""Found footage to HICom's conversations, with a scripted model behind a server as annotator and as verifier."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dreamgen.core.claims import Description
from dreamgen.engines.video import write_video
from dreamgen.errors import DreamgenError
from dreamgen.export.mixing import load_mix
from dreamgen.qa.programs import rerun
from dreamgen.run.annotating import annotate
from dreamgen.run.opened import FoundRun, Run
from dreamgen.run.recipe import Recipe, read_recipe
from tests.scripted import Asked, ScriptedServer, Told

Contents = Callable[[Path], dict[str, bytes]]

RIGHT = (
    "The man in the blue shirt rides a red bicycle along a path.", "He holds the handlebars with both hands.",
    "The dog runs after the man on the path.", "It has a long tail and short legs.",
)  # fmt: skip
WRONG = "He wears a tall green hat."
PAIRS: list[dict[str, Any]] = [
    {
        "names": "the man in the blue shirt", "what": "man", "category": "person", "looks": ["blue shirt"],
        "first": 0, "last": 2, "instruction": "What is the man in the blue shirt riding?",
        "answer": " ".join((RIGHT[0], WRONG, RIGHT[1])),
    },
    {
        "names": "the dog", "what": "dog", "category": "animal", "looks": [], "first": 0, "last": 2,
        "instruction": "Describe the dog.", "answer": " ".join(RIGHT[2:]),
    },
    {
        "names": "the cat", "what": "cat", "category": "animal", "looks": [], "first": 0, "last": 2,
        "instruction": "Describe the cat.", "answer": "The video does not provide any details about the cat.",
    },
]  # fmt: skip


def holds(statement: str) -> bool:
    """What an honest eye says."""
    quoted = re.search(r"“(.*)”", statement)
    if quoted:
        return (quoted[1].rstrip(".") in {one.rstrip(".") for one in RIGHT}) == ("right in every" in statement)
    true = any(words in statement for words in ("blue shirt", "man can be seen", "dog can be seen"))
    return true != bool(re.search(r"\bnot\b|^No ", statement))


def reply(asked: Asked) -> Told:
    text = asked.text
    if "one JSON object" in text:
        return Told(json.dumps({"pairs": PAIRS}))
    if "You describe videos" in text:
        return Told("A man rides a bicycle, and a dog runs after him.")
    found = re.search(r"<statement>\n(.*)\n</statement>", text, re.DOTALL)
    yes = 0.97 if found and holds(found[1]) else 0.03
    if "Yes" in text:
        return Told("Yes" if yes > 0.5 else "No", {"Yes": yes, "No": 1 - yes})
    return Told("A man rides a bicycle.")


def recipe(url: str, *changes: str) -> Recipe:
    return read_recipe(
        "annotate",
        (
            *changes,
            "annotate=[{backend='objects'}]", "verify=[{backend='vlm', orders=0, pairs='none'}]", "export=['hicom']",
            "qa=[{backend='programs', tasks=['object_description']}]", "screen=[]", "vision.model=scripted",
            f"vision.base_url={url}", "vision.frames=4", "vision.side=28", "trust.same_family=true", "cut.workers=1",
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two videos of which nobody can tell what they show."""
    folder = tmp_path_factory.mktemp("videos")
    for number in range(2):
        noise = np.random.default_rng(number).integers(0, 255, (24, 64, 96, 3), np.uint8)
        write_video(iter(noise // 4 + 40 * number), folder / f"{number}.mp4", 8, (96, 64))
    return folder


def part_of(out: Path) -> FoundRun:
    part = Run(out).found
    assert part is not None
    return part


@pytest.mark.slow
def test_H4_H6_H7_what_stands_becomes_conversations_and_the_rest_is_counted(
    videos: Path, tmp_path: Path, contents: Contents
) -> None:
    out = tmp_path / "run"
    with ScriptedServer(reply=reply) as server:
        annotate([videos], recipe(server.url), out)
        asked, before = len(server.asked), contents(out)
        annotate([videos], recipe(server.url), out)
        assert len(server.asked) == asked and contents(out) == before
    part = part_of(out)
    assert len(part.clips) == 2
    # the sentence that is wrong fell by itself, and what is left of the answer is told
    fallen = {reject.what for reject in part.rejects if reject.kind == "claim"}
    lost = [claim for (_, name), claim in part.claims.items() if name in fallen]
    assert [claim.text for claim in lost if isinstance(claim, Description)] == [WRONG] * 2 == [WRONG for _ in lost]
    rows = load_mix(out / "dataset" / "hicom" / "train.yaml")
    assert len(rows) == 2
    for row in rows:
        answers = {turn["value"] for turn in row["conversations"] if turn["from"] == "gpt"}
        assert answers == {" ".join(RIGHT[:2]), RIGHT[2], RIGHT[3].replace("It", "The dog")}
        assert not any(WRONG in answer for answer in answers)
    assert [reject.reason for reject in part.rejects if reject.kind == "draft"] == ["not_provided"] * 2


@pytest.mark.slow
def test_every_pair_can_be_computed_again_from_the_claims_that_stand(videos: Path, tmp_path: Path) -> None:
    with ScriptedServer(reply=reply) as server:
        annotate([videos], recipe(server.url), tmp_path / "run")
    part = part_of(tmp_path / "run")
    assert part.pairs
    for pair in part.pairs:
        standing = [part.claims[pair.clip, name] for name in pair.claims]
        assert any(isinstance(claim, Description) for claim in standing)
        assert rerun(pair.program, standing) == pair.turns[-1].text


@pytest.mark.slow
def test_a_run_that_was_stopped_goes_on_and_asks_nothing_twice(
    videos: Path, tmp_path: Path, contents: Contents
) -> None:
    with ScriptedServer(reply=reply) as server:
        annotate([videos], recipe(server.url), tmp_path / "whole")
        once = len(server.asked)
        with pytest.raises(DreamgenError, match="max_calls = 3"):
            annotate([videos], recipe(server.url, "vision.max_calls=3"), tmp_path / "stopped")
        assert len(server.asked) == once + 3
        annotate([videos], recipe(server.url), tmp_path / "stopped")
        assert len(server.asked) == 2 * once
    whole, stopped = (contents(tmp_path / name) for name in ("whole", "stopped"))
    # the receipt tells how long each call took
    left_out = ("videos/.store", "videos/receipt.json")
    told = [name for name in whole if name.startswith(("videos/", "dataset/")) and not name.startswith(left_out)]
    assert len(told) > 8 and {name: whole[name] for name in told} == {name: stopped[name] for name in told}
