"""The chain behind a pair: claims, verdicts, clip, and the shots, story and seed or the video that it comes from."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from dreamgen.core.base import Record
from dreamgen.core.claims import Claim
from dreamgen.core.found import Source
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.core.story import Shot
from dreamgen.errors import UsageError
from dreamgen.run.folder import DATASET, is_bulk
from dreamgen.run.opened import FoundRun, Part, Run, StoryRun

_NEAR: Final = 20
"""Stories among whose pairs one of a similar name is looked for."""


class Link(Record):
    """One claim that the pair rests on."""

    claim: Claim
    """What it says."""
    words: str
    """The same for people."""
    verdict: Verdict | None
    """What the pixels say of it."""


class Trace(Record):
    """Everything behind a pair."""

    pair: InstructionPair
    """The pair."""
    claims: tuple[Link, ...]
    """What it rests on."""
    clip: Clip
    """What it is about."""
    shots: tuple[Shot, ...]
    """The planned shots in its span; none of found footage."""
    source: Source | None = None
    """The video that the clip was cut out of; None of a film."""
    story: str
    """The story's id; empty for videos."""
    title: str
    """The story's title, or how many videos there are."""
    seed: int
    """From which everything left to chance derives."""


def trace(run: Run, name: str) -> Trace:
    """The chain behind the pair `name`; see `pair_of`."""
    return _trace(run, *pair_of(run, name))


def pair_of(run: Run, name: str) -> tuple[Part, InstructionPair]:
    """The pair `name`, which may carry its story's id in front, as in a dataset, and the story that has it.

    Raises:
        UsageError: when the run has no such pair, or several stories have one; a dropped one is explained.
    """
    parts = _told_of(run, name)
    found = [(part, pair) for part in parts for pair in part.pairs if name in _names(part, pair.id)]
    if len(found) > 1:
        part, pair = found[0]
        raise UsageError(
            f"{len(found)} stories in {run.folder} have a pair {name}",
            f"Put the story's name in front, as the dataset does: {part.name}-{pair.id}",
        )
    if found:
        return found[0]
    for part in parts:
        for reject in part.rejects:
            if name in _names(part, reject.what):
                raise UsageError(
                    f"{name} was dropped by {reject.stage}: {reject.reason}", reject.detail or "No more is known."
                )
    known = (pair_name for part in parts[:_NEAR] for pair in part.pairs for pair_name in _names(part, pair.id))
    near = get_close_matches(name, known, n=1)
    guess = f"Did you mean {near[0]!r}? " if near else ""
    raise UsageError(f"there is no pair {name!r} in {run.folder}", f"{guess}{_where(run)}")


def _where(run: Run) -> str:
    """Where the ids are."""
    if is_bulk(run.folder):
        return f"The ids are in the column `id` of {DATASET}/pairs-*."
    return f"The ids are in {run.part.place}/pairs.jsonl."


def _told_of(run: Run, name: str) -> tuple[Part, ...]:
    """The stories that a name may be of: those that it begins with, so that not thousands must be read."""
    meant = tuple(part for part in run.parts if part.name and name.startswith(f"{part.name}-"))
    return meant or run.parts


def _names(part: Part, name: str) -> tuple[str, ...]:
    """What a pair may be called: by its own name, or as in a dataset."""
    return (name, f"{part.name}-{name}")


def links_of(part: Part, pair: InstructionPair) -> tuple[Link, ...]:
    """The claims that a pair rests on, with their verdicts."""
    claims = (part.claims[pair.clip, claim] for claim in pair.claims)
    return tuple(
        Link(claim=claim, words=in_words(claim), verdict=part.verdicts.get((pair.clip, claim.id))) for claim in claims
    )


def in_words(claim: Claim) -> str:
    """A claim for people: its kind, what it says, when."""
    content = claim.model_dump(exclude={"id", "kind", "start", "end"}, exclude_none=True)
    said = ", ".join(f"{key} {value}" for key, value in content.items())
    return f"{claim.kind.replace('_', ' ')}: {said} [{claim.start:.2f}-{claim.end:.2f} s]"


def _trace(run: Run, part: Part, pair: InstructionPair) -> Trace:
    clip = part.clips[pair.clip]
    span = pair.span or (0.0, clip.seconds)
    return Trace(
        pair=pair,
        claims=links_of(part, pair),
        clip=clip,
        shots=part.shots(pair.clip, span) if isinstance(part, StoryRun) else (),
        source=part.source_of(clip) if isinstance(part, FoundRun) else None,
        story=part.name,
        title=part.title,
        # of many stories each has a seed of its own
        seed=part.story.seed if isinstance(part, StoryRun) and part.joined else run.recipe.seed,
    )
