"""Why something that a model wrote of a clip is not used."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """Why something is not used."""

    reason: str
    """Machine-readable."""
    detail: str
    """For people."""
