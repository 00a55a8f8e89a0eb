"""What questions take for granted: whom they speak of, when, and what they say is so before they ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from string import Formatter

from dreamgen.core.pairs import Form, InstructionPair
from dreamgen.language.world import World
from dreamgen.qa.asking import WORDING, Asking, Draft, Fact
from dreamgen.qa.programs import ask

Key = tuple[str, str, tuple[str, ...]]
"""A form, a program, and those of its arguments that say what it computes."""


@dataclass(frozen=True)
class Frame:
    """All that stands in a question beside turns of phrase and what it proposes."""

    when: str
    """The words for its moment: in the second shot."""
    said: tuple[str, ...]
    """What its templates are filled with; of two things it is a matter of chance which comes first."""


@dataclass(frozen=True)
class Frames:
    """The frames of all questions that programs ask about a clip."""

    world: World
    """What stands of the clip."""
    lots: str
    """The id of a clip, for the lots that decide what is seldom asked: two clips with one id can be compared."""

    def of(self, pair: InstructionPair) -> frozenset[Frame]:
        """The frames that a pair about this clip can have; empty for one that no program asks."""
        text = pair.turns[0].text.casefold()
        found = [one for one in self._known.get(_key(pair), ()) if one.when.casefold() in text]
        longest = max((len(one.when) for one in found), default=0)
        return frozenset(one for one in found if len(one.when) == longest)

    def allows(self, pair: InstructionPair, frames: Set[Frame]) -> bool:
        """Whether a pair with these frames can be asked about this clip."""
        return bool(frames) and frames <= self._known.get(_key(pair), frozenset())

    @cached_property
    def _known(self) -> Mapping[Key, frozenset[Frame]]:
        asking = _Framing(replace(self.world, clip=self.lots), 0)
        found: dict[Key, set[Frame]] = {}
        for draft in ask(asking):
            if draft.question in asking.frames:
                found.setdefault(_key(draft), set()).add(asking.frames[draft.question])
        return {key: frozenset(some) for key, some in found.items()}


@dataclass(frozen=True)
class _Framing(Asking):
    """Puts no question into words: its frame stands in the place of its text."""

    frames: dict[str, Frame] = field(default_factory=dict)
    """By what stands in the place of the question."""

    def _named(self, fact: Fact, key: str) -> Fact:
        return fact

    def _draft(
        self,
        fact: Fact,
        form: Form,
        key: str,
        wordings: Sequence[str],
        extra: tuple[tuple[str, str], ...],
        wrong: tuple[str, ...] = (),
    ) -> Draft:
        used = {name for text in wordings for _, name, _, _ in Formatter().parse(text) if name}
        said = tuple(sorted(text for name, text in fact.slots.items() if name in used))
        frame = Frame(fact.moment.words, said)
        name = repr(frame)
        self.frames[name] = frame
        return replace(super()._draft(fact, form, key, wordings, extra, wrong), question=name)


def _key(one: InstructionPair | Draft) -> Key:
    arguments = sorted(value for name, value in one.program.arguments if name not in WORDING)
    return one.form, one.program.name, tuple(arguments)
