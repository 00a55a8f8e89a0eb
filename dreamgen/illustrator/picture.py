"""One shot as pictures: baked once, then any moment of it as a frame with the exact truth of every pixel."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import derive_seed
from dreamgen.core.media import Style
from dreamgen.core.story import Shot, Story
from dreamgen.engines import canvas, imaging
from dreamgen.illustrator.backdrop import Backdrop, Overlap
from dreamgen.illustrator.company import POSES_A_SECOND, Company, Group
from dreamgen.illustrator.glow import Glow
from dreamgen.illustrator.lens import Lens
from dreamgen.illustrator.lettering import write_caption
from dreamgen.illustrator.light import light_of
from dreamgen.illustrator.painters import Inked, painter_for
from dreamgen.illustrator.painters.finishing import finished, paper_of
from dreamgen.illustrator.sets import stage_of
from dreamgen.illustrator.sets.scenery import Layer, lamps_of, scenery, shafts_of
from dreamgen.illustrator.sheets import Sheet, cast_shadows, draw_sheets, lay_sheets, sheet_for
from dreamgen.illustrator.weather import Falling

Pixels = NDArray[np.uint8]

OCCLUDER = 255
"""The number of captions, bare paper and foreground leaves in an entity map."""

_FLAME_REACH = 165.0  # stage points


@dataclass(frozen=True)
class Frame:
    """One moment of a shot."""

    image: Pixels
    """uint8 (h, w, 3), BGR."""
    entities: Pixels | None
    """uint8 (h, w): 0 the set, 255 a caption or foreground, else `Picture.numbers` of who is seen there."""
    parts: Pixels | None
    """uint8 (h, w): `display.Part` of what is seen there."""

    def copied(self) -> Frame:
        """The same frame in arrays of its own."""
        maps = (None if plane is None else plane.copy() for plane in (self.entities, self.parts))
        return Frame(self.image.copy(), *maps)


@dataclass(frozen=True)
class Piece:
    """Shapes that move as one: a layer of the set, or a group of bodies."""

    inked: Inked
    """In stage points."""
    zoom: float
    """Pixels for one stage point."""
    shift: tuple[float, float]
    """Where the stage's origin lies, in pixels."""
    layer: Layer | None = None
    """The layer of the set, if it is one."""
    group: Group | None = None
    """The bodies, if it is those."""


