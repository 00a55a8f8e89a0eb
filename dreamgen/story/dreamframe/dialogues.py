"""Who says what DreamFrame puts between its frames, without telling who."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dreamgen.core.story import Event, Shot

_SLOWEST, _LONGEST = 0.32, 7.0  # seconds a word, and of a shot


@dataclass(frozen=True, slots=True)
class Spoken:
    """A dialogue with its speaker."""

    text: str
    who: str
    guessed: bool
    """Whether the frame leaves it open."""


class Voices:
    """Gives every dialogue a speaker, in order.

    Args:
        names: id of everybody whom the file names, to the names that call them.
    """

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._names = names
        self._last = ""

    def speaker(self, text: str, shot: Shot) -> Spoken:
        """Who says it in or after a shot: who speaks there or is there alone, else the likeliest."""
        people = [event.who for event in shot.events if event.text]
        named = [who for who in dict.fromkeys([*people, *shot.present]) if who in self._names]
        called = {who for who in self._names if self._calls(text, who)}
        talking = list(dict.fromkeys(event.who for event in shot.events if event.does == "talk"))
        # a stranger speaks only where the one who is named is spoken to
        others = [event.who for event in shot.events if event.who not in self._names]
        able = [who for who in named if who not in called] or others or named
        likely = [who for who in talking if who in able] or able
        sure = len(likely) == 1 and likely[0] in named and (len(named) == 1 or likely[0] in talking)
        fallback = self._last or next(iter([*people, *self._names]), "")
        before = self._last if self._last in likely else ""
        who = before or next(iter(likely), fallback)
        if len(likely) > 1 and before:
            who = next((one for one in likely if one != before), before) if _answers(text) else before
        self._last = who
        return Spoken(text, who, not sure)

    def _calls(self, text: str, who: str) -> bool:
        """Whether it calls somebody by name, as in `Stay calm, Eleanor`."""
        return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in self._names[who])


def said_in(shot: Shot, spoken: Sequence[Spoken]) -> Shot:
    """The shot with what is said in it, in order."""
    events = list(shot.events)
    for number, line in enumerate(spoken):
        own = [at for at, event in enumerate(events) if event.who == line.who]
        free = [at for at in own if events[at].says is None]
        if number == 0 and free:
            events[free[0]] = events[free[0]].model_copy(update={"says": line.text})
            continue
        like = events[own[0]] if own else None
        pose = like.does if like is not None else "talk"
        events.append(
            Event(
                id=f"{shot.id}-said-{number + 1}", who=line.who, does=pose, action="say", seen=pose == "talk",
                using=like.using if like is not None else None, says=line.text, end=shot.seconds,
            )
        )  # fmt: skip
    words = sum(len(line.text.split()) for line in spoken)
    seconds = round(min(_LONGEST, max(shot.seconds, 1.4 + _SLOWEST * words)), 1)
    timed = tuple(event.model_copy(update={"end": seconds}) for event in events)
    return shot.model_copy(update={"events": timed, "seconds": seconds})


def _answers(text: str) -> bool:
    """Whether it sounds like a reply to what was just said."""
    return re.match(r"(?:yes|no|indeed|aye|thank|i agree|you're|you are right|of course)\b", text, re.I) is not None
