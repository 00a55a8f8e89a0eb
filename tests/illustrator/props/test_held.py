"""Things in hands."""

import numpy as np
import pytest

from dreamgen.core.colours import COLOURS
from dreamgen.core.story import Prop
from dreamgen.errors import UsageError
from dreamgen.illustrator.display import Part, Recorder
from dreamgen.illustrator.props.held import draw_held, draw_lying, held_box, held_kinds


def thing(kind: str) -> Prop:
    return Prop(id="it", name="it", kind=kind, colour="purple")


def test_all_promised_things_can_be_held() -> None:
    promised = "lantern book flower apple umbrella balloon letter cup key sword stick basket bread fish camera bag rope"
    assert {*promised.split(), "ball", "gift"} <= set(held_kinds())


@pytest.mark.parametrize("kind", held_kinds())
def test_a_thing_is_drawn_around_the_hand_in_its_colour(kind: str) -> None:
    recorder = Recorder()
    draw_held(recorder, thing(kind), (50.0, 20.0), 1.0, 0.7)
    assert {item.part for item in recorder.items} == {Part.PROP}
    colours = [item.fill or item.line for item in recorder.items]
    assert COLOURS["purple"] in [tuple(round(channel * 255) for channel in colour) for colour in colours if colour]
    points = np.vstack([item.curve for item in recorder.items])
    assert np.hypot(*(points - (50.0, 20.0)).T).min() < 6


@pytest.mark.parametrize("kind", held_kinds())
def test_a_thing_left_alone_stands_on_the_ground(kind: str) -> None:
    recorder = Recorder()
    draw_lying(recorder, thing(kind), 1.0)
    bottom = max(item.curve[:, 1].max() + (item.width / 2 if item.kind == "line" else 0.0) for item in recorder.items)
    assert bottom == pytest.approx(0.0, abs=0.01)


def test_only_what_glows_has_a_light() -> None:
    assert draw_held(Recorder(), thing("lantern"), (0.0, 0.0), 1.0, 0.0) is not None
    assert draw_held(Recorder(), thing("book"), (0.0, 0.0), 1.0, 0.0) is None


def test_unknown_things_are_refused_with_the_choices() -> None:
    with pytest.raises(UsageError, match="lantern"):
        held_box("spaceship")
