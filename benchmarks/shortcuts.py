"""How much of a dataset its text gives away: `python benchmarks/shortcuts.py PLOT... --seeds 3` (needs scikit-learn).

Every plot is filmed once a seed, small, and the pairs of all of them are audited together, and those of each run by
themselves. Folds share no clip; with `--by-story` they share no story either, which tells what is learnt of one film
from what is true of all. `--pairs` reads runs that are there instead. It prints shares of right answers and intervals.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dreamgen.core.pairs import InstructionPair
from dreamgen.metrics.shortcuts.audit import Audit, audit
from dreamgen.metrics.shortcuts.reading import between, percent, sentences, shown
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import read_recipe

SMALL = ("size=256x144", "fps=8")


def filmed(plots: list[Path], seeds: int, changes: list[str], into: Path) -> Iterator[Path]:
    """The folders of runs, one a plot and seed."""
    for seed in range(seeds):
        for plot in plots:
            out = into / f"{plot.stem}-{seed}"
            dream(plot, read_recipe(changes=[*SMALL, *changes, f"seed={seed}"]), out, "qa")
            yield out


def pairs_in(folder: Path, by_story: bool) -> tuple[InstructionPair, ...]:
    """The pairs of a run, with clips that are called after it, or all called as it is."""
    return tuple(
        pair.model_copy(
            update={
                "id": f"{folder.name}-{pair.id}",
                "clip": folder.name.rpartition("-")[0] or folder.name if by_story else f"{folder.name}-{pair.clip}",
            }
        )
        for story in open_run(folder).stories
        for pair in story.pairs
    )


def tell(name: str, found: Audit) -> None:
    print(f"{name}: {found.pairs} pairs")
    for line in sentences(found):
        print(f"  {line}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plots", nargs="*", type=Path, help="text files; the examples where none is named")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--set", action="append", default=[], dest="changes", help="changes the recipe")
    parser.add_argument("--by-story", action="store_true", help="no story is learnt from and tried at once")
    parser.add_argument("--pairs", nargs="*", type=Path, help="folders of runs that are there")
    chosen = parser.parse_args()
    plots = chosen.plots or sorted(Path("examples").glob("*.txt"))
    with tempfile.TemporaryDirectory() as folder:
        runs = chosen.pairs or list(filmed(plots, chosen.seeds, chosen.changes, Path(folder)))
        every = {run: pairs_in(run, chosen.by_story) for run in runs}
        for run, pairs in every.items():
            tell(run.name, audit(pairs, 0))
        pooled = audit([pair for pairs in every.values() for pair in pairs], 0)
    tell("all together", pooled)
    print("task              form    guessed by    n  right      95 %  chance")
    for row in shown(pooled):
        mark = "  shortcut" if row.found else ""
        print(
            f"{row.task or 'all':18}{row.form:8}{row.by:10}{row.n:5}{percent(row.share):>7}"
            f"{between(row):>10}{percent(row.chance):>8}{mark}"
        )


if __name__ == "__main__":
    main()
