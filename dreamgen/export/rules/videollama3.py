"""VideoLLaMA3: `LazySupervisedDataset._convert_normal` of videollama3/train.py.

`video` must be a list of one path: anything else raises, and another row is taken at random. Whoever is not called
human answers, so that a system turn is learnt by heart. Lines and lists are read by `datasets`, whose columns have one
type each. A row with `stream` is read in another way.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from dreamgen.export.rules.files import lined, split_files
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.talks import COLUMNS, Talks
from dreamgen.export.rules.turns import Manner

MANNER: Final = Manner(human="human", assistant="gpt", tag="<video>\n", otherwise="is trained as an answer")


def look(folder: Path) -> Findings:
    """Reads train.jsonl and those of other splits: `video` a list of one path, `<video>` once and first."""
    found = Findings()
    talks = Talks(folder, MANNER, found, columns=COLUMNS | {"stream"})
    for path in split_files(folder, ".jsonl", found):
        for where, row in lined(path, found):
            if row.get("stream"):
                found.wrong(where, "has stream, and would be read as a video that goes on while it is asked about")
            talks.look(path.stem, where, row, _only(row.get("video")))
    talks.compare()
    return found


def _only(video: Any) -> Any:
    """The path in a list of one; a list of it in a list where it is none, which is no path."""
    return video[0] if isinstance(video, list) and len(video) == 1 else [video]
