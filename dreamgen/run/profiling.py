"""Measures verifiers on films of random stories, whose every frame shows what it was told to: a profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from dreamgen.core.media import Clip
from dreamgen.core.trusted import Trusted
from dreamgen.engines.processes import map_processes
from dreamgen.errors import UsageError
from dreamgen.run import verifying, voices
from dreamgen.run.blind import Judged
from dreamgen.run.calibrating import findings, first_hearing, voice
from dreamgen.run.carrying import FILM
from dreamgen.run.filming import Desk
from dreamgen.run.judging_again import claims_of
from dreamgen.run.lock import locked
from dreamgen.run.marks import mark_of
from dreamgen.run.measuring import judged_rows
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.planting import Wrong, counted, plant
from dreamgen.run.recipe import Recipe
from dreamgen.run.reference import Reference, seeds_told
from dreamgen.run.store import Store
from dreamgen.run.verifying import Claims
from dreamgen.run.voices import heard_as
from dreamgen.run.watch import SILENT, Watch
from dreamgen.story.lottery import random_story
from dreamgen.style.book import style_names
from dreamgen.verify.hearing import Hearing
from dreamgen.verify.profiles import Filtering, Profile, Who, rows_of, write

SHOTS, SCENES = 8, 2
"""Of each story."""


class Film(NamedTuple):
    """A film whose truth is known, and what its verifiers say of it."""

    seed: int
    """Of the story."""
    clips: tuple[Clip, ...]
    """The scenes, and last the film."""
    claims: Claims
    """Clip to all that is true of it."""
    heard: tuple[dict[str, Judged], ...]
    """What each verifier said, clip by clip."""


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
    seen: list[Film] = []
    watch.begins("calibrate", stories, 0)
    try:
        for seed in range(first, first + stories):
            styles = looks or style_names()
            own = recipe.model_copy(update={"seed": seed, "look": styles[seed % len(styles)]})
            seen.append(filmed(own, films / str(seed)))
            watch.made("calibrate", f"story {seed}")
    finally:
        watch.ends("calibrate")
    built = recipe.build_all("verify")
    profile = Profile(
        verifiers=tuple(Who(name=name, mark=mark_of(name, verifier)) for name, verifier in built),
        stories=stories, first=first, size=recipe.size, fps=recipe.fps, animator=recipe.clip.backend,
        rows=rows_of(said for film in seen for said in _said(film)),
    )  # fmt: skip
    hearings = hearings_of(recipe, _reference(profile))
    rows = counted(planted_in(seen, hearings, recipe.trust.votes))
    return profile.model_copy(update={"filtering": Filtering(settings=recipe.trust.settings, rows=rows)})


def filmed(recipe: Recipe, folder: Path) -> Film:
    """A film of the story that the recipe's seed draws, and what its verifiers say of its claims and their twins.

    Args:
        recipe: names the verifiers and says how the film is made.
        folder: where the film is kept; one that is there is not made again.
    """
    dream(random_story(recipe.seed, SHOTS, scenes=SCENES), recipe, folder, until="claims")
    run = open_run(folder)
    story, clips = run.story, tuple(run.story.clips.values())
    claims = claims_of(run)
    asked = verifying.asked_of(clips, claims)
    with locked(folder):
        desk = Desk(Store(story.folder), recipe, folder)
        heard = tuple(voices.ask_one(desk, number, asked, ()) for number in range(len(recipe.verify)))
    return Film(recipe.seed, clips, claims, heard)


def _said(film: Film) -> Iterator[tuple[str, bool, tuple[str, ...]]]:
    """Of each claim and twin the kind, whether it is true, and what each verifier said."""
    each = [judged_rows(film.clips, film.claims, one) for one in film.heard]
    for rows in zip(*each, strict=True):
        yield rows[0].kind, rows[0].true, tuple(write(row.verdict.outcome, row.verdict.confidence) for row in rows)


def planted_in(films: Sequence[Film], hearings: Sequence[Hearing], votes: int) -> list[list[Wrong]]:
    """`planted` of each film, on all CPUs."""
    work = partial(planted, hearings=hearings, votes=votes)
    with closing(map_processes(work, films, name=lambda film: f"story {film.seed}")) as each:
        return list(each)


def planted(film: Film, hearings: Sequence[Hearing], votes: int) -> list[Wrong]:
    """Wrong pairs of the film's scenes, and whether the filter finds them.

    Args:
        film: judged.
        hearings: how far each of its verifiers is heard.
        votes: see `Trust.votes`.
    """
    found: list[Wrong] = []
    for clip in film.clips:
        if clip.id != FILM:
            world = film.claims[clip.id]
            each = [heard_as(one[clip.id], world, way) for one, way in zip(film.heard, hearings, strict=True)]
            found += plant(clip, world, verifying.together(each, votes), film.seed)
    return found


def profile_told(recipe: Recipe, profile: Profile) -> Trusted:
    """What a new profile says of the recipe's verifiers, as a run would hear them."""
    reference = _reference(profile)
    hearings = hearings_of(recipe, reference)
    voices = []
    for number, (who, hearing) in enumerate(zip(profile.verifiers, hearings, strict=True)):
        known = reference.rows(number, Hearing())
        voices.append(voice(who.name, hearing, known, known, (), findings(known, ()), reference))
    return Trusted(
        vote=reference.vote(hearings, recipe.trust.votes), voices=tuple(voices), recalls=reference.recalls(recipe.trust)
    )


def _reference(profile: Profile) -> Reference:
    return Reference(seeds_told(profile), profile, tuple(range(len(profile.verifiers))))


def hearings_of(recipe: Recipe, reference: Reference) -> list[Hearing]:
    """How far each verifier is heard by what the profile says of it."""
    return [first_hearing(recipe, reference, number) for number in range(len(reference.columns))]
