"""The shortcut audit as the report shows it."""

from __future__ import annotations

from dataclasses import dataclass

from dreamgen.engines.guessing import learns
from dreamgen.metrics.shortcuts.audit import Leak, Row
from dreamgen.metrics.shortcuts.reading import WAYS, between, percent, sentences, shown
from dreamgen.run.auditing import SHORTCUTS, audited
from dreamgen.run.opened import Run


@dataclass(frozen=True)
class Line:
    """One row of the table, in words."""

    task: str
    form: str
    by: str
    n: int
    right: str
    interval: str
    chance: str
    found: bool
    whole: bool
    """Whether it is of all tasks together."""


@dataclass(frozen=True)
class ShortcutView:
    """What the page says of shortcuts."""

    sentences: tuple[str, ...]
    """The finding in words; empty where no audit was made."""
    lines: tuple[Line, ...] = ()
    worst: tuple[Leak, ...] = ()
    missing: bool = False
    """Whether what learns is not installed."""


def shortcut_view(run: Run) -> ShortcutView | None:
    """What the run's audit found; None for a run without pairs."""
    if not any(part.pairs for part in run.parts):
        return None
    found = audited(run) if (run.folder / SHORTCUTS).is_file() else None
    if found is None:
        return ShortcutView((), missing=not learns())
    return ShortcutView(tuple(sentences(found)), tuple(_line(row) for row in shown(found)), found.worst)


def _line(row: Row) -> Line:
    return Line(
        task=row.task.replace("_", " ") or "all", form=row.form.replace("_", "/"), by=WAYS[row.by], n=row.n,
        right=percent(row.share), interval=between(row), chance=percent(row.chance), found=row.found,
        whole=not row.task,
    )  # fmt: skip
