"""Scores as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dreamgen.metrics.answered import Scores
from dreamgen.metrics.scoring import By, Row

HEADINGS: Final[dict[By, str]] = {
    "overall": "Overall",
    "form": "By form",
    "task": "By task",
    "benchmark": "By benchmark",
    "dimension": "By dimension",
    "polarity": "Yes/no questions by their right answer",
}
"""What the parts of the table are called."""

COLUMNS: Final = ("", "measure", "score", "95 %", "chance", "trusted", "n", "stories", "missing", "unread", "unjudged")
"""Of every part."""

HOW: Final = {"stories": "", "wilson": " ʷ", "answers": " ᵃ", "": ""}
"""The mark of an interval that is not of resampled stories."""

READING: Final = (
    "Of a score and its 95 % interval: without a mark, whole stories were resampled; ʷ is Wilson's interval and ᵃ "
    "resamples answers, both as if answers about one story had nothing to do with each other, which makes them too "
    "narrow.",
    "`chance` is what whoever does not look gets: one over the number of options, a half, or for times those of the "
    "whole clip. `trusted` counts each pair as far as it is trusted.",
    "Missing answers and answers that can't be read (`unread`) are in n and count as wrong; what the judge gave no "
    "mark (`unjudged`) is not in n.",
)
"""How to read the table."""


def markdown_of(scores: Scores, charts: Mapping[By, str]) -> str:
    """The whole page.

    Args:
        scores: what was found.
        charts: part of the table to the chart that stands before it, a file beside the page.
    """
    lines = [f"# {_safe(scores.answers)}", "", *(f"- {line}" for line in facts_of(scores))]
    for by, heading in HEADINGS.items():
        rows = [row for row in scores.rows if row.by == by]
        if rows:
            chart = [f"![{heading}]({charts[by]})", ""] if by in charts else []
            lines += ["", f"## {heading}", "", *chart, *_table(rows)]
    return "\n".join([*lines, "", *(f"{line}\n" for line in READING)])


def facts_of(scores: Scores) -> Iterator[str]:
    """What one must know beside the table, in sentences."""
    of = "the run" if scores.split == "all" else f"the {scores.split} split"
    yield f"Pairs of {of}: {scores.asked + scores.not_asked}; answered: {scores.answered}."
    if scores.not_asked:
        why = f"Not asked by {_safe(scores.form)}, and" if scores.form else "About marked subjects, none answered, so"
        yield f"{why} left out: {scores.not_asked}."
    if scores.missing:
        yield f"Not answered, and {'left out' if scores.only_answered else 'counted as wrong'}: {scores.missing}."
    if scores.elsewhere:
        also = f", or that {_safe(scores.form)} does not ask" if scores.form else ""
        yield f"Answers to pairs of other splits{also}, left out: {scores.elsewhere}."
    if scores.unknown:
        yield f"Answers to no pair of the run, left out: {scores.unknown} ({', '.join(map(_safe, scores.strangers))})."
    if scores.said_yes is not None:
        balanced = f"; balanced accuracy is {cell(scores.balanced)}" if scores.balanced is not None else ""
        yield f"Of yes/no questions {cell(scores.said_yes)} are answered with yes{balanced}."
    if scores.judge:
        gap = f"; its marks move by {cell(scores.judge_gap)} when the texts change places" if scores.judge_gap else ""
        yield f"Answers in free words were judged by {_safe(scores.judge)}{gap}."


def cells_of(row: Row) -> tuple[str, ...]:
    """A row as words, one a column."""
    between = f"{cell(row.low)}–{cell(row.high)}{HOW[row.interval]}" if row.low is not None else "–"
    name = row.name or "all"
    return (
        name, row.measure, cell(row.value) if row.n else "–", between, cell(row.chance), cell(row.weighted),
        *(str(count) for count in (row.n, row.stories, row.missing, row.unparsed, row.unjudged)),
    )  # fmt: skip


def cell(value: float | None) -> str:
    """Three digits."""
    return "–" if value is None else f"{value:.3f}"


def _table(rows: list[Row]) -> Iterator[str]:
    yield _line(COLUMNS)
    yield _line(["---", "---", *["---:"] * (len(COLUMNS) - 2)])
    yield from (_line([_safe(one) for one in cells_of(row)]) for row in rows)


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _safe(text: str) -> str:
    """A name that is no markup, whoever chose it."""
    plain = "".join(one if one.isprintable() else " " for one in text)
    for mark in "\\`*[]<>|":
        plain = plain.replace(mark, f"\\{mark}" if mark not in "<>" else {"<": "&lt;", ">": "&gt;"}[mark])
    return plain
