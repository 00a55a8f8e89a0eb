"""HICom's conversations, as `LazySupervisedDataset` in hicom/train.py reads them (Liu et al. 2025).

One record a clip, with all that is asked about it as turns: human and gpt alternate, and the token `<video>` stands
once, in the first human turn. A YAML file names the JSON, the folder of the videos and the sampling strategy. With
`use_guide` the loader makes a record of every turn itself, each with those before it; `expand` does the same here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import field_validator

from dreamgen.core.amounts import amount
from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.core.pairs import InstructionPair
from dreamgen.errors import NothingToWrite
from dreamgen.export.llava import turns
from dreamgen.export.mixing import Part, mix_text
from dreamgen.export.ready import make_ready
from dreamgen.export.rows import write_list


class HicomExporter(Record):
    """Writes `train.json`, `train.yaml` and `clips/`; train there with `--data_path train.yaml --data_folder .`."""

    tasks: tuple[str, ...] = ("object_description",)
    """Tasks of docs/tasks.md whose pairs are written; HICom's data are descriptions alone. All when empty, and then
    one turn may give away what another asks."""
    expand: bool = False
    """Whether every turn is a record of its own, with those before it."""
    sampling: str = "all"
    """Which records a trainer takes: all, first:N, end:N or random:N, or a share of them as N%."""

    @field_validator("sampling")
    @classmethod
    def _known(cls, strategy: str) -> str:
        return Part(json_path="train.json", sampling_strategy=strategy).sampling_strategy

    def carries(self, dataset: Dataset) -> Dataset:
        """The pairs of these tasks."""
        return dataset.only(lambda pair: pair.task in self.tasks) if self.tasks else dataset

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of `train.yaml`; what is held out is in files of its own beside it.

        Raises:
            NothingToWrite: when no pair is of these tasks.
        """
        wanted = self.carries(dataset)
        if dataset.pairs and not wanted.pairs:
            raise NothingToWrite(
                f"hicom has nothing to write: none of {amount(len(dataset.pairs), 'pair')} is of the task "
                f"{' or '.join(self.tasks)}",
                "Describe single people and things with the annotator objects, or write all pairs: run"
                " dreamgen annotate with --set \"export=[{backend='hicom', tasks=[]}]\"",
            )
        ready = make_ready(wanted, into)
        made = [into / f"{split}.yaml" for split in ready.splits]
        for split, target in zip(ready.splits, made, strict=True):
            records = (_record(clip.id, video, pairs) for clip, video, pairs in ready.asked(split))
            rows = (row for one in records for row in (expanded(one) if self.expand else (one,)))
            write_list(into / f"{split}.json", rows)
            part = Part(json_path=f"{split}.json", data_root=".", sampling_strategy=self.sampling)
            target.write_text(mix_text([part]), "utf-8")
        return made[0]


def expanded(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A record for every turn, each with those before it, as the loader makes them with `use_guide`."""
    told = record["conversations"]
    for stop in range(2, len(told) + 1, 2):
        yield {**record, "id": f"{record['id']}-{stop // 2}", "conversations": told[:stop]}


def _record(clip: str, video: str, pairs: Sequence[InstructionPair]) -> dict[str, Any]:
    told = [turn for number, pair in enumerate(pairs) for turn in turns(pair, "" if number else "<video>\n")]
    return {"id": clip, "video": video, "conversations": told}
