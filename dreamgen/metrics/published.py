"""Numbers that others published, to stand beside ours where the same thing was measured."""

from __future__ import annotations

from typing import NamedTuple

SOURCE = "DreamFrame, arXiv 2403.01422v5, Table 5"
"""Whose numbers these are."""


class Published(NamedTuple):
    """One row of the table."""

    words: str
    """What was switched off there."""
    clip: float
    """Mean CLIP similarity between frames; more is better."""
    lpips: float
    """Mean LPIPS of adjacent frames; less is better."""


DREAMFRAME = {
    "all": Published("style immobilization and story expanding", 0.8304, 0.5316),
    "no-style": Published("no style immobilization", 0.7175, 0.7265),
    "no-expansion": Published("no story expanding", 0.6902, 0.5574),
}
"""Variant of `dreamgen evaluate ablation` to the row of the paper that switches the same off."""
