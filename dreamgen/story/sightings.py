"""What the masklets show of one entity during one shot; every fact is asserted only where this supports it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco

from dreamgen.core.layout import Box, Placement
from dreamgen.core.media import Clip, MaskFrame, Masklet, Moved, Span
from dreamgen.core.story import Shot, Story
from dreamgen.engines.masks import pixels_of
from dreamgen.story.bodies import Sort, sort_of

MIN_AREA: Final = 0.0016
"""Share of the frame that an entity must fill to be called visible: 30 x 30 pixels of 1024 x 576. Smaller ones are
missed by people and by models that look at 448 pixels."""
MIN_VISIBLE: Final = 0.5
"""Share of a body that must be free of what stands in front of it."""
MOST: Final = 0.5
"""Share of what a still shows of an entity that the camera must not leave out: on its way over a still it follows
nobody."""
STEADY: Final = 0.95
"""Share of a shot's frames in which that must hold: nobody looks at every single frame."""
MOMENTS: Final = (0.1, 0.5, 0.9)
"""Shares into the shot at which masks are unpacked to look at parts of a body."""


@dataclass(frozen=True)
class Take:
    """One shot inside a clip."""

    shot: Shot
    """The plan."""
    span: Span
    """Where its frames lie."""
    fps: int
    """Frames a second."""
    size: tuple[int, int]
    """Width and height of the video in pixels."""
    motion: Moved = "drawn"
    """Who moves what is seen; see `Clip.motion`."""

    @property
    def start(self) -> float:
        """Seconds from the start of the clip."""
        return round(self.span.first / self.fps, 4)

    @property
    def end(self) -> float:
        """Seconds from the start of the clip."""
        return round(self.span.stop / self.fps, 4)

    @property
    def frames(self) -> int:
        """How many frames the shot has."""
        return self.span.stop - self.span.first

    def share(self, frame: int) -> float:
        """How far into the shot a frame of the clip is, 0-1."""
        return (frame - self.span.first) / (self.fps * self.shot.seconds)

    def body(self, who: str, u: float) -> Box | None:
        """Where the plan has the body of `who` a share `u` (0-1) into the shot, in frame fractions.

        A still is the middle of the shot, over which the camera goes; a model's motion begins with it.
        """
        layout, camera = self.shot.layout, self.shot.camera
        if self.motion == "drawn":
            return layout.frame_box(who, camera, min(1.0, u))
        inside = layout.frame_box(who, camera, 0.5)
        if inside is None or self.motion == "generated":
            return inside
        window = camera.over_still(min(1.0, u))
        return Box(
            x0=(inside.x0 - window.x0) / window.width,
            y0=(inside.y0 - window.y0) / window.height,
            x1=(inside.x1 - window.x0) / window.width,
            y1=(inside.y1 - window.y0) / window.height,
        )


