"""HICom: `LazySupervisedDataset`, `preprocess_multimodal` and `preprocess` of hicom/train.py.

The files that a YAML names are lists or lines; their videos are put below data_root, and that below `--data_folder`.
With `use_guide` each record becomes one for every answer: a record with an odd number of turns is dropped, and turns of
anybody but human and gpt end the training, as an unknown strategy does. A video that can't be read is replaced by
another row at random.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any, Final

from dreamgen.export.rules.files import listed, split_files
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.mixes import Mixing, mixed
from dreamgen.export.rules.talks import COLUMNS, Talks
from dreamgen.export.rules.turns import Manner

MANNER: Final = Manner(human="human", assistant="gpt", tag="<video>\n", otherwise="ends the training")
_MIXING: Final = Mixing(otherwise="stops", rooted=True)


def look(folder: Path) -> Findings:
    """Reads train.yaml, and train.json, which it names; so for other splits.

    A record is a clip with all that is asked about it, so no pair is counted by its id.
    """
    found = Findings()
    talks = Talks(folder, MANNER, found, paired=False, columns=COLUMNS)
    for path in split_files(folder, ".json", found):
        guide = path.with_suffix(".yaml")
        if guide.is_file():
            root = next(iter(mixed(guide, _MIXING, found)), "")
        else:
            root = ""
            found.wrong(folder.name, f"has no {guide.name}: the trainer takes {path.name} through it")
        for where, row in listed(path, found):
            talks.look(path.stem, where, row, _below(root, row.get("video")))
    talks.compare(every=False)
    return found


def _below(root: str, video: Any) -> Any:
    return str(PurePosixPath(root, video)) if isinstance(video, str) and video else video
