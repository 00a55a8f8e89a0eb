from dataclasses import replace

import numpy as np
import pytest

from dreamgen.verify.sight.finding import Place
from dreamgen.verify.sight.likeness import LYING, LYING_MIRRORED, MIRRORED, TURNS, UPRIGHT
from dreamgen.verify.sight.lips import Change, Lips, expected, face_change, lips

WIDTH, HEIGHT, RADIUS = 512, 288, 20
SKIN, INK = 190, 30


def face(opening: float, wrinkled: int = 0) -> np.ndarray:
    """A head that looks right, a few levels of grey; the mouth is open by so much of its radius."""
    y, x = np.mgrid[-2:2:80j, -2:2:80j]
    grey = np.where(np.hypot(x, y) < 1, SKIN, 90)
    for eye in (-0.1, 0.6):
        grey[np.hypot(x - eye, y - 0.05) < 0.14] = INK
        grey[(np.abs(x - eye) < 0.2) & (np.abs(y + 0.4) < 0.06)] = INK
    grey[np.hypot((x - 0.3) / 0.26, (y - 0.65) / (0.05 + opening)) < 1] = INK
    if wrinkled:
        grey += np.random.default_rng(wrinkled).integers(-60, 60, grey.shape)
    return np.repeat(grey[..., None], 3, 2).astype(np.uint8)


def film(head: np.ndarray, turn: int = UPRIGHT, x: int = 200, y: int = 120) -> np.ndarray:
    """A frame with that head in the middle of (x, y)."""
    if turn in (MIRRORED, LYING_MIRRORED):
        head = head[:, ::-1]
    head = np.rot90(head, {LYING: 1, LYING_MIRRORED: 3}.get(turn, 0))
    frame = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    frame[y - 40 : y + 40, x - 40 : x + 40] = head
    return frame


def place(x: float = 200, y: float = 120, turn: int = UPRIGHT) -> Place:
    """A place whose head is there."""
    return Place(
        entity="mara", x=x / WIDTH, y=y / HEIGHT, body=1.0, turn=turn, window=(0.2, 0.46, 0.0),
        head_at=(0.0, 0.0, RADIUS / HEIGHT), coarse=0.5,
    )  # fmt: skip


def moved(change: Change | None) -> float:
    assert change
    return change.mouth - change.eyes


@pytest.mark.parametrize("turn", TURNS)
def test_a_mouth_that_opens_is_seen_whichever_way_the_head_lies(turn: int) -> None:
    shut, wide = film(face(0.0), turn), film(face(0.25), turn)
    assert moved(face_change(shut, place(turn=turn), wide, place(turn=turn))) > 5
    assert moved(face_change(shut, place(turn=turn), shut, place(turn=turn))) == 0


@pytest.mark.parametrize(("across", "down"), [(3, 0), (-5, 2), (9, -4)])
def test_a_head_that_moved_is_followed_and_its_mouth_still_told_from_it(across: int, down: int) -> None:
    before, at = film(face(0.0)), place()
    still, wide = (film(face(opening), x=200 + across, y=120 + down) for opening in (0.0, 0.25))
    assert moved(face_change(before, at, still, at)) < 0.5
    assert moved(face_change(before, at, wide, at)) > 5


def test_an_outline_between_two_pixels_is_no_movement() -> None:
    before = film(face(0.0))
    half = ((before.astype(int) + np.roll(before, 1, 1)) // 2).astype(np.uint8)
    assert abs(moved(face_change(before, place(), half, place()))) < 1


@pytest.mark.parametrize("x", [212, 217, 300])
def test_a_head_that_left_where_it_should_be_says_nothing_of_its_mouth(x: int) -> None:
    gone = face_change(film(face(0.0)), place(), film(face(0.0), x=x), place())
    assert lips([gone] * 12) is None


def test_a_face_in_which_everything_changes_says_nothing_of_its_mouth() -> None:
    other = face_change(film(face(0.0, wrinkled=1)), place(), film(face(0.25, wrinkled=2)), place())
    assert lips([other] * 12) is None


def test_lips_need_several_looks_and_those_without_a_face_are_left_out() -> None:
    talks = Change(mouth=3.0, eyes=0.5)
    assert lips([talks] * 2 + [None] * 10) is None
    assert lips([talks] * 8 + [None] * 4) == Lips(moved=2.5, doubt=0.5)


def test_a_mouth_that_is_sometimes_as_wide_open_as_before_moves() -> None:
    said = lips([Change(0.5, 0.5)] * 7 + [Change(3.5, 0.5)] * 5)
    assert said == Lips(moved=3.0, doubt=0.5)


def test_who_walks_is_expected_between_the_places_in_which_they_were_found() -> None:
    seen = [(0, place(x=100)), (24, place(x=200)), (48, place(x=260))]
    assert [round(expected(seen, frame).x * WIDTH) for frame in (0, 12, 24, 36, 48)] == [100, 150, 200, 230, 260]
    assert expected(seen[:1], 30) == seen[0][1]


def test_who_turned_round_is_expected_at_the_nearest_place() -> None:
    before, after = place(x=100), replace(place(x=200), turn=MIRRORED)
    assert expected([(0, before), (24, after)], 10) == before
    assert expected([(0, before), (24, after)], 14) == after
