from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.pairs import Turn
from dreamgen.export.plm.bench import PlmbenchExporter
from dreamgen.export.plm.training import PlmExporter
from dreamgen.run.opened import open_run
from dreamgen.run.predicting import dataset_of, score
from tests.decided import write_run
from tests.export.plm.marked import FRAMES, WALKS, marked_clip, pairs_about

GONE = "The subject is out of frame."
KEYS = (WALKS, "[12, 29]", f"[0, 11]: She stands.\n[12, 29]: {WALKS}\n[30, 47]: {GONE}")
"""What the pairs take for right, in frames of the clip."""
Own = Iterator[tuple[str, str]]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, path.read_text("utf-8").splitlines())


def own_of_plm(folder: Path) -> Own:
    for row in rows(folder / "train.jsonl"):
        yield row["id"], row["conversations"][1]["value"]


def own_of_plmbench(folder: Path) -> Own:
    for named in rows(folder / "metadata/pairs.jsonl"):
        (row,) = rows(folder / named["task"] / f"plm_{named['task']}_train.jsonl")
        parts = row.get("dense_captions", [row])
        times = [f"[{part['start_frame']}, {part['end_frame']}]" for part in parts]
        texts = [f"{time}: {part['caption']}" for time, part in zip(times, parts, strict=True)]
        told = {"rcap": str(row.get("caption")), "rtloc": times[0], "rdcap": "\n".join(texts)}
        yield named["id"], told[named["task"]]


@pytest.mark.parametrize(
    ("form", "exporter", "own", "frames"),
    [("plm", PlmExporter(frames=16), own_of_plm, 16), ("plmbench", PlmbenchExporter(), own_of_plmbench, FRAMES)],
)
def test_answers_are_read_in_the_frames_that_the_form_counts(
    tmp_path: Path, form: str, exporter: Any, own: Callable[[Path], Own], frames: int
) -> None:
    clip = marked_clip(tmp_path / "run" / "videos")
    asked = zip(pairs_about(), KEYS, strict=True)
    pairs = [
        pair.model_copy(update={"turns": (pair.turns[0], Turn(role="assistant", text=key))}) for pair, key in asked
    ]
    run = open_run(write_run(tmp_path / "run", tuple(pairs), clip))
    (into := run.folder / "dataset" / form).mkdir(parents=True)
    exporter.export(dataset_of(run), into)
    said = tmp_path / "own.jsonl"
    said.write_text("".join(json.dumps({"id": name, "answer": text}) + "\n" for name, text in own(into)), "utf-8")

    scores = score(run, [said], form=form).scores
    right = {row.measure: row for row in scores.rows if row.by == "overall"}
    assert {name: row.value for name, row in right.items()} == dict.fromkeys(
        ("ROUGE-L", "recall@1", "mIoU", "SODA_c"), 1.0
    )
    # whoever answers with all frames: 5 of the 15 steps between 16 frames, 17 of the 47 between 48
    assert right["mIoU"].chance == pytest.approx({16: 5 / 15, FRAMES: 17 / 47}[frames], abs=1e-6)
