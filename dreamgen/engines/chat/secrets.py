"""Keys stay out of everything that is said, written or raised."""

from __future__ import annotations

import os
import re
from typing import Final

HIDDEN: Final = "***"
"""What stands where a secret stood."""

_NAMES: Final = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)
"""Environment variables whose values are secrets."""
_SHORTEST: Final = 6
"""Characters of a value that can be a secret; a shorter one would blot out ordinary words."""
_FORMS: Final = (
    # what follows such words is a key, whole or with stars in the middle, as providers like to show it
    (re.compile(r"(?i)\b(api[ _-]?key(?: provided)?|authorization|x-api-key|access[ _-]?token)(['\"]?\s*[:=]\s*['\"]?)"
                r"(?:bearer\s+)?[^\s'\",;]+"), rf"\1\2{HIDDEN}"),
    (re.compile(r"(?i)\bbearer\s+[^\s'\",;]+"), f"Bearer {HIDDEN}"),
    (re.compile(r"\b(?:sk|pk|rk|gsk|hf|xai|nvapi|lsv2|pplx|csk|tgp|r8|AIza)[-_]?(?=[\w*-]*[\d*_-])[\w*-]{6,}"), HIDDEN),
    (re.compile(r"[\w-]*\*{3,}[\w*-]*"), HIDDEN),
    (re.compile(r"(?i)([?&](?:api[_-]?)?(?:key|token|sig|signature)=)[^&\s'\"]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(://)[^/\s@'\"]+@"), r"\1"),
)  # fmt: skip
"""How keys look, and what comes in their place."""


def scrub(text: str, *names: str) -> str:
    """A text without keys: neither those of the environment nor anything that looks like one.

    Args:
        text: what a library or a server has said.
        names: environment variables whose values are secrets, whatever they are called.
    """
    known = {name for name in os.environ if _NAMES.search(name)} | {name for name in names if name}
    values = {os.environ.get(name, "").strip() for name in known}
    # longest first: one secret may begin with another
    for value in sorted(values, key=len, reverse=True):
        if len(value) >= _SHORTEST:
            text = text.replace(value, HIDDEN)
    for form, instead in _FORMS:
        text = form.sub(instead, text)
    return text
