"""Hugging Face VideoFolder: `FolderBasedBuilder` of datasets/packaged_modules/folder_based_builder.

Types are inferred from each split's first rows and must be the same in all; a row's `file_name` is a plain path below
the folder of its metadata file. Before datasets 3.4 a video could have one row alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dreamgen.core.dataset import SPLITS
from dreamgen.export.rules.answers import answer_defects
from dreamgen.export.rules.files import Row, lined
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.leaks import Splits, leaks
from dreamgen.export.rules.shapes import Shape
from dreamgen.export.rules.tables import tabled
from dreamgen.export.rules.turns import Manner, turn_defects
from dreamgen.export.rules.videos import Videos

MANNER: Final = Manner(human="human", assistant="assistant", tag="", role_key="role", text_key="content")
LINES, TABLE = "metadata.jsonl", "metadata.parquet"


def look(folder: Path) -> Findings:
    """Reads the metadata in train/ and in the folders of other splits."""
    found = Findings()
    files = [path for split in SPLITS for path in (folder / split / LINES, folder / split / TABLE) if path.is_file()]
    if not files:
        found.wrong(folder.name, f"has no train/{LINES}: only videos without a word would be loaded")
    if len({path.suffix for path in files}) > 1:
        found.wrong(folder.name, "has metadata of two kinds, of which datasets takes one alone")
    shape, clips = Shape(), Splits("clip")
    for path in files:
        split, videos = path.parent.name, Videos(path.parent)
        for where, row in _rows(path, found):
            name = str(row.get("id"))
            found.pairs[name] += 1
            for what in (
                f"{name} stands here a second time" if found.pairs[name] > 1 else "",
                videos.defect(row.get("file_name")),
                *clips.defects(row.get("clip"), split),
                *(shape.changes(row, split) if path.name == LINES else ()),
                *turn_defects(row.get("conversations"), MANNER),
                *answer_defects(row),
            ):
                if what:
                    found.wrong(where, what)
    for split, place in shape.unlike():
        found.wrong(f"{split}/{LINES}", f"{place} is empty in every row, so its type differs from that in other splits")
    found.defects += leaks(folder)
    return found


def _rows(path: Path, found: Findings) -> Iterator[tuple[str, Row]]:
    """The rows of a metadata file, called as seen from the form's folder."""
    front, apart = f"{path.parent.name}/", Findings()
    for where, row in (tabled if path.name == TABLE else lined)(path, apart):
        yield front + where, row
    found.rows += apart.rows
    for defect in apart.defects:
        found.wrong(front + defect.where, defect.what)
