"""The verb that looks: every claim is judged by the pixels, blind, on all CPUs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from dreamgen.core.claims import Absence, Attribute, Claim, Presence
from dreamgen.core.media import Clip, Footage
from dreamgen.engines.processes import map_processes
from dreamgen.run.blind import Judged, ask, twins_of
from dreamgen.run.carrying import REFERENCES, carry, sources
from dreamgen.run.filming import Desk
from dreamgen.run.journal import VerdictLine, lines
from dreamgen.run.recipe import Recipe
from dreamgen.run.standing import CUTTING
from dreamgen.run.store import references
from dreamgen.verify.calibration import CALIBRATION, Calibration, calibrate
from dreamgen.verify.voting import vote

Claims = dict[str, tuple[Claim, ...]]
"""Clip to what is said of it."""

FILM = "film"
"""The id of the clip that joins all scenes."""

Job = tuple[Footage, tuple[Claim, ...], tuple[Claim, ...]]
"""A clip, the claims to judge, and all that is true of it."""


def verify(desk: Desk, clips: Sequence[Clip], claims: Claims) -> dict[str, Judged]:
    """What the pixels say of every claim. The film is asked only what its scenes do not answer."""
    *scenes, film = clips
    answered = sources(scenes, film, claims)
    left = _with_referred([claim for claim in claims[film.id] if claim.id not in answered], claims[film.id])
    # the film takes longest, so it goes first
    judged = _judge(desk, (film, *scenes), {**claims, film.id: left}, claims)
    said = {(clip, verdict.about): verdict for clip, found in judged.items() for verdict in found.verdicts}
    known = {verdict.about: verdict for verdict in judged[film.id].verdicts} | carry(answered, said)
    whole = Judged(verdicts=tuple(known[claim.id] for claim in claims[film.id]), twins=judged[film.id].twins)
    found = {clip.id: whole if clip.id == FILM else judged[clip.id] for clip in clips}
    _write_down(desk, clips, claims, found)
    return found


def measure(clips: Sequence[Clip], claims: Claims, judged: dict[str, Judged]) -> tuple[Calibration, ...]:
    """How well the verifier told true claims from false ones. What the film has from its scenes counts once, there.

    Of pictures that a model drew nobody knows what is true in them, so only what the cutting room made is counted.
    """
    *scenes, film = clips
    carried = sources(scenes, film, claims)
    own = [claim for claim in claims[film.id] if claim.id not in carried]
    asked = {**claims, film.id: own}
    kinds = {(clip, claim.id): claim.kind for clip, known in asked.items() for claim in known}
    # the film's verifier was also shown the claims that its own ones speak of, with twins; those count in the scenes
    twins = twins_of(own, claims[film.id])
    generated = {clip.id for clip in clips if clip.pictures == "generated"}
    true = [
        (clip, kinds[clip, verdict.about], True, verdict.outcome)
        for clip, one in judged.items()
        for verdict in one.verdicts
        if (clip, verdict.about) in kinds
    ]
    false = [
        (clip, line.twin.kind, False, line.verdict.outcome)
        for clip, one in judged.items()
        for line in one.twins
        if clip != film.id or line.twin.id in twins
    ]
    known = [row for row in (*true, *false) if row[0] not in generated or row[1] in CUTTING]
    return calibrate([(kind, holds, outcome) for _, kind, holds, outcome in known])


def _judge(desk: Desk, clips: Sequence[Clip], claims: Claims, world: Claims) -> dict[str, Judged]:
    """What all verifiers say together."""
    voices = [_heard(desk, number, clips, claims, world) for number in range(len(desk.recipe.verify))]
    return {clip.id: together([voice[clip.id] for voice in voices], desk.recipe.trust.votes) for clip in clips}


def together(voices: Sequence[Judged], votes: int) -> Judged:
    """One judgement from those of several verifiers about the same clip, who were asked the same."""
    verdicts = zip(*(voice.verdicts for voice in voices), strict=True)
    twins = zip(*(voice.twins for voice in voices), strict=True)
    return Judged(
        verdicts=tuple(vote(some, votes) for some in verdicts),
        twins=tuple(
            lines[0].model_copy(update={"verdict": vote([line.verdict for line in lines], votes)}) for lines in twins
        ),
    )


def _heard(desk: Desk, number: int, clips: Sequence[Clip], claims: Claims, world: Claims) -> dict[str, Judged]:
    """What one verifier says."""
    name, verifier = desk.recipe.build_all("verify")[number]
    by_id, cast = {clip.id: clip for clip in clips}, who_is_who(world)

    def make(items: tuple[str, ...], into: Path) -> Iterator[tuple[str, Judged]]:
        # the folder `into` holds the videos and the portraits and nothing else: that is all there is to look at
        jobs = [(by_id[item].footage(into, cast), claims[item], world[item]) for item in items]
        # one after the other, unless the verifier says that it can look at several clips at once
        workers = getattr(verifier, "workers", 1)
        with closing(map_processes(partial(_ask, desk.recipe, number, desk.kept), jobs, workers, _name)) as found:
            yield from zip(items, found, strict=True)

    inputs = {clip.id: [clip.video, clip.portraits, claims[clip.id], world[clip.id], cast] for clip in clips}
    given = [ref for clip in clips for ref in (clip.video, *references(clip.portraits))]
    return desk.store.each(desk.step(f"verify-{name}", verifier, "verify"), inputs, TypeAdapter(Judged), make, given)


def who_is_who(claims: Claims) -> tuple[Presence | Attribute, ...]:
    """What everybody in a story is called and looks like, for a verifier that is asked in words.

    Without any times, and for everybody alike: who is in which clip, and when, must be seen in the pixels.
    """
    every = [claim for known in claims.values() for claim in known]
    nouns = {claim.entity: claim for claim in every if isinstance(claim, Presence | Absence)}
    cast = [Presence(start=0, end=0, entity=who, what=one.what, category=one.category) for who, one in nouns.items()]
    looks = [one.model_copy(update={"start": 0.0, "end": 0.0}) for one in every if isinstance(one, Attribute)]
    known: list[Presence | Attribute] = [*cast, *looks]
    return tuple(sorted({one.id: one for one in known}.values(), key=lambda one: (one.entity, one.id)))


def _ask(recipe: Recipe, number: int, kept: Path, job: Job) -> Judged:
    """Judges one clip; in a worker, which makes a verifier of its own."""
    _, verifier = recipe.build_all("verify")[number]
    return ask(verifier, *job, recipe.seed, kept)


def _name(job: Job) -> str:
    return job[0].clip


def _with_referred(some: Sequence[Claim], claims: Sequence[Claim]) -> tuple[Claim, ...]:
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


def _write_down(desk: Desk, clips: Sequence[Clip], claims: Claims, judged: dict[str, Judged]) -> None:
    told = (VerdictLine(clip=clip, verdict=verdict) for clip, found in judged.items() for verdict in found.verdicts)
    desk.store.write("verdicts.jsonl", lines(told))
    desk.store.write("twins.jsonl", lines(line for found in judged.values() for line in found.twins))
    desk.store.write(
        "calibration.json", CALIBRATION.dump_json(measure(clips, claims, judged), indent=1).decode() + "\n"
    )
