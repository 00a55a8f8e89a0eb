"""What was made, from what, and what was dropped on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.calibration import Rate
from dreamgen.core.media import MediaRef


class Made(Record):
    """How one artefact came to be."""

    stage: str
    """story, style, render, clip, claims, verify, qa, export."""
    item: str
    """What it is for: a scene, a clip, or the story's id."""
    key: str
    """The fingerprint of everything that shaped it."""
    backend: str
    """The name in the registry."""
    options: tuple[tuple[str, str], ...] = ()
    """The backend's fields, as JSON."""
    seed: int = 0
    """The story's seed."""
    outputs: tuple[MediaRef, ...] = ()
    """The files, relative to the story's folder."""


class Reject(Record):
    """One thing that was dropped, and why; nothing is dropped without a line."""

    what: str
    """The id of the claim, pair or shot, or the text that could not be used."""
    kind: str
    """claim, pair, keyframe, or text."""
    stage: str
    """Where it was dropped."""
    reason: str
    """Machine-readable."""
    clip: str = ""
    """The id of the clip that it speaks of, where there is one."""
    detail: str = ""
    """For people: the evidence, or what it said."""


class Tally(Record):
    """The bookkeeping of one kind of thing: made = kept + dropped."""

    what: str
    """claims, pairs; and keyframes, where a model drew them."""
    made: int = Field(ge=0)
    """How many there were; of keyframes, how many times one was drawn."""
    kept: int = Field(ge=0)
    """How many are in the dataset."""
    dropped: tuple[tuple[str, int], ...] = ()
    """Reason and number."""


def tallied(tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    """The books of several together, a line for each kind of thing, in the order in which they first come."""
    made: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    dropped: dict[str, Counter[str]] = {}
    for tally in tallies:
        made[tally.what] += tally.made
        kept[tally.what] += tally.kept
        dropped.setdefault(tally.what, Counter()).update(dict(tally.dropped))
    return tuple(
        Tally(what=what, made=made[what], kept=kept[what], dropped=tuple(sorted(reasons.items())))
        for what, reasons in dropped.items()
    )


class Usage(Record):
    """What a language model was asked in a run's folder, all tries together; what it remembered costs nothing."""

    model: str
    """Its name."""
    purpose: str
    """The prompt: story/outline."""
    calls: int = Field(ge=0)
    """Calls that were answered."""
    failed: int = Field(default=0, ge=0)
    """Calls that came back with an error, or not at all."""
    tokens_in: int = Field(default=0, ge=0)
    """Of the answered calls."""
    tokens_out: int = Field(default=0, ge=0)
    """Of the answered calls."""
    seconds: float = Field(default=0.0, ge=0.0)
    """Of the answered calls, added up; they overlap."""
    failed_seconds: float = Field(default=0.0, ge=0.0)
    """Of the others."""


class Receipt(Record):
    """Written last: its existence says that the story is whole."""

    story: str
    """The story's id."""
    version: str
    """Of dreamgen."""
    inputs: tuple[tuple[str, str], ...]
    """Name and fingerprint: plot, recipe, seed."""
    made: tuple[Made, ...]
    """Every artefact."""
    tallies: tuple[Tally, ...]
    """The bookkeeping."""
    wrong: Rate | None = None
    """The share of wrong pairs, as far as calibration can estimate it; see docs/trust.md."""
    strained: tuple[str, ...] = ()
    """What could not be done as asked, and was done otherwise: batch 8 halved to 4 (out of memory)."""
    usage: tuple[Usage, ...] = ()
    """What language models were asked, by model and purpose. Where calls failed, it differs between two runs."""
    seconds: tuple[tuple[str, float], ...] = ()
    """Stage and wall-clock seconds of this run: they always differ between two runs."""
