"""What was read in one frame becomes one shot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from dreamgen.core.story import Note, Shot
from dreamgen.core.vocabulary import Framing, Pose, TimeOfDay
from dreamgen.story.dreamframe.company import Company
from dreamgen.story.dreamframe.places import is_place
from dreamgen.story.dreamframe.reading import Aliases
from dreamgen.story.writers.beats import Beat, Deed
from dreamgen.story.writers.memory import Person
from dreamgen.story.writers.planning import Plan
from dreamgen.story.writers.setting import PREFIX
from dreamgen.story.writers.shots import shot_of
from dreamgen.story.writers.takes import Take

VERBS: Final = frozenset({"stand", "sit", "look", "talk", "hold", "squat", "walk", "hug"})
"""The only ones that DreamFrame lets its writer use, beside those of the face."""

_FACE: Final = frozenset(
    {"smile", "frown", "cry", "weep", "laugh", "grin", "blush", "wink", "pout", "sob", "feel", "seem", "be"}
)
_INVENTED: Final = frozenset({"man", "woman", "stranger", "boy", "girl"})
"""What the reader takes somebody for whom only a pronoun tells of."""
_DAYLIGHT: Final = re.compile(r"\b(?:sun|sunlight|sunlit|sunny|daylight|morning|dawn|noon|midday|day)\b", re.I)
_TELLING: Final[tuple[Pose, ...]] = ("hug", "kneel", "talk", "wave", "point", "hold", "stand", "look")
"""Poses that may give way, from those that tell most; a body has one for all that it does in a frame."""


def shot_from(
    name: str, text: str, plan: Plan | None, company: Company, aliases: Aliases
) -> tuple[Shot, list[Note], set[str]]:
    """A shot, notes on what it can't show, and the verbs that DreamFrame would not have used.

    Args:
        name: the shot's id.
        text: of the frame, without prefix and place.
        plan: of the frame; None where it has no words.
        company: everybody so far; who is new is taken in.
        aliases: that the frame was read with.
    """
    if plan is None or not plan.beats:
        return Shot(id=name, location="?"), [], set()
    _forget_invented(plan, text)
    ids = company.meet(plan)
    take = Take([_known(beat, ids) for beat in plan.beats])
    poses = _poses(take.deeds)
    for beat in take.beats:
        beat.deeds = [_posed(deed, poses) for deed in beat.deeds]
    made, found = shot_of(take, 0, ids)
    events = tuple(
        event.model_copy(
            update={
                "id": f"{name}-{at}",
                "says": None,  # what a frame quotes stays in its own words
                "text": aliases.back(event.text),
                "because": aliases.back(event.because) if event.because else None,
            }
        )
        for at, event in enumerate(made.events, start=1)
    )
    notes = [
        Note(where=name, what=aliases.back(note.what), reason=note.reason, shown_as=_with_ids(note.shown_as, ids))
        for note in found
    ]
    verbs = {event.action for event in events if event.text}
    return made.model_copy(update={"id": name, "events": events}), notes, verbs - VERBS - _FACE


def _forget_invented(plan: Plan, text: str) -> None:
    """Takes out those whom only a pronoun brought in: `the torch in her hand` is about nobody else."""
    low = text.lower()
    members = plan.cast.members
    nobody = {who for who, one in members.items() if _is_nobody(one, low)}
    for beat in plan.beats:
        beat.deeds = [
            replace(deed, whom=None) if deed.whom in nobody else deed for deed in beat.deeds if deed.who not in nobody
        ]
    for who in nobody:
        del members[who]


def _is_nobody(person: Person, low: str) -> bool:
    """Whether no word of a frame, in small letters, stands for a person, or only the name of a place does."""
    if person.names:
        return is_place(person.names[0].lower())
    return set(person.heads) <= _INVENTED and not any(head in low for head in person.heads)


def _poses(deeds: Sequence[Deed]) -> dict[str, Pose]:
    """The pose of each: its first, unless it first stands or looks and then does what tells more."""
    found: dict[str, Pose] = {}
    for deed in deeds:
        before = found.get(deed.who)
        if before is None:
            found[deed.who] = deed.does
        elif deed.seen and {before, deed.does} <= set(_TELLING):
            found[deed.who] = min(before, deed.does, key=_TELLING.index)
    return found


def _posed(deed: Deed, poses: Mapping[str, Pose]) -> Deed:
    pose = poses[deed.who]
    return deed if pose == deed.does else replace(deed, does=pose, seen=False)


def light_of(text: str, shot: Shot, before: TimeOfDay) -> TimeOfDay:
    """The light of a frame: what it tells, else what it was.

    Args:
        text: of the frame.
        shot: what was read in it.
        before: the light of the frame before, in the same scene.
    """
    if shot.time_of_day != "day":
        return shot.time_of_day
    return "day" if _DAYLIGHT.search(text) else before


def framing_of(shot: Shot, first: bool) -> Framing:
    """How much a shot should show: the place at the start of a scene, whole bodies where it takes them, else faces."""
    if first:
        return "wide"
    alone = len({event.who for event in shot.events}) == 1
    upright = all(event.does in _TELLING for event in shot.events)
    return "medium" if alone and upright and any(event.feels for event in shot.events) else "full"


def _known(beat: Beat, ids: Mapping[str, str]) -> Beat:
    """The beat with the story's ids."""
    deeds = [
        replace(deed, who=ids.get(deed.who, deed.who), whom=_id(deed.whom, ids), using=_id(deed.using, ids))
        for deed in beat.deeds
    ]
    return Beat(beat.sentence, beat.text, beat.scenery, deeds, beat.notes, beat.section, beat.paragraph)


def _with_ids(text: str, ids: Mapping[str, str]) -> str:
    """What is shown instead, with the story's ids for the reading's own."""
    words = (" ".join(ids.get(word, word) for word in part.split()) for part in text.split(", "))
    return ", ".join(part for part in words if not part.startswith(PREFIX))


def _id(who: str | None, ids: Mapping[str, str]) -> str | None:
    return ids.get(who, who) if who is not None else None
