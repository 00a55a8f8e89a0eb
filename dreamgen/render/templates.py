"""Prompts as text files: prompts/render/*.md, one piece a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from dreamgen.errors import UsageError, unknown_name
from dreamgen.shelf import find

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SLOT = re.compile(r"\{(\w*)\}")


def filled(template: str, slots: Mapping[str, str]) -> str:
    """The pieces of `prompts/render/<template>.md` that have something to say, joined by commas.

    Raises:
        UsageError: when the file is missing, or names a slot that there is none of.
    """
    pieces = []
    for line in _lines(template, _file(template)):
        wanted = _SLOT.findall(line)
        for name in wanted:
            if name not in slots:
                raise unknown_name(f"slot in prompts/render/{template}.md:", name, slots)
        if all(slots[name] for name in wanted):
            pieces.append(_SLOT.sub(lambda found: slots[found[1]], line).strip(" ,"))
    # a learned word's sentence ends in a colon, which a comma must not follow
    return ", ".join(piece for piece in pieces if piece).replace(":,", ":")


def _file(template: str) -> Path:
    path = find("prompts", f"render/{template}.md")
    if path is None:
        raise UsageError(
            f"prompts/render/{template}.md is missing", "Put it back; the package and its repository have one."
        )
    return path


@lru_cache(maxsize=16)
def _read(path: Path, changed: int) -> tuple[str, ...]:
    text = _COMMENT.sub("", path.read_text("utf-8"))
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _lines(template: str, path: Path) -> tuple[str, ...]:
    return _read(path, path.stat().st_mtime_ns)
