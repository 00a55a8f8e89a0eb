"""TRL: the vision collator of trl/trainer/sft_trainer.py, and `prepare_multimodal_messages` of trl/data_utils.py.

Under them `datasets` reads the files, and before its version 5 gave every block the keys of all blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from dreamgen.export.rules.files import Row, lined, split_files
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.turns import Manner, turn_defects
from dreamgen.export.rules.videos import Videos

MANNER: Final = Manner(human="user", assistant="assistant", tag="", role_key="role", text_key="content")


def look(folder: Path) -> Findings:
    """Reads train.jsonl and those of other splits: `images` empty, and a block for the video in the first message."""
    found = Findings()
    videos = Videos(folder)
    for path in split_files(folder, ".jsonl", found):
        for where, row in lined(path, found):
            found.pairs[str(row.get("id"))] += 1
            for what in _defects(row, videos):
                found.wrong(where, what)
    return found


def _defects(row: Row, videos: Videos) -> Iterator[str]:
    if row.get("images") != []:
        yield f"has {row.get('images')!r} for images: without an empty list TRL trains on text, or looks for pictures"
    for name in ("video", "videos"):
        if name in row:
            yield f"has a column {name}, which TRL does not read"
    turns = row.get("messages")
    blocks = list(_blocks(turns))
    wrong = [what for number, block in blocks if (what := _block_defect(number, block))]
    if wrong:
        yield from wrong
        return
    yield from turn_defects(_plain(turns), MANNER)
    shown = [(number, block["video"]) for number, block in blocks if block["type"] == "video"]
    if [number for number, _ in shown] != [1]:
        yield f"has {len(shown)} video blocks, and not one in the first message"
    for _, path in shown:
        if what := videos.defect(path):
            yield what


def _blocks(turns: Any) -> Iterator[tuple[int, Any]]:
    """Every block of a conversation with the number of its message; what is no list of blocks is one itself."""
    for number, turn in enumerate(turns if isinstance(turns, list) else [], start=1):
        content = turn.get("content") if isinstance(turn, dict) else None
        for block in content if isinstance(content, list) else [content]:
            yield number, block


def _block_defect(number: int, block: Any) -> str:
    """What is wrong with one block; empty where nothing is."""
    if isinstance(block, str):
        return f"message {number} is a text: beside messages of blocks it is no column"
    if not isinstance(block, dict):
        return f"message {number} has {block!r} for a block"
    kind = block.get("type")
    if kind not in ("text", "video"):
        return f"message {number} has a block of type {kind!r}: text and video are known"
    if block.keys() != {"type", kind}:
        more = ", ".join(sorted(block.keys() - {"type", kind})) or f"no {kind}"
        return f"message {number} has a {kind} block with {more}: processors go by the keys, even empty ones"
    return ""


def _plain(turns: Any) -> Any:
    """The conversation with the text of each message as one string."""
    if not isinstance(turns, list):
        return turns
    return [
        {
            "role": turn.get("role"),
            "content": "\n".join(str(block["text"]) for block in turn["content"] if block["type"] == "text"),
        }
        if isinstance(turn, dict)
        else turn
        for turn in turns
    ]
