"""One verifier of a run: what it is asked, what it says, and how far it is heard."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter

from dreamgen.core.claims import Attribute, Claim, Presence
from dreamgen.core.contracts import Verifier
from dreamgen.core.media import Clip, Footage
from dreamgen.core.trusted import Control, Voice
from dreamgen.engines.processes import map_processes
from dreamgen.run import calibrating, controls
from dreamgen.run.blind import Judged, ask, twins_of
from dreamgen.run.carrying import FILM, REFERENCES
from dreamgen.run.filming import Desk
from dreamgen.run.journal import TwinLine
from dreamgen.run.measuring import Claims, measure
from dreamgen.run.recipe import Recipe
from dreamgen.run.reference import Reference
from dreamgen.run.store import references
from dreamgen.verify.hearing import Hearing


class Job(NamedTuple):
    """What is put to a verifier at once."""

    footage: Footage
    """What it is shown, by the name of the clip that the claims are about."""
    claims: tuple[Claim, ...]
    """What it is asked."""
    world: tuple[Claim, ...]
    """All that is true of the clip; empty for a control, which has no twins."""
    blank: Clip | None = None
    """The clip instead of which a blank video is shown."""


class Heard(NamedTuple):
    """One verifier, and what of its verdicts counts."""

    judged: dict[str, Judged]
    """By clip."""
    hearing: Hearing
    """How far it is heard."""
    voice: Voice
    """What there is to say of it."""


class Asked(NamedTuple):
    """What every verifier of a run is asked."""

    clips: Sequence[Clip]
    """The scenes, and last the film."""
    claims: Claims
    """Clip to the claims to judge."""
    world: Claims
    """Clip to all that is true of it."""
    cast: Mapping[str, tuple[Presence | Attribute, ...]]
    """Clip to who is who: the cast of the story, or whoever was found in the clip itself."""


def hear(desk: Desk, number: int, asked: Asked, reference: Reference) -> Heard:
    """What one verifier says, as far as it is heard.

    Args:
        desk: where the run is worked on.
        number: which of the recipe's verifiers.
        asked: what about.
        reference: what is known of it from other films.
    """
    first = calibrating.first_hearing(desk.recipe, reference, number)
    claims = {clip: _but(some, first.unasked, asked.world[clip]) for clip, some in asked.claims.items()}
    trials = controls.controls([clip for clip in asked.clips if clip.id != FILM], claims, desk.recipe.seed)
    said = ask_one(desk, number, asked._replace(claims=claims), trials)
    rows = measure(asked.clips, asked.world, {clip.id: said[clip.id] for clip in asked.clips})
    past = reference.rows(number, Hearing())
    tried = [_tried(trial, said) for trial in trials]
    found = calibrating.findings(rows, tried)
    name = desk.recipe.verify[number].backend
    if found:
        desk.store.watch.says(f"note: {name} is not heard: it {'; it '.join(found)}")
    hearing = calibrating.hear(desk.recipe, first, rows, past, "; it ".join(found))
    whole = {clip: _filled(clip, said[clip], asked, hearing, name) for clip in asked.claims}
    return Heard(whole, hearing, calibrating.voice(name, hearing, rows, past, tried, found, reference))


def heard_as(judged: Judged, claims: Iterable[Claim], hearing: Hearing) -> Judged:
    """What counts of a judgement."""
    kinds = {claim.id: claim.kind for claim in claims}
    return Judged(
        verdicts=tuple(hearing.heard(kinds[verdict.about], verdict) for verdict in judged.verdicts),
        twins=tuple(
            line.model_copy(update={"verdict": hearing.heard(line.twin.kind, line.verdict)}) for line in judged.twins
        ),
    )


def _filled(clip: str, judged: Judged, asked: Asked, hearing: Hearing, by: str) -> Judged:
    """What counts of a judgement, with a line for every claim and twin that the verifier was not asked about."""
    heard = heard_as(judged, asked.world[clip], hearing)
    said = {verdict.about: verdict for verdict in heard.verdicts}
    lines = {line.twin.id: line for line in heard.twins}
    return Judged(
        verdicts=tuple(
            said.get(claim.id) or hearing.unasked_of(claim.id, claim.kind, by) for claim in asked.claims[clip]
        ),
        twins=tuple(
            lines.get(name) or TwinLine(clip=clip, twin=twin, verdict=hearing.unasked_of(name, twin.kind, by))
            for name, twin in twins_of(asked.claims[clip], asked.world[clip]).items()
        ),
    )


def _but(claims: Sequence[Claim], unasked: frozenset[str], world: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims that a verifier is asked, with those that they speak of."""
    return with_referred([claim for claim in claims if claim.kind not in unasked], world) if unasked else tuple(claims)


