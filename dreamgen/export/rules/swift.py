"""ms-swift: swift/dataset/preprocessor/core.py, and `Template` of swift/template/base.py.

By default a row that fails in the first is deleted, with a line in the log; tags that are too many are left in the text
by the second, with another.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from dreamgen.export.rules.files import Row, lined, split_files
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.talks import Talks
from dreamgen.export.rules.turns import Manner

MANNER: Final = Manner(
    human="user",
    assistant="assistant",
    tag="<video>",
    role_key="role",
    text_key="content",
    otherwise="has its row deleted, or is trained on as it stands",
)

_READ: Final = frozenset({"role", "content", "loss", "loss_scale"})
"""Keys of a message that are kept."""
_MARKS: Final = (("<ref-object>", "ref"), ("<bbox>", "bbox"))
"""What stands in a text for a name and a box, and the list in `objects` that it is taken from."""


def look(folder: Path) -> Findings:
    """Reads train.jsonl and those of other splits: `messages`, and one video for `<video>` in the first of them."""
    found = Findings()
    talks = Talks(folder, MANNER, found)
    for path in split_files(folder, ".jsonl", found):
        for where, row in lined(path, found):
            turns = row.get("messages")
            if "messages" not in row:
                found.wrong(where, f"has no messages among {', '.join(row)}: a query and a response are looked for")
            talks.look(path.stem, where, {**row, "conversations": _without_system(turns)}, only(row.get("videos")))
            for what in (*_lost_keys(turns), *_unmatched(row, turns)):
                found.wrong(where, what)
    talks.compare()
    return found


def only(videos: Any) -> Any:
    """The path in a list of one, for the one `<video>`; a list of what is there instead, which is no path."""
    return videos[0] if isinstance(videos, list) and len(videos) == 1 else [videos]


def _without_system(turns: Any) -> Any:
    """The conversation after what the model is told to be."""
    if isinstance(turns, list) and turns and isinstance(turns[0], dict) and turns[0].get("role") == "system":
        return turns[1:]
    return turns


def _lost_keys(turns: Any) -> Iterator[str]:
    for number, turn in enumerate(turns if isinstance(turns, list) else [], start=1):
        lost = sorted(turn.keys() - _READ) if isinstance(turn, dict) else []
        if lost and MANNER.role_key in turn:
            yield f"message {number} has {', '.join(lost)}, which ms-swift throws away"


def _unmatched(row: Row, turns: Any) -> Iterator[str]:
    """Marks for names and boxes that have none, or more than one."""
    known = row.get("objects")
    objects = known if isinstance(known, dict) else {}
    texts = [turn.get("content") for turn in turns if isinstance(turn, dict)] if isinstance(turns, list) else []
    for mark, name in _MARKS:
        marks = sum(text.count(mark) for text in texts if isinstance(text, str))
        listed = objects.get(name)
        there = len(listed) if isinstance(listed, list) else 0
        if marks != there:
            yield f"has {mark} {marks} times in its texts, and {there} in objects.{name}"
