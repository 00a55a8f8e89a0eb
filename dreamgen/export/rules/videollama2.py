"""VideoLLaMA2: `LazySupervisedDataset`, `preprocess_multimodal` and `preprocess` of videollama2/train.py.

It reads JSON lists alone. `video` is joined to `--data_folder` before anything is caught, so that a list ends the
training; so do turns of anybody but human and gpt, and an odd number of turns. A tag in an answer is moved to the
answer's beginning and filled with the video. A video that can't be read is replaced by another row at random.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.talks import look_at_lists
from dreamgen.export.rules.turns import Manner

MANNER: Final = Manner(human="human", assistant="gpt", tag="<video>\n", otherwise="ends the training")


def look(folder: Path) -> Findings:
    """Reads train.json and those of other splits: a JSON list, `video` one path, `<video>` once and first."""
    return look_at_lists(folder, MANNER)
