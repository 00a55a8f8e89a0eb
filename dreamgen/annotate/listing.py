"""Embeddings that somebody brings along: an .npy of vectors and a list of what they are of."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.annotate.coreset import Items
from dreamgen.errors import UsageError

_HINT = (
    'A line is {"id": "video-1", "seconds": 12.5, "worth": 0.8, "picture": "thumbs/1.jpg"}; all but id may be missing.'
)


class Brought(NamedTuple):
    """What was read."""

    items: Items
    pictures: Sequence[Path | None]
    """Of each: a picture that shows it; empty where none is named at all."""


def read_items(vectors: Path, ids: Path | None) -> Brought:
    """Vectors as they lie on disk (they are not loaded), and their ids, lengths, worth and pictures.

    Args:
        vectors: an .npy of float16, float32 or float64 (items, channels).
        ids: a text file with one id a line, or a .jsonl; None numbers the rows.

    Raises:
        UsageError: for a file that is not there or not of this form, ids that do not fit the vectors, or an id that
            two rows have.
    """
    found = _mapped(vectors)
    lines = (
        [{"id": f"{row:0{len(str(len(found)))}}"} for row in range(len(found))] if ids is None else list(_lines(ids))
    )
    if len(lines) != len(found):
        raise UsageError(
            f"{ids} names {len(lines):,} items, and {vectors} has {len(found):,} rows",
            "They are one for one, in order.",
        )
    names = [line["id"] for line in lines]
    if len(set(names)) < len(names):
        twice = Counter(names).most_common(1)[0][0]
        raise UsageError(f"{ids} names {twice!r:.80} twice", "Every id stands for one row.")
    home = ids.parent if ids else Path()
    return Brought(
        Items(names, found, _numbers(lines, "worth"), _numbers(lines, "seconds")),
        [home / line["picture"] if line.get("picture") else None for line in lines]
        if any("picture" in line for line in lines)
        else (),
    )


def _mapped(path: Path) -> NDArray[np.floating]:
    try:
        found = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise UsageError(f"there is no {path}", "Name an .npy with one row a clip.") from None
    except (OSError, ValueError, EOFError):
        # what NumPy says here is how to load what could run code
        raise UsageError(f"{path} is no .npy of plain numbers", "Write it with numpy.save.") from None
    if not isinstance(found, np.ndarray) or found.ndim != 2 or found.dtype.kind != "f" or not found.size:
        shape = f"{found.dtype} {found.shape}" if isinstance(found, np.ndarray) else "several arrays"
        raise UsageError(f"{path} holds {shape}", "Embeddings are float16, float32 or float64 of (clips, channels).")
    return found


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                text = line.rstrip("\r\n")
                yield _line(text, path, number) if path.suffix == ".jsonl" else {"id": _id(text, path, number)}
    except OSError:
        raise UsageError(f"there is no {path}", "Name a .txt or .jsonl with one line a row.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8", "Name a .txt or .jsonl with one line a row.") from None


def _line(text: str, path: Path, number: int) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise UsageError(f"{path}, line {number} is no JSON object", _HINT)
    found: dict[str, Any] = {"id": _id(said.get("id"), path, number)}
    for name in ("seconds", "worth"):
        value = said.get(name, 0)
        # bool is an int
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            raise UsageError(f"{path}, line {number}: {name} can't be {value!r:.40}", _HINT)
        found |= {name: float(value)} if name in said else {}
    picture = said.get("picture", "")
    if not isinstance(picture, str):
        raise UsageError(f"{path}, line {number}: picture can't be {picture!r:.40}", _HINT)
    return found | ({"picture": picture} if picture else {})


def _id(value: object, path: Path, number: int) -> str:
    """An id becomes a line of a text file, so it can't hold the end of one."""
    if not isinstance(value, str) or not value.strip() or len(value.splitlines()) > 1:
        raise UsageError(f"{path}, line {number} has no id", _HINT)
    return value


def _numbers(lines: Sequence[dict[str, Any]], name: str) -> tuple[float, ...]:
    return tuple(line.get(name, 0.0) for line in lines) if any(name in line for line in lines) else ()
