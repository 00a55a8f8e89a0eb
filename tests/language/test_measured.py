from __future__ import annotations

import pytest

from dreamgen.core.claims import CameraMove, Claim, Cut, Light, Loudness, Motion, Order, Shots, Tint
from dreamgen.language.company import Company
from dreamgen.language.measured import beginning, measured
from dreamgen.language.telling import Room, state

SPAN = {"start": 0.0, "end": 4.0}


@pytest.mark.parametrize(
    ("claim", "text", "opposite"),
    [
        (Light(**SPAN, level="dark"), "The picture is dark.", "The picture is not dark."),
        (Light(**SPAN, level="dim"), "The picture is dimly lit.", "The picture is not dimly lit."),
        (Tint(**SPAN, colour="green"), "Green covers most of the picture.",
         "Green does not cover most of the picture."),
        (Motion(**SPAN, amount="none"), "Nothing in the picture moves.", "Something in the picture moves."),
        (Motion(**SPAN, amount="much"), "Much of the picture moves.",
         "The share of the picture that moves is not much."),
        (Motion(**SPAN, amount="little", direction="up"), "Most of what moves in the picture goes upwards.",
         "Most of what moves in the picture does not go upwards."),
        (Shots(**SPAN, number=1), "This consists of exactly one shot.",
         "This does not consist of exactly one shot."),
        (Shots(**SPAN, number=3), "This consists of exactly three shots.",
         "This does not consist of exactly three shots."),
    ],
)  # fmt: skip
def test_what_is_measured_is_said_both_ways(claim: Claim, text: str, opposite: str) -> None:
    said = state(Room(Company.of((), ()), {}), claim)
    assert said is not None
    assert (said.text, said.opposite) == (text, opposite)


def test_sound_is_put_in_words_but_asked_of_nobody_who_only_sees() -> None:
    loud = Loudness(**SPAN, level="loud")
    assert measured(loud) == ("the sound is loud", "the sound is not loud")
    assert state(Room(Company.of((), ()), {}), loud) is None


def test_the_order_of_two_states_is_said_by_their_beginnings() -> None:
    bright, zoom = Light(start=2, end=4, level="bright"), CameraMove(start=4, end=6, move="zoom_in")
    order = Order(start=0, end=6, first=bright.id, second=zoom.id)
    said = state(Room(Company.of((), ()), {bright.id: bright, zoom.id: zoom}), order)
    assert said is not None
    assert said.text == "The picture turns bright before the camera begins to zoom in."
    assert beginning(CameraMove(**SPAN, move="static")) == "the camera comes to rest"
    assert beginning(Cut(start=1, end=1)) is None
