"""Found clips are described, judged by another model, asked about and exported: the whole run, with scripted models."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dreamgen.core.claims import Description
from dreamgen.core.receipts import Receipt
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.video import write_video
from dreamgen.export.captions import CaptionsExporter
from dreamgen.run.annotating import annotate
from dreamgen.run.opened import open_run
from dreamgen.run.recipe import read_recipe
from tests.datasets import dataset
from tests.scripted import Asked, ScriptedServer, Told

SENTENCES = (
    "A red wall can be seen.", "The red wall gets darker.", "A blue ball lies beside the red wall.",
    "A dragon lands on the wall.",
)  # fmt: skip
FALSE = SENTENCES[2]
"""What the other model does not see."""


def plays(asked: Asked) -> Any:
    """All models at once: one looks, one writes, one judges."""
    text = asked.text
    if "You write one description" in text:
        spans = ((None, None), (1.0, 4.0), (None, None), (None, None))
        told = zip(SENTENCES, spans, strict=True)
        return {"sentences": [{"text": one, "start": start, "end": end, "who": None} for one, (start, end) in told]}
    if "You write multiple-choice questions" in text:
        number = re.search(r"^(F\d+): .*gets darker", asked.user, re.MULTILINE)
        wrong = ["It gets cracks", "It gets wet", "It gets higher", "It gets windows"]
        question = "What happens to the red wall after the start?"
        pair = {"facts": [number[1] if number else "F1"], "task": "change", "question": question, "wrong": wrong}
        return {"pairs": [{**pair, "answer": "It gets darker"}]}
    if "is this statement right?" in text:
        true = not any(word in text for word in ("ball", "green", "lighter"))
        yes = 0.95 if ("right in every detail" in text) == true else 0.05
        return Told("Yes" if yes > 0.5 else "No", {"Yes": yes, "No": 1 - yes})
    if "A. " in text:
        right = re.search(r"^([A-E])\. It gets darker", text, re.MULTILINE)
        return Told(right[1] if right else "A", {right[1] if right else "A": 0.96, "Z": 0.04})
    if "You compare two answers" in text:
        return Told("Yes", {"Yes": 0.5, "No": 0.5})
    return Told("A red wall and a blue ball. The red wall gets darker. It lies beside the wall.")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of one video of six seconds."""
    folder = tmp_path_factory.mktemp("captions")
    frames = (np.full((96, 160, 3), (220 - 2 * number, 20, 20), np.uint8) for number in range(72))
    write_video(frames, folder / "wall.mp4", 12, (160, 96))
    with ScriptedServer(reply=plays) as server:
        at = f'base_url = "{server.url}"'
        pen = f'chat = {{model = "pen", {at}, method = "json_schema"}}'
        recipe = read_recipe(
            "annotate",
            (
                f'annotate=[{{backend = "captions", vision = {{model = "eye", {at}, frames = 4}}, {pen}, stills = 1}}]',
                f'verify=[{{backend = "vlm", orders = 1, vision = {{model = "judge", {at}, frames = 4}}}}]',
                f'qa=["programs", {{backend = "mcq", {pen}, pairs = 1, rounds = 1}}]',
                'export=["captions", "llava"]', "screen=[]",
            ),
        )  # fmt: skip
        about = folder / "about.csv"
        about.write_text(
            "path,licence,dataset,title,url\nwall.mp4,cc0-1.0,walls,A wall,https://example.org/1\n", "utf-8"
        )
        annotate([folder / "wall.mp4"], recipe, folder / "run", about=[about])
    return folder / "run"


def rows(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "train.json").read_text("utf-8")))


@pytest.mark.slow
def test_P9_only_sentences_that_another_model_sees_are_in_the_caption(run: Path) -> None:
    found = open_run(run).found
    assert found is not None
    told = [claim.text for claim in found.claims.values() if isinstance(claim, Description)]
    assert sorted(told) == sorted(SENTENCES[:3])
    (row,) = rows(run / "dataset" / "captions")
    assert row["caption"] == " ".join(SENTENCES[:2])
    reasons = Counter(reject.reason for reject in found.rejects if reject.kind in ("claim", "text"))
    assert reasons == {"not_in_sources": 1, "seen_otherwise": 1}


@pytest.mark.slow
def test_P9_questions_with_five_options_come_out_of_a_run(run: Path) -> None:
    found = open_run(run).found
    assert found is not None
    fives = [pair for pair in found.pairs if len(pair.options) == 5]
    assert [pair.turns[-1].text for pair in fives] == ["It gets darker"]
    texts = {claim.id: claim.text for claim in found.claims.values() if isinstance(claim, Description)}
    assert {texts[name] for pair in fives for name in pair.claims} == {SENTENCES[1]}


@pytest.mark.slow
def test_P17_models_and_prompts_are_in_the_receipt_and_in_the_record(run: Path) -> None:
    receipt = Receipt.model_validate_json((run / "videos" / "receipt.json").read_text("utf-8"))
    (made,) = (made for made in receipt.made if made.stage == "annotate-captions")
    prompts = dict(json.loads(dict(made.options)["prompts"]))
    assert prompts == {name: read_prompt(name).fingerprint for name in prompts} and len(prompts) == 3
    (row,) = rows(run / "dataset" / "captions")
    assert row["model"] == "eye; pen"
    assert [told.split("@")[0] for told in row["prompt"].split("; ")] == list(prompts)
    assert {(one.model, one.purpose) for one in receipt.usage} >= {
        ("pen", "annotate/fuse"),
        ("eye", "annotate/video_caption"),
    }


@pytest.mark.slow
def test_G6_what_a_table_says_of_a_video_is_in_its_record(run: Path) -> None:
    (row,) = rows(run / "dataset" / "captions")
    told = [row[name] for name in ("source", "licence", "set", "title", "url")]
    assert told == ["wall.mp4", "cc0-1.0", "walls", "A wall", "https://example.org/1"]


@pytest.mark.slow
def test_G2_captions_of_dreamed_films_have_the_same_columns(run: Path, finished: Path, tmp_path: Path) -> None:
    part = open_run(finished).story
    (tmp_path / "rows").mkdir()
    clips = tuple(part.clips.values())
    CaptionsExporter().export(dataset(part.pairs, clips, part.folder), tmp_path / "rows")
    dreamed, (found,) = rows(tmp_path / "rows"), rows(run / "dataset" / "captions")
    assert dreamed and all(list(row) == list(found) for row in dreamed)
    assert {row["model"] for row in dreamed} == {""}
