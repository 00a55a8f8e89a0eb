"""Sizes of figures agree with what is drawn."""

import pytest

from dreamgen.core.story import Character, Prop, Trait
from dreamgen.core.vocabulary import Pose
from dreamgen.errors import UsageError
from dreamgen.illustrator.display import Recorder
from dreamgen.illustrator.figures import PEOPLE, Actor, FigureState, draw_person
from dreamgen.illustrator.measure import box_at, feet_in, figure_extent, figure_size, items_box, prop_size


def somebody(kind: str, hat: str | None = None) -> Character:
    traits = (Trait(slot="hat", value=hat),) if hat else ()
    return Character(id="x", name="X", kind=kind, traits=traits)


@pytest.mark.parametrize("kind", PEOPLE)
@pytest.mark.parametrize("pose", ["stand", "sit", "lie", "point", "talk"])
def test_the_extent_holds_what_is_drawn(kind: str, pose: Pose) -> None:
    who = somebody(kind)
    left, top, right, bottom = figure_extent(who, pose)
    recorder = Recorder()
    draw_person(recorder, Actor(who, 1, seed=9), FigureState(0, 0, pose=pose), 2.4)
    x0, y0, x1, y1 = items_box(recorder.items)
    assert (left, right) == pytest.approx((x0 / 1024, x1 / 1024), abs=0.02)
    assert (top, bottom) == pytest.approx((y0 / 576, y1 / 576), abs=0.02)


def test_sizes_tell_grown_people_from_children_and_standing_from_lying() -> None:
    _, man = figure_size(somebody("man"), "stand")
    _, boy = figure_size(somebody("boy"), "stand")
    wide, flat = figure_size(somebody("man"), "lie")
    assert 0.3 < boy < 0.8 * man < 0.5
    assert flat < man / 2
    assert wide > 0.2


def test_a_hat_makes_taller() -> None:
    assert figure_size(somebody("man", "top hat"), "stand")[1] > figure_size(somebody("man"), "stand")[1]


def test_feet_and_boxes_are_inverse() -> None:
    who = somebody("woman")
    box = box_at(who, "point", "left", (0.4, 0.9), scale=1.2)
    assert feet_in(box, who, "point", "left") == pytest.approx((0.4, 0.9), abs=0.01)
    assert box.y1 == pytest.approx(0.9, abs=0.01)
    assert box.x0 < 0.4 - 0.05


def test_animals_have_sizes_of_their_own() -> None:
    mouse, horse = (figure_size(somebody(kind), "stand") for kind in ("mouse", "horse"))
    assert mouse[1] < 0.5 * horse[1]
    assert 0.2 < horse[1] < 0.7


def test_things_have_sizes() -> None:
    apple, bed = (prop_size(Prop(id="x", name="x", kind=kind)) for kind in ("apple", "bed"))
    assert apple[0] < 0.05 < bed[0] < 0.5


def test_unknown_kinds_are_refused_with_the_choices() -> None:
    with pytest.raises(UsageError, match="old woman"):
        figure_size(somebody("robot"), "stand")
    with pytest.raises(UsageError, match="lantern"):
        prop_size(Prop(id="x", name="x", kind="rocket"))
