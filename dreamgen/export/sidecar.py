"""What trainers must not see and people ask for: where each pair comes from, in a file beside every form.

Rows hold what a loader reads and nothing else; claims, verdicts and weights are here, by the pair's id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from dreamgen.core.dataset import Dataset, Ground, Told
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.marking import source_type
from dreamgen.export.rows import write_lines

SIDECAR: Final = "provenance.jsonl"


def write_sidecar(dataset: Dataset, into: Path, mended: Mapping[str, str] = MappingProxyType({})) -> Path:
    """Writes provenance.jsonl: a line for each pair, in order; returns its path.

    Args:
        dataset: what is in the form.
        into: its folder.
        mended: of clips that are changed there, the sha256 of their videos.
    """
    return write_lines(into / SIDECAR, _lines(dataset, mended))


def _lines(dataset: Dataset, mended: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for pair in dataset.pairs:
        known = dataset.grounds.get(pair.clip, {})
        yield _line(dataset, pair, mended, [_plain(known, name) for name in pair.claims if name in known])


def _plain(known: Mapping[str, Ground], claim: str) -> dict[str, Any]:
    return known.plain(claim) if isinstance(known, Told) else known[claim].model_dump(mode="json")


def _line(dataset: Dataset, pair: InstructionPair, mended: Mapping[str, str], grounds: Sequence[Any]) -> dict[str, Any]:
    clip = dataset.by_id[pair.clip]
    return {
        "id": pair.id,
        "group": dataset.group_of(pair.clip),
        "split": dataset.split_of(pair.clip),
        "clip": pair.clip,
        "sha256": mended.get(pair.clip, clip.video.sha256),
        "origin": clip.origin,
        "digital_source_type": source_type(clip),
        "task": pair.task,
        "form": pair.form,
        "weight": pair.weight,
        "audited": pair.audited,
        "program": pair.program.model_dump(mode="json"),
        "span": pair.span,
        "twin": pair.twin,
        "benchmarks": pair.benchmarks,
        "rationale": pair.rationale,
        "claims": pair.claims,
        "grounds": grounds,
    }
