"""Asks verifiers about a finished run again, beside it: nothing in its folder changes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from dreamgen.core.claims import Claim
from dreamgen.core.trusted import Trusted
from dreamgen.errors import UsageError
from dreamgen.run import disk, verifying
from dreamgen.run.carrying import FILM
from dreamgen.run.filming import Desk
from dreamgen.run.hints import UNFINISHED
from dreamgen.run.opened import Run
from dreamgen.run.recipe import Recipe, read_recipe
from dreamgen.run.store import Store, references
from dreamgen.run.watch import SILENT, Watch


def calibrate_run(run: Run, changes: Sequence[str] = (), watch: Watch = SILENT) -> Trusted:
    """How far a run's verifiers can be trusted, or those that `changes` name.

    What verifiers of models answer is kept in the run's answers/, so that nobody pays for it twice.

    Raises:
        UsageError: when the run has no claims yet.
    """
    part = run.part
    clips = tuple(part.clips.values())
    if not part.claims or (run.stories and FILM not in part.clips):
        raise UsageError(f"{run.folder} has no claims yet", UNFINISHED)
    if not changes and part.calibration:
        return part.trusted
    recipe = _changed(run.recipe, changes)
    recipe.check()
    known = claims_of(run)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for ref in {ref.path: ref for ref in references(clips)}.values():
            disk.lend(part.folder / ref.path, Path(folder) / ref.path)
        desk = Desk(Store(Path(folder), watch), recipe, run.folder)
        judged, checked = verifying.verify(desk, clips, known)
    verdicts = {(clip, verdict.about): verdict for clip, one in judged.items() for verdict in one.verdicts}
    return checked.with_pairs(part.pairs, part.claims, verdicts)


def claims_of(run: Run) -> verifying.Claims:
    """The claims of a run, clip by clip."""
    found: dict[str, list[Claim]] = {clip: [] for clip in run.part.clips}
    for (clip, _), claim in run.part.claims.items():
        found[clip].append(claim)
    return {clip: tuple(some) for clip, some in found.items()}


def _changed(recipe: Recipe, changes: Sequence[str]) -> Recipe:
    """The run's recipe with changes on top."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recipe.toml"
        path.write_text(recipe.toml(), "utf-8")
        return read_recipe(str(path), changes)
