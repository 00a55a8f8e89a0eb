from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from dreamgen.errors import UsageError
from dreamgen.illustrator import OCCLUDER, Picture, set_names
from dreamgen.illustrator.display import Part

PAINTERS = ("watercolor", "flat", "cutout", "noir")


def digest(picture: Picture, times: list[float]) -> dict[float, str]:
    found = {}
    for t in times:
        frame = picture.frame(t)
        assert frame.entities is not None and frame.parts is not None
        data = frame.image.tobytes() + frame.entities.tobytes() + frame.parts.tobytes()
        found[t] = hashlib.sha256(data).hexdigest()
    return found


def walk(hand: Any, painter: str = "watercolor", **shot: Any) -> Picture:
    picture: Picture = hand.picture(
        hand.place("mara", 0.35, pose="walk", to=0.6, holds="lantern"),
        hand.place("rex", 0.2, 0.4, pose="run", to=0.5),
        hand.place("tomi", 0.7, 0.3, facing="left", expression="happy"),
        painter=painter, time_of_day="night", weather="rain",
        start=hand.window(0.45, 0.5, 1.1), end=hand.window(0.55, 0.55, 1.4), **shot,
    )  # fmt: skip
    return picture


def test_a_frame_is_the_same_whatever_was_drawn_before_it(hand: Any) -> None:
    times = [0.0, 0.05, 0.51, 1.0, 1.02, 2.9]
    assert digest(walk(hand), times) == digest(walk(hand), times[::-1])


def test_two_frames_of_one_still_pose_are_the_same_and_safe_to_change(hand: Any) -> None:
    picture = hand.picture(hand.place("tomi", 0.5))
    first = picture.frame(1 / 24)
    first.image[:] = 0
    again = picture.frame(0.0)
    assert again.image.any()
    assert np.array_equal(again.image, picture.frame(1 / 24).image)


@pytest.mark.slow
def test_another_process_draws_the_same_bytes() -> None:
    script = """
import hashlib, importlib.util, pathlib, sys
spec = importlib.util.spec_from_file_location("stagehand", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
hand = module.Stagehand()
picture = hand.picture(hand.place("mara", 0.4, pose="talk", holds="lantern"), hand.place("rex", 0.6),
    painter="watercolor", time_of_day="sunset", says="Here!")
frame = picture.frame(0.7)
print(hashlib.sha256(frame.image.tobytes() + frame.entities.tobytes()).hexdigest())
"""
    conftest = os.path.join(os.path.dirname(__file__), "conftest.py")
    answers = set()
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-c", script, conftest]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        answers.add(done.stdout)
    assert len(answers) == 1


@pytest.mark.parametrize("set_name", set_names())
def test_every_set_can_be_drawn_in_every_weather(hand: Any, set_name: str) -> None:
    painters = iter(PAINTERS * 3)
    pictures = [
        hand.picture(
            hand.place("mara", 0.5, set_name=set_name), set_name=set_name, painter=next(painters), size=(128, 72),
            time_of_day=time, weather=weather,
        ).frame(0.0).image
        for time, weather in (("day", "clear"), ("sunset", "snow"), ("night", "rain"), ("day", "fog"))
    ]  # fmt: skip
    for image in pictures:
        assert image.std() > 10
    assert float(pictures[0].mean()) > float(pictures[2].mean()), "night is darker than day"


def test_everybody_has_pixels_of_its_own(hand: Any) -> None:
    picture = hand.picture(
        hand.place("mara", 0.3, holds="lantern"),
        hand.place("jon", 0.45),
        hand.place("rex", 0.6),
        hand.place("chest", 0.75),
    )
    frame = picture.frame(0.4)
    seen = set(np.unique(frame.entities).tolist()) - {OCCLUDER}
    assert seen == {0, *(picture.numbers[who] for who in ("mara", "lantern", "jon", "rex", "chest"))}
    lantern = frame.entities == picture.numbers["lantern"]
    assert set(np.unique(frame.parts[lantern]).tolist()) == {Part.PROP}
    mara = frame.entities == picture.numbers["mara"]
    assert {Part.SKIN, Part.HAIR, Part.TOP, Part.BOTTOM} <= set(np.unique(frame.parts[mara]).tolist())


def test_a_body_stands_where_the_layout_says(hand: Any) -> None:
    place = hand.place("jon", 0.4)
    picture = hand.picture(place, painter="flat")
    rows, columns = np.nonzero(picture.frame(0.3).entities == picture.numbers["jon"])
    width, height = hand.size
    assert abs((rows.max() + 1) / height - place.box.y1) < 2.5 / height
    assert place.box.x0 - 2 / width < columns.min() / width
    assert (columns.max() + 1) / width < place.box.x1 + 2 / width
    assert rows.min() / height > place.box.y0 - 2 / height


