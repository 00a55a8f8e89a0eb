"""What was made of stories or videos, as one dataset: named, divided into splits, with what its pairs rest on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from dreamgen.core.dataset import TRAIN, About, Dataset, Told
from dreamgen.core.found import Source
from dreamgen.core.media import Clip, MediaRef
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.streaming import Block, PairStream
from dreamgen.engines.files import refer
from dreamgen.errors import DreamgenError
from dreamgen.export.holdout import families, family_of_plot
from dreamgen.run.auditing import named
from dreamgen.run.books import VIDEOS, Subject
from dreamgen.run.journal import raw_lines
from dreamgen.run.recipe import Recipe
from dreamgen.run.store import entries

_CLAIMS, _VERDICTS = "claims.jsonl", "verdicts.jsonl"
_ALIKE: Final = TypeAdapter(tuple[tuple[str, str], ...])
_LEFT_OUT: Final = "near_duplicate"
"""As `dreamgen.run.choosing` writes them down: whose videos are nearly the same, and why a clip is left out for it."""


class Share(NamedTuple):
    """What one story gives to a dataset, or all videos together."""

    subject: Subject
    """Its name in the dataset, its folder and its plot."""
    pairs: PairStream
    """As the story calls them."""
    clips: Sequence[Clip]
    """Likewise, with paths below the story's folder."""


class _Grounds(Mapping[str, Told]):
    """Clip to its claims, read from the story's files when they are asked for; one story's at a time are kept."""

    def __init__(self, folder: Path, places: Mapping[str, tuple[str, str]]) -> None:
        self._folder = folder
        self._places = places
        self._place = ""
        self._read: dict[str, Told] = {}

    def __getitem__(self, clip: str) -> Told:
        place, name = self._places[clip]
        if place != self._place:
            self._place, self._read = place, _read(self._folder / place)
        return self._read.get(name, _NONE)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


_NONE: Final = Told({}, {})


def _read(folder: Path) -> dict[str, Told]:
    """Clip to the claims about it; a line carries the id of its claim for those who don't want to reckon it out."""
    claims: dict[str, dict[str, Any]] = {}
    for row in raw_lines(folder / _CLAIMS):
        claims.setdefault(row["clip"], {})[row["claim"]["id"]] = row["claim"]
    verdicts: dict[str, dict[str, Any]] = {}
    for row in raw_lines(folder / _VERDICTS):
        verdicts.setdefault(row["clip"], {})[row["verdict"]["about"]] = row["verdict"]
    return {clip: Told(some, verdicts.get(clip, {})) for clip, some in claims.items()}


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

    Raises:
        DreamgenError: when something is held out of videos of an older dreamgen, which did not write down what of them
            is nearly the same.
    """
    clips: list[Clip] = []
    groups: dict[str, str] = {}
    places: dict[str, tuple[str, str]] = {}
    for share in shares:
        for clip in share.clips:
            moved = in_run(clip, share.subject)
            clips.append(moved)
            groups[moved.id] = share.subject.id or (clip.excerpt.source if clip.excerpt else clip.id)
            places[moved.id] = (share.subject.place, clip.id)
    kin = {share.subject.id: family_of_plot(share.subject.id, share.subject.plot) for share in shares}
    kin |= families(sources, clips, _alike(folder, recipe) if sources else ())
    splits = recipe.holdout.splits_of({group: kin.get(group, group) for group in groups.values()}, recipe.seed)
    return Dataset(
        media=folder, clips=tuple(clips), pairs=PairStream(block for share in shares for block in _blocks(share)),
        groups=groups, splits=splits, sources=tuple(sources), about=about or About(), grounds=_Grounds(folder, places),
    )  # fmt: skip


def fell(recipe: Recipe, dataset: Dataset) -> str:
    """What is said of a split that was asked for and that no pair is in; empty where there is none."""
    asked, there = recipe.holdout.asked, {dataset.split_of(clip) for clip in dataset.asked}
    lost = [split for split in asked if split not in there]
    if not lost or not there:
        return ""
    known, taught = (set(map(dataset.group_of, names)) for names in (dataset.by_id, dataset.asked))
    what = "video" if dataset.sources else "story"
    many = {"video": "videos", "story": "stories"}[what] if len(taught) > 1 else what
    which = f"{len(taught)} {many}{' with pairs' if taught < known else ''}"
    left = "" if TRAIN in there else ". There is nothing to train on"
    return (
        f"note: nothing is in {' and '.join(lost)}, though holdout asks for it: the lot put {which} into "
        f"{' and '.join(split for split in asked if split in there)}, and none is divided{left}"
    )


def _blocks(share: Share) -> Iterator[Block]:
    """The pairs of a story as the dataset calls them."""
    yield from (partial(_named, share.subject.id, block) for block in share.pairs.blocks)


def _named(story: str, block: Block) -> Sequence[InstructionPair]:
    return named(story, block())


def _alike(folder: Path, recipe: Recipe) -> Iterator[tuple[str, str]]:
    """The videos of two clips of which one was left out as nearly the same as the other."""
    for entry in entries(folder / VIDEOS, "choose"):
        value = entry.value if isinstance(entry.value, dict) else {}
        try:
            yield from _ALIKE.validate_python(value.get("alike"), strict=False)
        except ValidationError:  # it is of another version
            divided = len(recipe.holdout.asked) > 1
            if divided and _LEFT_OUT in json.dumps(value.get("rejects", _LEFT_OUT)):
                raise DreamgenError(
                    f"{folder} is of another version of dreamgen, and does not say which of its videos are nearly the "
                    "same: one of two such could be trained on and the other held out",
                    "Give dreamgen annotate its command again with the same --out: it then writes that down.",
                ) from None


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
            "twin_of": f"{subject.id}-{clip.twin_of}" if subject.id and clip.twin_of else clip.twin_of,
            "video": moved(clip.video),
            "portraits": portraits,
            "masklets": clip.masklets and moved(clip.masklets),
            "signals": None,
        }
    )
