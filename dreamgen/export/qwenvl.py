"""Qwen-VL's JSON list, as qwen-vl-finetune/qwenvl/data/data_processor.py and 2U1's src/dataset/sft_dataset.py read it.

The official trainer knows datasets by the names in its own code, so what has to be added there is written beside the
rows. 2U1's trainer takes the list by its path.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from dreamgen.core.base import Record
from dreamgen.core.dataset import SPLITS, TRAIN, Dataset
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.llava import turns, write_rows
from dreamgen.export.untrained import nothing_left

DATASETS: Final = "datasets.json"
_README: Final = """# For trainers of Qwen-VL

{none}\
The official one (`qwen-vl-finetune`) knows datasets by name. Add this to the end of `qwenvl/data/__init__.py`, with the
path of this folder{use}:

```python
import json, pathlib

folder = pathlib.Path("PATH OF THIS FOLDER")
for name, one in json.loads((folder / "{datasets}").read_text()).items():
    data_dict[name] = {{key: str(folder / path) for key, path in one.items()}}
```

2U1's one takes `--data_path {list} --image_folder .`, both with the path of this folder before them.

Both are silent about rows that they can't read; `dreamgen export RUN --format qwenvl --check` is not.
"""


class QwenvlExporter(Record):
    """Writes `train.json`, `datasets.json` with what the official trainer must be told, `README.md` and `clips/`."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The path of `train.json`; what is held out is in a file of its own beside it."""
        made = write_rows(dataset, into, _row)
        known = {_name(path): {"annotation_path": path.name, "data_path": "."} for path in made}
        (into / DATASETS).write_text(json.dumps(known, indent=1) + "\n", "utf-8")
        (into / "README.md").write_text(_readme(made), "utf-8")
        return made[0]


def _name(path: Path) -> str:
    return "dreamgen" if path.stem == TRAIN else f"dreamgen_{path.stem}"


def _readme(made: Sequence[Path]) -> str:
    none = nothing_left([split for split in SPLITS if split in {path.stem for path in made}])
    use = "" if none else f", and train with `--dataset_use {_name(made[0])}`"
    return _README.format(none=none and f"{none}\n\n", use=use, list=made[0].name, datasets=DATASETS)


def _row(pair: InstructionPair, video: str) -> dict[str, Any]:
    return {"id": pair.id, "video": video, "conversations": turns(pair, "<video>\n")}
