"""How long a text is for CLIP's text encoders, without their tokenizer."""

from __future__ import annotations

import re
from typing import Final

WINDOW: Final = 77
"""Tokens that CLIP's text encoders read at once; two of them are theirs."""

LIMIT: Final = WINDOW - 2
"""Tokens that are left for a text."""


def clip_tokens(text: str) -> int:
    """About how many tokens CLIP's tokenizer makes of a text: a word of up to nine letters is one, as are marks."""
    parts = re.findall(r"[A-Za-z]+|\d|[^\sA-Za-z\d]+", text)
    return sum(1 + (len(part) - 1) // 9 if part.isalpha() else 1 for part in parts)
