"""What can be said of what somebody does, says and feels in one take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from dreamgen.core.claims import Action, Expression, Interaction, Movement, Speech
from dreamgen.core.layout import Box
from dreamgen.core.story import Event
from dreamgen.core.vocabulary import Pose
from dreamgen.illustrator import read_caption
from dreamgen.story.bodies import MOVING, is_chase
from dreamgen.story.evidence import ALONE, SHOWN_STILL
from dreamgen.story.sightings import Sighting

_NEEDS: Final[dict[Pose, float]] = {
    "stand": 0.85, "walk": 0.95, "run": 0.95, "sit": 0.95, "lie": 0.9, "kneel": 0.95, "dance": 0.9, "fall": 0.9,
    "talk": 0.5, "hold": 0.6, "hug": 0.5, "wave": 0.55, "point": 0.55, "look": 0.5,
}  # fmt: skip
"""How much of the body's box, from the top, must be in the picture to tell what it does: walking needs feet."""
_SMALLEST_BODY: Final = 0.004
"""Share of the frame that a body must fill for its pose to be told."""
_FACE: Final = Box(x0=0.0, y0=0.0, x1=1.0, y1=0.36)
_LOW_FACE: Final = Box(x0=0.0, y0=0.0, x1=1.0, y1=0.44)
SMALLEST_FACE: Final = 0.012
"""Visible pixels of the head as a share of the frame, for a feeling to be told: about 85 x 85 of 1024 x 576."""
SMALLEST_LIPS: Final = 0.006
"""The same for moving lips: they draw the eye earlier than a still feature."""
MOVED: Final = 0.06
"""Stage widths; about half a step of a grown person is the least that counts as going somewhere."""
STILL: Final = 0.02
"""Stage widths within which somebody stays who goes nowhere: arms swing and people breathe."""

_DONE_TO: Final[dict[Pose, Literal["hug", "talk to", "look at", "point at", "wave at"]]] = {
    "hug": "hug", "talk": "talk to", "look": "look at", "point": "point at", "wave": "wave at"
}  # fmt: skip


def action_of(sighting: Sighting, using: str | None) -> Action | None:
    """What its body is seen doing; `using` is the id of what it visibly holds."""
    placement = sighting.placement
    if placement is None or sighting.sort == "prop" or not _shows_pose(sighting):
        return None
    if placement.pose == "hold" and using is None:
        return None
    return Action(
        start=sighting.take.start, end=sighting.take.end, entity=sighting.who, action=placement.pose, using=using
    )


def _shows_pose(sighting: Sighting) -> bool:
    placement = sighting.placement
    assert placement is not None, "only placed bodies have a pose"
    if not _bears_out(sighting, placement.pose):
        return False
    if placement.pose == "talk" and sighting.filled(_FACE) < SMALLEST_LIPS:
        return False
    zone = Box(x0=0.0, y0=0.0, x1=1.0, y1=_NEEDS[placement.pose])
    return sighting.in_frame(zone, 0.95) and sighting.filled(zone) >= _SMALLEST_BODY


def _bears_out(sighting: Sighting, pose: Pose) -> bool:
    """Whether pictures of this sort can show the pose at all."""
    motion = sighting.take.motion
    if motion == "still":
        return pose in (ALONE if sighting.intended else SHOWN_STILL)
    if motion == "generated":
        return pose not in ("hold", "hug")
    return pose not in MOVING or movement_of(sighting) not in (None, "none")


def expression_of(sighting: Sighting) -> Expression | None:
    """The feeling that a person's face shows, where the face is large enough; neutral is nothing to speak of."""
    placement = sighting.placement
    if placement is None or sighting.sort != "person" or placement.expression == "neutral" or sighting.intended:
        return None
    if placement.pose in ("lie", "fall", "hug"):
        return None
    face = _LOW_FACE if placement.pose in ("sit", "kneel") else _FACE
    if not sighting.in_frame(face) or sighting.filled(face) < SMALLEST_FACE:
        return None
    return Expression(
        start=sighting.take.start, end=sighting.take.end, entity=sighting.who, feeling=placement.expression
    )


def movement_of(sighting: Sighting) -> Literal["left", "right", "none"] | None:
    """Where it goes over the ground, measured in the masks; None when that can't be told."""
    if sighting.take.motion != "drawn" or sighting.placement is None or not sighting.whole or len(sighting.masks) < 2:
        return None
    tracks = sighting.tracks
    way = float(tracks[-1] - tracks[0])
    if abs(way) >= MOVED:
        return "right" if way > 0 else "left"
    swing = float(tracks.max() - tracks.min())
    return "none" if swing <= STILL and sighting.placement.end_box is None else None


def movement_claim(sighting: Sighting) -> Movement | None:
    """`movement_of` as a claim; only characters go anywhere."""
    direction = movement_of(sighting) if sighting.sort != "prop" else None
    if direction is None:
        return None
    return Movement(start=sighting.take.start, end=sighting.take.end, entity=sighting.who, direction=direction)


def interactions_of(sighting: Sighting, clear: Mapping[str, Sighting]) -> Iterator[Interaction]:
    """What it is seen doing to or with others; `clear` holds everybody who is clearly visible."""
    placement = sighting.placement
    if placement is None:
        return
    for event in sighting.take.shot.events:
        other = clear.get(event.whom or "")
        if event.who != sighting.who or other is None or other.who == sighting.who or other.placement is None:
            continue
        if sighting.intended or other.intended:
            continue
        action = _interaction(event, sighting, other)
        if action is not None:
            yield Interaction(
                start=sighting.take.start, end=sighting.take.end, entity=sighting.who, action=action, other=other.who
            )


def _interaction(
    event: Event, sighting: Sighting, other: Sighting
) -> Literal["hug", "talk to", "look at", "point at", "wave at", "walk with", "chase"] | None:
    mine, theirs = sighting.placement, other.placement
    assert mine is not None and theirs is not None, "both were checked to be placed"
    if not _shows_pose(sighting):
        return None
    if mine.pose in MOVING:
        ways = movement_of(sighting), movement_of(other)
        if ways[0] != ways[1] or ways[0] in (None, "none") or theirs.pose != mine.pose:
            return None
        if is_chase(event):
            # who is chased runs ahead
            return "chase" if (theirs.box.centre[0] > mine.box.centre[0]) == (ways[0] == "right") else None
        return "walk with" if mine.pose == "walk" else None
    if mine.pose == "hug":
        return "hug" if mine.partner == other.who else None
    if event.does != mine.pose or not _faces(sighting, other):
        return None
    return _DONE_TO.get(mine.pose)


def _faces(sighting: Sighting, other: Sighting) -> bool:
    mine, theirs = sighting.placement, other.placement
    assert mine is not None and theirs is not None, "both were checked to be placed"
    return (theirs.box.centre[0] > mine.box.centre[0]) == (mine.facing == "right")


def speeches_of(sighting: Sighting) -> Iterator[tuple[Event, Speech]]:
    """What it says while it is in the picture, with the words and the time of the caption."""
    for event in sighting.take.shot.events:
        if event.who == sighting.who and event.says and event.end > event.start:
            start = sighting.take.start + event.start
            end = min(sighting.take.start + event.end, sighting.take.end)
            words = read_caption(event.says, *sighting.take.size)
            if end > start and words:
                yield event, Speech(start=round(start, 4), end=round(end, 4), entity=sighting.who, words=words)
