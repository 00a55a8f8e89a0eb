"""Benchmarks as anybody's scoring takes them: one right option, nothing told beforehand, and the marked items alone.

A model that is tested sees the clip, its path where it is sent as one, and the words of the question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from dreamgen.export.rules.files import keyed
from dreamgen.export.rules.findings import Findings
from dreamgen.export.version_mark import VERSION_FILE, Mark

_WORD: Final = re.compile(r"[a-z]{3,}", re.IGNORECASE)
_NEUTRAL: Final = frozenset({"clip", "clips", "video", "videos"})
_DIGEST: Final = re.compile(r"[0-9a-f]{6,}")


def telling(video: str) -> str:
    """What is wrong with the name of a clip; empty where it tells nothing, as clip-8320bfc18515.mp4."""
    stem = _DIGEST.sub("", PurePosixPath(video).stem.lower())
    words = [word for word in _WORD.findall(stem) if word not in _NEUTRAL]
    return f"the clip's name {video} says {words[0]!r}, and a model may see it" if words else ""


def choice_defects(options: Any, right: Any, most: int) -> Iterator[str]:
    """What is wrong with a choice.

    Args:
        options: what stands where the list of texts should.
        right: the words of the right one.
        most: how many the scoring reads.
    """
    if not isinstance(options, list) or not all(isinstance(one, str) for one in options):
        yield "has no list of options"
        return
    if len(options) < 2:
        yield f"has {len(options)} options: there is nothing to choose"
    if len(options) > most:
        yield f"has {len(options)} options, and the scoring reads {most}"
    if any(not one.strip() for one in options):
        yield "has an empty option, at which the scoring stops"
    if len({" ".join(one.casefold().split()) for one in options}) < len(options):
        yield "has the same option twice, and only the last would be right"
    if right not in options:
        yield f"has the answer {right!r}, which is none of its options: nothing would be right"


def text_defect(text: Any, what: str) -> str:
    """What is wrong with a text; empty where nothing is."""
    if not isinstance(text, str) or not text.strip():
        return f"has no {what}"
    return "" if unicodedata.normalize("NFC", text) == text else f"has a {what} that is not in NFC"


def hear(mark: Mark, file: str, video: Any, question: Any, options: Any, answer: Any) -> None:
    """Adds an item to a mark as it stands in a file, whatever it is."""
    mark.hear(file, str(video), str(question), [str(one) for one in options] if isinstance(options, list) else (),
              str(answer))  # fmt: skip


def look_at_version(folder: Path, mark: Mark, found: Findings) -> None:
    """Holds the items that were read against those that were marked.

    Args:
        folder: of the form.
        mark: has heard all items.
        found: notes what is wrong.
    """
    told = keyed(folder / VERSION_FILE, found)
    if told and told.get("fingerprint") != mark.fingerprint:
        found.wrong(VERSION_FILE, "has another fingerprint than these items: scores would be compared with other ones")
