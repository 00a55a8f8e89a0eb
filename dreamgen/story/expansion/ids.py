"""Ids for what a draft names: the same for everybody who reads it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from dreamgen.story.expansion.drafts import Premise

_ARTICLES = ("the ", "a ", "an ")


@dataclass(frozen=True)
class Ids:
    """Id of each member of the cast, place and prop of a premise, in its order; no two are alike."""

    cast: tuple[str, ...]
    places: tuple[str, ...]
    props: tuple[str, ...]


def ids_of(premise: Premise) -> Ids:
    """The ids: names in small letters with dashes, numbered where two would be alike."""
    taken: set[str] = set()
    return Ids(
        cast=_numbered((one.name for one in premise.cast), taken),
        places=_numbered((one.name for one in premise.places), taken),
        props=_numbered((one.name for one in premise.props), taken),
    )


def act_id(act: int) -> str:
    """Of the act with this number, from 1."""
    return f"act-{act:02d}"


def scene_id(act: int, scene: int) -> str:
    """Of a scene by its own and its act's number, from 1: act-02.scene-11 is scene-02-11."""
    return f"scene-{act:02d}-{scene:02d}"


def shot_id(act: int, scene: int, shot: int) -> str:
    """Of a shot, by the numbers of act, scene and shot, from 1."""
    return f"shot-{act:02d}-{scene:02d}-{shot:02d}"


def _numbered(names: Iterable[str], taken: set[str]) -> tuple[str, ...]:
    found = []
    for name in names:
        base = _slug(name)
        one, number = base, 2
        while one in taken:
            one, number = f"{base}-{number}", number + 1
        taken.add(one)
        found.append(one)
    return tuple(found)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().strip()
    for article in _ARTICLES:
        plain = plain.removeprefix(article)
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:30].strip("-") or "thing"
