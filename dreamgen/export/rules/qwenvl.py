"""Qwen-VL: `_build_messages` and `data_list` of qwen-vl-finetune/qwenvl/data, and src/dataset/sft_dataset.py of 2U1.

The official trainer reads lists and lines, 2U1's lists alone. As many tags as videos must stand in the questions: one
more or one less raises, and after three attempts the row that follows is taken. Whoever is not called human answers, so
that a system turn is learnt by heart. 2U1's takes turns in twos, whoever speaks. A name of a dataset that ends in % and
a number takes that share of it.
"""

from __future__ import annotations

import os.path
import re
from pathlib import Path
from typing import Any, Final

from dreamgen.core.dataset import SPLITS
from dreamgen.export.rules.files import is_same, keyed
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.talks import COLUMNS, Talks
from dreamgen.export.rules.turns import Manner

MANNER: Final = Manner(human="human", assistant="gpt", tag="<video>\n", otherwise="is trained as an answer")
DATASETS: Final = "datasets.json"
"""What goes into the trainer's list of datasets: names, files and folders."""
_NAME: Final = re.compile(r"[^,%\s]+")


def look(folder: Path) -> Findings:
    """Reads train.json and those of other splits, and datasets.json, which names them."""
    found = Findings()
    talks = Talks(folder, MANNER, found, columns=COLUMNS)
    there = talks.look_at_lists()
    _registered(folder, {path.name for path in there}, found)
    talks.compare()
    return found


def _registered(folder: Path, there: set[str], found: Findings) -> None:
    known = keyed(folder / DATASETS, found)
    for name, one in known.items():
        _dataset(folder, name, one, found)
    named = {str(one.get("annotation_path")) for one in known.values() if isinstance(one, dict)}
    for file in sorted(there - named) if known else ():
        found.wrong(DATASETS, f"does not name {file}: nobody can train on it")


def _dataset(folder: Path, name: str, one: Any, found: Findings) -> None:
    where = f"{DATASETS}:{name}"
    file, root = (one.get(key) if isinstance(one, dict) else None for key in ("annotation_path", "data_path"))
    if not _NAME.fullmatch(name):
        found.wrong(where, "can't be called so: a comma divides names, and % stands before a share")
    if not isinstance(file, str) or Path(file).name not in {f"{split}.json" for split in SPLITS}:
        found.wrong(where, f"has the annotation_path {file!r}, which is no JSON list of a split")
    elif not os.path.isfile(folder / file):
        found.wrong(where, f"names {file}, which is not there")
    if not isinstance(root, str) or not is_same(folder / root, folder):
        found.wrong(where, f"has the data_path {root!r}, which is not the folder that the videos are below")
