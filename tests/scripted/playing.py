"""What somebody can do in a scene, so that each step can follow the one before."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from tests.scripted import retelling
from tests.scripted import vocabulary as words


class Play:
    """The shots of one scene.

    Args:
        lot: decides what happens.
        cast: ids of those who are there.
        others: ids that something can be done to or with: the cast again, and the things.
        held: who has which thing in its hand when it begins.
        place: where it is; empty where nobody has said so.
    """

    def __init__(
        self, lot: random.Random, cast: Sequence[str], others: Sequence[str], held: Mapping[str, str], place: str
    ) -> None:
        self._lot, self._place = lot, place
        self._cast = list(cast)
        self._things = [one for one in dict.fromkeys(others) if one not in self._cast]
        self._held = {who: what for who, what in held.items() if who in cast and what in self._things}
        self._dropped: dict[str, str] = {}
        self._actors: list[str] = []

    def shot(self, number: int) -> dict[str, Any]:
        """The next shot: a wide one first, then whoever comes next does something."""
        steps = [self._step(self._cast[number % len(self._cast)])]
        if self._lot.random() < 0.25 and len(self._cast) > 1:
            steps.append(self._step(self._cast[(number + 1) % len(self._cast)]))
        self._actors.append(steps[0]["who"])
        framing = "wide" if number == 0 else self._lot.choice(("full", "medium", "full", "close"))
        told = " and ".join(_told(step) for step in steps)
        text = f"At {words.shown(self._place, thing=True)}, {told}." if self._place else f"{told}."
        return {"text": text, "framing": framing if len(steps) == 1 else "full", "steps": steps}

    def retold(self, sentence: str, *, first: bool) -> dict[str, Any]:
        """A sentence of a plot as a shot; the first that shows it, or a further one."""
        who, *others = retelling.named(self._cast, sentence) or self._cast[:1]
        does = retelling.verb(sentence) if first else self._lot.choice(("look", "stand", "wait"))
        whom = others[0] if first and others and does not in (*words.RESTS, *words.MOVES) else None
        things = retelling.named(self._things, sentence)
        if does in ("take", *words.WITH_THINGS) and things:
            whom = things[0]
        step = _step(who, does, whom)
        self._actors.append(who)
        framing = self._lot.choice(("full", "medium"))
        return {"text": sentence if first else f"{_told(step)}.", "framing": framing, "steps": [step]}

    def lines(self, count: int, speakers: Sequence[str]) -> list[dict[str, Any]]:
        """So many invented lines for the shots so far, by whoever acts in them, if it can speak."""
        shots = range(len(self._actors))
        heard = sorted(self._lot.sample(shots, min(count, len(shots)))) if speakers else ()
        return [
            {
                "shot": shot + 1,
                "who": self._actors[shot] if self._actors[shot] in speakers else self._lot.choice(speakers),
                "words": self._lot.choice(words.WORDS),
            }
            for shot in heard
        ]

    def quoted(self, plot: str, shots: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What is said in the sentences that the shots tell, each line once."""
        sentences, left = retelling.numbered(plot), dict[str, dict[str, Any]]()
        for at, shot in enumerate(shots):
            for line in retelling.quotes(sentences[shot["tells"]]):
                left.setdefault(line, {"shot": at + 1, "who": self._actors[at], "words": line})
        return list(left.values())

    def _step(self, who: str) -> dict[str, Any]:
        if words.is_animal(who):
            return _step(who, self._lot.choice(words.OF_ANIMALS)) | {"feels": "calm"}
        feels = self._lot.choice(words.FEELINGS)
        does, whom, using = self._deed(who)
        return _step(who, does, whom, using) | {"feels": feels}

    def _deed(self, who: str) -> tuple[str, str | None, str | None]:
        """Verb, whom and using."""
        lot, others = self._lot, [one for one in self._cast if one != who and not words.is_animal(one)]
        if who in self._dropped:
            self._held[who] = self._dropped.pop(who)
            return "take", self._held[who], None
        if who in self._held and lot.random() < 0.6:
            return self._handled(who, others)
        far = [thing for thing in self._things if thing not in self._held.values()]
        if far and lot.random() < 0.15:
            return lot.choice(words.TO_THINGS), lot.choice(far), None
        if others and lot.random() < 0.6:
            return lot.choice(words.TO_PEOPLE), lot.choice(others), None
        return lot.choice((*words.MOVES, *words.RESTS)), None, None

    def _handled(self, who: str, others: Sequence[str]) -> tuple[str, str | None, str | None]:
        """Something with what is in the hand; what is put down is taken up again by the same one."""
        thing = self._held[who]
        if self._lot.random() < 0.2:
            self._dropped[who] = self._held.pop(who)
            return "drop", thing, None
        if others and self._lot.random() < 0.3:
            return "point", self._lot.choice(others), thing
        return self._lot.choice(words.WITH_THINGS), thing, None


def _step(who: str, does: str, whom: str | None = None, using: str | None = None) -> dict[str, Any]:
    return {"who": who, "does": does, "whom": whom, "using": using, "feels": None}


def _told(step: dict[str, Any]) -> str:
    """The step as a clause: Mara waves to Tomas."""
    does, whom = step["does"], step["whom"]
    whole = f"{words.shown(step['who'])} {words.conjugated(does)}"
    if whom:
        whole += f" {words.PREPOSITIONS.get(does, '')}{words.shown(whom, thing=does in words.DONE_TO_THINGS)}"
    if step["using"]:
        whole += f" with {words.shown(step['using'], thing=True)}"
    return f"{whole} {words.ADVERBS.get(step['feels'] or '', '')}".rstrip()
