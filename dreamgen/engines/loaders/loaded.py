"""What a trainer's own loader made of a folder."""

from __future__ import annotations

from typing import NamedTuple


class Loaded(NamedTuple):
    """What came through."""

    by: str
    """The loader and its version: datasets 5.2.0."""
    rows: int
    """How many arrived, in all files of the form."""
    decoded: bool
    """Whether it decoded a clip, too."""
    note: str = ""
    """What it could not do here, and why; empty where nothing was left out."""
