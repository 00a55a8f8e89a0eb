"""What was made, from what, and what was dropped on the way."""

from __future__ import annotations

from pydantic import Field

from dreamgen.core.base import Record
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
    strained: tuple[str, ...] = ()
    """What could not be done as asked, and was done otherwise: batch 8 halved to 4 (out of memory)."""
    seconds: tuple[tuple[str, float], ...] = ()
    """Stage and wall-clock seconds of this run: the only thing that differs between two runs."""
