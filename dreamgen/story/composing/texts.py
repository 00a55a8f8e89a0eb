"""Texts of a model as a film can show them."""

from __future__ import annotations

import re
import unicodedata


def plain(text: str) -> str:
    """One line without signs that can't be seen: line ends and tabs are blanks, control signs are gone."""
    kept = (" " if ch.isspace() else ch for ch in text if ch.isspace() or unicodedata.category(ch)[0] != "C")
    return re.sub(r" +", " ", "".join(kept)).strip()
