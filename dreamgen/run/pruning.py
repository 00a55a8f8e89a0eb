"""A run's dataset without the questions that their own text answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.core.receipts import Reject
from dreamgen.errors import UsageError
from dreamgen.metrics.shortcuts.audit import Audit, Leak
from dreamgen.metrics.shortcuts.pruning import BOUND, BUDGET, prune
from dreamgen.run import disk
from dreamgen.run.auditing import audit_run, named
from dreamgen.run.hints import UNFINISHED
from dreamgen.run.journal import lines, read_lines
from dreamgen.run.opened import Run, StoryRun, open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.pruned import PRUNED
from dreamgen.run.recipe import Recipe
from dreamgen.run.watch import SILENT, Watch


@dataclass(frozen=True)
class Pruned:
    """What was done."""

    before: Audit
    after: Audit
    dropped: tuple[Reject, ...]
    """One line a pair; also in rejects.jsonl of the story."""


def prune_run(run: Run, bound: float = BOUND, budget: float = BUDGET, watch: Watch = SILENT) -> Pruned:
    """Drops what the text answers, writes it to the rejects, and makes the dataset anew.

    The run is gone through once more without those pairs, so that weights, letters, books and every form of the
    dataset follow. What was pruned is kept in pruned.jsonl of the story, and stays out when the run is made again.

    Args:
        run: a finished one.
        bound: see `metrics.shortcuts.pruning.prune`.
        budget: likewise.
        watch: hears how it goes.

    Raises:
        MissingExtra: without scikit-learn.
        UsageError: when the run is not finished.
    """
    if run.receipt is None:
        raise UsageError(f"{run.folder} is not finished", UNFINISHED)
    # what the code of today makes of the run, so that nothing is pruned that will not be there
    found = _again(run, watch)
    story = found.story
    before = audit_run(found, watch)
    leaks = prune(named(story.folder.name, story.pairs), found.recipe.seed, bound, budget)
    if not leaks:
        return Pruned(before, before, ())
    every = put_out(found.recipe, story, leaks)
    after = _again(found, watch)
    return Pruned(before, audit_run(after, watch), every)


def put_out(recipe: Recipe, story: StoryRun, leaks: Sequence[Leak]) -> tuple[Reject, ...]:
    """Writes down in a story's folder what is left out of its pairs, and what must go with it; the next walk does it.

    Args:
        recipe: of the run.
        story: whose pairs they are.
        leaks: called as in the dataset.
    """
    prefix = f"{story.name}-"
    dropped = tuple(
        Reject(
            what=leak.pair.removeprefix(prefix), kind="pair", stage="screen", reason="text_answers_it",
            clip=leak.clip.removeprefix(prefix),
            detail=f"{leak.bias:.2f} for the right answer from the text alone, chance {leak.chance:.2f}",
        )
        for leak in leaks
    )  # fmt: skip
    every = (*dropped, *_unbalanced(recipe, story, {line.what for line in dropped}))
    earlier = read_lines(story.folder / PRUNED, Reject)
    disk.write_whole(story.folder / PRUNED, lines((*earlier, *every)))
    return every


def _again(run: Run, watch: Watch) -> Run:
    """Goes through a run; what stands is kept."""
    dream(None, run.recipe, run.folder, watch=watch)
    return open_run(run.folder)


def _unbalanced(recipe: Recipe, story: StoryRun, gone: set[str]) -> Sequence[Reject]:
    """What must go too, so that yes and no stay even, where the recipe balances them."""
    left = [pair for pair in story.pairs if pair.id not in gone]
    found = []
    for name, screener in recipe.build_all("screen"):
        if name == "balance":
            verdicts: dict[str, Verdict] = {one.about: one for one in screener.screen(left, {}, Path())}
            found += [_reject(pair, verdicts[pair.id]) for pair in left if pair.id in verdicts]
    return found


def _reject(pair: InstructionPair, why: Verdict) -> Reject:
    return Reject(what=pair.id, kind="pair", stage="screen", reason=why.reason, clip=pair.clip, detail=why.evidence)
