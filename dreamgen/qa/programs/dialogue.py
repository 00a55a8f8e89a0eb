"""Several turns about one moment or one character, each computed by a program of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from typing import Final

from dreamgen.core.pairs import Program
from dreamgen.qa.asking import Asking, Draft, templates
from dreamgen.qa.pronouns import is_clear, with_pronoun, words_for

_TASKS: Final = (
    "where", "when", "weather", "counting", "action", "pose", "who", "attribute", "expression", "holding",
    "interaction", "spatial", "speech", "movement", "camera",
)  # fmt: skip
"""Tasks that make good turns, in the order of a conversation: from the whole to the detail."""
_OF_ONE: Final = frozenset({"action", "pose", "attribute", "expression", "holding", "movement", "spatial", "speech"})
"""Those that somebody is asked about again and again."""
_TURNS: Final = (2, 3, 4, 4, 5, 5)
"""How many turns there may be, by lot; few moments have enough to ask for many."""

Group = tuple[tuple[Draft, ...], tuple[str, ...]]
"""The turns of one dialogue, and the words of each question."""


def dialogues(asking: Asking, answers: Mapping[Draft, str]) -> Iterator[Group]:
    """Groups of two to five questions that belong together, with the words of each human turn.

    One group is about a moment, the next about a person or an animal, as far as there are both.

    Args:
        asking: decides by lot.
        answers: what could be asked, each with its answer.
    """
    ready = [draft for draft in answers if draft.form in ("open", "yes_no") and draft.task in _TASKS and draft.plain]
    for pair in zip_longest(_of_moments(asking, ready), _of_beings(asking, ready)):
        for chosen in pair:
            if chosen is not None:
                yield chosen, tuple(_turns(asking, chosen, answers))


def program_of(parts: Sequence[Draft]) -> Program:
    """The programs of all turns in one record: `2.entity` is the argument `entity` of the second turn."""
    arguments = []
    for index, draft in enumerate(parts, 1):
        arguments.append((f"{index}.program", draft.program.name))
        arguments.extend((f"{index}.{name}", value) for name, value in draft.program.arguments)
    return Program(name="dialogue", arguments=tuple(arguments))


def programs_in(arguments: Mapping[str, str]) -> list[Program]:
    """The programs of the turns, in order."""
    turns: dict[int, dict[str, str]] = {}
    for name, value in arguments.items():
        index, _, rest = name.partition(".")
        turns.setdefault(int(index), {})[rest] = value
    return [
        Program(name=turn["program"], arguments=tuple((k, v) for k, v in turn.items() if k != "program"))
        for _, turn in sorted(turns.items())
    ]


def _of_moments(asking: Asking, ready: Sequence[Draft]) -> Iterator[tuple[Draft, ...]]:
    """About all that there is at one time."""
    some = sorted(ready, key=lambda draft: (draft.span, _TASKS.index(draft.task), draft.key))
    groups = [(str(span), list(group)) for span, group in groupby(some, key=lambda draft: draft.span)]
    asking.lot("dialogue", "moments").shuffle(groups)
    for where, group in groups:
        chosen = _varied(asking, group, where)
        if len(chosen) >= _TURNS[0]:
            yield chosen


def _of_beings(asking: Asking, ready: Sequence[Draft]) -> Iterator[tuple[Draft, ...]]:
    """About one who is named in the first turn and stays the one who is meant."""
    world = asking.world
    beings = [who for who, known in world.entities.items() if known.category != "prop"]
    asking.lot("dialogue", "beings").shuffle(beings)
    for who in beings:
        own = [
            draft
            for draft in ready
            if draft.task in _OF_ONE and draft.entities[:1] == (who,) and words_for(world, who, draft.question)
        ]
        chosen = _varied(asking, own, who)
        if len(chosen) >= _TURNS[0]:
            yield tuple(sorted(chosen, key=lambda draft: (draft.span, _TASKS.index(draft.task), draft.key)))


def _varied(asking: Asking, group: list[Draft], where: str) -> tuple[Draft, ...]:
    """Two to five, of as many tasks as there are, no fact twice and none given away by another."""
    lot = asking.lot("dialogue", where)
    most = lot.choice(_TURNS)
    shuffled = list(group)
    lot.shuffle(shuffled)
    times: dict[str, int] = {}
    ranked = []
    for draft in shuffled:
        times[draft.task] = times.get(draft.task, 0) + 1
        ranked.append((times[draft.task], draft))
    chosen: list[Draft] = []
    for rank, draft in sorted(ranked, key=lambda pair: pair[0]):
        checks = sum(one.form == "yes_no" for one in chosen)
        # yes and no can't be all that is asked
        if draft.form == "yes_no" and checks >= most // 2:
            continue
        if len(chosen) < most and rank <= 2 and not any(_tells(one, draft) for one in chosen):
            chosen.append(draft)
    return tuple(sorted(chosen, key=lambda draft: (_TASKS.index(draft.task), draft.key, draft.form)))


def _tells(one: Draft, other: Draft) -> bool:
    """Whether who hears of the one need not look for the other."""
    if one.key == other.key or set(_facts(one)) & set(_facts(other)):
        return True
    tasks = {one.task, other.task}
    return len(tasks) == 2 and tasks <= _SAME_SIGHT and bool(set(one.entities) & set(other.entities))


_SAME_SIGHT: Final = frozenset({"action", "pose", "who", "interaction", "holding"})
"""Tasks of which one may give another away when they are about the same one."""


def _facts(draft: Draft) -> list[str]:
    """What a question is about, but for the setting: claims that its program is given by name."""
    return [value for name, value in draft.program.arguments if name in {"claim", "claims", "speech"}]


def _turns(asking: Asking, parts: Sequence[Draft], answers: Mapping[Draft, str]) -> Iterator[str]:
    world = asking.world
    # a moment that all turns share is named once; of several, each is named whenever it is asked about
    one_moment = len({draft.span for draft in parts}) == 1
    said = [parts[0].question]
    yield parts[0].question
    for index, draft in enumerate(parts[1:], 1):
        follow = asking.pick(templates()["dialogue"]["follow"], "follow", index, draft.key)
        before = parts[index - 1]
        text = draft.plain if one_moment else draft.question
        said.append(answers[before])
        about = draft.entities[:1]
        if about and about == before.entities[:1] and is_clear(world, about[0], said):
            text = with_pronoun(world, about[0], text)
        said.append(text)
        if not follow.startswith("{"):
            text = text if follow.rstrip().startswith("Thanks") else f"{text[:1].lower()}{text[1:]}"
        yield follow.format(question=text)
