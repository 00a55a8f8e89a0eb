from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.errors import NothingToWrite
from dreamgen.export.plm.bench import PlmbenchExporter
from dreamgen.export.ready import REFUSED
from dreamgen.export.sidecar import SIDECAR
from dreamgen.run.folder import DATASET
from dreamgen.run.forming import write_form
from tests.datasets import dataset
from tests.export.conftest import make_pair
from tests.export.plm.marked import FRAMES, WALKS, about_mara, box_in, marked_clip, pairs_about


def struct(**fields: Any) -> pa.DataType:
    return pa.struct(list(fields.items()))


SOURCE = {
    "source_video_id": pa.string(), "source_dataset": pa.string(), "source_start_time": pa.float32(),
    "source_end_time": pa.float32(),
}  # fmt: skip
SUBJECT = {"uid": pa.int32(), "video": pa.string(), "masklet_id": pa.int32(), "total_frames": pa.int32()}
EVENT = {**SUBJECT, "caption": pa.string(), "start_frame": pa.int32(), "end_frame": pa.int32()}
SEGMENT = struct(start_frame=pa.int32(), end_frame=pa.int32(), caption=pa.string())
PUBLISHED = {
    "fgqa": {
        "uid": pa.string(), "qa_uid": pa.string(), "video": pa.string(), "question": pa.string(),
        "answer": pa.string(), "options": struct(option_0=pa.string(), option_1=pa.string()),
        "answer_index": pa.int32(),
        "metadata": struct(**SOURCE, question_type=pa.string(), source_domain=pa.string()),
    },
    "sgqa": dict.fromkeys(("uid", "video", "question", "answer", "domain"), pa.string()),
    "rcap": EVENT,
    "rtloc": EVENT,
    "rdcap": {**SUBJECT, "dense_captions": pa.list_(SEGMENT)},
}  # fmt: skip
"""`dataset_info` in the card of facebook/PLM-VideoBench, revision 34336b1; float is float32 there."""
FOR_TRAINING = {
    "qa_id": pa.string(), "segment_id": pa.string(), "question": pa.string(), "answer": pa.string(),
    "metadata": struct(
        **SOURCE, what_description=pa.string(), q_type=pa.string(), q_subtype=pa.string(), domain=pa.string(),
        is_audited=pa.int32(),
    ),
}  # fmt: skip
"""fgqa in the card of facebook/PLM-Video-Human."""


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def types(kind: Any) -> Any:
    """A type without what the files say of empty cells, and without the names of a list's items."""
    if pa.types.is_struct(kind):
        return {field.name: types(field.type) for field in kind}
    return [types(kind.value_type)] if pa.types.is_list(kind) else kind


@pytest.fixture
def every(pairs: tuple[InstructionPair, ...]) -> list[InstructionPair]:
    """One pair of each form."""
    return [*pairs, *pairs_about()]


@pytest.mark.parametrize("split", ["test", "val"])
def test_P2_P3_fields_and_types_are_those_of_the_published_sets(
    every: list[InstructionPair], clip: Clip, media: Path, into: Path, split: str
) -> None:
    home = {"scene-01": "validation" if split == "val" else "test"}
    PlmbenchExporter().export(dataset(every, [clip], media, splits=home), into)

    for task, columns in PUBLISHED.items():
        table = parquet.read_table(into / task / f"plm_{task}_{split}.parquet")
        assert {field.name: types(field.type) for field in table.schema} == {
            name: types(kind) for name, kind in columns.items()
        }
        assert table.column_names == list(columns)
        in_lines = lines(into / task / f"plm_{task}_{split}.jsonl")
        assert table.to_pylist() == in_lines
        assert [list(row) for row in in_lines] == [list(columns)] * len(in_lines)


