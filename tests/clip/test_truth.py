from pathlib import Path

import numpy as np

from dreamgen.clip.truth import (
    Masklets,
    Witness,
    join_masklets,
    joined,
    read_masklets,
    shifted,
    write_masklets,
)
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
    (cat,) = witness.masklets()

    assert (cat.entity, cat.size, cat.intended) == ("cat", (40, 20), ())
    assert [mask.frame for mask in cat.frames] == list(range(13))
    assert cat.frames[0].box == Box(x0=2 / 40, y0=5 / 20, x1=12 / 40, y1=15 / 20)
    assert [cat.frames[frame].visible for frame in (0, 8, 9, 12)] == [1.0, 1.0, 0.9, 0.6]
    assert asked == ["cat", "cat", "cat"], "at frames 0, 6 and 12: whole areas are dear"


def test_whole_areas_are_interpolated() -> None:
    now = 0
    witness = Witness({"cat": 1}, lambda entity: 100 + 20 * now, 7)
    for now in range(7):
        numbers = np.zeros((20, 40), np.uint8)
        numbers[:10, :10] = 1
        witness.look(now, numbers)

    (cat,) = witness.masklets()
    assert [mask.visible for mask in cat.frames] == [round(100 / (100 + 20 * k), 4) for k in range(7)]


def test_a_share_never_exceeds_one() -> None:
    witness = Witness({"cat": 1}, lambda entity: 7, 13)
    film_of_a_square(witness)

    (cat,) = witness.masklets()
    assert {mask.visible for mask in cat.frames} == {1.0}


def test_masks_of_shots_are_joined_and_come_back_from_the_file(tmp_path: Path) -> None:
    witness = Witness({"cat": 1}, lambda entity: 100, 13)
    film_of_a_square(witness)
    (shot,) = witness.masklets()
    together = joined([(shot,), (shifted(shot, 13),)])

    write_masklets(together, tmp_path / "one.jsonl.gz")
    write_masklets(together, tmp_path / "two.jsonl.gz")

    (masklet,) = read_masklets(tmp_path / "one.jsonl.gz")
    assert (masklet.entity, masklet.size) == ("cat", (40, 20))
    assert [mask.frame for mask in masklet.frames] == list(range(26))
    assert masklet.frames[13:] == shifted(shot, 13).frames
    assert (tmp_path / "one.jsonl.gz").read_bytes() == (tmp_path / "two.jsonl.gz").read_bytes()


def test_what_is_only_intended_stays_so_in_scene_and_film(tmp_path: Path) -> None:
    def shot(intended: tuple[str, ...]) -> Masklets:
        witness = Witness({"cat": 1}, lambda entity: 100, 13, intended)
        film_of_a_square(witness)
        return witness.masklets()

    plan, seen = shot(("cat",)), shot(())
    parts = [plan, plan, seen, plan]
    scene = joined(tuple(shifted(masklet, 13 * at) for masklet in part) for at, part in enumerate(parts))
    write_masklets(scene, tmp_path / "scene.jsonl.gz")
    join_masklets([(tmp_path / "scene.jsonl.gz", 10), (tmp_path / "scene.jsonl.gz", 62)], tmp_path / "film.jsonl.gz")

    (film,) = read_masklets(tmp_path / "film.jsonl.gz")
    assert scene[0].intended == ((0, 26), (39, 52))
    assert film.intended == ((10, 36), (49, 88), (101, 114)), "stretches that touch are one"
    assert [mask.frame for mask in film.frames] == list(range(10, 114))
    assert not film.intends(36) and film.intends(49)


def test_a_film_has_everybody_whom_some_scene_has(tmp_path: Path) -> None:
    def alone(name: str) -> Path:
        witness = Witness({name: 1}, lambda entity: 100, 13)
        film_of_a_square(witness)
        write_masklets(witness.masklets(), tmp_path / name)
        return tmp_path / name

    write_masklets((), tmp_path / "empty")
    parts = [(alone("dog"), 0), (alone("cat"), 13), (tmp_path / "empty", 26), (alone("dog"), 39)]
    join_masklets(parts, tmp_path / "film")

    cat, dog = read_masklets(tmp_path / "film")
    assert (cat.entity, [mask.frame for mask in cat.frames]) == ("cat", list(range(13, 26)))
    assert (dog.entity, [mask.frame for mask in dog.frames]) == ("dog", [*range(13), *range(39, 52)])
