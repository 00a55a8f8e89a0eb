"""LLaVA-NeXT: `LazySupervisedDataset`, `preprocess_multimodal` and `preprocess_v1` of llava/train/train.py.

What can't be read is replaced by the row that follows it, in silence. A video below a folder called shareVideoGPTV is
taken for a folder of pictures. Texts of Vicuna's template are cut at ASSISTANT: and are then not trained on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dreamgen.core.dataset import SPLITS
from dreamgen.export.rules.files import listed, split_files
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.mixes import Mixing, mixed
from dreamgen.export.rules.talks import COLUMNS, Talks
from dreamgen.export.rules.turns import Manner

MANNER: Final = Manner(
    human="human",
    assistant="gpt",
    tag="<image>\n",
    otherwise="ends the training, or is read as a question",
    forbidden=("ASSISTANT: ", "QA_GT_caption_based_noisy"),
)
_MIXING: Final = Mixing(otherwise="takes all rows", rooted=False)
_PICTURES: Final = "shareVideoGPTV"


def look(folder: Path) -> Findings:
    """Reads train.json and those of other splits: a JSON list, `video` one path, `<image>` once and first.

    A YAML file of the same name, where there is one, must name it.
    """
    found = Findings()
    talks = Talks(folder, MANNER, found, columns=COLUMNS)
    for path in split_files(folder, ".json", found):
        for where, row in listed(path, found):
            talks.look(path.stem, where, row, row.get("video"))
            if _PICTURES in str(row.get("video")):
                found.wrong(where, f"names a video below {_PICTURES}, which is taken for a folder of pictures")
    for path in (folder / f"{split}.yaml" for split in SPLITS):
        if path.is_file():
            mixed(path, _MIXING, found)
    talks.compare()
    return found
