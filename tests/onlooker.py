"""A stand-in for a vision-language model: it answers by a rule, and remembers what it was asked and shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from dreamgen.core.base import Record
from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.vision.seeing import Frames, Query, Seen, Sees
from dreamgen.verify.verifiers.vlm import VlmVerifier

Rule = Callable[[Query, Frames | None], Seen]


def said(query: Query, *chances: float) -> Seen:
    """An answer to a choice."""
    likeliest = max(range(len(chances)), key=chances.__getitem__)
    return Seen(query, chances, query.choices[likeliest])


def between(query: Query, tag: str) -> str:
    """What stands between two tags of the question."""
    found = re.search(rf"<{tag}>\n(.*)\n</{tag}>", query.text, re.DOTALL)
    assert found is not None, query.text
    return found[1]


def options(query: Query) -> dict[str, str]:
    """Letter to option."""
    return dict(line.split(". ", 1) for line in between(query, "options").splitlines())


def knowing(*true: str) -> Rule:
    """Whoever holds these for right, and all else for wrong: `Between 0:00.0 and 0:04.0: The boy is waving.`"""

    def rule(query: Query, frames: Frames | None) -> Seen:
        when = re.split(r": (?:is|which) ", query.text)[0]
        if query.purpose == "verify/choice":
            told = options(query)
            right = [letter for letter, text in told.items() if f"{when}: {text}" in true] or [query.choices[-1]]
            rest = 0.05 / (len(told) - 1)
            return said(query, *(0.95 if letter == right[0] else rest for letter in query.choices))
        right_one = f"{when}: {between(query, 'statement')}" in true
        return said(query, *((0.95, 0.05) if right_one else (0.05, 0.95)))

    return rule


@dataclass
class Onlooker:
    """What `open_vision` gives, without a model."""

    rule: Rule
    asked: list[Query] = field(default_factory=list)
    shown: list[Frames | None] = field(default_factory=list)

    def ask(self, frames: Frames | None, queries: Sequence[Query]) -> Iterator[Seen]:
        self.shown.append(frames)
        self.asked.extend(queries)
        yield from (self.rule(query, frames) for query in queries)


class OnlookingVlm(VlmVerifier):
    """The verifier with a stand-in for its eyes."""

    def looking(self, onlooker: Onlooker) -> OnlookingVlm:
        """The same, looking through these eyes."""
        self._opened[Path()] = onlooker
        return self

    def eyes(self, kept: Path) -> Sees:
        return self._opened[Path()]

    def ready(self) -> None:
        pass


class ChattySynthesizer(Record):
    """Whoever would have a language model write questions."""

    chat: ChatModel = ChatModel()

    def synthesize(self, clip: Clip, claims: Sequence[Claim], seed: int, kept: Path) -> Iterator[InstructionPair]:
        yield from ()


KEYS: dict[str, str] = {}
"""Question to what `KnowingVlm` answers it."""
LIES: dict[str, str] = {}
"""Question to what `LyingVlm` answers it."""


class KnowingVlm(OnlookingVlm):
    """Sees nothing of a film and knows every answer of `KEYS`; of claims it can tell nothing."""

    def eyes(self, kept: Path) -> Sees:
        return Onlooker(partial(_by_heart, KEYS))


class LyingVlm(OnlookingVlm):
    """The same with the answers of `LIES`."""

    def eyes(self, kept: Path) -> Sees:
        return Onlooker(partial(_by_heart, LIES))


def _by_heart(keys: dict[str, str], query: Query, frames: Frames | None) -> Seen:
    if query.purpose == "verify/judge":
        straight = "say what the first" in query.text or "Could both" in query.text
        same = between(query, "first") == between(query, "second")
        return said(query, *((0.95, 0.05) if straight == same else (0.05, 0.95)))
    if query.purpose != "verify/answer":
        return said(query, *(1 / len(query.choices) for _ in query.choices))
    answer = keys.get(between(query, "question"), "")
    if not query.choices:
        return Seen(query, text=answer)
    if "<options>" in query.text:
        right = next((letter for letter, text in options(query).items() if text == answer), query.choices[0])
    else:
        right = "Yes" if answer.startswith("Yes") != ("answered this question with No" in query.text) else "No"
    return said(query, *(0.94 if choice == right else 0.02 for choice in query.choices))
