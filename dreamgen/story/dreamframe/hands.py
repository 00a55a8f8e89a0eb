"""What is in whose hands: a frame holds no more than it says, and what it says in any words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from dreamgen.core.story import Event, Prop, Shot
from dreamgen.illustrator import set_names, stage_of
from dreamgen.story.dreamframe.company import Company
from dreamgen.story.writers.lexicon import things

_HOLDING: Final = re.compile(
    r"\b(?:hold(?:s|ing)?|carr(?:y|ies|ying)|clutch(?:es|ing)?|gripp?(?:s|ing)?|wield(?:s|ing)?|grasp(?:s|ing)?"
    r"|clasp(?:s|ing)?|brandish(?:es|ing)?|rais(?:es|ing)|lift(?:s|ing)?|unload(?:s|ing)?|sharpen(?:s|ing)?"
    r"|polish(?:es|ing)?|drink(?:s|ing)? [^,.;]{0,30}?from)\b(?P<what>[^,.;]{2,60})",
    re.I,
)
_IN_HAND: Final = re.compile(
    r"(?P<what>(?:[\w-]+ ){0,4}[\w-]+) in (?:(?:(?:his|her|one|the) )?hands?|the other)\b", re.I
)
_HANDLED: Final = re.compile(
    r"\b(?:h[eo]ld|carr|clutch|grip|wield|grasp|clasp|brandish|rais|lift|hand|giv|pick|tak|took|pull|draw|drink|eat"
    r"|read|stud|show|offer|pass|swing|point|pour|writ|stir|feed|present|us(?:e|ing)|in (?:his|her|their) |with )",
    re.I,
)
_FREE: Final = {"stand", "look"}
_NEXT: Final = re.compile(
    r"\s(?:in|on|at|with|to|by|from|against|over|under|above|near|towards?|and|while|as|that|which|who)\b"
)
_OUTDOORS: Final = frozenset({"fence", "fire", "tent", "well", "boat", "sleigh", "tree stump"})
_AFTER: Final = frozenset({"high", "up", "out", "aloft", "close", "tight", "again", "together", "down", "ready"})


def in_hand(shot: Shot, text: str, called: Mapping[str, str], company: Company) -> Shot:
    """The shot with the props that its frame puts into hands.

    Args:
        shot: what was read in the frame.
        text: of the frame.
        called: what the text calls somebody, in small letters, to the id.
        company: has the things of the story; a new one is taken in.
    """
    events = list(shot.events)
    if not _HANDLED.search(text):  # `standing at his forge, a bucket in the corner`
        events = [_without(event) for event in events]
    taken = {event.using for event in events if event.using}
    for match in (*_HOLDING.finditer(text), *_IN_HAND.finditer(text)):
        word = _thing(match["what"])
        who = _holder(events, text[: match.start()], called)
        if word is None or who is None or any(event.using for event in events if event.who == who):
            continue
        prop = company.thing(word)
        if prop not in taken:
            taken.add(prop)
            events = [_holding(event, prop) if event.who == who else event for event in events]
    return shot.model_copy(update={"events": tuple(events)})


def without_scenery(shot: Shot, props: Mapping[str, Prop], place: str) -> Shot:
    """The shot without what a room shows by itself and only an open place has by the piece: a wall, a fire.

    Args:
        shot: what was read in the frame.
        props: the things of the story, by id.
        place: the set that shows where it is.
    """
    if place not in set_names() or not stage_of(place).indoor:
        return shot
    outdoors = {one for one, prop in props.items() if prop.kind in _OUTDOORS}
    events = (event.model_copy(update={"whom": None}) if event.whom in outdoors else event for event in shot.events)
    return shot.model_copy(update={"events": tuple(events)})


def _thing(words: str) -> str | None:
    """What is held, if it can be drawn in a hand: the noun that a phrase ends in, or what it is a piece of."""
    phrase = _NEXT.split(words.lower(), maxsplit=1)[0]
    found: list[str] = re.findall(r"[a-z-]+", phrase)
    while found and (found[-1] in _AFTER or found[-1].endswith("ly")):
        found.pop()
    forms = (found[-1], found[-1].removesuffix("s")) if found else ()
    return next((form for form in forms if form in things() and things()[form].held), None)


def _holder(events: list[Event], before: str, called: Mapping[str, str]) -> str | None:
    """Who was last named before the verb, or else acts first."""
    acting = [event.who for event in events if event.text]
    named = [called[word] for word in re.findall(r"[a-z]+", before.lower()) if word in called]
    return next((who for who in reversed(named) if who in acting), next(iter(acting), None))


def _holding(event: Event, prop: str) -> Event:
    update: dict[str, object] = {"using": prop}
    if event.does in _FREE:
        update |= {"does": "hold", "seen": event.action in {"hold", "grip", "clutch", "carry"}}
    return event.model_copy(update=update)


def _without(event: Event) -> Event:
    if event.using is None:
        return event
    pose = {"does": "stand", "seen": event.action == "stand"} if event.does == "hold" else {}
    return event.model_copy(update={"using": None, **pose})
