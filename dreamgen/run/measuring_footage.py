"""A run of found footage in numbers."""

from __future__ import annotations

from dreamgen.annotate.categories import Sorted
from dreamgen.errors import UsageError
from dreamgen.metrics.footage import FootageStatistics, footage_of
from dreamgen.run.journal import read_lines
from dreamgen.run.opened import Run
from dreamgen.run.quotas import CATEGORIES


def measure_footage(run: Run) -> FootageStatistics:
    """Counts what a run of `dreamgen annotate` holds.

    Raises:
        UsageError: for a run of stories.
    """
    found = run.found
    if found is None:
        raise UsageError(
            f"{run.folder} is of stories, and no found footage is in it", "Name a run of `dreamgen annotate`."
        )
    sorts = {one.what: (one.category, one.by) for one in read_lines(found.folder / CATEGORIES, Sorted)}
    return footage_of(tuple(found.clips.values()), found.pairs, sorts, found.rejects)
