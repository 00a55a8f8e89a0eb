"""What a member of the cast looks like, alone on plain grey: the reference that a verifier searches for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import derive_seed
from dreamgen.core.media import Style
from dreamgen.core.story import Character, Story
from dreamgen.engines import canvas
from dreamgen.errors import unknown_name
from dreamgen.illustrator.animals import AnimalMotion, draw_animal
from dreamgen.illustrator.display import Recorder
from dreamgen.illustrator.figures import Actor, FigureState, draw_person
from dreamgen.illustrator.figures.actor import UNIT
from dreamgen.illustrator.figures.bodies import PEOPLE
from dreamgen.illustrator.light import light_of
from dreamgen.illustrator.painters import Inked, painter_for, wobbled
from dreamgen.illustrator.painters.finishing import toned

GROUND = 0x8F
"""Grey level of the ground; neutral, so that it tints nothing."""

_FILL = 0.92  # share of the picture that the body may take


def portrait(story: Story, character_id: str, style: Style, size: tuple[int, int] = (192, 256)) -> NDArray[np.uint8]:
    """The whole body, standing, in plain day light.

    Args:
        story: whose cast has the character.
        character_id: who.
        style: its `painter` says how.
        size: width and height in pixels.

    Returns:
        uint8 (h, w, 3), BGR, on a ground of #8f8f8f.

    Raises:
        UsageError: when the cast has no such character.
    """
    character = story.character(character_id)
    if character is None:
        raise unknown_name("character", character_id, (member.id for member in story.cast))
    painter, light = painter_for(style), light_of("day", "clear", False)
    recorder = Recorder(lit=painter.graded(light.on_bodies(), spot=True))
    _draw(recorder, story, character)
    wobbled(recorder.items, painter.wobble * 0.5, derive_seed(story.seed, "portrait", character.id))
    inked = Inked(recorder.items)
    width, height = size
    pixels = canvas.blank(width, height)
    pixels[:] = (GROUND, GROUND, GROUND, 255)
    if len(inked.items):
        (x0, y0), (x1, y1) = np.min(inked.low, axis=0).tolist(), np.max(inked.high, axis=0).tolist()
        zoom = _FILL * min(width / (x1 - x0), height / (y1 - y0))
        shift = (width / 2 - (x0 + x1) / 2 * zoom, height / 2 - (y0 + y1) / 2 * zoom)
        canvas.draw(pixels, inked.marks(painter, light.direction), zoom, shift)
    image = np.ascontiguousarray(pixels[..., :3])
    plain = (image == GROUND).all(-1)
    image = toned(image, painter)
    image[plain] = GROUND  # the ground has no style
    return image


def _draw(recorder: Recorder, story: Story, character: Character) -> None:
    seed = derive_seed(story.seed, "actor", character.id)
    if character.kind in PEOPLE:
        draw_person(recorder, Actor(character=character, number=1, seed=seed), FigureState(x=0.0, y=0.0), 0.0)
        return
    with recorder.stamped(entity=1), recorder.transformed([[UNIT, 0.0, 0.0], [0.0, UNIT, 0.0]]):
        draw_animal(recorder, character, AnimalMotion(seed=seed % 10_000), 0.0)
    for item in recorder.items:
        item.blur *= UNIT
        if item.kind == "line":
            item.width *= UNIT
