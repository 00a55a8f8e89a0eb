from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.overlay import sampled
from dreamgen.export.plm.training import PlmExporter
from tests.datasets import dataset
from tests.export.conftest import make_pair
from tests.export.plm.marked import FPS, FRAMES, WALKS, about_mara, box_in, marked_clip, pairs_about


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def told(row: dict[str, Any]) -> tuple[str, str]:
    asked, answered = row["conversations"]
    assert (asked["from"], answered["from"]) == ("human", "assistant")
    return asked["value"], answered["value"]


def test_P8_a_row_is_a_conversation_with_an_assistant_about_a_stretch_of_a_video(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    PlmExporter().export(dataset(pairs, [clip], media), into)

    written = rows(into / "train.jsonl")
    assert [row["id"] for row in written] == [pair.id for pair in pairs]
    assert written[1] == {
        "id": "p2", "video": "clips/scene-01.mp4", "start_time": 0.0, "end_time": 4.0,
        "conversations": [
            {"from": "human", "value": "What is she doing?"}, {"from": "assistant", "value": "She is walking."},
        ],
    }  # fmt: skip
    assert [turn["from"] for turn in written[3]["conversations"]] == ["human", "assistant"] * 2


def test_P8_boxes_are_told_for_every_frame_and_lie_around_the_masks(clip: Clip, media: Path, into: Path) -> None:
    PlmExporter().export(dataset(pairs_about(), [clip], media), into)

    for row in rows(into / "train.jsonl"):
        assert row["bbox_map"] == {str(frame): box_in(frame) for frame in range(FRAMES)}


def test_P8_texts_count_the_frames_that_the_trainer_shows(clip: Clip, media: Path, into: Path) -> None:
    PlmExporter(frames=16).export(dataset(pairs_about(), [clip], media), into)

    frames = sampled(FRAMES, FPS, 16)
    assert frames == (0, 3, 6, 9, 13, 16, 19, 22, 25, 28, 31, 34, 38, 41, 44, 47)
    caption, localise, dense = (told(row) for row in rows(into / "train.jsonl"))
    # seconds 1 to 2.5 are the frames 12 to 29, of which 13 is shown fifth and 28 tenth
    assert caption == (
        "Give a detailed description of the events occurring in the region marked by the red rectangle within frames "
        "[4, 9] in this 16 frame video.",
        WALKS,
    )
    assert localise == (
        "Given the region marked by the red rectangle in the video, please provide the start and end frame of when "
        f"'{WALKS}' happens. Use the format [start, end] where start and end are frame numbers between 0 and 15 in "
        "this 16 frame video.",
        "[4, 9]",
    )
    assert dense == (
        "Create a dense caption of the subject's actions within the red rectangles, including action frames ids and "
        "brief descriptions. For each item use the format [start, end]: [description] separated by a newline, where "
        "start and end are frame numbers between 0 and 15 in this 16 frame video.",
        f"[0, 3]: She stands.\n[4, 9]: {WALKS}\n[10, 15]: The subject is out of frame.",
    )


def test_a_choice_of_a_question_that_binary_pairs_share_is_asked_as_the_benchmark_asks_it(
    clip: Clip, media: Path, into: Path
) -> None:
    binary = make_pair("p1-b", "choice", "How often does she jump?", "Twice.", options=("Once.", "Twice."))
    PlmExporter().export(dataset([binary.model_copy(update={"question": "p1"})], [clip], media), into)

    assert told(rows(into / "train.jsonl")[0]) == (
        "Question: How often does she jump?\nOptions:\n(A) Once.\n(B) Twice.\nOnly give the best option.",
        "(B) Twice.",
    )


def test_P8_P14_every_split_is_a_dataset_of_its_own(media: Path, into: Path) -> None:
    clips = [marked_clip(media, name) for name in ("scene-01", "scene-02")]
    pairs = [*pairs_about("scene-01"), *pairs_about("scene-02")]
    made = PlmExporter().export(dataset(pairs, clips, media, splits={"scene-02": "test"}), into)

    assert made == into / "datasets.yaml"
    assert yaml.safe_load(made.read_text("utf-8")) == {
        "dreamgen": {"annotation": "train.jsonl", "root_dir": "."},
        "dreamgen_test": {"annotation": "test.jsonl", "root_dir": "."},
    }
    assert {row["video"] for row in rows(into / "test.jsonl")} == {"clips/scene-02.mp4"}


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        (about_mara("region_caption", (0.2, 0.3, WALKS)), "stretch_not_sampled"),
        (about_mara("region_caption", (0.0, 2.5, WALKS)).model_copy(update={"masklets": ("nobody",)}),
         "subject_not_sampled"),
        (about_mara("region_localise", (0.0, 2.5, WALKS)), "box_tells"),
    ],
)  # fmt: skip
def test_what_the_sampled_frames_do_not_show_or_tell_at_once_is_left_out_with_the_reason(
    pair: InstructionPair, reason: str, clip: Clip, media: Path, into: Path
) -> None:
    PlmExporter(frames=4).export(dataset([pair], [clip], media), into)

    assert rows(into / "train.jsonl") == []
    (refused,) = rows(into / "refused.jsonl")
    assert (refused["what"], refused["clip"], refused["reason"]) == (pair.id, "scene-01", reason)


def test_boxes_are_those_of_the_clip_as_it_lies_there(media: Path, into: Path) -> None:
    short = marked_clip(media, frames=6)  # loaders want 8 frames, so each is shown twice
    PlmExporter().export(dataset([about_mara("region_caption", (0.0, 0.5, WALKS))], [short], media), into)

    (row,) = rows(into / "train.jsonl")
    assert row["bbox_map"] == {str(frame): box_in(frame // 2) for frame in range(12)}
    assert row["end_time"] == 0.5 and "within frames [0, 11] in this 12 frame video" in told(row)[0]
