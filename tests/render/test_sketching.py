from typing import Any

import numpy as np
import pytest

from dreamgen.core.layout import Box, Camera
from dreamgen.core.media import Style
from dreamgen.core.story import Story
from dreamgen.render.placing import places
from dreamgen.render.sketching import sketch


def test_a_sketch_says_who_is_seen_and_where(story: Story, style: Style) -> None:
    planned = sketch(story, style, (256, 144), (128, 96), None, story.shots[0])

    assert planned.seen == ("mara", "tomi")
    assert planned.t == story.shots[0].seconds / 2
    assert planned.box("mara").iou(Box(x0=0.12, y0=0.33, x1=0.24, y1=0.86)) > 0.4
    assert planned.guide is None


def test_who_is_out_of_the_frame_is_not_seen(story: Story, style: Style) -> None:
    camera = Camera(start=Box(x0=0.0, y0=0.5, x1=0.3, y1=0.8), end=Box(x0=0.0, y0=0.5, x1=0.3, y1=0.8))
    planned = sketch(story, style, (256, 144), (128, 96), None, story.shots[0].model_copy(update={"camera": camera}))
    assert planned.seen == ("mara",)


def test_a_model_leaves_no_margin_of_bare_paper(story: Story, style: Style) -> None:
    paper = style.model_copy(update={"painter": "watercolor"})
    planned = sketch(story, paper, (256, 144), (128, 96), None, story.shots[0])
    assert (planned.map[60:90, 0] != 255).all(), "half way up the left side, where no leaves hang"


@pytest.mark.parametrize("layout", ["segmentation", "depth", "image"])
def test_a_guide_has_the_size_that_is_drawn(layout: Any, story: Story, style: Style) -> None:
    guide = sketch(story, style, (256, 144), (128, 96), layout, story.shots[0]).guide
    assert guide is not None
    assert guide.shape == (96, 128, 3)
    assert guide.std() > 10


def test_parts_that_overlap_are_shared(story: Story, style: Style) -> None:
    near = story.shots[0].layout.model_copy(
        update={
            "placements": tuple(
                placement.model_copy(update={"box": Box(x0=0.3, y0=0.4, x1=0.45, y1=0.85), "depth": depth})
                for placement, depth in zip(story.shots[0].layout.placements, (0.2, 0.6), strict=True)
            )
        }
    )
    planned = sketch(story, style, (256, 144), (128, 96), None, story.shots[0].model_copy(update={"layout": near}))
    masks = places(planned, planned.seen, (128, 96))

    assert np.sum(masks, axis=0).max() == 1.0
    assert any(((mask > 0) & (mask < 1)).any() for mask in masks)
