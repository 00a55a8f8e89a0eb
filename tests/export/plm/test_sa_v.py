from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.core.media import Clip
from dreamgen.engines.masks import pixels_of
from dreamgen.export.plm.bench import PlmbenchExporter
from dreamgen.export.plm.sa_v import annotation
from tests.datasets import dataset
from tests.export.plm.marked import FRAMES, SEEN, SIZE, marked_clip, mask_in, masklet, pairs_about

README = {
    "video_id": str, "video_duration": float, "video_frame_count": float, "video_height": float, "video_width": float,
    "video_resolution": float, "video_environment": list, "video_split": str, "masklet": list, "masklet_id": [int],
    "masklet_size_rel": [float], "masklet_size_abs": [float], "masklet_size_bucket": [str],
    "masklet_visibility_changes": [int], "masklet_first_appeared_frame": [int], "masklet_frame_count": [int],
    "masklet_edited_frame_count": [int], "masklet_type": [str], "masklet_stability_score": type(None),
    "masklet_num": int,
}  # fmt: skip
"""The fields of an annotation and their types: sav_dataset/README.md in facebookresearch/sam2."""


def by_hand(code: dict[str, Any]) -> NDArray[np.bool_]:
    """A mask from its code, without pycocotools: runs of nothing and something in turn, column by column.

    A run is written in pieces of five bits, the lowest first, of which all but the last have 32 added, and 48 more so
    that it is a letter; from the third on it is the difference to the run before the last.
    """
    runs: list[int] = []
    value = shift = 0
    for letter in code["counts"]:
        piece = ord(letter) - 48
        value |= (piece & 31) << shift
        shift += 5
        if not piece & 32:
            signed = value - (1 << shift) if piece & 16 else value
            runs.append(signed + (runs[-2] if len(runs) > 2 else 0))
            value = shift = 0
    height, width = code["size"]
    flat = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return np.asarray(flat.reshape(width, height).T)


def exported(media: Path, into: Path, **options: Any) -> dict[str, Any]:
    PlmbenchExporter().export(dataset(pairs_about(), [marked_clip(media, **options)], media), into)
    told: dict[str, Any] = json.loads((into / "clips" / "scene-01_manual.json").read_text("utf-8"))
    return told


@pytest.mark.parametrize("step", [1, 4])
def test_P5_every_code_decodes_to_the_mask(media: Path, into: Path, step: int) -> None:
    told = exported(media, into, step=step)

    assert len(told["masklet"]) == len(range(0, FRAMES, step))
    for place, codes in enumerate(told["masklet"]):
        true = mask_in(place * step)
        for code in codes:
            assert code["size"] == [SIZE[1], SIZE[0]]
            assert np.array_equal(pixels_of(code["counts"], SIZE), true)  # by pycocotools
            assert np.array_equal(by_hand(code), true)


def test_P5_fields_and_types_are_those_of_sa_v(media: Path, into: Path) -> None:
    told = exported(media, into)

    assert list(told) == list(README)
    for name, kind in README.items():
        if isinstance(kind, list):
            assert [type(value) for value in told[name]] == kind * 2, name
        else:
            assert type(told[name]) is kind, name
    assert told["video_id"] == "scene-01" and told["video_frame_count"] == FRAMES
    assert told["masklet_id"] == [0, 1] and told["masklet_num"] == 2
    assert told["masklet_visibility_changes"] == [1, 1] and told["masklet_first_appeared_frame"] == [0, 0]
    area = 30 * 10 + 10 * 4
    assert told["masklet_size_abs"] == [area, area] and told["masklet_size_bucket"] == ["small", "small"]
    assert told["masklet_size_rel"][0] == pytest.approx(area / (96 * 64))
    assert told["masklet_frame_count"] == [FRAMES, FRAMES]


def test_P5_the_number_of_a_row_is_that_of_the_subject_in_the_file(media: Path, into: Path, clip: Clip) -> None:
    told = exported(media, into)

    row = json.loads((into / "rcap" / "plm_rcap_train.jsonl").read_text("utf-8"))
    assert told["masklet_id"].index(row["masklet_id"]) == 1  # the dog comes first
    assert told["video_id"] == Path(row["video"]).stem


def test_masks_that_are_only_a_plan_are_no_masks(media: Path, clip: Clip) -> None:
    mara = masklet("mara")
    checked = mara.model_copy(update={"frames": mara.frames[10:]})

    told = annotation(clip, "scene-01", "train", [mara, checked])
    assert told["masklet_first_appeared_frame"] == [0, 10]
    assert not pixels_of(told["masklet"][9][1]["counts"], SIZE).any()
    assert pixels_of(told["masklet"][10][1]["counts"], SIZE).any()


def test_comings_and_goings_are_counted_from_the_first_appearance_on(clip: Clip) -> None:
    mara = masklet("mara")
    shown = tuple(mask for mask in mara.frames if mask.frame in (*range(3, 9), *range(20, SEEN)))

    told = annotation(clip, "scene-01", "train", [mara.model_copy(update={"frames": shown})])
    assert told["masklet_visibility_changes"] == [3]
    assert told["masklet_first_appeared_frame"] == [3]