def ask_one(desk: Desk, number: int, asked: Asked, trials: Sequence[controls.Control]) -> dict[str, Judged]:
    """What one verifier says, of clips and of controls."""
    name, verifier = desk.recipe.build_all("verify")[number]
    by_id, by_name = {clip.id: clip for clip in asked.clips}, {trial.name: trial for trial in trials}

    def job(item: str, into: Path) -> Job:
        if item in by_id:
            return Job(by_id[item].footage(into, asked.cast[item]), asked.claims[item], asked.world[item])
        trial = by_name[item]
        shown = by_id[trial.shown or trial.clip].footage(into, asked.cast[trial.clip])
        return Job(replace(shown, clip=item), trial.claims, (), None if trial.shown else by_id[trial.clip])

    def make(items: tuple[str, ...], into: Path) -> Iterator[tuple[str, Judged]]:
        # the film takes longest, so it goes first
        first = sorted(items, key=lambda item: item != FILM)
        # one after the other, unless the verifier says that it can look at several clips at once
        workers = getattr(verifier, "workers", 1)
        jobs = [job(item, into) for item in first]
        # in this process the same one looks at all of them: what it has loaded stays
        here = verifier if workers == 1 else None
        with closing(map_processes(partial(_ask, desk.recipe, number, desk.kept, here), jobs, workers, _name)) as found:
            yield from zip(first, found, strict=True)

    inputs: dict[str, object] = {
        clip.id: [clip.video, clip.portraits, asked.claims[clip.id], asked.world[clip.id], asked.cast[clip.id]]
        for clip in asked.clips
    }
    for trial in trials:
        shown, own = by_id.get(trial.shown), by_id[trial.clip]
        video = shown.video if shown else [own.size, own.fps, own.frames]
        inputs[trial.name] = [video, (shown or own).portraits, trial.claims, asked.cast[trial.clip]]
    given = [ref for clip in asked.clips for ref in (clip.video, *references(clip.portraits))]
    return desk.store.each(desk.step(f"verify-{name}", verifier, "verify"), inputs, TypeAdapter(Judged), make, given)


def _tried(trial: controls.Control, said: Mapping[str, Judged]) -> Control:
    """What became of a control."""
    usually = {verdict.about for verdict in said[trial.clip].verdicts if verdict.outcome == "supported"}
    upheld = {verdict.about for verdict in said[trial.name].verdicts if verdict.outcome == "supported"}
    asked = {claim.id for claim in trial.claims}
    return Control(
        shown="another clip" if trial.shown else "a blank video", asked=len(asked), upheld=len(upheld),
        seen=len(asked & usually), again=len(upheld & usually),
    )  # fmt: skip


def _ask(recipe: Recipe, number: int, kept: Path, here: Verifier | None, job: Job) -> Judged:
    """Judges one clip; a worker makes a verifier of its own."""
    verifier = here or recipe.build_all("verify")[number][1]
    if job.blank is None:
        return ask(verifier, job.footage, job.claims, job.world, recipe.seed, kept)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        video = Path(folder) / "blank.mp4"
        controls.blank_video(job.blank, video)
        return ask(verifier, replace(job.footage, video=video), job.claims, (), recipe.seed, kept)


def _name(job: Job) -> str:
    return job[0].clip


def with_referred(some: Sequence[Claim], claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Claims together with all those that they speak of."""
    wanted = {claim.id for claim in some}
    by_id = {claim.id: claim for claim in claims}
    waiting = list(some)
    while waiting:
        claim = waiting.pop()
        for name in (getattr(claim, field, None) for field in REFERENCES):
            if name and name not in wanted:
                wanted.add(name)
                waiting.append(by_id[name])
    return tuple(claim for claim in claims if claim.id in wanted)
