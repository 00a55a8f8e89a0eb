"""What can be said of a whole picture: place and light, who is where, how many, and what the camera does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, Literal

import numpy as np

from dreamgen.core.claims import Absence, CameraMove, Claim, Count, Cut, Place, Presence, Relation, Time, WeatherIs
from dreamgen.core.media import Style
from dreamgen.core.story import Story
from dreamgen.illustrator import stage_of
from dreamgen.illustrator.painters import painter_for
from dreamgen.story.camera import MIN_PAN, MIN_ZOOM
from dreamgen.story.sightings import Sighting, Take

APART: Final = 0.12
"""Frame widths between two boxes' middles for left and right to be beyond doubt."""
DEEPER: Final = 0.22
"""Difference of depth (0-1) between two bodies that nobody can mistake: feet 20 stage points apart."""
_OVERLAP: Final = 0.15
"""Share of the smaller box that must be shared for one to stand in front of the other by overlap."""


def presence_of(story: Story, sighting: Sighting) -> Presence:
    """That it can be seen, described as what is drawn."""
    character, prop = story.character(sighting.who), story.prop(sighting.who)
    thing = character or prop
    assert thing is not None, f"{sighting.who} is neither a character nor a prop"
    return Presence(
        start=sighting.take.start,
        end=sighting.take.end,
        entity=sighting.who,
        what=thing.kind,
        category=sighting.sort,
        name=thing.name if thing.stand_in_for is None else None,
    )


def absence_of(story: Story, sighting: Sighting) -> Absence | None:
    """That a member of the cast can't be seen. Sets may contain things like props, so nothing is said of props."""
    character = story.character(sighting.who)
    if character is None or not sighting.gone:
        return None
    return Absence(
        start=sighting.take.start,
        end=sighting.take.end,
        entity=sighting.who,
        what=character.kind,
        category=sighting.sort,
        name=character.name if character.stand_in_for is None else None,
    )


def counts_of(sightings: Mapping[str, Sighting]) -> Iterator[tuple[Count, frozenset[str]]]:
    """How many people and animals can be seen, and who; nothing where one of them is neither clear nor gone."""
    kinds: tuple[tuple[Literal["people", "animals"], str], ...] = (("people", "person"), ("animals", "animal"))
    for what, sort in kinds:
        some = [sighting for sighting in sightings.values() if sighting.sort == sort]
        clear = frozenset(sighting.who for sighting in some if sighting.clear)
        if not some or not all(countable(sighting) for sighting in some):
            continue
        take = some[0].take
        if clear:
            yield Count(start=take.start, end=take.end, what=what, number=len(clear)), clear


def countable(sighting: Sighting) -> bool:
    """Whether it is beyond doubt that it can be seen, or that it can't."""
    return sighting.gone or (sighting.clear and not sighting.intended)


def setting_of(story: Story, take: Take, style: Style | None) -> Iterator[Claim]:
    """Place, light and weather, where the framing leaves enough of the set to see them."""
    if take.shot.camera.framing == "close":
        return
    location = story.location(take.shot.location)
    yield Place(start=take.start, end=take.end, place=location.set)
    if stage_of(location.set).indoor:
        return
    if style is None or not painter_for(style).grey:  # without colour, day and night look much the same
        yield Time(start=take.start, end=take.end, time=take.shot.time_of_day)
    yield WeatherIs(start=take.start, end=take.end, weather=take.shot.weather)


def camera_of(take: Take) -> CameraMove | None:
    """What the camera does; nothing when a move is too small to be seen, or when a model made it."""
    if take.motion == "generated":
        return None
    camera = take.shot.camera
    pan = abs(camera.end.centre[0] - camera.start.centre[0]) / camera.start.width
    ratio = camera.end.width / camera.start.width
    zoom = max(ratio, 1 / ratio)
    slack = 1e-6
    large_enough = {
        "static": camera.start == camera.end,
        "pan_left": pan >= MIN_PAN - slack,
        "pan_right": pan >= MIN_PAN - slack,
        "zoom_in": zoom >= MIN_ZOOM - slack,
        "zoom_out": zoom >= MIN_ZOOM - slack,
    }
    if not large_enough[camera.move]:
        return None
    return CameraMove(start=take.start, end=take.end, move=camera.move)


def cut_of(take: Take) -> Cut | None:
    """The cut to this shot; a clip begins without one."""
    return Cut(start=take.start, end=take.start) if take.span.first > 0 else None


def relations_of(clear: Sequence[Sighting]) -> Iterator[Relation]:
    """Who is left of whom and in front of whom; `clear` is in the story's order."""
    for one, other in combinations(clear, 2):
        if one.placement is None or other.placement is None:
            continue  # what is held is where its holder is
        if one.intended or other.intended:
            continue  # what is only planned may be anywhere
        side = _side(one, other)
        if side is not None:
            yield _relation(one, side, other)
        depth = _in_depth(one, other)
        if depth is not None:
            yield _relation(one, depth, other)


def _relation(
    one: Sighting, relation: Literal["left of", "right of", "in front of", "behind"], other: Sighting
) -> Relation:
    return Relation(start=one.take.start, end=one.take.end, entity=one.who, relation=relation, other=other.who)


def _side(one: Sighting, other: Sighting) -> Literal["left of", "right of"] | None:
    theirs = {mask.frame: mask.box.centre[0] for mask in other.masks}
    ways = np.array([theirs[mask.frame] - mask.box.centre[0] for mask in one.masks if mask.frame in theirs])
    if len(ways) == 0:
        return None
    if ways.min() >= APART:
        return "left of"
    return "right of" if ways.max() <= -APART else None


def _in_depth(one: Sighting, other: Sighting) -> Literal["in front of", "behind"] | None:
    mine, theirs = one.placement, other.placement
    assert mine is not None and theirs is not None, "the caller has looked"
    if "hug" in (mine.pose, theirs.pose):
        return None
    nearer: Literal["in front of", "behind"] = "in front of" if mine.depth < theirs.depth else "behind"
    apart = abs(mine.depth - theirs.depth)
    if apart >= DEEPER and one.take.shot.camera.framing in ("wide", "full"):
        return nearer
    return nearer if apart > 0.02 and _overlap(one, other) >= _OVERLAP else None


def _overlap(one: Sighting, other: Sighting) -> float:
    theirs = {mask.frame: mask.box for mask in other.masks}
    least = 1.0
    for mask in one.masks:
        box = theirs.get(mask.frame)
        if box is None:
            return 0.0
        wide = min(mask.box.x1, box.x1) - max(mask.box.x0, box.x0)
        high = min(mask.box.y1, box.y1) - max(mask.box.y0, box.y0)
        smaller = min(mask.box.width * mask.box.height, box.width * box.height)
        least = min(least, max(0.0, wide) * max(0.0, high) / smaller)
    return least
