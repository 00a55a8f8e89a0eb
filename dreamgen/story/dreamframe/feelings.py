"""What faces show: DreamFrame asks every frame for an expression, in the writer's own words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, get_args

from dreamgen.core.story import Shot
from dreamgen.core.vocabulary import Feeling

_FEELINGS: Final[tuple[Feeling, ...]] = get_args(Feeling)
_DENIED: Final = {"no", "not", "without", "less", "never"}


def feeling_in(text: str) -> Feeling | None:
    """The feeling that most words of a text tell of, the later one of two; None where none does."""
    words = re.findall(r"[a-z]+", text.lower())
    found: list[Feeling] = []
    for at, word in enumerate(words):
        feeling = _known().get(word) or next((_known()[stem] for stem in _stems(word) if stem in _known()), None)
        if feeling is not None and not _DENIED & set(words[max(0, at - 2) : at]):
            found.append(feeling)
    if not found:
        return None
    most = max(found.count(one) for one in found)
    return next(one for one in reversed(found) if found.count(one) == most)


def with_feelings(shot: Shot, text: str) -> Shot:
    """The shot with the faces that its frame tells of, where its events leave them open.

    What is told of no one in particular goes with the first who acts; `their faces` with all who do.
    """
    feeling = feeling_in(text)
    acting = list(dict.fromkeys(event.who for event in shot.events if event.text))
    if feeling is None or not acting:
        return shot
    whose = acting if re.search(r"\b(?:their|both)\b", text, re.I) else acting[:1]
    felt = {event.who for event in shot.events if event.feels}
    events = tuple(
        event.model_copy(update={"feels": feeling}) if event.who in whose and event.who not in felt else event
        for event in shot.events
    )
    return shot.model_copy(update={"events": events})


@cache
def _known() -> Mapping[str, Feeling]:
    data = tomllib.loads(files("dreamgen.story.dreamframe").joinpath("feelings.toml").read_text("utf-8"))
    return {word: feeling for feeling in _FEELINGS for word in data.get(feeling, "").split()}


def _stems(word: str) -> tuple[str, ...]:
    """Shorter forms: sadly, tears, hopeful."""
    return tuple(
        word.removesuffix(end) for end in ("ly", "s", "ful", "fully", "ness", "ed", "ing") if word.endswith(end)
    )
