"""InternVL: `LazySupervisedDataset`, `build_datasets` and `preprocess_internvl2_5` of internvl_chat/internvl/train.

Rows are lines of a file whose name ends in jsonl. The meta file names it, the folder of the videos, how often it is
repeated and whether its pictures are changed at random; without one of these the training ends. `<video>` with a line
break is replaced by a line for each frame; without the break it stays, no frame has a place, and ten rows at random are
tried instead. A clip of fewer than 8 frames is filled up with its last one.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

from dreamgen.export.rules.files import is_same, keyed, lined, split_files
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.talks import COLUMNS, Talks
from dreamgen.export.rules.turns import Manner

MANNER: Final = Manner(human="human", assistant="gpt", tag="<video>\n", otherwise="raises, and another row is taken")
META: Final = ".meta.json"
"""How the meta file of a split ends."""
_KEYS: Final = ("root", "annotation", "data_augment", "repeat_time", "length")


def look(folder: Path) -> Findings:
    """Reads train.jsonl and those of other splits, and train.meta.json, which names it and counts its rows."""
    found = Findings()
    talks = Talks(folder, MANNER, found, columns=COLUMNS | {"clip"})
    rows: Counter[str] = Counter()
    for path in split_files(folder, ".jsonl", found):
        before = found.rows
        for where, row in lined(path, found):
            talks.look(path.stem, where, row, row.get("video"))
            _cut(where, row.get("clip"), found)
        rows[path.name] = found.rows - before
    for name, count in rows.items():
        _meta(folder / f"{Path(name).stem}{META}", name, count, found)
    talks.compare()
    return found


def _cut(where: str, clip: Any, found: Findings) -> None:
    """A stretch of the video in seconds, where a row names one."""
    if clip is None:
        return
    right = isinstance(clip, list) and len(clip) == 2 and all(type(end) in (int, float) for end in clip)
    if not right or not 0 <= clip[0] < clip[1]:
        found.wrong(where, f"has the clip {clip!r}, which is no start and end in seconds")


def _meta(path: Path, file: str, rows: int, found: Findings) -> None:
    for name, one in keyed(path, found).items():
        _dataset(path, f"{path.name}:{name}", one, (file, rows), found)


def _dataset(path: Path, where: str, one: Any, file: tuple[str, int], found: Findings) -> None:
    missing = [key for key in _KEYS if not isinstance(one, dict) or key not in one]
    if missing:
        found.wrong(where, f"has no {', '.join(missing)}")
        return
    named, root, length = one["annotation"], one["root"], one["length"]
    if not isinstance(named, str) or not named.endswith("jsonl"):
        found.wrong(where, f"has the annotation {named!r}, which does not end in jsonl")
    elif Path(named).name != file[0]:
        found.wrong(where, f"names {named}, and not {file[0]}: rows of another split are held out of it")
    if not isinstance(root, str) or not is_same(path.parent / root, path.parent):
        found.wrong(where, f"has the root {root!r}, which is not the folder that the videos are below")
    if length != file[1]:
        found.wrong(where, f"says that there are {length!r} rows, and {file[0]} has {file[1]}")
    patches = one.get("max_dynamic_patch", 1)
    if type(patches) is not int or patches < 1:
        found.wrong(where, f"has the max_dynamic_patch {patches!r}, which is no number of tiles")
    if one["repeat_time"] != 1:
        found.wrong(where, f"repeats its rows {one['repeat_time']!r} times: not each is trained on once")
    if one["data_augment"] is not False:
        found.wrong(where, "changes frames at random, and what is said of their colours is not so any more")