class Picture:
    """One shot, ready to be drawn at any time.

    Args:
        story: where the shot belongs.
        shot: staged, with a layout and a camera.
        style: its `painter` says how things are drawn.
        size: width and height in pixels, 16:9.
        effects: False leaves out what a body does to pixels that are not its own: shadows, rims, light that it carries.
    """

    def __init__(
        self, story: Story, shot: Shot, style: Style, size: tuple[int, int] = (1024, 576), *, effects: bool = True
    ) -> None:
        named = (*(character.id for character in story.cast), *(prop.id for prop in story.props))
        self.numbers = {name: number for number, name in enumerate(named, start=1)}
        """Entity id to its number in the entity maps."""
        self.size = size
        """Width and height in pixels."""
        place = story.location(shot.location)
        stage = stage_of(place.set)
        seed = derive_seed(story.seed, "set", place.id)
        self._shot, self._effects = shot, effects
        self._painter = painter_for(style)
        self._light = light_of(shot.time_of_day, shot.weather, stage.indoor)
        self._lens = Lens(shot.camera, shot.seconds, size)
        layers = scenery(place.set, seed, self._light, self._painter)
        # leaves frame the whole stage; closer, they would hang in front of somebody
        self._layers = tuple(layer for layer in layers if not layer.before or self._lens.wide)
        self._backdrop = Backdrop(self._layers, self._lens, self._light, self._painter, stage.horizon, seed)
        bodies = self._light.on_bodies(self._painter.least_light[1], white=self._painter.grey)
        lit = self._painter.graded(bodies, spot=True)
        self._company = Company(story, shot, stage, self.numbers, lit, self._painter)
        self._falling = Falling(self._light, self._painter, seed, size)
        lamps, shafts = lamps_of(place.set), shafts_of(place.set, seed)
        self._glow = Glow(self._light, self._lens, self._painter, lamps, shafts)
        self._paper = paper_of(self._painter, seed, size, self._light.night)
        self._last: tuple[tuple[object, ...], Frame] | None = None

    def frame(self, t: float, hide: frozenset[str] = frozenset(), truth: bool = True) -> Frame:
        """The picture `t` seconds into the shot; the same bytes whenever and wherever it is asked for.

        Args:
            t: seconds from the start of the shot.
            hide: ids of entities to leave out; nothing else changes, but for their shadows and the light they carry.
            truth: whether the entity and part maps are wanted too.
        """
        groups = self._company.at(t)
        key = self._moment(groups, t, hide, truth)
        if key is None:
            return self._drawn(groups, t, hide, truth)
        if self._last is None or self._last[0] != key:
            self._last = key, self._drawn(groups, t, hide, truth)
        return self._last[1].copied()

    def amodal_area(self, t: float, entity_id: str) -> int:
        """Pixels that the entity would have in this frame with nothing in front of it."""
        number, sight = self.numbers[entity_id], self._lens.at(t)
        area = 0
        for group in self._company.at(t):
            own = tuple(np.flatnonzero(group.inked.entities == number).tolist())
            sheet = sheet_for(group, own, self._lens.size, sight) if own else None
            if sheet is None:
                continue
            place = sheet.sight(sight)
            stamps = group.inked.stamps(self._painter, own)
            canvas.draw(sheet.pixels, stamps, place.zoom, (place.x, place.y), smooth=False)
            area += int(np.count_nonzero(sheet.pixels[..., 0] == number))
        return area

    def line_art(self, t: float) -> Pixels:
        """The outlines of everything, uint8 (h, w): lines are 255."""
        width, height = self._lens.size
        pixels = canvas.blank(width, height)
        pixels[:] = 255
        for piece in self.pieces(t):
            contours = piece.inked.contours(max(1.5, 1.3 / piece.zoom))  # thinner ones would be grey
            canvas.draw(pixels, contours, piece.zoom, piece.shift)
        return np.ascontiguousarray(255 - pixels[..., 1])

    def pieces(self, t: float) -> Iterator[Piece]:
        """All shapes as they lie in the picture, from the back to the front."""
        for before in (False, True):
            for layer in self._layers:
                if layer.before == before:
                    sight = self._lens.at(t, layer.parallax)
                    yield Piece(layer.inked, sight.zoom, sight.pixel(0.0, 0.0), layer=layer)
            if not before:
                sight = self._lens.at(t)
                for group in self._company.at(t):
                    yield Piece(group.inked, sight.zoom, sight.pixel(*group.shift), group=group)

    def _moment(
        self, groups: Sequence[Group], t: float, hide: frozenset[str], truth: bool
    ) -> tuple[object, ...] | None:
        """All that the frame follows from, when that is the pose alone: the two frames of a pose are then the same."""
        flames = any(body.flame for group in groups for body in group.bodies)
        if not (self._lens.static and self._company.still) or self._falling or flames:
            return None
        return math.floor(t * POSES_A_SECOND + 1e-6), hide, truth, self._words(t)

    def _drawn(self, groups: Sequence[Group], t: float, hide: frozenset[str], truth: bool) -> Frame:
        sight = self._lens.at(t)
        picture = self._backdrop.behind(t)
        self._falling.fall(picture, t, near=False)
        sheets = self._sheets(groups, hide, t)
        draw_sheets(sheets, self._painter, self._light, sight)
        if self._effects:
            cast_shadows(picture, sheets, self._light, sight, self._lens.unit)
        lay_sheets(picture, sheets, self._light, self._painter, sight, rims=self._effects)
        overlaps = self._backdrop.before(picture, t)
        self._falling.fall(picture, t, near=True)
        self._glow.shed(picture, sight)
        if self._effects and self._light.time != "day":
            self._shine_flames(picture, sheets, t)
        picture = finished(picture, self._painter, self._paper)
        entities, parts = self._maps(sheets, t, overlaps) if truth else (None, None)
        covered = write_caption(picture, self._words(t))
        if entities is not None and parts is not None and covered is not None:
            entities[covered], parts[covered] = OCCLUDER, 0
        return Frame(picture, entities, parts)

    def _sheets(self, groups: Sequence[Group], hide: frozenset[str], t: float) -> list[Sheet]:
        hidden = [self.numbers[name] for name in sorted(hide)]
        sight, sheets = self._lens.at(t), []
        for group in groups:
            only = None
            if hidden and np.isin(group.inked.entities, hidden).any():
                only = tuple(np.flatnonzero(~np.isin(group.inked.entities, hidden)).tolist())
            sheet = sheet_for(group, only, self._lens.size, sight)
            if sheet is not None:
                sheets.append(sheet)
        return sheets

    def _shine_flames(self, picture: Pixels, sheets: Sequence[Sheet], t: float) -> None:
        sight, strength = self._lens.at(t), 0.95 if self._light.night else 0.16
        reach = min(_FLAME_REACH * sight.zoom, 420 * self._lens.unit)
        for sheet in sheets:
            dx, dy = sheet.group.shift
            for body in sheet.group.bodies:
                if body.flame is not None:
                    at = sight.pixel(body.flame[0] + dx, body.flame[1] + dy)
                    self._glow.shine(picture, at, reach, strength * (1 + 0.05 * math.sin(t * 9)))

    def _maps(self, sheets: Sequence[Sheet], t: float, overlaps: Sequence[Overlap]) -> tuple[Pixels, Pixels]:
        """Who and which part is seen at every pixel, from the same shapes that were painted."""
        width, height = self._lens.size
        pixels, sight = canvas.blank(width, height), self._lens.at(t)
        for sheet in sheets:
            stamps = sheet.group.inked.stamps(self._painter, sheet.only)
            canvas.draw(pixels, stamps, sight.zoom, sight.pixel(*sheet.group.shift), smooth=False)
        entities, parts = imaging.channel(pixels, 0), imaging.channel(pixels, 1)
        for overlap in overlaps:
            high, wide = overlap.alpha.shape
            window = (slice(overlap.y, overlap.y + high), slice(overlap.x, overlap.x + wide))
            opaque = overlap.alpha > 127
            np.copyto(entities[window], OCCLUDER, where=opaque)
            np.copyto(parts[window], 0, where=opaque)
        if self._paper.bare is not None:
            entities[self._paper.bare], parts[self._paper.bare] = OCCLUDER, 0
        return entities, parts

    def _words(self, t: float) -> str:
        spoken = [event.says for event in self._shot.events if event.says and event.start <= t < event.end]
        return spoken[-1] if spoken else ""
