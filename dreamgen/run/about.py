"""What a dataset's card tells besides its pairs and clips: who made it with what, what was dropped, what it cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import dreamgen
from dreamgen.core.dataset import About, Dataset
from dreamgen.core.lineage import Cost, StageUsed
from dreamgen.core.receipts import Receipt, Tally, Usage
from dreamgen.core.story import Story
from dreamgen.core.trusted import Trusted
from dreamgen.metrics.shortcuts.reading import sentences
from dreamgen.run import auditing
from dreamgen.run.licensing import FINDING, MAKING, TEACHING, models_of, stages_of
from dreamgen.run.recipe import Recipe
from dreamgen.run.written import Authors, model_name


def about_of(
    folder: Path, recipe: Recipe, dataset: Dataset, trusted: Trusted, stories: Sequence[Story] = (),
    tallies: Sequence[Tally] = (), licences: Mapping[str, str] | None = None,
) -> About:  # fmt: skip
    """All that follows from a run without a clock: the same every time that the same run is made.

    Args:
        folder: of the run.
        recipe: how it is made.
        dataset: its pairs.
        trusted: how far they can be trusted.
        stories: what it is made of; none for videos that were found.
        tallies: the books of all of it.
        licences: model to licence, where somebody says what is not known here.
    """
    authors = sum((Authors().with_story(story) for story in stories), Authors())
    audit = auditing.read_audit(folder, dataset.pairs)
    seeds = {story.seed for story in stories} or {recipe.seed}
    return made_by(recipe, authors, found=not stories, licences=licences).model_copy(
        update={
            "trusted": trusted,
            "shortcuts": tuple(sentences(audit)) if audit else (),
            "seeds": seeds_told(seeds, "story" if stories else "run"),
            "tallies": as_reviewed(tallies, len(dataset.pairs)),
        }
    )


def made_by(
    recipe: Recipe, authors: Authors, *, found: bool = False, licences: Mapping[str, str] | None = None
) -> About:
    """What a recipe and the authors of stories tell.

    Args:
        recipe: how it is made.
        authors: of its stories.
        found: whether it is of videos that were found.
        licences: see `about_of`.
    """
    stages = (*(FINDING if found else MAKING), *TEACHING)
    backends = stages_of(recipe, stages)
    models = models_of(recipe, stages, licences or {}, written=bool(authors.writers))
    return About(
        **authors.told(), version=dreamgen.__version__, models=tuple(models),
        stages=tuple(StageUsed(stage=stage, backends=names) for stage, names in backends.items() if names),
    )  # fmt: skip


def seeds_told(seeds: set[int], whose: str) -> str:
    """The seeds of stories, in a sentence."""
    found = sorted(seeds)
    if len(found) == 1:
        return f"The seed of the {whose} is {found[0]}." if whose == "run" else f"The seed is {found[0]}."
    return f"The stories have {len(found)} different seeds from {found[0]} to {found[-1]}."


def as_reviewed(tallies: Sequence[Tally], pairs: int) -> tuple[Tally, ...]:
    """The books, with what people have rejected since they were closed.

    Args:
        tallies: as they were closed.
        pairs: how many there are now.
    """
    return tuple(
        tally.model_copy(update={"kept": pairs, "dropped": (*tally.dropped, ("reviewed_since", tally.kept - pairs))})
        if tally.what == "pairs" and pairs < tally.kept
        else tally
        for tally in tallies
    )


def cost_of(receipts: Sequence[Receipt], gpu_hours: float | None = None) -> Cost:
    """What the receipts of all parts of a run say that it cost.

    Args:
        receipts: of its stories, or of its videos.
        gpu_hours: that somebody measured.
    """
    seconds: Counter[str] = Counter()
    asked: dict[tuple[str, str], Usage] = {}
    for receipt in receipts:
        seconds.update(dict(receipt.seconds))
        for one in receipt.usage:
            sort = (model_name(one.model), one.purpose)
            asked[sort] = _plus(asked[sort], one) if sort in asked else one.model_copy(update={"model": sort[0]})
    told = tuple((stage, round(spent, 2)) for stage, spent in seconds.items())
    return Cost(usage=tuple(asked[sort] for sort in sorted(asked)), seconds=told, gpu_hours=gpu_hours)


def _plus(one: Usage, other: Usage) -> Usage:
    fields = ("calls", "failed", "tokens_in", "tokens_out", "seconds", "failed_seconds")
    return one.model_copy(update={name: getattr(one, name) + getattr(other, name) for name in fields})
