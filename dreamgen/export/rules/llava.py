"""LLaVA-NeXT: `LazySupervisedDataset` and `preprocess_multimodal` of llava/train/train.py."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dreamgen.export.rules.files import listed, split_files
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.turns import Manner, turn_defects
from dreamgen.export.rules.videos import Videos

MANNER: Final = Manner(human="human", assistant="gpt", tag="<image>\n")


def look(folder: Path) -> Findings:
    """Reads train.json and those of other splits: a JSON list, `video` one path, `<image>` once and first."""
    found = Findings()
    videos = Videos(folder)
    for path in split_files(folder, ".json", found):
        for where, row in listed(path, found):
            found.pairs[str(row.get("id"))] += 1
            for what in (videos.defect(row.get("video")), *turn_defects(row.get("conversations"), MANNER)):
                if what:
                    found.wrong(where, what)
    return found