@dataclass(frozen=True)
class Sighting:
    """One entity in one take."""

    who: str
    """The id."""
    sort: Sort
    """What kind of thing it is."""
    take: Take
    """The shot."""
    masks: tuple[MaskFrame, ...]
    """The frames in which at least one pixel of it is visible."""
    size: tuple[int, int]
    """Width and height of the masks in pixels."""
    intended: bool = False
    """Whether its masks, or some of them, are a plan that nothing has checked."""
    doubted: bool = False
    """Whether that holds for any person or animal in this take; a thing is nobody's double."""

    @property
    def placement(self) -> Placement | None:
        """Its plan; None for what is only held."""
        return self.take.shot.layout.of(self.who)

    @property
    def gone(self) -> bool:
        """Whether it is known that not one pixel of it is seen during the shot."""
        return not self.masks and not self.doubted

    @cached_property
    def areas(self) -> NDArray[np.float64]:
        """Share of the frame that is filled, for each of `masks`."""
        width, height = self.size
        codes = [{"size": [height, width], "counts": mask.rle.encode()} for mask in self.masks]
        return np.asarray(coco.area(codes), float).reshape(-1) / (width * height)

    @cached_property
    def clear(self) -> bool:
        """Whether it is large and free enough, in nearly every frame of the shot, to be called visible.

        Of motion that a model made only the first frame is known, which is the keyframe.
        """
        if not self.masks:
            return False
        free = np.array([mask.visible for mask in self.masks]) >= MIN_VISIBLE
        if self.take.motion == "still":
            free &= self._of_still >= MOST * self._of_still.max()
        known = 1 if self.take.motion == "generated" else self.take.frames
        return bool(((self.areas >= MIN_AREA) & free).sum() >= STEADY * known)

    @property
    def _of_still(self) -> NDArray[np.float64]:
        """Share of the still that is filled by what is in the picture of it, for each of `masks`."""
        camera = self.take.shot.camera
        windows = [camera.over_still(min(1.0, self.take.share(mask.frame))) for mask in self.masks]
        parts: NDArray[np.float64] = self.areas * np.array([window.width * window.height for window in windows])
        return parts

    @cached_property
    def whole(self) -> bool:
        """Whether its outline never touches the frame's left or right edge, so that its box is its own."""
        margin = 1.5 / self.size[0]
        return all(mask.box.x0 > margin and mask.box.x1 < 1 - margin for mask in self.masks)

    @cached_property
    def middles(self) -> NDArray[np.float64]:
        """Horizontal middle of its box in each of `masks`, in frame fractions."""
        return np.array([mask.box.centre[0] for mask in self.masks])

    @cached_property
    def tracks(self) -> NDArray[np.float64]:
        """Horizontal middle in stage fractions for each of `masks`: with the camera's own motion taken off."""
        windows = [self.take.shot.camera.window(min(1.0, self.take.share(mask.frame))) for mask in self.masks]
        return np.array(
            [window.x0 + x * window.width for window, x in zip(windows, self.middles.tolist(), strict=True)]
        )

    def pixels(self) -> Iterator[tuple[float, NDArray[np.bool_]]]:
        """Share into the shot and visible pixels (height, width) at a few moments."""
        yield from self._pixels

    @cached_property
    def _pixels(self) -> tuple[tuple[float, NDArray[np.bool_]], ...]:
        found = []
        for moment in MOMENTS:
            wanted = self.take.span.first + moment * (self.take.frames - 1)
            mask = min(self.masks, key=lambda mask: abs(mask.frame - wanted), default=None)
            if mask is not None:
                found.append((self.take.share(mask.frame), pixels_of(mask.rle, self.size)))
        return tuple(found)

    def filled(self, zone: Box) -> float:
        """Least number of visible pixels inside `zone` of the body, over a few moments, as a share of the frame.

        Args:
            zone: in fractions of the placement's box; (0, 0) is the top left of the body as the camera sees it.
        """
        if self.placement is None:
            return float(self.areas.min()) if self.masks else 0.0
        width, height = self.size
        least = 1.0
        for u, pixels in self.pixels():
            body = self.take.body(self.who, u)
            if body is None:
                return 0.0
            x0, x1 = body.x0 + zone.x0 * body.width, body.x0 + zone.x1 * body.width
            y0, y1 = body.y0 + zone.y0 * body.height, body.y0 + zone.y1 * body.height
            columns = slice(max(0, round(x0 * width)), max(0, round(x1 * width)))
            rows = slice(max(0, round(y0 * height)), max(0, round(y1 * height)))
            least = min(least, float(pixels[rows, columns].sum()) / (width * height))
        return least if self.masks else 0.0

    def in_frame(self, zone: Box, share: float = 0.9) -> bool:
        """Whether at least `share` of `zone` (fractions of the placement's box) stays inside the picture."""
        if self.placement is None:
            return self.whole
        for u in MOMENTS:
            body = self.take.body(self.who, u)
            if body is None:
                return False
            x0, x1 = body.x0 + zone.x0 * body.width, body.x0 + zone.x1 * body.width
            y0, y1 = body.y0 + zone.y0 * body.height, body.y0 + zone.y1 * body.height
            wide = max(0.0, min(1.0, x1) - max(0.0, x0)) / (x1 - x0)
            high = max(0.0, min(1.0, y1) - max(0.0, y0)) / (y1 - y0)
            if wide * high < share:
                return False
        return True


def takes_of(story: Story, clip: Clip) -> tuple[Take, ...]:
    """The shots of a clip, in order."""
    shots = {shot.id: shot for shot in story.shots}
    return tuple(Take(shots[span.shot], span, clip.whole_fps, clip.size, clip.motion) for span in clip.spans)


def sightings_of(story: Story, take: Take, masklets: Mapping[str, Masklet]) -> dict[str, Sighting]:
    """What the take shows of everybody and everything in the story, in the order of cast and props."""
    everybody = (*(character.id for character in story.cast), *(prop.id for prop in story.props))
    first, stop = take.span.first, take.span.stop
    plans = {who for who, masklet in masklets.items() if any(a < stop and first < b for a, b in masklet.intended)}
    doubted = any(character.id in plans for character in story.cast)
    found = {}
    for who in everybody:
        masklet = masklets.get(who)
        frames = masklet.frames if masklet else ()
        inside = tuple(mask for mask in frames if first <= mask.frame < stop)
        size = masklet.size if masklet else take.size
        found[who] = Sighting(who, sort_of(story, who), take, inside, size, who in plans, doubted)
    return found
