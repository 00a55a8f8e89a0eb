from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.video import write_video
from dreamgen.export.plm.training import PlmExporter
from dreamgen.export.rules.plm import look
from tests.datasets import dataset
from tests.export.conftest import make_pair
from tests.export.plm.marked import FPS, FRAMES, SIZE, marked_clip, pairs_about

Row = dict[str, Any]
CAPTION, LOCALISE, DENSE, PLAIN = range(4)


@pytest.fixture
def folder(tmp_path: Path, into: Path) -> Path:
    """Three rows about a marked subject, and one about the clip."""
    clip = marked_clip(tmp_path / "marked")
    pairs = [*pairs_about(), make_pair("plain", "open", "What is she doing?", "She is walking.")]
    PlmExporter().export(dataset(pairs, [clip], tmp_path / "marked"), into)
    return into


def rows_of(folder: Path) -> list[Row]:
    return [json.loads(line) for line in (folder / "train.jsonl").read_text("utf-8").splitlines()]


def change(folder: Path, number: int, how: Callable[[Row], object]) -> None:
    rows = rows_of(folder)
    how(rows[number])
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def turn(number: int, **values: Any) -> Callable[[Row], object]:
    return lambda row: row["conversations"][number].update(values)


def box(frame: str, value: Any) -> Callable[[Row], object]:
    return lambda row: row["bbox_map"].update({frame: value})


def rewrite(number: int, old: str, new: str) -> Callable[[Row], object]:
    def change(row: Row) -> None:
        told = row["conversations"][number]
        assert old in told["value"]
        told["value"] = told["value"].replace(old, new)

    return change


