"""The diffusion benchmark's numbers as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from diffusion_measures import Row

HEADINGS = (
    "pictures/s", "least – most", "share of products", "TFLOP a picture", "peak GB", "before s", "recompiles",
    "beside the first",
)  # fmt: skip
"""Columns, as docs/performance.md explains them."""


def tables(rows: Sequence[Row], rates: dict[str, float]) -> Iterator[str]:
    """All groups, in lines.

    Args:
        rows: those of one group stand together.
        rates: TFLOP/s of matrix products by number format.
    """
    for _, group in groupby(rows, key=lambda row: row.group):
        yield ""
        yield from table(list(group), rates)


def table(rows: Sequence[Row], rates: dict[str, float]) -> Iterator[str]:
    """One group, whose first row is what the others are compared with."""
    yield f"| {rows[0].group} | " + " | ".join(HEADINGS) + " |"
    yield "| --- |" + " ---: |" * len(HEADINGS)
    first = next((row for row in rows if not row.skipped), None)
    for row in rows:
        if row.skipped or first is None:
            yield f"| {row.name} | not measured: {row.skipped} |" + " |" * (len(HEADINGS) - 1)
            continue
        least, middle, most = row.rates
        cells = (
            f"{middle:.3g}", f"{least:.3g} – {most:.3g}", f"{row.share(rates):.0%}", f"{row.tflop:.3g}",
            f"{row.peak / 1e9:.2f}", f"{row.warm_up:.1f}", row.recompiles, f"{middle / first.rates[1]:.2f}",
        )  # fmt: skip
        yield f"| {row.name} | " + " | ".join(cells) + " |"