def test_P2_what_is_trained_on_has_the_fields_of_the_human_set(
    every: list[InstructionPair], clip: Clip, media: Path, into: Path
) -> None:
    PlmbenchExporter().export(dataset(every, [clip], media), into)

    table = parquet.read_table(into / "fgqa" / "plm_fgqa_train.parquet")
    assert {field.name: types(field.type) for field in table.schema} == {
        name: types(kind) for name, kind in FOR_TRAINING.items()
    }
    assert table.to_pylist()[0] == {
        "qa_id": "p1", "segment_id": "scene-01", "question": "What colour is the coat?", "answer": "Red",
        "metadata": {
            "source_video_id": "scene-01", "source_dataset": "dreamgen", "source_start_time": 0.0,
            "source_end_time": 4.0, "what_description": "", "q_type": "Object Attributes", "q_subtype": "colour",
            "domain": "", "is_audited": 0,
        },
    }  # fmt: skip
    assert not (into / "sgqa").exists()


def test_P11_a_choice_becomes_one_row_for_each_wrong_answer(clip: Clip, media: Path, into: Path) -> None:
    pairs = [
        make_pair(f"p{n}", "choice", "What colour is the coat?", "Red", options=("Blue", "Red", "Grey", "Green"))
        for n in range(12)
    ]
    PlmbenchExporter(as_test=True).export(dataset(pairs, [clip], media), into)

    rows = lines(into / "fgqa" / "plm_fgqa_test.jsonl")
    assert len(rows) == 36 == len({row["uid"] for row in rows})
    assert {row["qa_uid"] for row in rows} == {pair.id for pair in pairs}
    for row in rows:
        assert row["options"][f"option_{row['answer_index']}"] == row["answer"] == "Red"
        assert len(set(row["options"].values())) == 2
    first = [row for row in rows if row["qa_uid"] == "p0"]
    assert {option for row in first for option in row["options"].values()} == {"Red", "Blue", "Grey", "Green"}
    assert sum(row["answer_index"] for row in rows) in range(12, 25)


def test_P2_binary_pairs_of_one_question_are_one_question(clip: Clip, media: Path, into: Path) -> None:
    pairs = [
        make_pair(f"q-{n}", "choice", "How often?", "Twice.", options=options).model_copy(update={"question": "q"})
        for n, options in enumerate((("Twice.", "Once."), ("Never.", "Twice.")))
    ]
    PlmbenchExporter(as_test=True).export(dataset(pairs, [clip], media), into / "test")
    PlmbenchExporter().export(dataset(pairs, [clip], media), into / "train")

    rows = lines(into / "test" / "fgqa" / "plm_fgqa_test.jsonl")
    assert [(row["uid"], row["qa_uid"], row["answer_index"]) for row in rows] == [("q-0", "q", 0), ("q-1", "q", 1)]
    assert [row["qa_id"] for row in lines(into / "train" / "fgqa" / "plm_fgqa_train.jsonl")] == ["q"]


@pytest.mark.parametrize(
    ("asked", "stays"),
    [
        ("Which of these captions is right?", False), ("After noon, which of these is the next to happen?", False),
        ("Which description of what can be seen is right?", False), ("What is the colour of these shoes?", True),
        ("Which of these comes first: she sits, or she walks?", True),
    ],
)  # fmt: skip
def test_P2_what_is_asked_about_options_is_not_trained_on_without_them(
    clip: Clip, media: Path, into: Path, asked: str, stays: bool
) -> None:
    pairs = [
        make_pair("p", "choice", asked, "She sits.", options=("She sits.", "She walks.")),
        make_pair("q", "choice", "Who?", "She.", options=("She.", "He.")),
    ]
    write_form(PlmbenchExporter(), "plmbench", dataset(pairs, [clip], media), into)

    form = into / DATASET / "plmbench"
    left = [row["qa_id"] for row in lines(form / "fgqa" / "plm_fgqa_train.jsonl")]
    assert left == ["p", "q"][1 - stays :] == [line["id"] for line in lines(form / SIDECAR)]
    refused = lines(form / REFUSED) if (form / REFUSED).exists() else []
    assert [(line["what"], line["reason"]) for line in refused] == [("p", "asks_about_its_options")][stays:]


