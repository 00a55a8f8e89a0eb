"""The shortcut audit of a run: kept beside its dataset, and known to be of these pairs and no others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from dreamgen.core.pairs import InstructionPair
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.metrics.shortcuts.audit import Audit, audit, name_of
from dreamgen.run import disk
from dreamgen.run.opened import Run
from dreamgen.run.watch import SILENT, Watch

SHORTCUTS = "shortcuts.json"
"""In the run's folder: the audit is of the dataset, whatever stories it is made of."""


def audit_run(run: Run, watch: Watch = SILENT) -> Audit:
    """Audits a run's dataset and writes shortcuts.json in its folder.

    Raises:
        MissingExtra: without scikit-learn.
        UsageError: when the run has no pairs yet.
    """
    pairs = pairs_of(run)
    watch.begins("audit", 1, 0)
    try:
        found = audit(pairs, run.recipe.seed)
        watch.made("audit", "audit")
    finally:
        watch.ends("audit")
    disk.write_whole(run.folder / SHORTCUTS, found.model_dump_json(indent=1) + "\n")
    return found


def pairs_of(run: Run) -> tuple[InstructionPair, ...]:
    """The pairs of all stories, with names that are their own in the whole dataset.

    Raises:
        UsageError: when there are none yet.
    """
    found = [named(story.folder.name, story.pairs) for story in run.stories]
    if not any(found):
        raise UsageError(f"{run.folder} has no pairs yet", "Run `dreamgen story` to its end first.")
    return tuple(pair for pairs in found for pair in pairs)


def named(story: str, pairs: Sequence[InstructionPair]) -> tuple[InstructionPair, ...]:
    """Pairs as the dataset calls them."""
    return tuple(pair.model_copy(update={"id": f"{story}-{pair.id}", "clip": f"{story}-{pair.clip}"}) for pair in pairs)


def audited(run: Run) -> Audit | None:
    """What was found of the pairs that the run has now; None when nothing was.

    Raises:
        DreamgenError: when the file is damaged.
    """
    return read_audit(run.folder, [pair for story in run.stories for pair in named(story.folder.name, story.pairs)])


def read_audit(folder: Path, pairs: Sequence[InstructionPair]) -> Audit | None:
    """The audit in a run's folder, if it is of these pairs.

    Raises:
        DreamgenError: when the file is damaged.
    """
    path = folder / SHORTCUTS
    if not path.is_file():
        return None
    try:
        found = Audit.model_validate_json(path.read_bytes())
    except ValidationError:
        raise DreamgenError(f"{path} is damaged", "Audit again: dreamgen evaluate shortcuts.") from None
    return found if found.of == name_of(pairs) else None
