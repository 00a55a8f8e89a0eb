"""A dataset in one form: its files, and beside them where each of its items comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dreamgen.core.base import Record
from dreamgen.core.contracts import Choosy, Exporter
from dreamgen.core.dataset import Dataset
from dreamgen.core.media import MediaRef
from dreamgen.core.receipts import Reject
from dreamgen.engines.files import refer
from dreamgen.export.media import MENDED, Mended
from dreamgen.export.ready import REFUSED
from dreamgen.export.sidecar import write_sidecar
from dreamgen.run.folder import DATASET
from dreamgen.run.journal import read_lines


class Exported(Record):
    """A dataset in one form."""

    files: tuple[MediaRef, ...]
    """All of it."""
    refused: tuple[tuple[str, int], ...] = ()
    """Why pairs are not in it though it could hold them, and how many; refused.jsonl has a line for each."""
    mended: int = 0
    """Clips that were changed so that loaders take them; mended.jsonl has a line for each."""


def write_form(exporter: Exporter, name: str, dataset: Dataset, into: Path) -> Exported:
    """Writes a form, and the sidecar of what is in it.

    Args:
        exporter: of the form.
        name: of the exporter in the recipe.
        dataset: what the form can hold.
        into: a new folder, in which the form gets one of its own.
    """
    folder = into / DATASET / name.rpartition(":")[2]
    folder.mkdir(parents=True)
    exporter.export(dataset, folder)
    refused = read_lines(folder / REFUSED, Reject)
    mended = {one.clip: one.sha256 for one in read_lines(folder / MENDED, Mended)}
    out = {reject.what for reject in refused}
    there = exporter.carries(dataset) if isinstance(exporter, Choosy) else dataset
    write_sidecar(there.only(lambda pair: pair.id not in out) if out else there, folder, mended)
    return Exported(
        files=tuple(refer(path, into) for path in sorted(folder.rglob("*")) if path.is_file()),
        refused=tuple(Counter(reject.reason for reject in refused).most_common()), mended=len(mended),
    )  # fmt: skip


def told_of(name: str, exported: Exported) -> Iterator[str]:
    """What is said of a form that is not all of the dataset as it was made."""
    where = f"{DATASET}/{name.rpartition(':')[2]}"
    if exported.refused:
        count = sum(number for _, number in exported.refused)
        why = ", ".join(f"{number} {reason}" for reason, number in exported.refused)
        are = "pair is" if count == 1 else "pairs are"
        yield f"note: {count} {are} not in {name}: {why}; {where}/{REFUSED} has a line for each"
    if exported.mended:
        clips = "1 clip was" if exported.mended == 1 else f"{exported.mended} clips were"
        yield f"note: {clips} changed for {name}, so that loaders take it; {where}/{MENDED} says how"
