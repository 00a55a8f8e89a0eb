"""Several turns about one moment or one character, each computed by a program of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from dreamgen.core.pairs import Program
from dreamgen.qa.asking import Asking, Draft, templates

_TASKS = (
    "where",
    "counting",
    "action",
    "who",
    "attribute",
    "expression",
    "interaction",
    "speech",
    "movement",
    "camera",
)
"""Tasks that make good turns, in the order of a conversation: from the whole to the detail."""


def dialogues(asking: Asking, drafts: Sequence[Draft]) -> Iterator[tuple[tuple[Draft, ...], tuple[str, ...]]]:
    """Groups of three to five open questions that belong together, with the words of each human turn."""
    ready = [draft for draft in drafts if draft.form == "open" and draft.task in _TASKS and draft.plain]
    ready.sort(key=lambda draft: (draft.span, _TASKS.index(draft.task), draft.key))
    for span, group in groupby(ready, key=lambda draft: draft.span):
        chosen = _varied(asking, list(group), str(span))
        if len(chosen) >= 3:
            yield chosen, tuple(_turns(asking, chosen))


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


def _varied(asking: Asking, group: list[Draft], where: str) -> tuple[Draft, ...]:
    """At most five, one or two a task, in the order of a conversation."""
    lot = asking.lot("dialogue", where)
    lot.shuffle(group)
    first: dict[str, Draft] = {}
    for draft in group:
        first.setdefault(draft.task, draft)
    acting = first.get("action")
    if acting is not None and "who" in first and set(first["who"].entities) & set(acting.entities):
        del first["who"]  # the one gives the other away
    chosen = list(first.values())
    chosen += [draft for draft in group if draft not in chosen and draft.task in {"attribute", "action"}][:1]
    return tuple(sorted(chosen[:5], key=lambda draft: (_TASKS.index(draft.task), draft.key)))


def _turns(asking: Asking, parts: Sequence[Draft]) -> Iterator[str]:
    yield parts[0].question
    for index, draft in enumerate(parts[1:], 1):
        follow = asking.pick(templates()["dialogue"]["follow"], "follow", index, draft.key)
        # the moment was named in the first turn, so the others need not name it again
        text = draft.plain
        if not follow.startswith("{"):
            text = text if follow.rstrip().startswith("Thanks") else f"{text[:1].lower()}{text[1:]}"
        yield follow.format(question=text)
