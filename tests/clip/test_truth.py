from pathlib import Path

import numpy as np

from dreamgen.clip.truth import Witness, joined, read_masklets, shifted, write_masklets
from dreamgen.core.layout import Box


def film_of_a_square(witness: Witness) -> None:
    for frame in range(13):
        numbers = np.zeros((20, 40), np.uint8)
        numbers[5:15, 2 + frame : 12 + frame] = 1
        numbers[:, 20:] = 255
        witness.look(frame, numbers)


def test_a_witness_tells_box_and_visible_share() -> None:
    asked: list[str] = []

    def whole_area(entity: str) -> int:
        asked.append(entity)
        return 100

    witness = Witness({"cat": 1, "dog": 2}, whole_area, 13)
    film_of_a_square(witness)
    masks = witness.masks()

    assert set(masks) == {"cat"}
    assert [mask.frame for mask in masks["cat"]] == list(range(13))
    assert masks["cat"][0].box == Box(x0=2 / 40, y0=5 / 20, x1=12 / 40, y1=15 / 20)
    assert [masks["cat"][frame].visible for frame in (0, 8, 9, 12)] == [1.0, 1.0, 0.9, 0.6]
    assert asked == ["cat", "cat", "cat"], "at frames 0, 6 and 12: whole areas are dear"


def test_whole_areas_are_interpolated() -> None:
    now = 0
    witness = Witness({"cat": 1}, lambda entity: 100 + 20 * now, 7)
    for now in range(7):
        numbers = np.zeros((20, 40), np.uint8)
        numbers[:10, :10] = 1
        witness.look(now, numbers)

    assert [mask.visible for mask in witness.masks()["cat"]] == [round(100 / (100 + 20 * k), 4) for k in range(7)]


def test_a_share_never_exceeds_one() -> None:
    witness = Witness({"cat": 1}, lambda entity: 7, 13)
    film_of_a_square(witness)

    assert {mask.visible for mask in witness.masks()["cat"]} == {1.0}


def test_masks_of_shots_are_joined_and_come_back_from_the_file(tmp_path: Path) -> None:
    witness = Witness({"cat": 1}, lambda entity: 100, 13)
    film_of_a_square(witness)
    shot = witness.masks()
    together = joined([shot, shifted(shot, 13)])

    write_masklets(together, (40, 20), tmp_path / "one.jsonl.gz")
    write_masklets(together, (40, 20), tmp_path / "two.jsonl.gz")

    (masklet,) = read_masklets(tmp_path / "one.jsonl.gz")
    assert (masklet.entity, masklet.size) == ("cat", (40, 20))
    assert [mask.frame for mask in masklet.frames] == list(range(26))
    assert masklet.frames[13:] == shifted(shot, 13)["cat"]
    assert (tmp_path / "one.jsonl.gz").read_bytes() == (tmp_path / "two.jsonl.gz").read_bytes()
