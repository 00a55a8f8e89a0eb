from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.streaming import PairStream
from dreamgen.export.mvbench import TASKS, MvbenchExporter, title
from dreamgen.export.rules import mvbench
from tests.export.held_out import held

Pairs = tuple[InstructionPair, ...]


def test_questions_are_kept_by_the_tasks_of_the_benchmark(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    MvbenchExporter().export(held(pairs, clip, media), into)
    names = {path.stem: [row["id"] for row in json.loads(path.read_bytes())] for path in (into / "json").iterdir()}
    assert names == {"moving_direction": ["h1", "h2"], "object_existence": ["h7"], "action_localization": ["h8"]}


def test_a_row_has_the_words_of_the_answer(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    MvbenchExporter().export(held(pairs, clip, media), into)
    row = json.loads((into / "json" / "moving_direction.json").read_bytes())[1]
    assert (row["candidates"], row["answer"]) == (["To the left", "To the right"], "To the right")
    assert "start" not in row and (into / "clips" / row["video"]).is_file()


def test_the_stretch_that_is_shown_is_the_whole_clip(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    known = held(pairs, clip, media)
    late = [pair.model_copy(update={"span": (1.5, 2.0)}) if pair.id == "h8" else pair for pair in known.pairs]
    MvbenchExporter().export(replace(known, pairs=PairStream.held(late)), into)
    (row,) = json.loads((into / "json" / "action_localization.json").read_bytes())
    assert (row["start"], row["end"]) == (0.0, 2.0)


def test_the_table_leads_to_files_clips_and_bounds(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    MvbenchExporter().export(held(pairs, clip, media), into)
    assert json.loads((into / "data_list.json").read_bytes()) == {
        "Object Existence": ["object_existence.json", "clips/", "video", False],
        "Moving Direction": ["moving_direction.json", "clips/", "video", False],
        "Action Localization": ["action_localization.json", "clips/", "video", True],
    }


def test_tasks_are_spelt_as_in_the_table_of_the_notebook() -> None:
    assert {task: title(task) for task in TASKS} == mvbench.TASKS
