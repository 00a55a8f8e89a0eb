import numpy as np
import pytest

from dreamgen.core.layout import Box, Camera
from dreamgen.core.media import Style
from dreamgen.core.story import Story
from dreamgen.engines.diffusion.orders import Pixels
from dreamgen.render.judging import Judge, cropped
from dreamgen.render.sketching import sketch

PICTURE = np.full((144, 256, 3), 9, np.uint8)
PORTRAITS = {"mara": np.full((200, 150, 3), 200, np.uint8), "tomi": np.full((200, 150, 3), 90, np.uint8)}


def compared(story: Story, style: Style, camera: Camera) -> list[Pixels]:
    """What the judge looks at."""
    looked: list[Pixels] = []

    def look(image: Pixels) -> np.ndarray:
        looked.append(image)
        return np.array([1.0, 0.0], np.float32)

    shot = story.shots[0].model_copy(update={"camera": camera})
    planned = sketch(story, style, (256, 144), (128, 96), None, shot)
    judgement = Judge(story, look, PORTRAITS, likeness=0.5)(planned, PICTURE)
    assert {likeness.score for likeness in judgement.likenesses} == {1.0}
    return looked


def test_a_body_is_compared_with_its_portrait_in_grey_squares(story: Story, style: Style) -> None:
    body, portrait, *_ = compared(story, style, Camera())
    assert body.shape[0] == body.shape[1] > 40
    assert portrait.shape == (200, 200, 3)
    assert (portrait[:, 0] == 0x8F).all()
    assert (portrait[:, 100] == 200).all()


def test_of_a_body_that_the_frame_cuts_off_the_same_part_of_the_portrait_is_compared(
    story: Story, style: Style
) -> None:
    waist_up = Box(x0=0.0, y0=0.25, x1=0.4, y1=0.6)
    _, portrait, *_ = compared(story, style, Camera(start=waist_up, end=waist_up))
    shown = int((portrait[:, 75, 0] == 200).sum())
    assert 80 < shown < 140


@pytest.mark.parametrize(("cast", "margin", "outcome"), [(2, 0.0, "unlike"), (2, -0.3, "kept"), (1, 0.5, "kept")])
def test_a_body_is_held_against_everybodys_portrait(
    story: Story, style: Style, cast: int, margin: float, outcome: str
) -> None:
    def look(image: Pixels) -> np.ndarray:
        """Bodies are 0.6 like mara, whose portrait is bright, and 0.8 like tomi."""
        shade = int(image[image.shape[0] // 2, image.shape[1] // 2, 0])
        return np.array({9: (0.6, 0.8), 200: (1.0, 0.0), 90: (0.0, 1.0)}[shade], np.float32)

    planned = sketch(story, style, (256, 144), (128, 96), None, story.shots[0])
    portraits = {who: PORTRAITS[who] for who in ("mara", "tomi")[:cast]}
    judgement = Judge(story, look, portraits, likeness=0.5, likeness_margin=margin)(planned, PICTURE)
    assert judgement.outcome == outcome
    assert [likeness.score for likeness in judgement.likenesses] == [0.6, 0.8][:cast]
    assert judgement.strangers == (outcome == "unlike")


def test_a_crop_is_never_empty() -> None:
    assert cropped(PICTURE, Box(x0=0.999, y0=0.999, x1=1.0, y1=1.0)).shape == (8, 8, 3)
    assert cropped(PICTURE, Box(x0=0.25, y0=0.5, x1=0.5, y1=1.0)).shape == (72, 64, 3)
