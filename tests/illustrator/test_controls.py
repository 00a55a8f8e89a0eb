import tomllib
from importlib import resources
from typing import Any, get_args

import numpy as np
import pytest

from dreamgen.illustrator import Control, catalogue, control_image, set_names
from dreamgen.illustrator.controls import class_of
from dreamgen.illustrator.figures.tables import table

PERSON, ANIMAL, SKY, GRASS = (61, 5, 150), (122, 0, 255), (230, 230, 6), (7, 250, 4)
"""As BGR."""


@pytest.fixture(scope="session")
def pair(hand: Any) -> Any:
    places = (hand.place("mara", 0.3, depth=0.1), hand.place("rex", 0.7, depth=0.9))
    return hand.stage(*places, seconds=2.0)


def share(image: Any, colour: tuple[int, int, int]) -> float:
    """Of the pixels, those with a colour."""
    return float((image == colour).all(axis=2).mean())


def sampled(image: Any) -> Any:
    """64 x 36 pixels, evenly spread."""
    rows, columns = (
        ((np.arange(n) + 0.5) * side / n).astype(int) for n, side in zip((36, 64), image.shape, strict=False)
    )
    return image[rows][:, columns].astype(int)


def test_classes_of_a_segmentation_are_those_of_the_entity_map(hand: Any, pair: Any) -> None:
    story, shot = pair
    picture = hand.picture(*shot.layout.placements, seconds=2.0)
    entities = picture.frame(1.0).entities
    assert entities is not None
    segments = control_image(story, shot, hand.style(), "segmentation", hand.size)

    for who, colour in (("mara", PERSON), ("rex", ANIMAL)):
        body = entities == picture.numbers[who]
        assert ((segments == colour).all(axis=2) == body).mean() > 0.995
        assert (segments[body] == colour).all(axis=1).mean() > 0.97
    assert share(segments, SKY) > 0.1
    assert share(segments, GRASS) > 0.1


def test_every_pixel_has_the_colour_of_a_class(hand: Any) -> None:
    colours = {tuple(reversed(colour)) for colour in table("labels")["colours"].values()}
    for name in set_names():
        story, shot = hand.stage(hand.place("jon", 0.5, set_name=name), seconds=2.0)
        story = story.model_copy(update={"locations": (story.locations[0].model_copy(update={"set": name}),)})
        segments = control_image(story, shot, hand.style("watercolor"), "segmentation", (128, 72))
        assert set(map(tuple, segments.reshape(-1, 3).tolist())) <= colours, name


def test_whatever_draws_a_set_has_a_class() -> None:
    text = resources.files("dreamgen.illustrator").joinpath("data/sets.toml").read_text("utf-8")
    plans = tomllib.loads(text).items()
    puts = [(name, put) for name, plan in plans for sheet in plan["layers"] for put in sheet["puts"]]
    used = {(name, put.get("label", put["what"])) for name, put in puts}
    assert {class_of(what, name) for name, what in used} <= set(table("labels")["colours"])


def test_the_nearer_is_the_brighter(hand: Any, pair: Any) -> None:
    story, shot = pair
    picture = hand.picture(*shot.layout.placements, seconds=2.0)
    entities = picture.frame(1.0).entities
    assert entities is not None
    depth = control_image(story, shot, hand.style(), "depth", hand.size)[..., 0]

    near, far = (float(np.median(depth[entities == picture.numbers[who]])) for who in ("mara", "rex"))
    assert near > far > depth[2, 128]
    assert (depth.min(), depth.max()) == (0, 255)


def test_outlines_are_white_on_black(hand: Any, pair: Any) -> None:
    story, shot = pair
    lines, soft, hard = (
        control_image(story, shot, hand.style(), kind, hand.size) for kind in ("lineart", "softedge", "canny")
    )
    assert 0.02 < (lines > 127).mean() < 0.4
    assert set(np.unique(hard)) == {0, 255}
    assert (soft > 10).mean() > (lines > 10).mean(), "softer is wider"


def test_every_prop_has_a_class() -> None:
    labels = table("labels")
    assert set(labels["props"]) == set(catalogue().props)
    assert set(labels["props"].values()) <= set(labels["colours"])


@pytest.mark.parametrize("kind", get_args(Control))
def test_a_place_in_the_frame_is_the_same_place_at_any_size_and_shape(kind: Control, hand: Any, pair: Any) -> None:
    story, shot = pair
    near = shot.model_copy(update={"camera": shot.camera.model_copy(update={"start": hand.window(0.4, 0.7, 1.6)})})
    shapes = [(320, 180), (448, 256), (256, 256)]
    images = [control_image(story, near, hand.style(), kind, size) for size in shapes]

    assert [image.shape for image in images] == [(180, 320, 3), (256, 448, 3), (256, 256, 3)]
    small = [sampled(image) for image in images]
    # edges are a pixel wide, and may fall between two samples
    least = {"segmentation": 0.95, "depth": 0.95}.get(kind, 0.8)
    for other in small[1:]:
        assert (np.abs(small[0] - other).max(axis=2) < 64).mean() > least
