from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from pydantic import ValidationError

from dreamgen.annotate.novelty import Keyframes, Novelty
from dreamgen.engines.embedding import Pixels, Vectors
from dreamgen.engines.histograms import ColourEyes
from dreamgen.engines.probing import FileFacts
from dreamgen.engines.viewing import Seen
from tests.annotate.footage import scene

FACTS = FileFacts("mp4", "h264", "yuv420p", (96, 64), (96, 64), 0, 25, False, 4.0, "", False)  # type: ignore[arg-type]


class Counting:
    """Sees one number in a picture: its angle on a circle."""

    by = "clip"
    model = "none"

    def __init__(self) -> None:
        self.looks = 0

    def look(self, pictures: Sequence[Pixels]) -> Vectors:
        self.looks += len(pictures)
        angles = [float(picture[0, 0, 0]) * np.pi / 180 for picture in pictures]
        return np.array([(np.cos(one), np.sin(one)) for one in angles], np.float32)


def _seen(number: int, seconds: float, picture: Pixels) -> Seen:
    return Seen(number, seconds, picture, None)


def test_H2_a_frame_unlike_the_last_keyframe_is_a_keyframe() -> None:
    chooser = Keyframes(Novelty(alike=0.9, every=0.01), Counting(), FACTS)
    # 0.9 is the cosine of 25.8 degrees: small steps add up until the last kept frame is far enough away
    for number, angle in enumerate([0, 10, 20, 30, 40, 50, 60, 35]):
        chooser.see(_seen(number, float(number), np.full((2, 2, 3), angle, np.uint8)))
    assert chooser.seconds == [0.0, 3.0, 6.0]


def test_frames_are_compared_twice_a_second() -> None:
    eyes = Counting()
    chooser = Keyframes(Novelty(alike=0.9), eyes, FACTS)
    for number in range(100):
        chooser.see(_seen(number, number / 25, np.zeros((2, 2, 3), np.uint8)))
    assert eyes.looks == 8


def test_colours_tell_scenes_apart_and_a_scene_from_nothing_new() -> None:
    chooser = Keyframes(Novelty(), ColourEyes(), FACTS)
    for number, picture in enumerate([*scene(1, 50), *scene(2, 50)]):
        chooser.see(_seen(number, number / 25, picture))
    assert chooser.seconds == [0.0, 2.08]


def test_networks_need_weights_to_be_named() -> None:
    with pytest.raises(ValidationError, match="needs model"):
        Novelty(by="clip")
    assert Novelty(by="none").open() is None
