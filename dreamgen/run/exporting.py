"""The dataset of a finished run, in further forms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dreamgen.errors import UsageError
from dreamgen.run import folder, teaching
from dreamgen.run.filming import Desk
from dreamgen.run.lock import locked
from dreamgen.run.opened import Run
from dreamgen.run.recipe import Choice
from dreamgen.run.store import Store


def export_again(run: Run, forms: Sequence[str]) -> tuple[Path, ...]:
    """Writes the dataset of a run in these forms, next to those that it has, which stay as they are.

    Returns:
        The folder of each form.

    Raises:
        UsageError: when the run has no pairs yet, or a form does not exist.
    """
    story = run.story
    if not story.pairs:
        raise UsageError(f"{run.folder} has no pairs yet", "Run `dreamgen story` to its end first.")
    known = {choice.backend: choice for choice in run.recipe.export}
    asked = tuple(known.get(form) or Choice(backend=form) for form in dict.fromkeys(forms))
    recipe = run.recipe.model_copy(update={"export": asked})
    with locked(run.folder):
        folder.sweep(run.folder)
        desk = Desk(Store(run.folder), recipe)
        teaching.export(desk, story.story, story.pairs, tuple(story.clips.values()), story.calibration)
    return tuple(run.folder / "dataset" / form.rpartition(":")[2] for form in forms)
