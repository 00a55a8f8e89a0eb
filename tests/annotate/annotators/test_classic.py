"""The `classic` annotator says what is clearly so, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from dreamgen.annotate.annotators.classic import ClassicAnnotator, claims_of
from dreamgen.annotate.signals import Gauge
from dreamgen.core.claims import (
    CameraMove,
    Claim,
    Cut,
    Duration,
    Light,
    Loudness,
    Motion,
    Order,
    Shots,
    Tint,
)
from dreamgen.core.found import Notes
from dreamgen.core.media import Footage
from tests.moving import RATE, Picture, camera, crossing, plain, texture, tone, write

FPS = 20


def claimed(frames: Iterable[Picture], *sound: np.ndarray[tuple[int], np.dtype[np.float32]]) -> list[Claim]:
    gauge, at = Gauge(FPS), 0.0
    for number, picture in enumerate(frames):
        gauge.see(picture, number / FPS)
    for piece in sound:
        gauge.hear(piece, RATE, at)
        at += len(piece) / RATE
    return list(claims_of(gauge.signals()))


def moves(claims: list[Claim]) -> list[tuple[str, float, float]]:
    return [(one.move, one.start, one.end) for one in claims if isinstance(one, CameraMove)]


@pytest.mark.parametrize(
    ("pan", "zoom", "move"),
    [(-1.0, 0.0, "pan_right"), (1.0, 0.0, "pan_left"), (0.0, 0.003, "zoom_in"), (0.0, -0.003, "zoom_out"),
     (0.0, 0.0, "static")],
)  # fmt: skip
def test_camera_moves_are_told_apart_and_last_the_whole_shot(pan: float, zoom: float, move: str) -> None:
    assert moves(claimed(camera(texture(), 50, pan=pan, zoom=zoom))) == [(move, 0.0, 2.5)]


def test_a_camera_that_trembles_or_hardly_moves_is_not_spoken_of() -> None:
    lot = np.random.default_rng(3)
    trembling: list[Picture] = []
    ground = texture()
    for _ in range(50):
        dx, dy = (int(one) for one in lot.integers(-4, 5, 2))
        trembling.append(next(camera(np.roll(ground, (dy, dx), (0, 1)), 1)))
    assert moves(claimed(trembling)) == []
    assert moves(claimed(camera(texture(), 50, pan=0.09))) == [], "a pan of a hundredth of the picture a second"


def test_things_that_all_go_one_way_are_no_pan() -> None:
    found = claimed(crossing(plain(60, (235, 235, 235)), 3.0))
    assert not any(move.startswith("pan") for move, _, _ in moves(found))


def test_things_move_and_that_nothing_does_is_never_claimed() -> None:
    assert not [one for one in claimed(camera(texture(), 50)) if isinstance(one, Motion)]
    moving = [one for one in claimed(crossing(camera(texture(), 60), 3.0)) if isinstance(one, Motion)]
    assert {one.direction for one in moving} <= {"right", "none"} and all(one.amount != "none" for one in moving)


def test_light_and_colour_change_with_the_cut_and_last_as_long_as_they_do() -> None:
    found = claimed([*camera(texture(low=2, high=40), 40), *camera(texture(seed=2, low=170, high=250), 60)])
    light = [one for one in found if isinstance(one, Light)]
    assert [(one.level, one.start, one.end) for one in light] == [("dark", 0.0, 2.0), ("bright", 2.0, 5.0)]
    lasting = {one.of: one.seconds for one in found if isinstance(one, Duration)}
    assert lasting[light[0].id] == 2.0 and lasting[light[1].id] == 3.0
    assert [one.number for one in found if isinstance(one, Shots)] == [2]
    assert [one.at for one in found if isinstance(one, Cut)] == [2.0]


@pytest.mark.parametrize(
    ("colour", "name"),
    [((200, 80, 30), "blue"), ((40, 40, 200), "red"), ((60, 160, 60), "green"), ((128, 128, 128), "grey"),
     ((245, 245, 245), "white"), ((12, 12, 12), "black")],
)  # fmt: skip
def test_the_colour_that_covers_the_picture_is_named(colour: tuple[int, int, int], name: str) -> None:
    assert {one.colour for one in claimed(plain(30, colour)) if isinstance(one, Tint)} == {name}


@pytest.mark.parametrize("colour", [(40, 110, 170), (90, 90, 60), (140, 120, 160)])
def test_of_a_colour_that_people_would_not_agree_on_nothing_is_said(colour: tuple[int, int, int]) -> None:
    assert not [one for one in claimed(plain(30, colour)) if isinstance(one, Tint)]


def test_silence_and_noise_are_told_and_a_voice_in_between_is_not() -> None:
    scene = list(camera(texture(), 80))
    silence = np.zeros(2 * RATE, np.float32)
    found = [one for one in claimed(scene, silence, tone(2.0, -10)) if isinstance(one, Loudness)]
    assert (found[0].level, found[0].start, found[0].end) == ("silent", 0.0, 2.0)
    assert found[1].level == "loud" and found[1].start == pytest.approx(2.0, abs=0.6) and found[1].end == 4.0
    assert not [one for one in claimed(scene, tone(4.0, -27)) if isinstance(one, Loudness)]
    assert not [one for one in claimed(scene) if isinstance(one, Loudness)], "without a track nothing is known"


def test_what_begins_first_is_told_of_states_that_begin_sharply() -> None:
    scene = [*camera(texture(low=2, high=40), 40), *camera(texture(seed=2, low=170, high=250), 80)]
    silence = np.zeros(4 * RATE, np.float32)
    found = claimed(scene, silence, tone(2.0, -10))
    by_id = {one.id: one for one in found}
    orders = [one for one in found if isinstance(one, Order)]
    assert orders and all(by_id[one.first].start + 0.9 < by_id[one.second].start for one in orders)


def test_a_clip_without_signals_is_decoded_and_says_the_same(tmp_path: Path) -> None:
    frames = [*camera(texture(low=2, high=40), 40), *camera(texture(seed=2, low=170, high=250), 40)]
    path = write(tmp_path / "a.mp4", iter(frames), FPS)
    sight = Footage(clip="a", video=path, portraits={})
    decoded = list(ClassicAnnotator().annotate(sight, Notes(), (), tmp_path))
    assert {one.kind for one in decoded} >= {"cut", "shots", "light", "camera_move"}
    gauge = Gauge(FPS)
    for number, picture in enumerate(frames):
        gauge.see(picture, number / FPS)
    gauge.write(tmp_path / "a.npz", 0.0, 4.0)
    kept = list(ClassicAnnotator().annotate(sight, Notes(signals=tmp_path / "a.npz"), (), tmp_path))
    assert [one.id for one in kept if one.kind == "cut"] == [one.id for one in decoded if one.kind == "cut"]


def test_of_few_frames_nothing_is_said_of_cuts_or_the_camera() -> None:
    gauge = Gauge(1.0)
    for number, picture in enumerate(camera(texture(low=2, high=40), 12)):
        gauge.see(picture, float(number))
    assert {one.kind for one in claims_of(gauge.signals())} <= {"light", "tint"}
    gauge = Gauge(25.0)
    gauge.see(next(camera(texture(), 1)), 0.0)
    assert list(claims_of(gauge.signals())) == []
    assert list(claims_of(Gauge(25.0).signals())) == []