def test_what_we_write_is_right(folder: Path, pairs: tuple[InstructionPair, ...], clip: Clip, media: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 4 and set(found.pairs.values()) == {1}
    (media / "out").mkdir()
    PlmExporter().export(dataset(pairs, [clip], media), media / "out")
    assert look(media / "out").defects == []


@pytest.mark.parametrize(
    ("number", "how", "what"),
    [
        (PLAIN, turn(1, **{"from": "gpt"}), "turn 2 is by 'gpt' and not by assistant"),
        (PLAIN, turn(0, **{"from": "system"}), "turn 1 is by 'system' and not by human"),
        (PLAIN, turn(1, **{"from": "human"}), "turn 2 is by 'human' and not by assistant"),
        (PLAIN, lambda row: row["conversations"].pop(), "ends with a question"),
        (PLAIN, lambda row: row["conversations"].reverse(), "turn 1 is by 'assistant'"),
        (PLAIN, lambda row: row.pop("conversations"), "has no turns"),
        (PLAIN, turn(0, value="<video>\nWhat is she doing?"), "has <video> in its text"),
        (PLAIN, turn(1, value="She says <|eot_id|>."), "has <|eot_id|> in its text"),
        (PLAIN, turn(1, value="An <|image|>."), "has <|image|> in its text"),
        (PLAIN, turn(1, value=""), "turn 2 has no text"),
        (PLAIN, turn(1, value=7), "turn 2 has no text"),
        (PLAIN, lambda row: row.update(video=["clips/scene-01.mp4"]), "names no clip but"),
        (PLAIN, lambda row: row.update(video="clips/scene-02.mp4"), "is not there"),
        (PLAIN, lambda row: row.update(video="../scene-01.mp4"), "is not below the folder"),
        (PLAIN, lambda row: row.update(image="a.png"), "has pictures besides its video"),
        (PLAIN, lambda row: row.update(bbox=[[1, 2, 3, 4]]), "has bbox, which is for pictures"),
        (PLAIN, lambda row: row.update(start_time=-1.0), "starts at -1.0 s of a clip of 4 s"),
        (PLAIN, lambda row: row.update(start_time=4.0, end_time=None), "starts at 4.0 s of a clip of 4 s"),
        (PLAIN, lambda row: row.update(end_time=5.0), "ends at 5.0 s of a clip of 4 s"),
        (PLAIN, lambda row: row.update(start_time=2.0, end_time=2.0), "starts at 2.0 s and ends at 2.0 s"),
        (PLAIN, lambda row: row.update(start_time=3.0, end_time=1.0), "the trainer would turn them round"),
        (PLAIN, lambda row: row.update(conversations=7), "has no turns"),
        (PLAIN, lambda row: row.update(end_time=float("inf")), "has inf for end_time, which is no number of seconds"),
        (CAPTION, lambda row: row.update(start_time=float("inf")), "has inf for start_time, which is no number"),
        (CAPTION, lambda row: row.update(start_time=1.5), "speaks of 32 frames, and the trainer shows 30"),
        (CAPTION, lambda row: row.update(end_time=2.0), "speaks of 32 frames, and the trainer shows 25"),
        (PLAIN, lambda row: row.update(weight=0.9), "has weight, which the trainer does not read"),
        (PLAIN, lambda row: row.update(start_time="0"), "has '0' for start_time, which is no number"),
        (CAPTION, lambda row: row.pop("bbox_map"), "speaks of a red rectangle and has no bbox_map"),
        (CAPTION, lambda row: row.update(bbox_map=[1]), "and no map from frames to them"),
        (CAPTION, box("3", [5, 10, 96, 49]), "which leaves the picture of 96x64"),
        (CAPTION, box("3", [-1, 10, 20, 49]), "which leaves the picture of 96x64"),
        (CAPTION, box("3", [20, 10, 5, 49]), "x1 and y1 come before x2 and y2"),
        (CAPTION, box("3", [5, 10, 20]), "and not x1, y1, x2, y2"),
        (CAPTION, box("48", [5, 10, 20, 49]), "has a box at the frame 48 of a clip of 48"),
        (CAPTION, box("03", [5, 10, 20, 49]), "the frame '03', which is no number as the reader writes it"),
        (CAPTION, box("3.0", None), "the frame '3.0', which is no number"),
        (CAPTION, lambda row: row.update(bbox_map={"1": [5, 10, 20, 49]}), "no box on any of the 32 frames"),
        (CAPTION, rewrite(0, "this 32 frame", "this 64 frame"), "speaks of 64 frames, and the trainer shows 48"),
        (CAPTION, rewrite(0, "[8, 19]", "[19, 8]"), "speaks of the frames [19, 8] of 32"),
        (CAPTION, rewrite(0, "[8, 19]", "[8, 32]"), "speaks of the frames [8, 32] of 32"),
        (LOCALISE, rewrite(1, "[8, 19]", "[0, 32]"), "speaks of the frames [0, 32] of 32"),
        (LOCALISE, rewrite(1, "[8, 19]", "From 0 to 19."), "asks for frames, and is answered 'From 0 to 19.'"),
        (DENSE, rewrite(1, "[8, 19]", "[9, 19]"), "with a gap or an overlap"),
        (DENSE, rewrite(1, "[20, 31]", "[19, 31]"), "with a gap or an overlap"),
        (DENSE, rewrite(1, "[20, 31]", "[20, 30]"), "tells of the frames 0 to 30 of 32"),
        (PLAIN, lambda row: row.pop("id"), "has no id"),
    ],
)
def test_every_trap_is_found(folder: Path, number: int, how: Callable[[Row], object], what: str) -> None:
    change(folder, number, how)

    found = look(folder).defects
    assert [defect.where for defect in found] == [f"train.jsonl:{number + 1}"], found
    assert what in found[0].what


def test_a_clip_of_less_than_a_frame_a_second_would_be_divided_by_nothing(folder: Path) -> None:
    pictures = (np.full((SIZE[1], SIZE[0], 3), 90, np.uint8) for _ in range(FRAMES))
    (folder / "clips" / "scene-01.mp4").unlink()  # it may be a link to that of the run
    write_video(pictures, folder / "clips" / "scene-01.mp4", 0.5, SIZE)

    assert any("0.5 frames a second: loaders want 1 at least" in defect.what for defect in look(folder).defects)
    assert FPS > 1


def test_a_line_that_is_no_json_is_found(folder: Path) -> None:
    path = folder / "train.jsonl"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")

    assert [defect.where for defect in look(folder).defects] == ["train.jsonl:5"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("dreamgen: {annotation: train.jsonl, root_dir: videos}", "with the root_dir 'videos', which is no folder"),
        ("dreamgen: {annotation: other.jsonl}", "with the annotation 'other.jsonl', which is not there"),
        ("dreamgen: {root_dir: .}", "with the annotation None, which is not there"),
        ("'my:set': {annotation: train.jsonl, root_dir: .}", "registers 'my:set': a mix is written NAME:WEIGHT"),
        ("- train.jsonl", "registers no dataset"),
        ("{", "is no YAML"),
    ],
)
def test_what_is_registered_wrongly_is_found(folder: Path, text: str, what: str) -> None:
    (folder / "datasets.yaml").write_text(text, "utf-8")

    assert any(what in defect.what and defect.where == "datasets.yaml" for defect in look(folder).defects)


def test_videos_lie_below_the_root_that_is_registered(folder: Path) -> None:
    (folder / "datasets.yaml").write_text("dreamgen: {annotation: train.jsonl, root_dir: clips}", "utf-8")

    assert all("clips/clips/scene-01.mp4, which is not there" in defect.what for defect in look(folder).defects)
    assert len(look(folder).defects) == 4


def test_a_split_that_is_not_registered_is_found(folder: Path) -> None:
    rows = rows_of(folder)
    (folder / "test.jsonl").write_text(json.dumps({**rows[PLAIN], "id": "other"}) + "\n", "utf-8")

    told = [defect.what for defect in look(folder).defects]
    assert "does not register test.jsonl" in told
    assert any("is in train" in what for what in told)
