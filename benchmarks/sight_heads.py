"""Where the heads of people are in a picture, from the illustrator's own anchors."""

from __future__ import annotations

from dreamgen.core.media import Style
from dreamgen.core.story import Shot, Story
from dreamgen.illustrator.company import Company
from dreamgen.illustrator.display import Recorder
from dreamgen.illustrator.figures.bodies import PEOPLE
from dreamgen.illustrator.lens import Lens
from dreamgen.illustrator.light import light_of
from dreamgen.illustrator.painters import painter_for
from dreamgen.illustrator.sets import stage_of


class Heads(Company):
    """Everybody in one shot, asked where their heads are."""

    def __init__(self, story: Story, shot: Shot, style: Style, size: tuple[int, int]) -> None:
        painter = painter_for(style)
        self._lamp = painter.graded(light_of("day", "clear", False).on_bodies(), spot=True)
        names = (*(character.id for character in story.cast), *(prop.id for prop in story.props))
        numbers = {name: number for number, name in enumerate(names, start=1)}
        super().__init__(story, shot, stage_of(story.location(shot.location).set), numbers, self._lamp, painter)
        self._lens, self._size = Lens(shot.camera, shot.seconds, size), size

    def of(self, t: float) -> dict[str, tuple[float, float, float]]:
        """For each person the middle of the head and half its height `t` seconds into the shot.

        In fractions of the frame's width, height and height.
        """
        sight, found = self._lens.at(t), {}
        for placement in self._shot.layout.placements:
            character = self._story.character(placement.who)
            if character is None or character.kind not in PEOPLE:
                continue
            anchors = self._draw_person(Recorder(lit=self._lamp), placement, character, t, "all")
            x, y = sight.pixel(*anchors.head)
            width, height = self._size
            found[placement.who] = (x / width, y / height, anchors.head_radius * sight.zoom / height)
        return found
