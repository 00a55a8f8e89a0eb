"""LLaVA-NeXT's JSON list, as `LazySupervisedDataset` in llava/train/train.py reads it, and a YAML that names it.

Its token is `<image>` for videos too, once, in the first human turn; `video` is one path below `--video_folder`. A
YAML file trains on several lists together, with all or some rows of each.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pydantic import field_validator

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.conversations import messages
from dreamgen.export.mixing import Part, mix_text
from dreamgen.export.ready import make_ready
from dreamgen.export.rows import write_lines, write_list

_ROLES: Final = {"human": "human", "assistant": "gpt"}


class LlavaExporter(Record):
    """Writes `train.json`, `train.yaml` and `clips/`; train with `--data_path train.json --video_folder .`.

    `--data_path train.yaml` takes the rows that `sampling` says, and other lists that are named in it.
    """

    sampling: str = "all"
    """Which rows a trainer takes through the YAML: all, first:N, end:N or random:N, or a share of them as N%."""

    @field_validator("sampling")
    @classmethod
    def _known(cls, strategy: str) -> str:
        return Part(json_path="train.json", sampling_strategy=strategy).sampling_strategy

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of `train.json`; what is held out is in files of its own beside it."""
        made = write_rows(dataset, into, row)
        for path in made:
            part = Part(json_path=path.name, sampling_strategy=self.sampling)
            path.with_suffix(".yaml").write_text(mix_text([part]), "utf-8")
        return made[0]


def write_rows(
    dataset: Dataset, into: Path, shape: Callable[[InstructionPair, str], dict[str, Any]], *, lines: bool = False
) -> list[Path]:
    """Writes the rows of every split as one JSON list, or one a line, and the clips' files beside it; the paths.

    Args:
        dataset: what is written.
        into: where to.
        shape: a row for a pair and the path of its clip.
        lines: whether each row is a line of its own.
    """
    ready = make_ready(dataset, into)
    suffix, write = (".jsonl", write_lines) if lines else (".json", write_list)
    return [
        write(into / f"{split}{suffix}", (shape(pair, video) for pair, _, video in ready.rows(split)))
        for split in ready.splits
    ]


def row(pair: InstructionPair, video: str) -> dict[str, Any]:
    """One pair as LLaVA reads it."""
    return {"id": pair.id, "video": video, "conversations": turns(pair, "<image>\n")}


def turns(pair: InstructionPair, tag: str) -> list[dict[str, str]]:
    """The conversation as LLaVA's family of trainers writes it.

    Args:
        pair: who says what.
        tag: what stands for the video before the first question.
    """
    made = [{"from": _ROLES[role], "value": text} for role, text in messages(pair)]
    made[0]["value"] = f"{tag}{made[0]['value']}"
    return made
