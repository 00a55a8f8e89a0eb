"""LLaMA-VID: `LazySupervisedDataset` and `preprocess_imgsp_v1` of llamavid/train/train.py.

It reads one JSON list and nothing else. `--video_fps` divides the rate of a video to a whole step, so that at half a
frame a second there is none; then, and for whatever else can't be read, another row is taken at random. The token is
added to every question after the first by the loader itself. A file that ends in .pkl is unpickled.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.talks import look_at_lists
from dreamgen.export.rules.turns import Manner

MANNER: Final = Manner(
    human="human", assistant="gpt", tag="<image>\n", otherwise="ends the training", forbidden=("ASSISTANT: ",)
)


def look(folder: Path) -> Findings:
    """Reads train.json and those of other splits: a JSON list, `video` one path, `<image>` once and first."""
    return look_at_lists(folder, MANNER)
