"""Drawing people: the right shapes, on the ground, the same every time."""

from itertools import pairwise
from typing import get_args

import numpy as np
import pytest

from dreamgen.core.colours import COLOURS
from dreamgen.core.story import Character, Prop, Trait
from dreamgen.core.vocabulary import Feeling, Pose
from dreamgen.errors import UsageError
from dreamgen.illustrator.display import Item, Part, Recorder
from dreamgen.illustrator.figures import PEOPLE, Actor, FigureState, draw_person
from dreamgen.illustrator.figures.tables import table
from dreamgen.illustrator.measure import hug_gap, items_box

POSES: tuple[Pose, ...] = get_args(Pose)


def person(kind: str = "woman", **traits: str) -> Character:
    """A person with traits such as top="coat red"."""
    made = []
    for slot, text in traits.items():
        value, _, colour = text.rpartition(" ")
        known = colour in COLOURS and bool(value)
        made.append(Trait(slot=slot, value=value if known else text, colour=colour if known else None))
    return Character(id="mara", name="Mara", kind=kind, traits=tuple(made))


def drawn(who: Character, t: float = 0.5, holds: Prop | None = None, **state: object) -> list[Item]:
    recorder = Recorder()
    at = FigureState(x=500.0, y=400.0, **state)  # type: ignore[arg-type]
    draw_person(recorder, Actor(who, 3, holds=holds, holds_number=7 if holds else 0), at, t)
    return recorder.items


def fills(items: list[Item], part: int) -> list[tuple[int, ...]]:
    return [tuple(round(channel * 255) for channel in item.fill) for item in items if item.part == part and item.fill]


@pytest.mark.parametrize("kind", PEOPLE)
@pytest.mark.parametrize("pose", POSES)
def test_every_pose_of_every_kind_is_finite_and_stamped(kind: str, pose: Pose) -> None:
    items = drawn(person(kind), pose=pose)
    assert all(np.isfinite(item.curve).all() for item in items)
    assert {item.entity for item in items} == {3}
    assert Part.NONE not in {item.part for item in items if item.kind == "main" and item.width}


@pytest.mark.parametrize("kind", PEOPLE)
@pytest.mark.parametrize("pose", [pose for pose in POSES if pose not in ("run", "dance", "fall")])
def test_the_lowest_point_is_the_ground(kind: str, pose: Pose) -> None:
    for t in (0.0, 0.37, 0.8, 1.9):
        bottom = items_box(drawn(person(kind), t, pose=pose))[3]
        assert bottom == pytest.approx(400.0, abs=2.5)


@pytest.mark.parametrize("pose", ["run", "dance", "fall"])
def test_a_leap_never_sinks_into_the_ground(pose: Pose) -> None:
    bottoms = [items_box(drawn(person("man"), t / 10, pose=pose))[3] for t in range(12)]
    assert max(bottoms) <= 402.5
    assert max(bottoms) > 395


@pytest.mark.parametrize(("pose", "speed"), [("walk", 60.0), ("walk", 140.0), ("run", 320.0)])
def test_planted_feet_do_not_slide(pose: Pose, speed: float) -> None:
    """While a sole lies flat on the ground, it stays at one place of the stage."""
    who, tracks = person("man", shoes="shoes red"), []
    for step in range(96):
        t = step / 48
        recorder = Recorder()
        draw_person(recorder, Actor(who, 1), FigureState(speed * t, 400.0, pose=pose, speed=speed), t)
        soles = [item for item in recorder.items if item.part == Part.SHOES and item.kind == "detail"]
        tracks.append([sole.curve for sole in soles])
    slides = []
    for before, after in pairwise(tracks):
        for one, other in zip(before, after, strict=True):
            flat = max(np.ptp(curve[[6, 9], 1]) for curve in (one, other)) < 0.05
            low = min(curve[:, 1].max() for curve in (one, other)) > 396
            if flat and low:
                slides.append(abs(float(other[9, 0] - one[9, 0])))
    assert slides
    assert max(slides) < 0.3


def test_the_same_moment_is_the_same_drawing() -> None:
    who = person("girl", hairstyle="long", scarf="scarf orange")
    first, other = drawn(who, 1.3, pose="walk"), drawn(who, 1.3, pose="walk")
    drawn(who, 9.9, pose="dance")
    again = drawn(who, 1.3, pose="walk")
    for one, two, three in zip(first, other, again, strict=True):
        assert one.curve.tobytes() == two.curve.tobytes() == three.curve.tobytes()
        assert one.fill == two.fill == three.fill


def test_garments_have_the_colours_of_the_table() -> None:
    items = drawn(
        person(
            "old man", top="coat crimson", bottom="trousers olive", shoes="boots black", hat="top hat purple",
            scarf="scarf teal", bag="backpack green",
        )
    )  # fmt: skip
    for part, colour in (
        (Part.TOP, "crimson"), (Part.BOTTOM, "olive"), (Part.SHOES, "black"), (Part.HAT, "purple"),
        (Part.SCARF, "teal"), (Part.ACCESSORY, "green"),
    ):  # fmt: skip
        assert COLOURS[colour] in fills(items, part)


