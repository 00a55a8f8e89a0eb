"""One shot as pictures: baked once, then any moment of it as a frame with the exact truth of every pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.media import Style
from dreamgen.core.story import Shot, Story
from dreamgen.engines import canvas
from dreamgen.illustrator.display import Recorder, mix, shade
from dreamgen.illustrator.lettering import caption
from dreamgen.illustrator.sets import STAGE, stage_of

Pixels = NDArray[np.uint8]

OCCLUDER = 255
"""The number of captions and of foreground leaves in an entity map."""


@dataclass(frozen=True)
class Frame:
    """One moment of a shot."""

    image: Pixels
    """uint8 (h, w, 3), BGR."""
    entities: Pixels | None
    """uint8 (h, w): 0 the set, 255 a caption or foreground, else `Picture.numbers` of who is seen there."""
    parts: Pixels | None
    """uint8 (h, w): `display.Part` of what is seen there."""


class Picture:
    """One shot, ready to be drawn at any time.

    Args:
        story: where the shot belongs.
        shot: staged, with a layout and a camera.
        style: its `painter` says how things are drawn.
        size: width and height in pixels, 16:9.
        effects: False leaves out what a body does to pixels that are not its own: shadows, held lamps.
    """

    def __init__(
        self, story: Story, shot: Shot, style: Style, size: tuple[int, int] = (1024, 576), *, effects: bool = True
    ) -> None:
        named = (*(character.id for character in story.cast), *(prop.id for prop in story.props))
        self.numbers = {name: number for number, name in enumerate(named, start=1)}
        """Entity id to its number in the entity maps."""
        self._story, self._shot, self._style, self._size, self._effects = story, shot, style, size, effects
        self._stage = stage_of(story.location(shot.location).set)

    def frame(self, t: float, hide: frozenset[str] = frozenset(), truth: bool = True) -> Frame:
        """The picture `t` seconds into the shot; the same bytes whenever and wherever it is asked for.

        Args:
            t: seconds from the start of the shot.
            hide: ids of entities to leave out; nothing else changes.
            truth: whether the entity and part maps are wanted too.
        """
        width, height = self._size
        pixels = canvas.blank(width, height)
        zoom, shift = self._view(t)
        recorder = self._set()
        canvas.draw(pixels, _marks(recorder), zoom, shift)
        bodies = self._bodies(t, hide)
        canvas.draw(pixels, _marks(bodies), zoom, shift)
        image = np.ascontiguousarray(pixels[..., :3])
        entities, parts = self._truth(t, hide) if truth else (None, None)
        words = self._words(t)
        if words:
            strip = caption(words, width, height)
            share = strip[..., 3:].astype(np.uint16)
            image = ((image * (255 - share) + strip[..., 2::-1] * share) // 255).astype(np.uint8)
            if entities is not None and parts is not None:
                entities[strip[..., 3] > 0] = OCCLUDER
                parts[strip[..., 3] > 0] = 0
        return Frame(image, entities, parts)

    def amodal_area(self, t: float, entity_id: str) -> int:
        """Pixels that the entity would have in this frame with nothing in front of it."""
        alone = frozenset(self.numbers) - {entity_id}
        entities, _ = self._truth(t, alone)
        return int((entities == self.numbers[entity_id]).sum())

    def line_art(self, t: float) -> Pixels:
        """The outlines of everything, uint8 (h, w): lines are 255."""
        image = self.frame(t, truth=False).image.astype(np.int16)
        across, down = np.zeros(image.shape[:2]), np.zeros(image.shape[:2])
        across[:, 1:] = np.abs(np.diff(image, axis=1)).max(2)
        down[1:] = np.abs(np.diff(image, axis=0)).max(2)
        return np.where(np.maximum(across, down) > 12, 255, 0).astype(np.uint8)

    def _truth(self, t: float, hide: frozenset[str]) -> tuple[Pixels, Pixels]:
        width, height = self._size
        pixels = canvas.blank(width, height)
        zoom, shift = self._view(t)
        stamps = [
            canvas.Fill(canvas.Outline(item.curve, item.closed), canvas.stamp(item.entity, item.part))
            for item in self._bodies(t, hide).items
        ]
        canvas.draw(pixels, stamps, zoom, shift, smooth=False)
        return pixels[..., 0].copy(), pixels[..., 1].copy()

    def _view(self, t: float) -> tuple[float, tuple[float, float]]:
        window = self._shot.camera.window(min(1.0, max(0.0, t / self._shot.seconds)))
        zoom = self._size[0] / (window.width * STAGE[0])
        return zoom, (-window.x0 * STAGE[0] * zoom, -window.y0 * STAGE[1] * zoom)

    def _set(self) -> Recorder:
        recorder = Recorder()
        recorder.rect(
            -600, -300, 2240, 1200, {"day": "#8fcbef", "sunset": "#ee8460"}.get(self._shot.time_of_day, "#1b2a60")
        )
        ground = {"forest": "#86b25a", "street": "#c3bdb4", "room": "#b98a5e"}.get(self._stage.name, "#ecd2a0")
        recorder.rect(-600, 576 * (self._stage.far_ground - 0.07), 2240, 700, ground)
        return recorder

    def _bodies(self, t: float, hide: frozenset[str]) -> Recorder:
        recorder = Recorder()
        u = t / self._shot.seconds
        for placement in sorted(self._shot.layout.placements, key=lambda p: -p.depth):
            if placement.who in hide:
                continue
            box = placement.at(u)
            (x, _), wide, high = box.centre, box.width * STAGE[0], box.height * STAGE[1]
            x, foot = x * STAGE[0], box.y1 * STAGE[1]
            colour = "#cf3b35"
            with recorder.stamped(entity=self.numbers[placement.who]):
                recorder.limb(
                    [(x, foot - 4), (x, foot - high * 0.5), (x, foot - high * 0.7)],
                    [wide * 0.2, wide * 0.3, wide * 0.26],
                    colour,
                )
                recorder.oval(x, foot - high * 0.84, wide * 0.3, high * 0.16, mix(colour, "#f0c5a0", 0.8))
        return recorder

    def _words(self, t: float) -> str:
        spoken = [event.says for event in self._shot.events if event.says and event.start <= t < event.end]
        return spoken[-1] if spoken else ""


def _marks(recorder: Recorder) -> list[canvas.Mark]:
    marks: list[canvas.Mark] = []
    for item in recorder.items:
        outline = canvas.Outline(item.curve, item.closed)
        if item.fill is not None:
            marks.append(canvas.Fill(outline, canvas.argb(item.fill, item.alpha)))
            marks.append(canvas.Line(outline, canvas.argb(shade(item.fill, 0.6)), 1.0))
        elif item.line is not None:
            marks.append(canvas.Line(outline, canvas.argb(item.line, item.alpha), item.width))
    return marks
