from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.video import probe
from dreamgen.errors import NothingToWrite
from dreamgen.export.lmmseval import LmmsevalExporter
from tests.datasets import dataset
from tests.export.held_out import held

Pairs = tuple[InstructionPair, ...]


def rows_of(folder: Path, task: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{task}.jsonl").read_text("utf-8").splitlines()]


def test_what_was_held_out_is_asked_task_by_task(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    LmmsevalExporter().export(held(pairs, clip, media), into)
    assert [row["id"] for row in rows_of(into, "dreamgen_mcq")] == ["h1", "h2", "h3", "h4", "h6", "h8"]
    assert [(row["id"], row["answer"]) for row in rows_of(into, "dreamgen_yes_no")] == [("h5", "no"), ("h7", "yes")]
    assert [row["id"] for row in rows_of(into, "dreamgen_open")] == ["h9"]
    assert [row["id"] for row in rows_of(into, "dreamgen_caption")] == ["h10"]


def test_letters_stay_and_binary_pairs_and_twins_are_known_by_their_group(
    pairs: Pairs, clip: Clip, media: Path, into: Path
) -> None:
    LmmsevalExporter().export(held(pairs, clip, media), into)
    found = {row["id"]: row for row in rows_of(into, "dreamgen_mcq")}
    assert found["h1"]["options"] == found["h2"]["options"] == ["To the left", "To the right"]
    assert (found["h1"]["answer"], found["h2"]["answer"]) == ("A", "B")
    assert found["h1"]["contrast"] == found["h2"]["contrast"] != found["h3"]["contrast"] == ""
    assert found["h3"]["group"] == found["h4"]["group"] == "held-q1"
    measures = (into / "dreamgen_mcq.yaml").read_text("utf-8")
    for measure in ("acc", "acc_movement", "mbacc", "contrast_acc", "unparsed"):
        assert f'metric: "{measure}"' in measures


def test_the_names_of_clips_tell_nothing(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    LmmsevalExporter().export(held(pairs, clip, media), into)
    names = sorted(path.name for path in (into / "clips").iterdir())
    assert {row["video"] for row in rows_of(into, "dreamgen_mcq")} == {f"clips/{name}" for name in names}
    assert len(names) == 2 and all(name.startswith("clip-") and "direction" not in name for name in names)
    assert probe(into / "clips" / names[0]).frames == clip.frames


def test_the_folder_may_be_moved_and_needs_nothing_of_ours(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    LmmsevalExporter().export(held(pairs, clip, media), into)
    tree = ast.parse((into / "utils.py").read_text("utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(str(module).startswith("dreamgen") for module in imported)
    for path in into.iterdir():
        if path.is_file():
            assert str(into) not in path.read_text("utf-8")


def test_the_version_names_the_items(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    one, other = into / "one", into / "other"
    for folder in (one, other):
        folder.mkdir()
    all_of_it = held(pairs, clip, media)
    LmmsevalExporter().export(all_of_it, one)
    LmmsevalExporter().export(all_of_it.only(lambda pair: pair.id != "h9"), other)
    marks = [json.loads((folder / "version.json").read_bytes()) for folder in (one, other)]
    assert marks[0]["items"] == 10 and marks[1]["items"] == 9
    assert marks[0]["fingerprint"] != marks[1]["fingerprint"]
    assert marks[0]["fingerprint"] in (one / "dreamgen_mcq.yaml").read_text("utf-8")


def test_what_is_left_out_is_counted_with_its_reason(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    LmmsevalExporter().export(held(pairs, clip, media), into)
    assert json.loads((into / "version.json").read_bytes())["left_out"] == {"other_split": 4, "several_turns": 1}
    page = (into / "README.md").read_text("utf-8")
    assert "4 pairs (`other_split`)" in page
    assert all(f"\n- `{measure}`" in page for measure in ("acc", "mbacc", "contrast_acc", "exact", "answered"))


def test_without_a_test_split_validation_is_asked(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    LmmsevalExporter().export(held(pairs, clip, media, split="validation"), into)
    assert json.loads((into / "version.json").read_bytes())["split"] == "validation"


def test_where_nothing_was_held_out_all_is_asked_with_a_warning(
    pairs: Pairs, clip: Clip, media: Path, into: Path
) -> None:
    LmmsevalExporter().export(held(pairs, clip, media, split=None), into)
    assert json.loads((into / "version.json").read_bytes())["trained_on"] is True
    assert "These questions were not held out" in (into / "README.md").read_text("utf-8")
    assert "p1" in {row["id"] for row in rows_of(into, "dreamgen_mcq")}


def test_no_measure_is_explained_that_nothing_is_scored_by(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    LmmsevalExporter().export(dataset(pairs[:3], [clip], media), into)
    page = (into / "README.md").read_text("utf-8")
    assert "- `acc`, and" in page and "mbacc" not in page and "contrast_acc" not in page


def test_dialogues_alone_are_no_benchmark(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    with pytest.raises(NothingToWrite, match="none of 1 pair can be an item") as error:
        LmmsevalExporter().export(dataset(pairs[3:], [clip], media, splits={clip.id: "test"}), into)
    assert error.value.hint == "docs/benchmarks.md says what each benchmark asks."
