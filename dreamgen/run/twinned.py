"""Twin clips: filmed in folders of their own beside the story's, and asked what has another answer than before."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from dreamgen.core.base import fingerprint
from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip, MediaRef, Style
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.story import Story
from dreamgen.errors import UsageError
from dreamgen.language.world import World
from dreamgen.qa.contrasts import asked_again
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer
from dreamgen.run import disk, filming
from dreamgen.run.filming import Desk
from dreamgen.run.recipe import Recipe
from dreamgen.run.store import Store
from dreamgen.story.twinning import Twin, twins_of

TWINS = "twins"
"""The folder of a story's twin clips, each in a folder of its own."""

MOST = 8
"""Questions that a twin clip shares with its other clip, at most."""

_EVERYTHING = ProgramsSynthesizer(pairs_per_minute=10_000.0, even=False, unanswerable=0.0)
"""Leaves nothing unasked: an answer that is usual elsewhere is right in one of the two clips alone."""


def check_twins(recipe: Recipe) -> None:
    """Makes sure that nothing but the one thing changes.

    Raises:
        UsageError: when a model draws: it draws another picture for every change.
    """
    if recipe.twins and "diffusion" in type(recipe.build("render")).model_fields:
        raise UsageError(
            f"twins = {recipe.twins} needs pictures that are drawn by rule: a model changes more than one thing",
            "Leave --twins away, or choose render.backend=storyboard.",
        )


def film_twins(desk: Desk, story: Story, style: Style) -> tuple[tuple[Story, Clip], ...]:
    """The twins that the recipe asks for, each with the story that it was filmed from."""
    twins = twins_of(story, desk.recipe.twins)
    _forget_others(desk.store.folder / TWINS, {twin.id for twin in twins})
    return tuple((twin.story, _filmed(desk, twin, style)) for twin in twins)


def _filmed(desk: Desk, twin: Twin, style: Style) -> Clip:
    # shots keep their ids, by which lots are drawn, so that all else stays as it was: hence a folder of their own
    place = replace(desk, store=Store(desk.store.folder / TWINS / twin.id, desk.store.watch))
    portraits = filming.introduce(place, twin.story, style)
    drawn = filming.render(place, twin.story, style, portraits)
    (clip,) = filming.animate(place, twin.story, style, portraits, drawn)
    return as_twin(clip, twin.of)


def twin_folders(folder: Path) -> tuple[tuple[str, Path], ...]:
    """The clip that each twin is a twin of, and the twin's folder, in the folder of a story."""
    places = sorted(path for path in (folder / TWINS).glob("*") if path.is_dir())
    return tuple((path.name.rpartition("-")[0], path) for path in places)


def as_twin(clip: Clip, of: str) -> Clip:
    """A clip of a twin's folder, as seen from the story's."""
    return clip.model_copy(
        update={
            "video": _moved(clip.video, clip.id),
            "portraits": tuple(
                one.model_copy(update={"image": _moved(one.image, clip.id)}) for one in clip.portraits
            ),
            "masklets": clip.masklets and _moved(clip.masklets, clip.id),
            "twin_of": of,
        }
    )  # fmt: skip


def _moved(ref: MediaRef, twin: str) -> MediaRef:
    return ref.model_copy(update={"path": f"{TWINS}/{twin}/{ref.path}"})


def _forget_others(folder: Path, wanted: Iterable[str]) -> None:
    for path in folder.glob("*"):
        if path.name not in wanted:
            store = Store(path)
            for stage in store.stages():
                store.forget(stage)
            disk.drop_if_empty(path)


def contrasts(
    made: Mapping[str, Sequence[InstructionPair]],
    clips: Sequence[Clip],
    claims: Mapping[str, Sequence[Claim]],
    seed: int,
) -> dict[str, tuple[InstructionPair, ...]]:
    """All pairs by clip, those of the twins among them.

    A twin is asked what is asked of its other clip and has another answer in it. Where the pairs that are there ask
    little of that kind, some are added to both.

    Args:
        made: clip to its pairs, of all clips that are no twins.
        clips: all of them.
        claims: clip to its standing claims.
        seed: the story's.
    """
    found = {clip: tuple(pairs) for clip, pairs in made.items()}
    by_id = {clip.id: clip for clip in clips}
    for twin in clips:
        if not twin.twin_of:
            continue
        base = by_id[twin.twin_of]
        every = _EVERYTHING.synthesize(base, claims[base.id], seed, Path())
        known = {pair.id: pair for pair in every} | {pair.id: pair for pair in found[base.id]}
        worlds = World.of(base, claims[base.id]), World.of(twin, claims[twin.id])
        there = {pair.id for pair in found[base.id]}
        chosen = _spread([pair for pair in asked_again(tuple(known.values()), *worlds)], there)
        found[twin.id] = chosen
        found[base.id] += tuple(known[pair.twin] for pair in chosen if pair.twin not in there)
    return found


def _spread(pairs: Sequence[InstructionPair], there: Container[str]) -> tuple[InstructionPair, ...]:
    """The first few, of as many tasks and forms as there are; those whose other half is there anyway come first."""
    kinds: dict[tuple[str, str], list[InstructionPair]] = {}
    for pair in sorted(pairs, key=lambda pair: (pair.twin not in there, fingerprint(pair.id))):
        kinds.setdefault((pair.task, pair.form), []).append(pair)
    rows = zip_longest(*kinds.values())
    return tuple(pair for row in rows for pair in row if pair is not None)[:MOST]


def told_of_each_other(pairs: Sequence[InstructionPair]) -> tuple[InstructionPair, ...]:
    """The pairs, each knowing its twin where that is among them."""
    there = {pair.id for pair in pairs}
    back = {pair.twin: pair.id for pair in pairs if pair.twin in there}
    return tuple(
        pair.model_copy(update={"twin": pair.twin if pair.twin in there else back.get(pair.id, "")}) for pair in pairs
    )
