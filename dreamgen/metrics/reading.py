"""How measures are read by people: in the terminal, in the report and in tables."""

from __future__ import annotations

from collections.abc import Iterator

from dreamgen.metrics.consistency import Consistency
from dreamgen.metrics.published import DREAMFRAME, SOURCE
from dreamgen.metrics.resampling import Mean

ROW_WORDS = {
    "pairs": "similarity of all pairs of keyframes",
    "neighbours": "similarity of keyframes in a row",
    "change": "distance of keyframes in a row",
}
"""What each score is called."""

COLOURS = "`colours` compares colours and edges alone: neither CLIP nor LPIPS, and comparable with neither."
"""Said wherever nothing better was at hand."""


def cell(mean: Mean) -> tuple[str, str]:
    """The value and its interval, as words."""
    if mean.low is None or mean.high is None:
        return f"{mean.value:.4f}", "–"
    return f"{mean.value:.4f}", f"{mean.low:.4f}–{mean.high:.4f}"


def hint_of(found: Consistency) -> Iterator[str]:
    """What one must know to read the numbers."""
    by = {score.by for score in found.scores}
    if found.keyframes < 2:
        yield "A single keyframe has nothing to be compared with."
    if "colours" in by:
        yield COLOURS
    published = DREAMFRAME["all"]
    if "clip" in by:
        yield f"For comparison: CLIP {published.clip:.4f} ({SOURCE}; which pairs and which weights is not said there)."
    if "lpips" in by:
        yield f"For comparison: LPIPS {published.lpips:.4f} ({SOURCE}; which network is not said there)."
    if found.skipped:
        yield f"{found.skipped} times a character was too small in the picture to be compared."
