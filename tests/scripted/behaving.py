"""How the scripted server misbehaves."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tests.scripted.asked import Asked

Habit = Literal[
    "status", "hang", "drop", "slow", "cut", "not_json", "dreamframe", "short", "long", "elided", "wrong_id",
    "wrong_type", "prose", "empty", "refuse", "filtered", "nameless",
]  # fmt: skip
"""status: an error, see `status`. hang: no answer, until the client has gone. drop: the line goes dead. slow: waits
`seconds` first. cut: half an answer, out of tokens. not_json: a sentence. dreamframe: missing commas and `dialgue`, as
in DreamFrame's own prompt. short, long: the longest list has one too few or too many. elided: most of the longest list
is dots. wrong_id: names somebody who does not exist. wrong_type: text where a list belongs. prose: the JSON in a fence
between sentences. empty: nothing. refuse: declines. filtered: a content filter steps in. nameless: no usage is told."""


@dataclass(frozen=True)
class Behave:
    """One way to misbehave, for some requests."""

    habit: Habit = "status"
    """What it does."""
    status: int = 0
    """For status: 429, 500, 503, 401 ..."""
    times: int | None = None
    """How often; None for always."""
    each: bool = False
    """Whether `times` counts for each question by itself, so that every one of them meets it."""
    when: Callable[[Asked], bool] | int | None = None
    """For which requests: those that this is true of, or the one with this index; None for all."""
    share: float = 1.0
    """Of those requests, how many; which ones follows from what they ask."""
    retry_after: float | None = None
    """For status: seconds, told in a header."""
    seconds: float = 0.0
    """For slow: how long."""
    message: str = "as scripted"
    """For status: what the error says."""

    def meant(self, asked: Asked) -> bool:
        """Whether it is for this request, if its times are not used up."""
        if isinstance(self.when, int) and self.when != asked.index:
            return False
        if callable(self.when) and not self.when(asked):
            return False
        return self.share >= 1.0 or random.Random(f"{self.habit} {asked.digest}").random() < self.share


def spoilt(habit: Habit, told: Any, lot: random.Random) -> str:
    """What is written in place of the answer `told`."""
    if habit == "empty":
        return ""
    if habit == "not_json":
        return "I would rather tell it in my own words: once upon a time there was a story."
    if habit in ("short", "long", "elided", "wrong_type"):
        told = _other_list(habit, told)
    text = json.dumps(told, ensure_ascii=False)
    if habit == "cut":
        return text[: max(len(text) * 3 // 5, 1)]
    if habit == "dreamframe":
        return _dreamframe(told, lot)
    if habit == "wrong_id":
        return re.sub(r'("(?:who|place|whom)": )"[^"]*"', r'\1"nobody-at-all"', text, count=1)
    if habit == "prose":
        return f"Sure! Here is what you asked for:\n\n```json\n{text}\n```\n\nLet me know if I should change anything."
    return text


def _dreamframe(told: Any, lot: random.Random) -> str:
    lines = json.dumps(told, ensure_ascii=False, indent=1).replace('"dialogue"', '"dialgue"').split("\n")
    return "\n".join(line.removesuffix(",") if lot.random() < 0.2 else line for line in lines)


def _other_list(habit: Habit, told: Any) -> Any:
    """The value with its longest list changed."""
    longest = max(_lists(told), key=len, default=[])

    def walked(value: Any) -> Any:
        if value is longest:
            return _changed(habit, longest)
        if isinstance(value, dict):
            return {name: walked(one) for name, one in value.items()}
        return [walked(one) for one in value] if isinstance(value, list) else value

    return walked(told)


def _changed(habit: Habit, items: list[Any]) -> Any:
    if habit == "short":
        return items[:-1]
    if habit == "long":
        return [*items, *items[-1:]]
    return "and so on" if habit == "wrong_type" else [*items[:1], "..."]


def _lists(value: Any) -> list[list[Any]]:
    found = [value] if isinstance(value, list) else []
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return found + [one for part in inside for one in _lists(part)]
