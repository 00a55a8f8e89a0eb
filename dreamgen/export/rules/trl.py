"""TRL: the vision collator of trl/trainer/sft_trainer.py, and `prepare_multimodal_messages` of trl/data_utils.py.

Under them `datasets` reads the files, and before its version 5 gave every block the keys of all blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from dreamgen.export.rules.files import Row, lined, split_files
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.talks import Talks
from dreamgen.export.rules.turns import Manner

MANNER: Final = Manner(human="user", assistant="assistant", tag="", role_key="role", text_key="content")

_STRANGE: Final = ("image", "video", "videos")
"""Columns: the first makes it look for pictures, the others are not read."""

Blocks = list[tuple[int, Any]]
"""Each block of a conversation with the number of its message."""


def look(folder: Path) -> Findings:
    """Reads train.jsonl and those of other splits: `images` empty, and a block for the video in the first message."""
    found = Findings()
    talks = Talks(folder, MANNER, found)
    for path in split_files(folder, ".jsonl", found):
        for where, row in lined(path, found):
            turns = row.get("messages")
            blocks = list(_blocks(turns))
            for what in (*_column_defects(row), *_block_defects(blocks)):
                found.wrong(where, what)
            talks.look(path.stem, where, {"id": row.get("id"), "conversations": _plain(turns)}, _video(blocks))
    talks.compare()
    return found


def _column_defects(row: Row) -> Iterator[str]:
    if row.get("images") != []:
        yield f"has {row.get('images')!r} for images: without an empty list TRL trains on text, or looks for pictures"
    yield from (f"has a column {name}, which is no place for a video" for name in _STRANGE if name in row)


def _blocks(turns: Any) -> Iterator[tuple[int, Any]]:
    """Every block; what stands instead of a list of blocks is one."""
    for number, turn in enumerate(turns if isinstance(turns, list) else [], start=1):
        content = turn.get("content") if isinstance(turn, dict) else None
        for block in content if isinstance(content, list) else [content]:
            yield number, block


def _block_defects(blocks: Blocks) -> Iterator[str]:
    for number, block in blocks:
        if what := _wrong(block):
            yield f"message {number} {what}"
    shown = [number for number, block in blocks if _kind(block) == "video"]
    if shown != [1]:
        yield f"has {len(shown)} video blocks, and not one in the first message"


def _wrong(block: Any) -> str:
    """What is wrong with a block; empty where nothing is."""
    if isinstance(block, str):
        return "is a text: beside messages of blocks it is no column"
    kind = _kind(block)
    if kind not in ("text", "video"):
        return f"has a block of type {kind!r}: text and video are known"
    if block.keys() != {"type", kind}:
        more = ", ".join(sorted(block.keys() - {"type", kind})) or f"no {kind}"
        return f"has a {kind} block with {more}: processors go by the keys, even empty ones"
    return ""


def _kind(block: Any) -> Any:
    return block.get("type") if isinstance(block, dict) else None


def _video(blocks: Sequence[tuple[int, Any]]) -> Any:
    """The path in the first block of a video; None where there is none."""
    return next((block.get("video") for _, block in blocks if _kind(block) == "video"), None)


def _plain(turns: Any) -> Any:
    """The conversation with the text of each message as one string."""
    if not isinstance(turns, list):
        return turns
    return [{**turn, "content": _text(turn.get("content"))} if isinstance(turn, dict) else turn for turn in turns]


def _text(content: Any) -> str:
    blocks = content if isinstance(content, list) else [{"type": "text", "text": content or ""}]
    return "\n".join(str(block.get("text", "")) for block in blocks if _kind(block) == "text")
