"""WebDataset's tar files: one sample a clip, with its video, what there is to know of it, and its masks.

A sample is all files of one name up to the first dot. `webdataset.WebDataset(urls).decode()` and
`datasets.load_dataset("webdataset", data_files=...)` read it; both want the same kinds of files in every sample.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.dataset import SPLITS, Dataset
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.tarring import Tar
from dreamgen.export.columns import clip_facts, sample_key
from dreamgen.export.ready import Ready, make_ready

VIDEO: Final = "mp4"
FACTS: Final = "json"
MASKS: Final = "masklets.jsonl.gz"
"""What the files of a sample end in. The masks are a line for each who is marked: a `dreamgen.core.media.Masklet`."""
_NO_MASKS: Final = gzip.compress(b"", mtime=0)


class WebdatasetExporter(Record):
    """Writes `train-00000.tar` and so on."""

    marks_subjects: bool = Field(default=True, exclude=True)
    """A sample has the masks of those whom its pairs speak of."""
    megabytes: int = Field(default=1000, ge=1)
    """How large a tar file may get before the next one is begun."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The folder."""
        ready = make_ready(dataset, into, loose=False)
        asked = ready.dataset.asked
        for split in SPLITS:
            shown = [ready.clips[name] for name in asked if dataset.split_of(name) == split]
            for number, some in enumerate(self._divided(shown, ready)):
                with Tar(into / f"{split}-{number:05d}.tar") as tar:
                    for clip in some:
                        group = dataset.group_of(clip.id)
                        add_sample(tar, clip, asked[clip.id], ready.media_of(clip.id), group, split)
        return into

    def _divided(self, clips: Sequence[Clip], ready: Ready) -> Iterator[list[Clip]]:
        part: list[Clip] = []
        size = 0
        for clip in clips:
            more = (ready.media_of(clip.id) / clip.video.path).stat().st_size
            if part and size + more > self.megabytes * 1_000_000:
                yield part
                part, size = [], 0
            part.append(clip)
            size += more
        if part:
            yield part


def add_sample(
    tar: Tar, clip: Clip, pairs: Sequence[InstructionPair], media: Path, story: str = "", split: str = "train"
) -> None:
    """Adds a clip and all that is asked of it.

    Args:
        tar: where to.
        clip: its paths lead down from `media`.
        pairs: about it.
        media: the folder of its files.
        story: whose it is.
        split: which part of the dataset.

    Raises:
        DamagedFile: when its video or masks are not what the record says; the tar file is then of no use.
    """
    key = sample_key(clip.id)
    facts = json.dumps(clip_facts(clip, pairs, story, split), ensure_ascii=False) + "\n"
    tar.add(f"{key}.{FACTS}", facts.encode())
    if clip.masklets and any(pair.masklets for pair in pairs):
        tar.add_file(f"{key}.{MASKS}", media / clip.masklets.path, clip.masklets.sha256)
    else:
        tar.add(f"{key}.{MASKS}", _NO_MASKS)
    tar.add_file(f"{key}.{VIDEO}", media / clip.video.path, clip.video.sha256)
