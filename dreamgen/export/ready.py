"""A dataset that any loader takes: what none could read is found first, and the clips lie where the rows say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dreamgen.core.dataset import SPLITS, Dataset, Split
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.checks import check
from dreamgen.export.media import bring


@dataclass(frozen=True)
class Ready:
    """Pairs with the clips that they are about, as they lie in the folder of a form."""

    dataset: Dataset
    """What is written."""
    clips: Mapping[str, Clip]
    """As they lie there, by id."""
    videos: Mapping[str, str]
    """Clip to its video, relative to the folder, with forward slashes."""

    @property
    def splits(self) -> tuple[Split, ...]:
        """Those that have rows; train, where there is no row at all."""
        found = {self.dataset.split_of(clip) for clip in self.videos}
        return tuple(split for split in SPLITS if split in found) or SPLITS[:1]

    def rows(self, split: Split) -> Iterator[tuple[InstructionPair, Clip, str]]:
        """Every pair of a split with its clip and the path of its video, in order."""
        for pair in self.dataset.within(split):
            if pair.clip in self.videos:
                yield pair, self.clips[pair.clip], self.videos[pair.clip]

    def asked(self, split: Split) -> Iterator[tuple[Clip, str, tuple[InstructionPair, ...]]]:
        """Every clip of a split with the path of its video and all pairs about it, in order."""
        for name, pairs in self.dataset.asked.items():
            if name in self.videos and self.dataset.split_of(name) == split:
                yield self.clips[name], self.videos[name], pairs


def make_ready(dataset: Dataset, into: Path, *, by_split: bool = False) -> Ready:
    """Checks texts and clips, and puts the clips' videos below a folder.

    Args:
        dataset: what is to be written.
        into: the folder of the form.
        by_split: videos lie in clips/ of a folder for each split, and not in one clips/ of all.

    Raises:
        DreamgenError: with the first defects, when there are any.
    """
    check(dataset)
    shown = [dataset.by_id[name] for name in dataset.asked]
    videos = bring(shown, dataset.media, into, (lambda clip: dataset.split_of(clip.id)) if by_split else None)
    return Ready(dataset=dataset, clips=dataset.by_id, videos=videos)