def test_P3_P4_events_of_a_subject_are_frames_of_the_clip_and_tile_it(clip: Clip, media: Path, into: Path) -> None:
    PlmbenchExporter(as_test=True).export(dataset(pairs_about(), [clip], media), into)

    subject = {"uid": 0, "video": "scene-01.mp4", "masklet_id": 1, "total_frames": FRAMES}
    assert lines(into / "rcap" / "plm_rcap_test.jsonl") == [
        {**subject, "caption": WALKS, "start_frame": 12, "end_frame": 29}
    ]
    assert lines(into / "rtloc" / "plm_rtloc_test.jsonl") == lines(into / "rcap" / "plm_rcap_test.jsonl")
    (dense,) = lines(into / "rdcap" / "plm_rdcap_test.jsonl")
    assert dense == {
        **subject,
        "dense_captions": [
            {"start_frame": 0, "end_frame": 11, "caption": "She stands."},
            {"start_frame": 12, "end_frame": 29, "caption": WALKS},
            {"start_frame": 30, "end_frame": 47, "caption": "The subject is out of frame."},
        ],
    }


def test_P5_boxes_and_pairs_are_found_by_the_numbers_of_a_row(clip: Clip, media: Path, into: Path) -> None:
    PlmbenchExporter(as_test=True).export(dataset(pairs_about(), [clip], media), into)

    (line,) = lines(into / "metadata" / "metadata_test.jsonl")
    assert (line["video"], line["masklet_id"]) == ("scene-01.mp4", 1)
    assert line["bbox"] == {str(frame): box_in(frame) for frame in range(FRAMES)}
    assert lines(into / "metadata" / "pairs.jsonl") == [
        {"task": task, "split": "test", "uid": 0, "id": f"scene-01-{form}", "entity": "mara"}
        for task, form in (("rcap", "region_caption"), ("rtloc", "region_localise"), ("rdcap", "region_dense"))
    ]


def test_a_clip_that_lmms_eval_could_not_sample_is_left_out_of_what_is_tested(media: Path, into: Path) -> None:
    short = marked_clip(media, frames=31)
    pairs = pairs_about()[:2]
    PlmbenchExporter(as_test=True).export(dataset(pairs, [short], media), into)

    assert [line["reason"] for line in lines(into / "refused.jsonl")] == ["clip_too_short"] * 2
    assert not (into / "rcap").exists()


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [(0.0, 2.5, True), (0.1, 2.5, True), (0.5, 2.5, False), (0.0, 1.5, False), (2.5, 4.0, False)],
)
def test_a_subject_that_is_seen_during_its_event_alone_is_not_to_be_found_by_its_box(
    start: float, end: float, told: bool, clip: Clip, media: Path, into: Path
) -> None:
    # she is seen for two seconds and a half
    localise, caption = (about_mara(form, (start, end, WALKS)) for form in ("region_localise", "region_caption"))
    PlmbenchExporter(as_test=True).export(dataset([localise, caption], [clip], media), into)

    refused = lines(into / "refused.jsonl") if told else []
    assert [(line["what"], line["reason"]) for line in refused] == [(localise.id, "box_tells")] * told
    assert (into / "rtloc").exists() is not told and (into / "rcap").exists()


def test_stretches_that_leave_a_gap_are_no_dense_caption(clip: Clip, media: Path, into: Path) -> None:
    dense = pairs_about()[2]
    gap = dense.model_copy(update={"segments": dense.segments[1:]})  # she is seen before it, and nothing is told of it
    PlmbenchExporter().export(dataset([gap], [clip], media), into)

    (refused,) = lines(into / "refused.jsonl")
    assert (refused["what"], refused["reason"]) == (gap.id, "stretches_with_gaps")


def test_a_dataset_without_a_place_in_it_is_refused(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    with pytest.raises(NothingToWrite, match="none of 2 pairs is a choice"):
        PlmbenchExporter().export(dataset(pairs[2:], [clip], media), into)
