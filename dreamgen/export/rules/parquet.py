"""Tables of pairs: `Parquet` of datasets/packaged_modules/parquet, which takes the first file's schema for all.

No value is null, a clip's file is below the folder, and what is told twice is told alike.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dreamgen.export.rules.answers import answer_defects
from dreamgen.export.rules.files import split_files
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.leaks import Splits, leaks
from dreamgen.export.rules.shapes import Shape
from dreamgen.export.rules.tables import tabled
from dreamgen.export.rules.turns import Manner, turn_defects
from dreamgen.export.rules.videos import Videos

MANNER: Final = Manner(human="human", assistant="assistant", tag="", role_key="role", text_key="content")


def look(folder: Path) -> Findings:
    """Reads train.parquet and those of other splits."""
    found = Findings()
    videos, shape, clips, stories = Videos(folder), Shape(), Splits("clip"), Splits("story")
    for path in split_files(folder, ".parquet", found):
        for where, row in tabled(path, found):
            name = str(row.get("id"))
            found.pairs[name] += 1
            for what in (
                f"{name} stands here a second time" if found.pairs[name] > 1 else "",
                f"is of the split {row.get('split')!r}" if row.get("split") != path.stem else "",
                videos.defect(row.get("video")),
                *clips.defects(row.get("clip"), path.stem),
                *stories.defects(row.get("story"), path.stem),
                *shape.changes(row, path.stem),
                *turn_defects(row.get("conversations"), MANNER),
                *answer_defects(row),
            ):
                if what:
                    found.wrong(where, what)
    found.defects += leaks(folder)
    return found
