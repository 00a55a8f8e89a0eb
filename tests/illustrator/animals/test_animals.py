from __future__ import annotations

from itertools import pairwise
from typing import get_args

import numpy as np
import pytest

from dreamgen.core.colours import COLOURS
from dreamgen.core.story import Character, Trait
from dreamgen.core.vocabulary import Feeling, Pose
from dreamgen.illustrator.animals import AnimalMotion, animal_kinds, draw_animal, stride_rate, usual_coats
from dreamgen.illustrator.display import Item, Part, Recorder


def animal(kind: str, coat: str | None = None, pattern: str = "plain") -> Character:
    traits = (Trait(slot="coat", value=pattern, colour=coat),) if coat else ()
    return Character(id=kind, name=f"the {kind}", kind=kind, traits=traits)


def items_of(character: Character, motion: AnimalMotion, t: float = 0.3) -> list[Item]:
    recorder = Recorder()
    recorder.entity = 5
    draw_animal(recorder, character, motion, t)
    return recorder.items


def extent(items: list[Item]) -> tuple[float, float, float, float]:
    points = np.vstack([item.curve for item in items])
    return (*points.min(0), *points.max(0))


@pytest.mark.parametrize("kind", animal_kinds())
@pytest.mark.parametrize("pose", ["stand", "walk", "run", "sit", "lie", "talk", "look"])
def test_every_animal_stands_on_the_ground_and_not_under_it(kind: str, pose: Pose) -> None:
    for t in (0.0, 0.4, 1.1):
        _, top, _, bottom = extent(items_of(animal(kind), AnimalMotion(pose=pose), t))
        assert bottom < 3.0, f"{kind} sinks {bottom:.1f} units into the ground"
        if not (kind == "bird" and pose == "run"):
            assert bottom > -8.0, f"{kind} floats {-bottom:.1f} units above the ground"
        assert top < -10


@pytest.mark.parametrize("kind", animal_kinds())
def test_every_shape_belongs_to_the_animal(kind: str) -> None:
    assert {item.entity for item in items_of(animal(kind), AnimalMotion())} == {5}


def test_sizes_are_in_the_order_of_nature() -> None:
    heights = {kind: -extent(items_of(animal(kind), AnimalMotion()))[1] for kind in animal_kinds()}
    assert heights["mouse"] < heights["cat"] < heights["dog"] < heights["lion"] < heights["horse"]
    assert heights["horse"] < 130


@pytest.mark.parametrize("colour", sorted(COLOURS))
def test_the_coat_has_the_colour_that_its_name_says(colour: str) -> None:
    wanted = tuple(channel / 255 for channel in COLOURS[colour])
    fills = [item.fill for item in items_of(animal("cat", colour), AnimalMotion()) if item.part == Part.COAT]
    assert wanted in fills


def test_a_pattern_adds_marks() -> None:
    plain = items_of(animal("horse", "brown"), AnimalMotion())
    for pattern in ("spotted", "striped"):
        assert len(items_of(animal("horse", "brown", pattern), AnimalMotion())) > len(plain)


@pytest.mark.parametrize("pose", ["walk", "run"])
def test_a_foot_on_the_ground_does_not_slide(pose: Pose) -> None:
    dog, speed = animal("dog"), 40.0
    motion = AnimalMotion(pose=pose, rate=stride_rate(dog, pose, speed))
    # while a paw is down it must move back as fast as the body moves on, so it stays where it is on the ground
    paws = []
    for t in np.arange(0.0, 0.6, 0.02):
        grounded = [item.curve.mean(0) for item in items_of(dog, motion, float(t)) if item.curve[:, 1].max() > -0.6]
        paws.append({round(float(point[0]) + speed * float(t), 1) for point in grounded})
    still = sum(any(abs(a - b) < 0.6 for a in now for b in after) for now, after in pairwise(paws) if now)
    assert still >= 0.8 * sum(bool(now) for now in paws[:-1])


@pytest.mark.parametrize("feels", get_args(Feeling))
def test_feelings_change_the_face_alone(feels: Feeling) -> None:
    neutral = items_of(animal("lion"), AnimalMotion())
    felt = items_of(animal("lion"), AnimalMotion(feels=feels))
    body = [item.curve.tobytes() for item in neutral if item.part not in (Part.FACE,)]
    assert body == [item.curve.tobytes() for item in felt if item.part not in (Part.FACE,)]


def test_the_same_moment_is_drawn_the_same() -> None:
    first = items_of(animal("fox"), AnimalMotion(pose="run", rate=1.3, seed=4), 0.77)
    second = items_of(animal("fox"), AnimalMotion(pose="run", rate=1.3, seed=4), 0.77)
    assert [item.curve.tobytes() for item in first] == [item.curve.tobytes() for item in second]


def test_every_animal_has_usual_coats_from_the_colour_table() -> None:
    for kind in animal_kinds():
        assert usual_coats(kind)
        assert set(usual_coats(kind)) <= set(COLOURS)
