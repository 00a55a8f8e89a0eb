"""Everything worth following in one clip is found and followed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from dreamgen.annotate.regions.finding import Looks, followed
from dreamgen.annotate.regions.gates import Gates, complaints, dropped, gated, within
from dreamgen.annotate.regions.seeds import Seed, fresh_name
from dreamgen.annotate.regions.words import Sought
from dreamgen.annotate.tracks import Track
from dreamgen.core.receipts import Reject
from dreamgen.engines.masks import overlap
from dreamgen.engines.segmenting import Follows, Hint, Reel

_SAME = 0.7
"""Overlap of masks (intersection over union) from which two tracks are of one thing."""


@dataclass
class Chase:
    """What is followed through one clip, and what was given up."""

    clip: str
    """Its id."""
    reel: Reel
    """Its frames."""
    cuts: Sequence[int]
    """The first frame of every shot but the first."""
    follows: Callable[[], Follows]
    """Opens the network that follows; not called where there is nothing to follow."""
    gates: Gates
    """How good masks have to be."""
    most: int
    """How many things are followed at most."""
    taken: Collection[str]
    """Ids that others have."""
    tracks: list[Track] = field(default_factory=list)
    """Whatever is kept so far."""
    rejects: list[Reject] = field(default_factory=list)
    """Whatever is not."""

    def follow(self, seeds: Sequence[Seed]) -> None:
        """Follows what was pointed out."""
        room = max(0, self.most - len(self.tracks))
        for seed in seeds[room:]:
            self._reject(seed.entity, "too_many", f"{seed.what}: {self.most} are followed already")
        if not seeds[:room]:
            return
        spans = [within(seed.hints, self.reel, self.cuts, self.gates) for seed in seeds[:room]]
        rows = self.follows().follow(self.reel, [seed.hints for seed in seeds[:room]], spans)
        for seed, glimpses in zip(seeds, rows, strict=False):
            hinted = tuple(hint.frame for hint in seed.hints)
            self._keep(
                Track(
                    entity=seed.entity, what=seed.what, category=seed.category, size=self.reel.size,
                    frames=self.reel.frames, step=self.reel.step, hinted=hinted,
                    sights=gated(glimpses, hinted, self.reel, self.cuts, self.gates),
                )
            )  # fmt: skip

    def search(self, looks: Looks, frames: Sequence[int], wanted: Sequence[Sought]) -> None:
        """Follows whatever a detector finds that is not followed yet, frame by frame."""
        kinds = {one.what: one for one in wanted}
        looks.ahead(frames)
        for frame in frames:
            # what a person pointed out is looked for as well, to check it, and not to find more of its kind
            found = [one for one in looks.at(frame) if one.words in kinds]
            seeds: list[Seed] = []
            for one in found:
                if followed(self.tracks, frame, one.box):
                    continue
                kind = kinds[one.words]
                alone = sum(other.words == one.words for other in found) == 1
                name = self._name(kind, alone, seeds)
                seeds.append(Seed(name, kind.what, kind.category, (Hint(frame, one.box),)))
            self.follow(seeds)

    def _name(self, kind: Sought, alone: bool, seeds: Sequence[Seed]) -> str:
        """The id of a thing: that under which it is known already, where it must be the same one, or a new one."""
        given = {reject.what for reject in self.rejects} | {track.entity for track in self.tracks}
        given |= {seed.entity for seed in seeds}
        if kind.entity and alone and kind.entity not in given:
            return kind.entity
        return fresh_name(kind.what, {*self.taken, *given})

    def _keep(self, track: Track) -> None:
        why = dropped(track, self.clip, self.gates)
        twin = next((other for other in self.tracks if _same(track, other)), None)
        if why is not None:
            self.rejects.append(why)
        elif twin is not None:
            self._reject(track.entity, "duplicate", f"{track.what}: its masks are those of {twin.entity}")
        else:
            self.rejects += complaints(track, self.clip)
            self.tracks.append(track.bridged())

    def _reject(self, entity: str, reason: str, detail: str) -> None:
        self.rejects.append(
            Reject(what=entity, kind="masklet", stage="annotate", reason=reason, clip=self.clip, detail=detail)
        )


def _same(one: Track, other: Track) -> bool:
    """Whether two tracks are of one thing, by the frames in which both are seen."""
    shared = list(_overlaps(one, other))
    return bool(shared) and sum(shared) / len(shared) >= _SAME


def _overlaps(one: Track, other: Track) -> Iterator[float]:
    for sight in one.seen:
        beside = other.at(sight.frame)
        if sight.region is not None and beside is not None and beside.region is not None:
            yield overlap(sight.region.rle, beside.region.rle, one.size)