@pytest.mark.parametrize("top", list(table("wardrobe")["tops"]))
def test_most_of_a_top_has_its_colour(top: str) -> None:
    items = drawn(person("woman", top=f"{top} blue"), pose="walk")
    areas: dict[tuple[int, ...], float] = {}
    for item in items:
        if item.part == Part.TOP and item.fill and item.kind == "main":
            colour = tuple(round(channel * 255) for channel in item.fill)
            areas[colour] = areas.get(colour, 0.0) + float(np.ptp(item.curve[:, 0]) * np.ptp(item.curve[:, 1]))
    assert max(areas, key=lambda colour: areas[colour]) == COLOURS["blue"]


def test_a_body_that_looks_left_is_the_mirror_image() -> None:
    right, left = drawn(person(), pose="point"), drawn(person(), pose="point", facing="left")
    for one, other in zip(right, left, strict=True):
        np.testing.assert_allclose(one.curve[:, 0] - 500, 500 - other.curve[:, 0], atol=1e-9)


@pytest.mark.parametrize("feeling", get_args(Feeling))
def test_every_feeling_has_a_face_of_its_own(feeling: Feeling) -> None:
    def face(shown: Feeling) -> list[bytes]:
        return [item.curve.tobytes() for item in drawn(person(), expression=shown) if item.part == Part.FACE]

    assert all(face(feeling) != face(other) for other in get_args(Feeling) if other != feeling)


def test_lips_move_only_when_somebody_talks() -> None:
    def mouths(talks: bool) -> set[bytes]:
        looks = (drawn(person(), t / 7, talks=talks) for t in range(6))
        return {
            b"".join(item.curve.tobytes()[:8] for item in items if item.fill == (0.42, 0.1, 0.13)) for items in looks
        }

    assert mouths(False) == {b""}
    assert len(mouths(True)) > 3


def test_people_blink() -> None:
    counts = {sum(item.part == Part.FACE for item in drawn(person(), t / 24)) for t in range(80)}
    assert len(counts) > 1


def test_a_held_thing_has_its_own_number_and_part() -> None:
    lantern = Prop(id="lantern", name="lantern", kind="lantern", colour="green")
    items = drawn(person(), holds=lantern, pose="hold")
    mine = [item for item in items if item.entity == 7]
    assert mine
    assert {item.part for item in mine} == {Part.PROP}
    assert COLOURS["green"] in fills(mine, Part.PROP)


def test_a_lantern_tells_where_its_light_is() -> None:
    lantern = Prop(id="lantern", name="lantern", kind="lantern")
    anchors = draw_person(
        Recorder(), Actor(person(), 1, holds=lantern, holds_number=2), FigureState(500, 400, pose="walk"), 0.2
    )
    assert anchors.light is not None
    assert np.hypot(anchors.light[0] - anchors.near_hand[0], anchors.light[1] - anchors.near_hand[1]) < 60
    assert draw_person(Recorder(), Actor(person(), 1), FigureState(500, 400), 0.2).light is None


def test_the_three_passes_of_a_hug_are_the_whole_person() -> None:
    who = person("man")
    at = FigureState(500, 400, pose="hug", partner_x=580)
    whole, passes = Recorder(), Recorder()
    actor = Actor(who, 1, partner=person("girl"))
    draw_person(whole, actor, at, 0.4)
    for layers in ("back", "body", "front"):
        draw_person(passes, actor, at, 0.4, layers)
    assert [item.curve.tobytes() for item in whole.items] == [item.curve.tobytes() for item in passes.items]


def test_arms_of_a_hug_reach_the_partner() -> None:
    man, girl = person("man"), person("woman")
    gap = hug_gap(man, girl) * 1024
    anchors = draw_person(
        Recorder(), Actor(man, 1, partner=girl), FigureState(500, 400, pose="hug", partner_x=500 + gap), 0.4
    )
    assert abs(anchors.near_hand[0] - (500 + gap)) < 30


def test_a_blend_lies_between_its_poses() -> None:
    def hand(**state: object) -> float:
        at = FigureState(500, 400, **state)  # type: ignore[arg-type]
        return draw_person(Recorder(), Actor(person(), 1), at, 0.5).near_hand[0]

    assert hand(pose="stand") < hand(pose="stand", into="point", blend=0.5) < hand(pose="point")


def test_hands_and_head_are_where_the_anchors_say() -> None:
    recorder = Recorder()
    anchors = draw_person(recorder, Actor(person("boy", hairstyle="bald"), 1), FigureState(500, 400), 0.5)
    heads = [item.curve for item in recorder.items if item.part == Part.SKIN]
    assert any(
        curve[:, 0].min() < anchors.head[0] < curve[:, 0].max()
        and np.ptp(curve[:, 1]) == pytest.approx(2 * anchors.head_radius, rel=0.12)
        for curve in heads
    )


def test_unknown_looks_are_refused_with_the_choices() -> None:
    with pytest.raises(UsageError, match="raincoat"):
        drawn(person("woman", top="spacesuit red"))
    with pytest.raises(UsageError, match="old woman"):
        drawn(person("robot"))


def test_who_falls_goes_down_once_and_stays_there() -> None:
    heights = []
    for t in (0.0, 0.4, 0.8, 1.5, 3.0):
        box = items_box(drawn(person("man"), t, pose="fall"))
        heights.append(box[3] - box[1])
    assert min(heights[:2]) > 3 * max(heights[2:])
    assert heights[2:] == pytest.approx([heights[2]] * 3, abs=6.0)
