"""Folders of forms as exporters write them, in which a test then plants one mistake."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Turn
from dreamgen.run import registry
from tests.datasets import dataset

Change = Callable[[dict[str, Any]], object]


def written(form: str, pairs: Iterable[InstructionPair], clip: Clip, media: Path, into: Path) -> Path:
    """The folder of a form; of captions the pairs are captions."""
    options = {"tasks": ()} if form == "hicom" else {}
    kept = tuple(_caption(pair) for pair in pairs) if form == "captions" else tuple(pairs)
    registry.build("export", form, options).export(dataset(kept, [clip], media), into)
    return into


def _caption(pair: InstructionPair) -> InstructionPair:
    turns = (Turn(role="human", text="What happens?"), Turn(role="assistant", text=f"{pair.id}: somebody walks."))
    return pair.model_copy(update={"form": "caption", "turns": turns, "options": (), "answer_index": None})


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a list, or of a file with one a line."""
    text = path.read_text("utf-8")
    rows: list[dict[str, Any]] = (
        [json.loads(line) for line in text.splitlines()] if path.suffix == ".jsonl" else json.loads(text)
    )
    return rows


def write_rows(path: Path, rows: Iterable[Any]) -> None:
    """The same backwards."""
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    else:
        path.write_text(json.dumps(list(rows)), "utf-8")


def change_row(path: Path, change: Change) -> None:
    """The first row in another way."""
    rows = rows_of(path)
    change(rows[0])
    write_rows(path, rows)


def change_object(path: Path, change: Change) -> None:
    """A file with one object in another way."""
    one = json.loads(path.read_text("utf-8"))
    change(one)
    path.write_text(json.dumps(one), "utf-8")
