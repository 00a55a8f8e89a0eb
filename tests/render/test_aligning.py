from typing import Any

import numpy as np
import pytest

from dreamgen.core.layout import Box
from dreamgen.core.media import Alignment, Style
from dreamgen.core.story import Prop, Story
from dreamgen.engines.detection import Found
from dreamgen.render.aligning import alignments
from dreamgen.render.sketching import Sketch, sketch

PICTURE = np.zeros((144, 256, 3), np.uint8)


class Detector:
    """Finds what it is told, and remembers what it was asked."""

    name = "a detector"

    def __init__(self, *found: Found) -> None:
        self.found, self.asked, self.least = list(found), [], 0.0  # type: ignore[var-annotated]

    def find(self, image: Any, words: Any, least: float = 0.0) -> list[Found]:
        """All that it was told."""
        self.asked += words
        self.least = least
        return self.found


@pytest.fixture
def women(story: Story) -> Story:
    """Both are women, and there is a bench."""
    tomi = story.cast[1].model_copy(update={"kind": "woman"})
    bench = Prop(id="bench", name="the bench", kind="bench", colour="orange")
    shot = story.shots[0]
    seat = shot.layout.placements[0].model_copy(
        update={"who": "bench", "depth": 0.5, "box": Box(x0=0.7, y0=0.7, x1=0.9, y1=0.87)}
    )
    layout = shot.layout.model_copy(update={"placements": (*shot.layout.placements, seat)})
    scene = story.scenes[0].model_copy(update={"shots": (shot.model_copy(update={"layout": layout}),)})
    act = story.acts[0].model_copy(update={"scenes": (scene,)})
    return story.model_copy(update={"cast": (story.cast[0], tomi), "props": (bench,), "acts": (act,)})


@pytest.fixture
def planned(women: Story, style: Style) -> Sketch:
    return sketch(women, style, (256, 144), (128, 96), None, women.shots[0])


def found_in(story: Story, planned: Sketch, *found: Found) -> dict[str, Alignment]:
    return {one.entity: one for one in alignments(story, planned, PICTURE, Detector(*found), 0.5)}


def test_two_of_a_kind_get_a_box_each(women: Story, planned: Sketch) -> None:
    boxes = {who: planned.box(who) for who in ("mara", "tomi", "bench")}
    found = found_in(
        women, planned, Found("a woman", boxes["tomi"], 0.9), Found("a woman", boxes["mara"], 0.3),
        Found("an orange bench", boxes["bench"], 0.5),
    )  # fmt: skip

    assert list(found) == ["mara", "tomi", "bench"]
    assert {who: one.found for who, one in found.items()} == boxes
    assert all(one.aligned and one.iou == 1.0 and one.by == "a detector" for one in found.values())


def test_one_box_is_not_two_people(women: Story, planned: Sketch) -> None:
    both = Found("a woman", planned.box("mara"), 0.9)
    found = found_in(women, planned, both)
    assert found["mara"].aligned
    assert (found["tomi"].found, found["tomi"].aligned) == (None, False)


def test_the_wrong_thing_in_the_right_place_is_not_aligned(women: Story, planned: Sketch) -> None:
    found = found_in(women, planned, Found("an orange bench", planned.box("mara"), 0.9))
    assert found["mara"].found is None
    assert (found["bench"].aligned, found["bench"].iou) == (False, 0.0)


def test_a_box_in_the_right_place_does_not_win_over_a_surer_one(women: Story, planned: Sketch) -> None:
    mara, tomi = planned.box("mara"), planned.box("tomi")
    elsewhere = Box(x0=0.75, y0=0.1, x1=0.95, y1=0.6)
    found = found_in(
        women, planned, Found("a woman", tomi, 0.9), Found("a woman", elsewhere, 0.8), Found("a woman", mara, 0.1)
    )
    assert (found["mara"].found, found["mara"].aligned) == (elsewhere, False)
    assert found["tomi"].aligned


def test_one_figure_is_not_a_woman_and_a_boy(story: Story, style: Style) -> None:
    planned = sketch(story, style, (256, 144), (128, 96), None, story.shots[0])
    mara = planned.box("mara")
    near = mara.model_copy(update={"x1": mara.x1 + 0.01})
    found = found_in(story, planned, Found("a boy", near, 0.6), Found("a woman", mara, 0.4))
    assert found["mara"].found is None
    assert found["tomi"].found == near


def test_a_figure_that_is_somebody_else_is_nobody_of_the_plan(women: Story, planned: Sketch) -> None:
    box = planned.box("mara")
    found = found_in(women, planned, Found("a woman", box, 0.4), Found("a man", box, 0.7))
    assert [one.found for one in found.values()] == [None, None, None]


def test_every_word_is_asked_for_once_and_then_others_that_it_is_not(women: Story, planned: Sketch) -> None:
    detector = Detector()
    alignments(women, planned, PICTURE, detector, 0.5, sure=0.3)
    assert detector.asked[:2] == ["a woman", "an orange bench"]
    assert len(set(detector.asked)) == len(detector.asked)
    assert {"a man", "a boy", "a dog"} < set(detector.asked)
    assert "an old woman" not in detector.asked, "who is a woman, too"
    assert detector.least == 0.3
