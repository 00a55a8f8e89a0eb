"""What faces show: DreamFrame asks every frame for an expression, in the writer's own words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final, get_args

from dreamgen.core.story import Shot
from dreamgen.core.vocabulary import Feeling

_FEELINGS: Final[tuple[Feeling, ...]] = get_args(Feeling)
_DENIED: Final = {"no", "not", "without", "less", "never"}
_ALL: Final = {"their", "they", "both", "them"}
_SEXES: Final = {"his": "m", "he": "m", "him": "m", "her": "f", "she": "f", "hers": "f"}
_ENDS: Final = ("ly", "s", "ful", "fully", "ness", "ed", "ing")


def feeling_of(word: str) -> Feeling | None:
    """The feeling that a word tells of, in any of its forms: sadly, tears, hopeful."""
    stems = (word.removesuffix(end) for end in _ENDS if word.endswith(end))
    return next((_known()[form] for form in (word, *stems) if form in _known()), None)


def with_feelings(shot: Shot, text: str, called: Mapping[str, str], sexes: Mapping[str, str]) -> Shot:
    """The shot with the faces that its frame tells of, where its events leave them open.

    Args:
        shot: what was read in the frame.
        text: of the frame.
        called: what the text calls somebody, in small letters, to the id.
        sexes: id to m or f, where it is known.
    """
    acting = list(dict.fromkeys(event.who for event in shot.events if event.text))
    told: dict[str, list[Feeling]] = {}
    for feeling, owner in _told(text, called):
        for who in _whose(owner, acting, sexes):
            told.setdefault(who, []).append(feeling)
    felt = {event.who for event in shot.events if event.feels}
    faces = {who: _most(feelings) for who, feelings in told.items() if who not in felt}
    events = (
        event.model_copy(update={"feels": faces[event.who]}) if event.who in faces else event for event in shot.events
    )
    return shot.model_copy(update={"events": tuple(events)})


def _told(text: str, called: Mapping[str, str]) -> Iterator[tuple[Feeling, str]]:
    """Every feeling of a text, with the name, the id or the pronoun that was last before it."""
    owner = ""
    words = re.findall(r"[a-z]+|[.;]", text.lower())
    for at, word in enumerate(words):
        feeling = feeling_of(word)
        if feeling is not None and not _DENIED & set(words[max(0, at - 2) : at]):
            yield feeling, owner
        elif word in called or word in _ALL or word in _SEXES:
            owner = called.get(word, word)


def _whose(owner: str, acting: list[str], sexes: Mapping[str, str]) -> list[str]:
    """Whose face it is: those of whom it is told, or else the first who acts."""
    if owner in _ALL:
        return acting
    fitting = [who for who in acting if who == owner or (owner in _SEXES and sexes.get(who) == _SEXES[owner])]
    return fitting[:1] or acting[:1]


def _most(found: list[Feeling]) -> Feeling:
    """What is told most often, the later of two."""
    most = max(found.count(one) for one in found)
    return next(one for one in reversed(found) if found.count(one) == most)


@cache
def _known() -> Mapping[str, Feeling]:
    data = tomllib.loads(files("dreamgen.story.dreamframe").joinpath("feelings.toml").read_text("utf-8"))
    return {word: feeling for feeling in _FEELINGS for word in data.get(feeling, "").split()}
