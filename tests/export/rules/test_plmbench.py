from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from dreamgen.core.pairs import InstructionPair
from dreamgen.export.plm.bench import PlmbenchExporter
from dreamgen.export.rules.plmbench import look
from tests.datasets import dataset
from tests.export.conftest import make_pair
from tests.export.plm.marked import marked_clip, pairs_about

Row = dict[str, Any]
Change = Callable[[Row], object]
FGQA, SGQA, RCAP, RTLOC, RDCAP = "fgqa", "sgqa", "rcap", "rtloc", "rdcap"
BOXES = "metadata/metadata_test.jsonl"


def pairs() -> list[InstructionPair]:
    choice = make_pair("p1", "choice", "What colour is the coat?", "Red", options=("Blue", "Red", "Grey"))
    return [*pairs_about(), choice, make_pair("p2", "open", "What is she doing?", "She is walking.")]


@pytest.fixture
def folder(tmp_path: Path, into: Path) -> Path:
    clip = marked_clip(tmp_path / "marked")
    PlmbenchExporter(as_test=True).export(dataset(pairs(), [clip], tmp_path / "marked"), into)
    return into


def file_of(folder: Path, task: str) -> Path:
    return folder / task if "/" in task else folder / task / f"plm_{task}_test.jsonl"


def change(folder: Path, task: str, how: Change) -> None:
    """Changes the first row, in the table too where it can hold it."""
    path = file_of(folder, task)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    how(rows[0])
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    table = path.with_suffix(".parquet")
    if table.is_file():
        try:
            parquet.write_table(pa.Table.from_pylist(rows, schema=parquet.read_schema(table)), table)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, ValueError):
            return


def captions(number: int, **values: Any) -> Change:
    return lambda row: row["dense_captions"][number].update(values)


