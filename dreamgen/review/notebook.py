"""The whole job in one call, for notebooks and scripts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dreamgen.core.brief import Brief
from dreamgen.core.story import Story
from dreamgen.review.report import write_report
from dreamgen.run.annotating import annotate
from dreamgen.run.opened import Run, open_run
from dreamgen.run.pipeline import dream as make
from dreamgen.run.recipe import read_recipe
from dreamgen.run.watch import SILENT, Watch


def dream(
    plot: Path | str | Brief | Story,
    out: Path | str,
    recipe: str = "storyboard",
    changes: Sequence[str] = (),
    watch: Watch = SILENT,
) -> Run:
    """A film, a verified dataset and a report from a plot; call it again to go on where it stopped.

    Args:
        plot: the path of a text file or a planned story; or a `Brief`, which a model may invent a story for.
        out: the run's folder.
        recipe: a recipe by name (storyboard, draft, chat) or a TOML file.
        changes: such as `look=noir`, `seed=7`, `size=512x288`, `fps=12`.
        watch: hears how it goes.

    Raises:
        DreamgenError: for a plot, recipe or folder that does not work.
    """
    folder = Path(out)
    make(Path(plot) if isinstance(plot, str) else plot, read_recipe(recipe, changes), folder, "all", watch)
    run = open_run(folder)
    write_report(run)
    return run


def annotate_videos(
    videos: Path | str | Sequence[Path | str],
    out: Path | str,
    recipe: str = "annotate",
    changes: Sequence[str] = (),
    watch: Watch = SILENT,
) -> Run:
    """A verified dataset and a report from videos that are there already; call it again to go on where it stopped.

    It is not called `annotate`, which is the package's room for what it does.

    Args:
        videos: files, or folders with videos in them.
        out: the run's folder.
        recipe: a recipe by name or a TOML file.
        changes: such as `seed=7`, `cut.longest=10`.
        watch: hears how it goes.

    Raises:
        DreamgenError: for a video, recipe or folder that does not work.
    """
    folder, places = Path(out), [videos] if isinstance(videos, Path | str) else videos
    annotate([Path(place) for place in places], read_recipe(recipe, changes), folder, "all", watch)
    run = open_run(folder)
    write_report(run)
    return run
