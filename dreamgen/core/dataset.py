"""What an exporter writes: pairs about clips, each in one split, and all that is known of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

from dreamgen.core.base import Record
from dreamgen.core.claims import Claim
from dreamgen.core.found import Source
from dreamgen.core.lineage import Cost, ModelUsed, StageUsed
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.core.receipts import Tally
from dreamgen.core.streaming import PairStream, Survey
from dreamgen.core.trusted import Trusted

Split = Literal["train", "validation", "test"]
TRAIN: Final[Split] = "train"
SPLITS: Final[tuple[Split, ...]] = ("train", "validation", "test")
"""In the order in which they are written."""


class About(Record):
    """What is known of a dataset besides its pairs and clips."""

    trusted: Trusted = Trusted(vote=())
    """How good the verifiers were, and how wrong the dataset still is."""
    writer: str = ""
    """The language model that wrote the stories; empty where none did."""
    source: str = ""
    """Where the stories come from, when they were written elsewhere."""
    likenesses: tuple[str, ...] = ()
    """Real persons whom somebody on screen was made to look like."""
    shortcuts: tuple[str, ...] = ()
    """What the shortcut audit found, in sentences; empty where none was made."""
    licences: tuple[str, ...] = ()
    """Of each video that was found: its licence; empty where nobody told it."""
    version: str = ""
    """Of dreamgen."""
    stages: tuple[StageUsed, ...] = ()
    """What the recipe did it with, in the order of the work."""
    models: tuple[ModelUsed, ...] = ()
    """Learned weights and models of others; empty where none had a part in it."""
    seeds: str = ""
    """From which everything drawn by lot follows, in a sentence."""
    tallies: tuple[Tally, ...] = ()
    """The bookkeeping: made = kept + dropped."""
    cost: Cost | None = None
    """What was spent; None in files that must have the same bytes every time."""
    signed: str = ""
    """Who signed the clips, and how far that can be trusted; empty where nobody did."""


class Ground(Record):
    """A claim that pairs may rest on, and what was found out about it."""

    claim: Claim
    """The claim."""
    verdict: Verdict | None = None
    """What the pixels say of it; None where nobody looked."""


class Told(Mapping[str, Ground]):
    """Claims by their ids as a file has them; they become records when they are asked for.

    Args:
        claims: by id, as plain JSON.
        verdicts: by the id of the claim, likewise.
    """

    def __init__(self, claims: Mapping[str, Any], verdicts: Mapping[str, Any]) -> None:
        self._claims, self._verdicts = claims, verdicts

    def plain(self, claim: str) -> dict[str, Any]:
        """A `Ground` as plain JSON, without the work of making a record of it."""
        return {"claim": self._claims[claim], "verdict": self._verdicts.get(claim)}

    def __getitem__(self, claim: str) -> Ground:
        return Ground.model_validate(self.plain(claim), strict=False)

    def __contains__(self, claim: object) -> bool:
        return claim in self._claims

    def __iter__(self) -> Iterator[str]:
        return iter(self._claims)

    def __len__(self) -> int:
        return len(self._claims)


@dataclass(frozen=True)
class Dataset:
    """Pairs about clips, in the order in which they are written."""

    media: Path
    """The folder that the clips' files are in."""
    clips: tuple[Clip, ...]
    """Those that some pair may be about; no two are called the same."""
    pairs: PairStream
    """In order; no two are called the same. They may be read anew on every walk: walk through them once, one by one,
    and keep none."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Clip to what it is a part of: a story, or a video that was found. A group is never in two splits."""
    splits: Mapping[str, Split] = field(default_factory=dict)
    """Group to its split; a group that is not named is trained on."""
    sources: tuple[Source, ...] = ()
    """The videos that were found."""
    about: About = field(default_factory=About)
    """For the card."""
    grounds: Mapping[str, Mapping[str, Ground]] = field(default_factory=dict)
    """Clip to its claims by their ids; may be read from the disk when it is asked for."""

    @cached_property
    def by_id(self) -> Mapping[str, Clip]:
        """Every clip by its id."""
        return {clip.id: clip for clip in self.clips}

    def group_of(self, clip: str) -> str:
        """What a clip is a part of; empty where nobody said."""
        return self.groups.get(clip, "")

    def split_of(self, clip: str) -> Split:
        """The split that everything about a clip is in."""
        return self.splits.get(self.group_of(clip), TRAIN)

    @cached_property
    def asked(self) -> Mapping[str, tuple[InstructionPair, ...]]:
        """The clips that some pair is about, in their order, with the pairs about each.

        Raises:
            KeyError: for a pair about a clip that is none of these.
        """
        return _Asked(self.clips, self.pairs)

    @property
    def survey(self) -> Survey:
        """What one walk through the pairs tells."""
        return self.pairs.survey

    def only(self, wanted: Callable[[InstructionPair], bool]) -> Dataset:
        """The same with some of the pairs."""
        return replace(self, pairs=self.pairs.only(wanted))

    def without(self, forms: Collection[str]) -> Dataset:
        """The same without pairs of some forms."""
        if not any(form in forms for form in self.survey.forms):
            return self
        return replace(self, pairs=self.pairs.without(forms))

    def within(self, split: Split) -> Iterator[InstructionPair]:
        """The pairs of one split, in order."""
        return self.pairs.about({clip.id for clip in self.clips if self.split_of(clip.id) == split})


class _Asked(Mapping[str, tuple[InstructionPair, ...]]):
    """Clip to the pairs about it, read when they are asked for; in the clips' order that reads each block once."""

    def __init__(self, clips: Sequence[Clip], pairs: PairStream) -> None:
        asked = pairs.survey.where.keys()
        strange = asked - {clip.id for clip in clips}
        if strange:
            raise KeyError(min(strange))
        self._names = {clip.id: None for clip in clips if clip.id in asked}
        self._pairs = pairs

    def __getitem__(self, clip: str) -> tuple[InstructionPair, ...]:
        return self._pairs.of(clip)

    def __contains__(self, clip: object) -> bool:
        return clip in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