def test_what_we_write_is_right(folder: Path, tmp_path: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 6
    assert found.pairs == dict.fromkeys([pair.id for pair in pairs()], 1)
    clips = [marked_clip(tmp_path / "two", name, step=4) for name in ("scene-01", "scene-02")]
    train = tmp_path / "train"
    train.mkdir()
    both = [*pairs(), *pairs_about("scene-02")]
    PlmbenchExporter().export(dataset(both, clips, tmp_path / "two", splits={"scene-02": "validation"}), train)
    assert look(train).defects == []
    card = train / "README.md"
    card.write_text(card.read_text("utf-8").replace("fgqa_train", "fgqa", 1), "utf-8")
    assert [defect.what for defect in look(train).defects] == [
        "does not name fgqa/plm_fgqa_train.parquet in a configuration fgqa_train"
    ]
    assert look(train).rows == 8


@pytest.mark.parametrize(
    ("task", "how", "what"),
    [
        (FGQA, lambda row: row.update(answer="Pink"), "is answered 'Pink', which is no option: lmms-eval stops"),
        (FGQA, lambda row: row.update(answer_index=1 - row["answer_index"]), "which is not that of 'Red'"),
        (FGQA, lambda row: row["options"].update(option_0="Red", option_1="Red"), "has the option 'Red' twice"),
        (FGQA, lambda row: row.update(question=" "), "has an empty question"),
        (FGQA, lambda row: row["metadata"].update(question_type="Colours"), "which is none of PLM's"),
        (FGQA, lambda row: row.update(answer_idx=row.pop("answer_index")), "lacks answer_index"),
        (FGQA, lambda row: row.update(weight=1.0), "has weight, which is in no published row"),
        (FGQA, lambda row: row["metadata"].pop("source_domain"), "lacks metadata.source_domain"),
        (FGQA, lambda row: row.update(options=["Red", "Blue"]), "for options, and no object"),
        (FGQA, lambda row: row.update(answer_index="1"), "has '1' for answer_index, which is no int32"),
        (FGQA, lambda row: row.update(video="clips/scene-01.mp4"), "and no file without a folder"),
        (FGQA, lambda row: row.update(video="scene-02.mp4"), "is not there"),
        (SGQA, lambda row: row.update(answer=""), "has an empty answer"),
        (SGQA, lambda row: row.update(domain=None), "for domain, which is no string"),
        (RCAP, lambda row: row.update(start_frame=30, end_frame=29), "speaks of the frames 30 to 29 of 48"),
        (RCAP, lambda row: row.update(start_frame=-1), "speaks of the frames -1 to 29 of 48"),
        (RTLOC, lambda row: row.update(end_frame=48), "speaks of the frames 12 to 48 of 48"),
        (RCAP, lambda row: row.update(total_frames=49), "says that scene-01.mp4 has 49 frames, and it has 48"),
        (RCAP, lambda row: row.update(masklet_id=7), "of which metadata has no boxes: lmms-eval stops"),
        (RCAP, lambda row: row.update(start_frame=40, end_frame=47), "where it has no box"),
        (RCAP, lambda row: row.update(caption=""), "has an empty caption"),
        (RCAP, lambda row: row.update(uid="0"), "has '0' for uid, which is no int32"),
        (RCAP, lambda row: row.update(total_frames=2**31), "which is more than 32 bits hold"),
        (RDCAP, captions(1, start_frame=13), "goes on at frame 13 after frame 11: captions have no gap"),
        (RDCAP, captions(1, start_frame=11), "goes on at frame 11 after frame 11"),
        (RDCAP, captions(0, start_frame=1), "goes on at frame 1 after frame -1"),
        (RDCAP, captions(2, end_frame=46), "ends at frame 46 of 48"),
        (RDCAP, captions(0, caption="The subject is out of frame."), "out of frame in frames 0 to 11, where it has"),
        (RDCAP, captions(2, caption="She sits."), "in frames 30 to 47, where it has no box"),
        (RDCAP, lambda row: row.update(dense_captions=[]), "and no list with something in it"),
        (RDCAP, captions(0, caption=3), "has '3' for dense_captions[].caption, which is no string"),
        (BOXES, lambda row: row["bbox"].update({"0": [5, 10, 96, 49]}), "which leaves the picture"),
        (BOXES, lambda row: row["bbox"].update({"0": [14, 10, 5, 49]}), "x1 and y1 come before"),
        (BOXES, lambda row: row["bbox"].update({"48": None}), "at the frame 48 of a clip of 48"),
        (BOXES, lambda row: row["bbox"].update({"0": [5, 10, 13, 49]}), "and a mask within (5, 10, 14, 49)"),
        (BOXES, lambda row: row["bbox"].update({"0": None}), "has the box None at frame 0, and a mask within"),
    ],
)
def test_every_trap_is_found(folder: Path, task: str, how: Change, what: str) -> None:
    change(folder, task, how)

    told = [defect for defect in look(folder).defects if what in defect.what]
    assert [defect.where for defect in told] == [f"{file_of(folder, task).name}:1"], look(folder).defects


@pytest.mark.parametrize(
    ("how", "what"),
    [
        (lambda row: row.update(uid="p1-1"), "is another row called p1-1"),
        (lambda row: row.update(question="What colour is the hat?"), "whose other rows have another clip, question"),
        (lambda row: row["options"].update({f"option_{1 - row['answer_index']}": "Grey"}), "a second time with 'Grey'"),
    ],
)
def test_rows_of_one_question_that_do_not_fit_together_are_found(folder: Path, how: Change, what: str) -> None:
    change(folder, FGQA, how)

    (defect,) = look(folder).defects
    assert defect.where == "plm_fgqa_test.jsonl:2" and what in defect.what


def test_a_row_that_is_wrong_in_one_thing_has_one_defect(folder: Path) -> None:
    change(folder, RDCAP, captions(2, end_frame=46))

    assert [defect.what for defect in look(folder).defects] == ["ends at frame 46 of 48"]


def test_a_clip_too_short_for_lmms_eval_is_found(tmp_path: Path, into: Path) -> None:
    clip = marked_clip(tmp_path / "short", frames=31)
    PlmbenchExporter().export(dataset(pairs_about()[:1], [clip], tmp_path / "short"), into)
    assert look(into).defects == []
    for path in (*(into / "rcap").iterdir(), into / "metadata" / "metadata_train.jsonl"):
        path.rename(path.with_name(path.name.replace("train", "test")))

    assert any("is of a clip of 31 frames: lmms-eval stops" in defect.what for defect in look(into).defects)


def test_a_table_that_differs_from_the_lines_is_found(folder: Path) -> None:
    table = folder / "rcap" / "plm_rcap_test.parquet"
    rows = parquet.read_table(table)
    parquet.write_table(rows.set_column(4, "caption", [["She runs."]]), table)
    assert [defect.where for defect in look(folder).defects] == ["plm_rcap_test.parquet:1"]

    parquet.write_table(rows.cast(rows.schema.set(0, rows.schema.field(0).with_type(pa.int64()))), table)
    assert "other columns or types than the published set: uid" in look(folder).defects[0].what

    table.write_bytes(b"PAR1")
    assert "is no table" in look(folder).defects[0].what
    table.unlink()
    assert "has no plm_rcap_test.parquet beside it" in look(folder).defects[0].what


@pytest.mark.parametrize(
    ("how", "what"),
    [
        (lambda told: told["masklet_id"].reverse(), "and a mask within None"),
        (lambda told: told["masklet"].pop(), "which is not every so-manieth"),
        (lambda told: told["masklet"][5].pop(), "has not the 2 of the others"),
        (lambda told: told["masklet"][0][1].update(size=[96, 64]), "has a mask of [96, 64] in pictures of [64, 96]"),
        (lambda told: told.pop("masklet_id"), "SA-V's reader can't take: KeyError"),
        (lambda told: told.update(masklet_id=[0, 2]), "is of the masklet 1, and the masks are of [0, 2]"),
    ],
)
def test_masks_that_are_not_those_of_the_boxes_are_found(folder: Path, how: Change, what: str) -> None:
    path = folder / "clips" / "scene-01_manual.json"
    told = json.loads(path.read_text("utf-8"))
    if "within None" in what:  # the two masks are alike; the dog's are taken away
        nothing = told["masklet"][-1][0]
        told["masklet"] = [[nothing, row[1]] for row in told["masklet"]]
    how(told)
    path.write_text(json.dumps(told), "utf-8")

    (defect,) = look(folder).defects
    assert defect.where == "metadata_test.jsonl:1" and what in defect.what


def test_masks_and_pairs_that_are_not_there_are_found(folder: Path) -> None:
    (folder / "clips" / "scene-01_manual.json").unlink()
    assert "has no scene-01_manual.json beside it" in look(folder).defects[0].what

    (folder / "metadata" / "pairs.jsonl").write_text("", "utf-8")
    assert "does not say of 5 rows which pair they are" in look(folder).defects[-1].what


def test_tables_that_the_hub_library_would_not_find_are_found(folder: Path, tmp_path: Path) -> None:
    readme = folder / "README.md"
    readme.write_text(readme.read_text("utf-8").replace("rcap/plm_rcap_test", "rcap/test"), "utf-8")
    assert [defect.what for defect in look(folder).defects] == [
        "does not name rcap/plm_rcap_test.parquet in a configuration rcap"
    ]

    readme.unlink()
    assert look(folder).defects[0].where == "README.md"
    (tmp_path / "empty").mkdir()
    assert "has no plm_TASK_SPLIT.jsonl" in look(tmp_path / "empty").defects[0].what
