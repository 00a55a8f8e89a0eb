"""A dataset that any loader takes: what none could read is mended or left out, and the clips lie where the rows say."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from dreamgen.core.dataset import SPLITS, Dataset, Split
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.receipts import Reject
from dreamgen.errors import DreamgenError
from dreamgen.export.checks import Fault, check, look_at
from dreamgen.export.media import MENDED, Mended, bring, mend
from dreamgen.export.rows import write_lines

REFUSED: Final = "refused.jsonl"
"""In the folder of a form: a `Reject` for each pair that is not in it, where a clip is none that loaders take."""


class Scratch:
    """A folder beside that of a form, made when something is put into it, and gone with the last who knows of it.

    Args:
        form: the folder of the form.
    """

    def __init__(self, form: Path) -> None:
        self._form = form

    @cached_property
    def folder(self) -> Path:
        """It."""
        # its name is one that a run clears away when it was killed
        made = Path(tempfile.mkdtemp(prefix=".making-", dir=self._form.parent))
        weakref.finalize(self, shutil.rmtree, made, ignore_errors=True)
        return made


@dataclass(frozen=True)
class Ready:
    """Pairs with the clips that they are about, as they lie in the folder of a form."""

    dataset: Dataset
    """What is written: without what was refused."""
    clips: Mapping[str, Clip]
    """As loaders take them, by id; their paths lead down from `media_of`."""
    videos: Mapping[str, str]
    """Clip to its video, relative to the folder of the form, with forward slashes; of all that some pair is about."""
    mended: Mapping[str, Path]
    """Clip to where the files of its copy are, if it was changed."""
    scratch: Scratch
    """Those files, which are there as long as somebody has this record."""

    def media_of(self, clip: str) -> Path:
        """The folder that the paths in a clip's record, of its video and its masks, lead down from."""
        return self.mended.get(clip, self.dataset.media)

    @property
    def splits(self) -> tuple[Split, ...]:
        """Those that have rows; train, where there is no row at all."""
        found = {self.dataset.split_of(clip) for clip in self.videos}
        return tuple(split for split in SPLITS if split in found) or SPLITS[:1]

    def rows(self, split: Split) -> Iterator[tuple[InstructionPair, Clip, str]]:
        """Every pair of a split with its clip and the path of its video, in order."""
        for pair in self.dataset.within(split):
            yield pair, self.clips[pair.clip], self.videos[pair.clip]

    def asked(self, split: Split) -> Iterator[tuple[Clip, str, tuple[InstructionPair, ...]]]:
        """Every clip of a split with the path of its video and all pairs about it, in order."""
        asked = self.dataset.asked
        for name in asked:  # pairs are read when they are asked for, and those of other splits are not
            if self.dataset.split_of(name) == split:
                yield self.clips[name], self.videos[name], asked[name]


def make_ready(dataset: Dataset, into: Path, *, by_split: bool = False, loose: bool = True) -> Ready:
    """Looks at texts and clips, mends what can be, and puts the clips' videos below a folder.

    What was left out is told in refused.jsonl, what was changed in mended.jsonl; neither is there where nothing was.

    Args:
        dataset: what is to be written.
        into: the folder of the form.
        by_split: videos lie in clips/ of a folder for each split, and not in one clips/ of all.
        loose: whether videos lie there at all; a form that packs them into larger files reads them from
            `Ready.media_of`.

    Raises:
        DreamgenError: with the first defects of ours, when there are any; or when no pair is left.
    """
    faults = check(dataset)
    scratch = Scratch(into)
    refused: dict[str, Fault] = {}
    mended: list[Mended] = []
    clips: dict[str, Clip] = dict(dataset.by_id)
    for name in dataset.asked:
        found = look_at(clips[name], dataset.media)
        if isinstance(found, Fault):
            refused[name] = found
        elif found:
            try:
                clips[name], told = mend(clips[name], dataset.media, found, scratch.folder)
                mended.append(told)
            except DreamgenError as error:
                refused[name] = Fault("unreadable", error.message)
    if refused or faults:
        dataset = _without(dataset, refused, faults, into)
    there = set(dataset.asked)
    mended = [one for one in mended if one.clip in there]
    if mended:
        write_lines(into / MENDED, (one.model_dump(mode="json") for one in mended))
    changed = {one.clip: scratch.folder for one in mended}
    shown = [clips[name] for name in dataset.asked]
    videos = {clip.id: clip.video.path for clip in shown}
    if loose:
        within: Callable[[Clip], str] | None = (lambda clip: dataset.split_of(clip.id)) if by_split else None
        videos = bring(shown, lambda clip: changed.get(clip, dataset.media), into, within)
    return Ready(dataset=dataset, clips=clips, videos=videos, mended=changed, scratch=scratch)


def _without(dataset: Dataset, clips: Mapping[str, Fault], pairs: Mapping[str, Fault], into: Path) -> Dataset:
    """The dataset without some clips and pairs, and a line for each pair that is not in it any more."""

    def why(pair: InstructionPair) -> Fault | None:
        return clips.get(pair.clip) or pairs.get(pair.id)

    def lines() -> Iterator[dict[str, str]]:
        for pair in dataset.pairs:
            if fault := why(pair):
                yield Reject(
                    what=pair.id, kind="pair", stage="export", reason=fault.reason, clip=pair.clip, detail=fault.detail
                ).model_dump(mode="json")

    write_lines(into / REFUSED, lines())
    left = dataset.only(lambda pair: why(pair) is None)
    if not left.pairs:
        reasons = ", ".join(dict.fromkeys(fault.detail for fault in (*clips.values(), *pairs.values())))
        raise DreamgenError(
            f"the dataset can't be exported: no loader would take any of its pairs ({reasons[:500]})",
            "Give pictures of 64 pixels a side and clips of 8 frames at least.",
        )
    return left
