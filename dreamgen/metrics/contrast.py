"""Variants of one film side by side: what each part of the recipe is worth, as a table."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dreamgen.core.base import Record
from dreamgen.metrics.consistency import Consistency, Identity
from dreamgen.metrics.published import DREAMFRAME, SOURCE
from dreamgen.metrics.reading import COLOURS, cell
from dreamgen.metrics.resampling import Mean


class Variant(Record):
    """One way of making the film."""

    name: str
    """Short: no-style; also its folder."""
    words: str
    """What was switched off."""
    measured: Consistency
    """What came of it."""


class Contrast(Record):
    """All ways, measured alike."""

    title: str
    """Of the story."""
    variants: tuple[Variant, ...]
    """The one with everything on first."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Variants that were not made, and why."""


def rows_of(contrast: Contrast, intervals: bool = True) -> Iterator[tuple[str, ...]]:
    """The table, headings first: a column for every measure, then the published numbers where they compare.

    Args:
        contrast: what was measured.
        intervals: whether values come with their intervals, and identities with the worst of all.
    """
    kinds = [(score.what, score.by) for score in contrast.variants[0].measured.scores]
    known = sorted({one.by for variant in contrast.variants for one in variant.measured.identities})
    compares = [by for by in ("clip", "lpips") if any(measured == by for _, measured in kinds)]
    yield (
        "variant",
        *(f"{_WORDS[what]} ({by}) {_BETTER[what]}" for what, by in kinds),
        *(f"identity ({by}) ↑" for by in known),
        *(f"DreamFrame {by.upper()}" for by in compares),
    )
    for variant in contrast.variants:
        scores = (variant.measured.score(what, by) for what, by in kinds)
        published = DREAMFRAME.get(variant.name)
        yield (
            variant.words,
            *(_cell(score, intervals) for score in scores),
            *(_identity([one for one in variant.measured.identities if one.by == by], intervals) for by in known),
            *(f"{getattr(published, by):.4f}" if published else "–" for by in compares),
        )


def notes_of(contrast: Contrast) -> Iterator[str]:
    """What one must know to read the table."""
    by = {score.by for variant in contrast.variants for score in variant.measured.scores}
    yield "Seeds are the same in every variant; intervals are 95 % bootstrap intervals over keyframes."
    if "colours" in by:
        yield COLOURS
    if by & {"clip", "lpips"}:
        yield f"DreamFrame's columns are {SOURCE}: of other stories, by weights and pairs that it does not name."
    if any(variant.name == "no-expansion" for variant in contrast.variants):
        yield "Without story expansion, prompts are the plot's own words; the shots stay as they are planned."
    first: dict[str, str] = {}
    for variant in contrast.variants:
        same = first.setdefault(variant.measured.of, variant.name)
        if same != variant.name:
            yield f"{variant.name} drew the very pictures of {same}: what it switches off had nothing to do here."
    for name, why in contrast.left_out:
        yield f"Not made: {name}, because {why}."


def markdown(contrast: Contrast) -> str:
    """The table and its notes as a Markdown file."""
    head, *rows = rows_of(contrast)
    lines = [f"# {contrast.title}: what each lock is worth", ""]
    lines += [_line(head), _line(["---", *("---:" for _ in head[1:])]), *map(_line, rows), ""]
    lines += [f"- {note}" for note in notes_of(contrast)]
    return "\n".join(lines) + "\n"


_WORDS = {"pairs": "all pairs", "neighbours": "neighbours", "change": "change"}
_BETTER = {"pairs": "↑", "neighbours": "↑", "change": "↓"}


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(text.replace('|', '/') for text in cells)} |"


def _cell(mean: Mean | None, intervals: bool) -> str:
    if mean is None:
        return "–"
    value, interval = cell(mean)
    return f"{value} ({interval})" if intervals and interval != "–" else value


def _identity(found: list[Identity], worst: bool) -> str:
    """The mean over characters, each counted once, and the worst of all."""
    if not found:
        return "–"
    mean = f"{np.mean([one.mean.value for one in found]):.4f}"
    return f"{mean} (worst {min(one.worst for one in found):.4f})" if worst else mean
