"""A plot becomes a film and a dataset: the whole run on one page. Start reading here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from dreamgen.run import answering, auditing, calibrating, disk, filming, folder, teaching, twinned, verifying
from dreamgen.run.books import VIDEOS, Books, Stopwatch, subject_of
from dreamgen.run.filming import Desk, Source
from dreamgen.run.lock import locked
from dreamgen.run.opened import open_run
from dreamgen.run.recipe import Recipe
from dreamgen.run.retaking import Retaking
from dreamgen.run.store import Store
from dreamgen.run.watch import SILENT, Watch
from dreamgen.story.plots import read_source

Until = Literal["plan", "render", "clip", "claims", "verify", "qa", "all"]
"""The last stage to run."""


def dream(plot: Path | Source | None, recipe: Recipe, out: Path, until: Until = "all", watch: Watch = SILENT) -> None:
    """Makes the film and the dataset of one plot, or what of it is still missing.

    Args:
        plot: a text file, a planned story's file, or what would be in them; None for the plan that the folder has.
        recipe: how everything is made; its seed decides all that is left to chance.
        out: the run's folder. What is there from an earlier run stays where nothing that shaped it has changed.
        until: the last stage to run.
        watch: hears how it goes.

    Raises:
        DreamgenError: for a plot, recipe or folder that does not work.
    """
    source = read_source(plot) if isinstance(plot, Path) else plot
    # a story that is there already needs no writer, nor the writer's model and key
    recipe.check(done=("story",) if filming.is_written(Desk(Store(out), recipe), source) else ())
    twinned.check_twins(recipe)
    for words in (*recipe.warnings(), *_unknown(recipe, until)):
        watch.says(words)
    folder.check_ours(out, VIDEOS)
    out.mkdir(parents=True, exist_ok=True)
    try:
        with locked(out, says=watch.says):
            folder.sweep(out)
            for stage in _stages(source, recipe, out, Stopwatch(watch)):
                if stage == until:
                    break
    finally:
        disk.drop_if_empty(out)


def _unknown(recipe: Recipe, until: Until) -> tuple[str, ...]:
    """What is to be said of an unattended run that verifies, before anything is made; a hopeless one is refused."""
    words = calibrating.refuse_early(recipe) if until in ("verify", "qa", "all") else ""
    return (words,) if words else ()


def _stages(source: Source | None, recipe: Recipe, out: Path, watch: Stopwatch) -> Iterator[Until]:
    """The verbs in order; pauses after every stage that somebody may want to look at."""
    run = Desk(Store(out, watch), recipe)
    story = filming.write(run, source) if source is not None else open_run(out).story.story
    subject = subject_of(story)
    books = Books(run, subject, watch)
    desk = books.desk
    style = filming.settle(desk, story)
    yield "plan"

    portraits = filming.introduce(desk, story, style)
    retaking = Retaking(desk, story, style)
    again = True
    while again:
        drawn = filming.render(desk, retaking.story, style, portraits)
        yield "render"

        scenes = filming.animate(desk, retaking.story, style, portraits, drawn)
        film = filming.join(desk, story, style, scenes)
        twins = twinned.film_twins(desk, story, style)
        clips = (*scenes, *(clip for _, clip in twins), film)
        if recipe.previews:
            filming.preview(desk, film)
        yield "clip"

        claims = teaching.state(desk, story, style, clips, {clip.id: plan for plan, clip in twins})
        yield "claims"

        judged, checked = verifying.verify(desk, clips, claims)
        again = retaking.again(clips, claims, judged)
    books.drew(drawn.values(), retaking.rejects())
    books.filmed(scenes)
    standing = teaching.rule(desk, clips, claims, judged, books)
    yield "verify"

    asked = teaching.ask_pairs(desk, clips, standing, judged, checked, books)
    answered = answering.answer(desk, asked, clips, claims, books)
    pairs = teaching.screen(desk, answered, clips, claims, books)
    yield "qa"

    trusted = teaching.sum_up(desk, pairs, claims, judged, checked, books)
    if recipe.export:  # without a dataset of its own it is audited with what it is joined with
        auditing.audit_pairs(run, story.id, pairs)
    teaching.export(run, books, pairs, clips, trusted, story)
    teaching.drop_others(run, "export")
    teaching.drop_others(desk, "verify", "qa", "screen")
    books.close()
    yield "all"
