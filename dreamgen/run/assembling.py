"""What was made of stories or videos, as one dataset: named, divided into splits, with what its pairs rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from dreamgen.core.claims import Claim
from dreamgen.core.dataset import About, Dataset, Ground
from dreamgen.core.found import Source
from dreamgen.core.media import Clip, MediaRef
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.engines.files import refer
from dreamgen.run.auditing import named
from dreamgen.run.books import Subject
from dreamgen.run.journal import ClaimLine, VerdictLine, read_lines
from dreamgen.run.recipe import Recipe

_CLAIMS, _VERDICTS = "claims.jsonl", "verdicts.jsonl"


class Share(NamedTuple):
    """What one story gives to a dataset, or all videos together."""

    subject: Subject
    """Its name in the dataset and its folder."""
    pairs: Sequence[InstructionPair]
    """As the story calls them."""
    clips: Sequence[Clip]
    """Likewise, with paths below the story's folder."""


class _Grounds(Mapping[str, Mapping[str, Ground]]):
    """Clip to its claims, read from the story's files when they are asked for; one story's at a time are kept."""

    def __init__(self, folder: Path, places: Mapping[str, tuple[str, str]]) -> None:
        self._folder = folder
        self._places = places
        self._place = ""
        self._read: dict[str, dict[str, Ground]] = {}

    def __getitem__(self, clip: str) -> Mapping[str, Ground]:
        place, name = self._places[clip]
        if place != self._place:
            self._place, self._read = place, _read(self._folder / place)
        return self._read.get(name, {})

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _read(folder: Path) -> dict[str, dict[str, Ground]]:
    claims: list[tuple[str, Claim]] = [
        (line.clip, line.claim) for line in read_lines(folder / _CLAIMS, ClaimLine)
    ]  # fmt: skip
    verdicts: dict[tuple[str, str], Verdict] = {
        (line.clip, line.verdict.about): line.verdict for line in read_lines(folder / _VERDICTS, VerdictLine)
    }
    found: dict[str, dict[str, Ground]] = {}
    for clip, claim in claims:
        found.setdefault(clip, {})[claim.id] = Ground(claim=claim, verdict=verdicts.get((clip, claim.id)))
    return found


def assemble(
    folder: Path, recipe: Recipe, shares: Sequence[Share], sources: Sequence[Source] = (), about: About | None = None
) -> Dataset:
    """All of it as one dataset.

    Args:
        folder: of the run.
        recipe: says what is held out of training.
        shares: of the stories, in their order, or of all videos.
        sources: the videos that were found.
        about: for the card.
    """
    pairs = tuple(pair for share in shares for pair in named(share.subject.id, share.pairs))
    clips: list[Clip] = []
    groups: dict[str, str] = {}
    places: dict[str, tuple[str, str]] = {}
    for share in shares:
        for clip in share.clips:
            moved = in_run(clip, share.subject)
            clips.append(moved)
            groups[moved.id] = share.subject.id or (clip.excerpt.source if clip.excerpt else clip.id)
            places[moved.id] = (share.subject.place, clip.id)
    splits = recipe.holdout.splits_of(dict.fromkeys(groups.values()), recipe.seed)
    return Dataset(
        media=folder, clips=tuple(clips), pairs=pairs, groups=groups, splits=splits, sources=tuple(sources),
        about=about or About(), grounds=_Grounds(folder, places),
    )  # fmt: skip


def rests_on(folder: Path, shares: Sequence[Share]) -> list[MediaRef]:
    """The files of claims and verdicts that what is said of pairs comes from."""
    paths = [folder / share.subject.place / name for share in shares for name in (_CLAIMS, _VERDICTS)]
    return [refer(path, folder) for path in paths if path.is_file()]


def in_run(clip: Clip, subject: Subject) -> Clip:
    """The same clip as seen from the run's folder, with a name that is its own there."""

    def moved(ref: MediaRef) -> MediaRef:
        return ref.model_copy(update={"path": f"{subject.place}/{ref.path}"})

    portraits = tuple(portrait.model_copy(update={"image": moved(portrait.image)}) for portrait in clip.portraits)
    return clip.model_copy(
        update={
            "id": f"{subject.id}-{clip.id}" if subject.id else clip.id,
            "video": moved(clip.video),
            "portraits": portraits,
            "masklets": clip.masklets and moved(clip.masklets),
            "signals": None,
        }
    )
