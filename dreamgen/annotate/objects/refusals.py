"""Answers that say they have none: phrases that no description holds (HICom, Liu et al. 2025, appendix B)."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Refused(NamedTuple):
    """Why a text is no description."""

    reason: str
    """Machine-readable: as_an_ai."""
    phrase: str
    """What stands in it."""


def refusal_in(text: str) -> Refused | None:
    """The first phrase of a text that makes it no description; None where there is none."""
    plain = text.replace("’", "'")
    hits = [(found.start(), reason, found.group()) for reason, phrase in _phrases() if (found := phrase.search(plain))]
    if not hits:
        return None
    _, reason, phrase = min(hits)
    return Refused(reason, " ".join(phrase.casefold().split()))


@cache
def _phrases() -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = tomllib.loads(files("dreamgen.annotate").joinpath("data/refusals.toml").read_text("utf-8"))
    return tuple((reason, _pattern(phrase)) for reason, phrases in table.items() for phrase in phrases)


def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, phrase.split())) + r"(?!\w)", re.IGNORECASE)
