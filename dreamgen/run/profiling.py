"""Measures verifiers on films of random stories, whose every frame shows what it was told to: a profile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dreamgen.core.trusted import Trusted
from dreamgen.errors import UsageError
from dreamgen.run import verifying, voices
from dreamgen.run.calibrating import findings, first_hearing, voice
from dreamgen.run.filming import Desk
from dreamgen.run.judging_again import claims_of
from dreamgen.run.lock import locked
from dreamgen.run.marks import mark_of
from dreamgen.run.measuring import judged_rows
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import Recipe
from dreamgen.run.reference import Reference, seeds_told
from dreamgen.run.store import Store
from dreamgen.run.watch import SILENT, Watch
from dreamgen.story.lottery import random_story
from dreamgen.style.book import style_names
from dreamgen.verify.hearing import Hearing
from dreamgen.verify.profiles import Profile, Who, rows_of, write

SHOTS, SCENES = 8, 2
"""Of each story."""

Judged = tuple[str, bool, tuple[str, ...]]
"""Kind of a claim, whether it is true, and what each verifier said."""


def measure_profile(
    recipe: Recipe, stories: int, first: int, films: Path, looks: tuple[str, ...] = (), watch: Watch = SILENT
) -> Profile:
    """What the recipe's verifiers say of films whose truth is known.

    Args:
        recipe: names the verifiers and says how the films are made.
        stories: how many films.
        first: the seed of the first story; the others follow.
        films: where films are kept; those that are there are not made again.
        looks: styles, of which each story has one in turn; empty for all that there are.
        watch: hears of each film.

    Raises:
        UsageError: when a model draws the pictures, so that nobody knows what they show.
    """
    for stage in ("render", "clip"):
        if "diffusion" in getattr(type(recipe.build(stage)), "model_fields", {}):
            raise UsageError(
                f"{stage} = {getattr(recipe, stage).backend} draws by a model, and nobody knows what its pictures show",
                "Leave --recipe away: verifiers are measured on pictures that are drawn by rule.",
            )
    recipe.check()
    said: list[Judged] = []
    watch.begins("calibrate", stories, 0)
    try:
        for seed in range(first, first + stories):
            styles = looks or style_names()
            own = recipe.model_copy(update={"seed": seed, "look": styles[seed % len(styles)]})
            said += _judged(own, films / str(seed))
            watch.made("calibrate", f"story {seed}")
    finally:
        watch.ends("calibrate")
    built = recipe.build_all("verify")
    return Profile(
        verifiers=tuple(Who(name=name, mark=mark_of(name, verifier)) for name, verifier in built),
        stories=stories, first=first, size=recipe.size, fps=recipe.fps, animator=recipe.clip.backend,
        rows=rows_of(said),
    )  # fmt: skip


def _judged(recipe: Recipe, folder: Path) -> Iterator[Judged]:
    """What every verifier says of one film's claims and twins."""
    dream(random_story(recipe.seed, SHOTS, scenes=SCENES), recipe, folder, until="claims")
    run = open_run(folder)
    story, clips = run.story, tuple(run.story.clips.values())
    claims = claims_of(run)
    asked = verifying.asked_of(clips, claims)
    with locked(folder):
        desk = Desk(Store(story.folder), recipe, folder)
        heard = [voices.ask_one(desk, number, asked, ()) for number in range(len(recipe.verify))]
    each = [judged_rows(clips, claims, one) for one in heard]
    for rows in zip(*each, strict=True):
        yield rows[0].kind, rows[0].true, tuple(write(row.verdict.outcome, row.verdict.confidence) for row in rows)


def profile_told(recipe: Recipe, profile: Profile) -> Trusted:
    """What a new profile says of the recipe's verifiers, as a run would hear them."""
    reference = Reference(
        seeds_told(profile), profile,
        tuple(range(len(profile.verifiers))),
    )  # fmt: skip
    names = [who.name for who in profile.verifiers]
    hearings = [first_hearing(recipe, reference, number) for number in range(len(names))]
    voices = []
    for number, (name, hearing) in enumerate(zip(names, hearings, strict=True)):
        known = reference.rows(number, Hearing())
        voices.append(voice(name, hearing, known, known, (), findings(known, ()), reference))
    return Trusted(vote=reference.vote(hearings, recipe.trust.votes), voices=tuple(voices))
