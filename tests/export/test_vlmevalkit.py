from __future__ import annotations

import ast
import csv
import json
from pathlib import Path

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.vlmevalkit import COLUMNS, VlmevalkitExporter, as_text
from tests.export.held_out import held

Pairs = tuple[InstructionPair, ...]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_choices_and_yes_or_no_are_rows_with_the_columns_of_the_kit(
    pairs: Pairs, clip: Clip, media: Path, into: Path
) -> None:
    rows = rows_of(VlmevalkitExporter().export(held(pairs, clip, media), into))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["index"], row["id"]) for row in rows[:3]] == [("0", "h1"), ("1", "h2"), ("2", "h3")]
    yes_no = next(row for row in rows if row["id"] == "h5")
    assert (ast.literal_eval(yes_no["candidates"]), yes_no["answer"]) == (["Yes", "No"], "No")
    assert (yes_no["start"], yes_no["end"]) == ("0.0", "2.0")


def test_the_answer_is_one_of_the_candidates_in_their_order(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    rows = rows_of(VlmevalkitExporter().export(held(pairs, clip, media), into))
    right = {row["id"]: ast.literal_eval(row["candidates"]).index(row["answer"]) for row in rows}
    assert (right["h1"], right["h2"], right["h8"]) == (0, 1, 1)


def test_clips_lie_where_prefix_and_video_say(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    rows = rows_of(VlmevalkitExporter().export(held(pairs, clip, media), into))
    assert all((into / row["prefix"] / row["video"]).is_file() for row in rows)


@pytest.mark.parametrize("words", ["None", "nan", "2", "1,000", "1e5", "True", "NA"])
def test_what_pandas_takes_for_no_text_stands_in_quotes(words: str) -> None:
    assert as_text(words) == f"“{words}”"


def test_other_texts_stay_as_they_are() -> None:
    assert [as_text(words) for words in ("Two", "2 people", "No", "Nobody")] == ["Two", "2 people", "No", "Nobody"]


def test_the_kit_is_told_of_the_table(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    VlmevalkitExporter().export(held(pairs, clip, media), into)
    told = ast.parse((into / "dreamgen_dataset.py").read_text("utf-8"))
    assert "Dreamgen" in {node.name for node in told.body if isinstance(node, ast.ClassDef)}
    assert json.loads((into / "version.json").read_bytes())["left_out"]["not_a_choice"] == 3
