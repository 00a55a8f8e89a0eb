"""What somebody can do in a scene, so that each step can follow the one before."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from tests.scripted import vocabulary as words


class Play:
    """The shots of one scene.

    Args:
        lot: decides what happens.
        cast: ids of those who are there.
        others: ids that something can be done to or with: the cast again, and the things.
    """

    def __init__(self, lot: random.Random, cast: Sequence[str], others: Sequence[str]) -> None:
        self._lot = lot
        self._cast = list(cast)
        self._things = [one for one in dict.fromkeys(others) if one not in self._cast]
        self._held: dict[str, str] = {}
        self._actors: list[str] = []

    def shot(self, number: int, count: int) -> dict[str, Any]:
        """The next shot: a wide one first, then whoever comes next does something."""
        steps = [self._step(self._cast[number % len(self._cast)])]
        if self._lot.random() < 0.25 and len(self._cast) > 1:
            steps.append(self._step(self._cast[(number + 1) % len(self._cast)]))
        self._actors.append(steps[0]["who"])
        framing = "wide" if number == 0 else self._lot.choice(("full", "medium", "full", "close"))
        told = " and ".join(_told(step) for step in steps)
        return {"text": f"{told}.", "framing": framing if len(steps) == 1 else "full", "steps": steps}

    def speaker(self, shot: int, speakers: Sequence[str]) -> str:
        """Who speaks in a shot: whoever acts in it, if it can speak."""
        return self._actors[shot] if self._actors[shot] in speakers else self._lot.choice(speakers)

    def _step(self, who: str) -> dict[str, Any]:
        if words.is_animal(who):
            return _step(who, self._lot.choice(words.OF_ANIMALS))
        feels = self._lot.choice((*words.FEELINGS, None))
        does, whom, using = self._deed(who)
        return _step(who, does, whom, using) | {"feels": feels}

    def _deed(self, who: str) -> tuple[str, str | None, str | None]:
        """Verb, whom and using."""
        lot, others = self._lot, [one for one in self._cast if one != who and not words.is_animal(one)]
        if who in self._held and lot.random() < 0.5:
            return lot.choice(words.WITH_THINGS), self._held[who], None
        free = [thing for thing in self._things if thing not in self._held.values()]
        if free and who not in self._held and lot.random() < 0.3:
            self._held[who] = lot.choice(free)
            return "take", self._held[who], None
        if others and lot.random() < 0.6:
            return lot.choice(words.TO_PEOPLE), lot.choice(others), None
        return lot.choice((*words.MOVES, *words.RESTS)), None, None


def _step(who: str, does: str, whom: str | None = None, using: str | None = None) -> dict[str, Any]:
    return {"who": who, "does": does, "whom": whom, "using": using, "feels": None}


def _told(step: dict[str, Any]) -> str:
    """The step as a clause: Mara waves to Tomas."""
    does, whom = step["does"], step["whom"]
    whole = f"{words.shown(step['who'])} {words.conjugated(does)}"
    if not whom:
        return whole
    thing = does in (*words.WITH_THINGS, "take")
    return f"{whole} {words.PREPOSITIONS.get(does, '')}{words.shown(whom, thing=thing)}"
