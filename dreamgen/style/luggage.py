"""The files that a style pack brings along: weights and pictures, on this machine or on the hub."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from dreamgen.core.media import Asset
from dreamgen.errors import UsageError


class Form(NamedTuple):
    """What a file may be."""

    endings: tuple[str, ...]
    """Of its name."""
    hub: bool
    """Whether it may lie on the hub."""


WEIGHTS = Form((".safetensors",), hub=True)
"""Low-rank changes of a model."""
VECTORS = Form((".safetensors", ".pt"), hub=True)
"""A learned word. Its .pt files are read as bare tensors, so that they can't run anything."""
PICTURES = Form((".png", ".jpg", ".jpeg", ".webp"), hub=False)
"""References."""

_ON_HUB = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*){1,}")
_FILE = re.compile(r"\.(safetensors|pt|pth|ckpt|bin|pkl|pickle|png|jpe?g|webp)$", re.IGNORECASE)


def brought(text: str, pack: Path, key: str, form: Form) -> Asset:
    """The file that a pack names.

    A file beside the pack comes before a name on the hub: owner/model, or owner/model/file.safetensors.

    Args:
        text: a path, absolute or relative to the pack's file, or a name on the hub.
        pack: the pack's file.
        key: of the pack, for errors.
        form: what it may be.

    Raises:
        UsageError: when there is no such file, or it has another form.
    """
    path = pack.parent / Path(text).expanduser()
    if _FILE.search(text) and not text.lower().endswith(form.endings):
        kinds = " or ".join(form.endings)
        raise UsageError(f"{pack}: {key} can't be {text!r}", f"It must end in {kinds}; pickled weights are refused.")
    if path.is_file():
        if not path.name.lower().endswith(form.endings):
            raise UsageError(f"{pack}: {key} can't be {text!r}", f"It must end in {' or '.join(form.endings)}.")
        state = path.stat()
        return Asset(where=str(path.resolve()), sha256=_digest(path.resolve(), state.st_size, state.st_mtime_ns))
    if form.hub and _names_hub(text):
        return Asset(where=text)
    hint = f"Paths are relative to {pack.parent.resolve()}."
    if form.hub:
        hint += f" A name on the hub reads owner/model or owner/model/file{form.endings[0]}."
    raise UsageError(f"{pack}: {key} names {str(path)!r}, which is not there", hint)


def _names_hub(text: str) -> bool:
    """Whether `text` reads as owner/model, or owner/model/file with the ending of a file."""
    if not _ON_HUB.fullmatch(text):
        return False
    return bool(_FILE.search(text)) == (text.count("/") >= 2)


@lru_cache(maxsize=64)
def _digest(path: Path, size: int, changed: int) -> str:
    """The sha256 of a file, once for each state of it: `size` in bytes, `changed` in nanoseconds."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