def test_the_nearer_body_hides_the_farther_one(hand: Any) -> None:
    far, near = hand.place("jon", 0.5, 0.8), hand.place("tomi", 0.52, 0.1)
    picture = hand.picture(near, far)
    frame = picture.frame(0.2)
    jon, tomi = picture.numbers["jon"], picture.numbers["tomi"]
    assert picture.amodal_area(0.2, "tomi") == int((frame.entities == tomi).sum())
    visible = int((frame.entities == jon).sum()) / picture.amodal_area(0.2, "jon")
    assert 0.3 < visible < 0.9
    alone = picture.frame(0.2, hide=frozenset({"tomi"})).entities == jon
    assert abs(int(alone.sum()) - picture.amodal_area(0.2, "jon")) <= 3


def test_a_walker_gets_to_its_place(hand: Any) -> None:
    picture = hand.picture(hand.place("jon", 0.3, pose="walk", to=0.7), seconds=2.0)
    number = picture.numbers["jon"]
    middles = [float(np.nonzero(picture.frame(t).entities == number)[1].mean()) for t in (0.0, 0.5, 1.0, 1.5)]
    steps = np.diff(middles) / hand.size[0]
    assert np.allclose(steps, 0.1, atol=0.02)


def test_hiding_a_body_leaves_the_rest_of_the_map_alone(hand: Any) -> None:
    picture = hand.picture(
        hand.place("jon", 0.48, pose="hug", partner="mara"),
        hand.place("mara", 0.52, facing="left", pose="hug", partner="jon"),
        painter="watercolor",
    )  # fmt: skip
    whole, without = picture.frame(0.5), picture.frame(0.5, hide=frozenset({"jon"}))
    mara, jon = picture.numbers["mara"], picture.numbers["jon"]
    assert not (without.entities == jon).any()
    assert (without.entities == mara)[whole.entities == mara].all()


def test_words_are_shown_while_they_are_spoken(hand: Any) -> None:
    picture = hand.picture(hand.place("mara", 0.5), says="Have you seen my dog?")
    before, during = picture.frame(0.4), picture.frame(0.8)
    assert (during.entities[-3:] == OCCLUDER).all()
    assert not (before.entities[-3:] == OCCLUDER).all()
    top = int(np.flatnonzero((during.entities == OCCLUDER).all(1))[0])
    assert np.array_equal(during.entities[: top - 1] == OCCLUDER, before.entities[: top - 1] == OCCLUDER)


def test_without_truth_there_are_no_maps(hand: Any) -> None:
    frame = hand.picture(hand.place("mara", 0.5)).frame(0.0, truth=False)
    assert frame.entities is None and frame.parts is None


def test_two_forests_differ_and_one_forest_does_not(hand: Any) -> None:
    images = [hand.picture(seed=seed).frame(0.0).image.astype(int) for seed in (1, 1, 2)]
    assert np.array_equal(images[0], images[1])
    assert np.abs(images[0] - images[2]).mean() > 2


def test_line_art_shows_lines_where_bodies_are(hand: Any) -> None:
    picture = hand.picture(hand.place("mara", 0.5))
    art = picture.line_art(0.0)
    assert art.dtype == np.uint8 and art.shape == hand.size[::-1]
    assert 0.01 < float((art > 127).mean()) < 0.5
    assert (art[picture.frame(0.0).entities == picture.numbers["mara"]] > 127).any()


def test_a_lantern_lights_the_night(hand: Any) -> None:
    with_light, without = (
        hand.picture(hand.place("mara", 0.5, holds=held), time_of_day="night").frame(0.0).image
        for held in ("lantern", None)
    )
    around = (slice(90, 130), slice(100, 160))
    assert float(with_light[around].mean()) > float(without[around].mean()) * 1.15


def test_a_size_that_is_not_16_9_is_refused(hand: Any) -> None:
    with pytest.raises(UsageError, match="16:9"):
        hand.picture(size=(256, 256))


def test_an_unknown_painter_is_named_with_the_choices(hand: Any) -> None:
    with pytest.raises(UsageError, match="watercolor"):
        hand.picture(painter="watercolour")


def test_a_world_without_skia_is_drawn_by_opencv(hand: Any) -> None:
    from dreamgen.engines.canvas import drawn_by

    places = (hand.place("mara", 0.4, holds="lantern"), hand.place("rex", 0.6))
    with drawn_by("opencv"):
        plain = hand.picture(*places).frame(0.0)
    rich = hand.picture(*places).frame(0.0)
    assert float(np.abs(plain.image.astype(int) - rich.image.astype(int)).mean()) < 14
    one, other = plain.entities == 1, rich.entities == 1
    assert float((one & other).sum() / (one | other).sum()) > 0.85


@pytest.mark.parametrize(("zoom", "framed"), [(1.0, True), (1.5, False)])
def test_leaves_frame_the_whole_stage_and_hang_in_front_of_nobody(hand: Any, zoom: float, framed: bool) -> None:
    place = hand.place("jon", 0.5)
    picture = hand.picture(place, start=hand.window(0.5, 0.6, zoom))
    assert bool((picture.frame(0.0).entities == OCCLUDER).any()) == framed
