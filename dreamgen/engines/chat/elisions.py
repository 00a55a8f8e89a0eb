"""Places where a model has left out what it was to write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

_LEFT_OUT: Final = re.compile(
    r"[\s\[\](){}<>*_-]*(?:[.…·]{2,}|…|(?:\.\s){2,}\.?|etc\.?|and so (?:on|forth)|(?:to be )?continued"
    r"|(?:the )?same as (?:above|before)|as (?:above|before)|rest (?:is )?(?:omitted|unchanged)"
    r"|omitted(?: for brevity)?|placeholder|tbd|todo|lorem ipsum)[\s.…!\[\](){}<>*_-]*",
    re.IGNORECASE,
)  # fmt: skip


def elisions(answer: BaseModel) -> tuple[str, ...]:
    """Where a text of an answer says no more than that something should stand there, one sentence each."""
    return tuple(
        f"{where} is left out ({text[:20]!r}); write it." for where, text in _texts(answer, "") if is_elision(text)
    )


def is_elision(text: str) -> bool:
    """Whether a text is nothing but dots, "and so on" and the like."""
    return _LEFT_OUT.fullmatch(text) is not None


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name), f"{where}.{name}" if where else name)
    elif isinstance(value, tuple | list):
        for number, each in enumerate(value, 1):
            yield from _texts(each, f"{where}[{number}]")
