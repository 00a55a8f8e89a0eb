"""Left and right as the plot tells them: which way somebody is told to go or point, and what of it no shot shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dreamgen.core.story import Event, Note, Shot, Story
from dreamgen.core.vocabulary import Facing, Pose

TURNED: Final[frozenset[Pose]] = frozenset({"point", "look", "wave"})
"""Poses that are seen to be done to one side."""

_MOVING: Final[frozenset[Pose]] = frozenset({"walk", "run"})
_TURNING: Final = frozenset({"turn", "face"})
_AFTER: Final = (
    "and|or|but|then|while|as|when|until|where|with|in|on|at|across|through|along|past|by|from|over|after|towards?|to|"
    "who|that|because|before|under|near|into|for|again|once"
)
_TAIL: Final = rf"(?![-\w])(?=\s*(?:$|[.,;:!?)\"-]|(?:{_AFTER})\b|\w+ly\b))"
_WHOSE: Final = r"(?:his|her|its|their|my|your|our)"
_VERBS: Final = (
    "turn|turns|turned|turning|go|goes|went|going|walk|walks|walked|walking|run|runs|ran|running|look|looks|looked|"
    "looking|point|points|pointed|pointing|face|faces|faced|facing|head|heads|headed|heading|move|moves|moved|moving|"
    "step|steps|stepped|hurry|hurries|hurried|rush|rushes|rushed|glance|glances|glanced|wave|waves|waved"
)
_AT: Final = "to|towards?|on|at|from|by|in"
_PICTURE: Final = r"of the (?:shot|screen|frame|picture|stage|image|scene|view)\b"
_TOLD: Final = re.compile(
    r"\b(?:"
    r"(?P<both>(?:left (?:and|or|then) (?:to the )?right|right (?:and|or|then) (?:to the )?left)\b)"
    r"|from (?:the )?(?:left|right) to (?:the )?(?P<through>left|right)\b"
    rf"|(?:to|towards?) the (?:far |very )?(?P<out>left|right)(?:-hand)?(?: side)? {_PICTURE}"
    rf"|(?:{_AT}) (?:the|{_WHOSE}) (?:far |very )?(?P<beside>left|right)(?:-hand)?(?: side)? of\b"
    rf"|(?:to|towards?) the (?:far |very )?(?P<to>left|right)(?:(?:-hand)? side\b|{_TAIL})"
    rf"|from (?:the )?(?P<origin>left|right)(?:(?:-hand)? side\b|{_TAIL})"
    r"|(?P<wards>left|right)wards?\b"
    rf"|(?:on|at|to|towards?|from|by) (?:the|{_WHOSE}) (?:far |very )?(?P<side>left|right)(?:(?:-hand)? side\b|{_TAIL})"
    rf"|(?:{_VERBS}) (?P<bare>left|right)(?=\s*(?:$|[.,;:!?]|(?:and|or|but|then)\b))"
    r")",
    re.IGNORECASE,
)  # fmt: skip
_SPOKEN: Final = re.compile(r'"[^"]*(?:"|$)')
_DENIED: Final = re.compile(r"\b(?:not|never|nobody|neither|cannot)\b|n't\b", re.IGNORECASE)


def way_of(shot: Shot, event: Event) -> Facing | None:
    """The side to which the plot says that this is done; None where it names none, or several."""
    alone = len(shot.events) == 1
    ways = [way for _, way in _told(event.text or (shot.description if alone else ""))]
    return ways[0] if ways and len(set(ways)) == 1 else None


def turns(event: Event, pose: Pose) -> bool:
    """Whether a body that stays where it is shows by its side to which one this is done."""
    return pose in TURNED or (pose == "stand" and event.action in _TURNING)


def misdirected(story: Story) -> Iterator[Note]:
    """A note for each told side that a staged shot does not show: `direction_not_drawable`.

    Who goes, points, looks or waves is seen to do it to one side; that somebody stands on the left of somebody is not
    planned, nor is what is told of nobody's deed.
    """
    for shot in story.shots:
        shown: set[Facing] = set()
        lost: dict[str, str] = {}
        for event in shot.events:
            way = way_of(shot, event)
            if way is None:
                continue
            seen = _seen(shot, event)
            if seen == way:
                shown.add(way)
            else:
                lost[event.text or shot.description] = f"{event.who} {event.does} {seen}" if seen else ""
        if any(way not in shown for _, way in _told(shot.description)) and not lost:
            lost[shot.description] = ""
        for what, shown_as in lost.items():
            yield Note(where=shot.id, what=what, reason="direction_not_drawable", shown_as=shown_as)


def _told(text: str) -> Iterator[tuple[str, Facing | None]]:
    """The words that name a side, outside of what is said, and the side; None for one that no deed shows."""
    bare = _SPOKEN.sub(" ", text)
    for found in _TOLD.finditer(bare):
        group, side = found.lastgroup, (found[found.lastgroup or 0]).lower()
        if group in ("both", "beside", "side") or _DENIED.search(bare[: found.start()]):
            yield found[0], None
        else:
            yield found[0], "left" if (side == "left") != (group == "origin") else "right"


def _seen(shot: Shot, event: Event) -> Facing | None:
    """The side to which somebody is seen to do it, where the pose shows one."""
    placement = shot.layout.of(event.who)
    if placement is None or placement.pose != event.does:
        return None
    if placement.pose in _MOVING and placement.end_box is not None:
        return "right" if placement.end_box.x0 > placement.box.x0 else "left"
    return placement.facing if turns(event, placement.pose) else None
