"""A bulk run without the questions that their own text answers."""

from __future__ import annotations

from dreamgen.bulk.marks import drop_mark
from dreamgen.bulk.places import Places
from dreamgen.core.receipts import Reject
from dreamgen.metrics.shortcuts.audit import Leak
from dreamgen.metrics.shortcuts.pruning import prune
from dreamgen.run.auditing import pairs_of
from dreamgen.run.opened import Run
from dreamgen.run.pruning import put_out


def prune_stories(run: Run, bound: float, budget: float) -> tuple[Reject, ...]:
    """Finds what the text answers in all stories together, and has these gone through again without it.

    Each story keeps a list of what is left out of it, and its mark is taken away: the next `dreamgen bulk` walks
    through it once more, which makes no film again, and makes its shard anew.

    Args:
        run: of many stories, finished.
        bound: see `metrics.shortcuts.pruning.prune`.
        budget: likewise.

    Returns:
        One line a pair.

    Raises:
        MissingExtra: without scikit-learn.
        UsageError: when the run has no pairs yet.
    """
    found: dict[str, list[Leak]] = {}
    owners = {f"{story.name}-{pair.id}": story for story in run.stories for pair in story.pairs}
    for leak in prune(pairs_of(run), run.recipe.seed, bound, budget):
        found.setdefault(owners[leak.pair].name, []).append(leak)
    dropped: list[Reject] = []
    for story in run.stories:
        if story.name in found:
            dropped += put_out(run.recipe, story, found[story.name])
            drop_mark(Places(run.folder), story.name)
    return tuple(dropped)
