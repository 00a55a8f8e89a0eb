"""Captions as ShareGemini publishes them: an array, the same as lines, and a map from videos to the ids of their rows.

There is no loader of its own. `datasets` reads the lines, for which each row must have the same columns of the same
types (ShareGemini's two files do not, and the hub can't show them); trainers take the turns of the array.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import Final

from dreamgen.export.rules.files import Row, keyed, lined, listed, split_files
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.talks import Talks
from dreamgen.export.rules.turns import Manner

MANNER: Final = Manner(human="human", assistant="gpt", tag="<video>\n", otherwise="is known to no trainer")
COLUMNS: Final[Mapping[str, type]] = MappingProxyType(
    {
        **dict.fromkeys(("id", "video", "set", "source", "title", "caption"), str),
        **dict.fromkeys(("program", "model", "prompt", "licence", "url"), str),
        **dict.fromkeys(("start", "end", "weight"), float),
        **dict.fromkeys(("claims", "conversations"), list),
    }
)
"""Of every row, with their types."""
NAMES: Final = "videoname2id.json"
PROMPTS: Final = "prompts.json"
CLIPS: Final = "clips"


def look(folder: Path) -> Findings:
    """Reads train.json and train.jsonl, so for other splits, videoname2id.json and prompts.json."""
    found = Findings()
    talks = Talks(folder, MANNER, found, columns=frozenset(COLUMNS))
    videos: dict[str, str] = {}
    prompts: set[str] = set()
    for path in split_files(folder, ".json", found):
        for where, row in _alike(path, path.with_suffix(".jsonl"), found):
            talks.look(path.stem, where, row, row.get("video"))
            _columns(where, row, found)
            videos[str(row.get("id"))] = Path(str(row.get("video"))).name
            prompts.update(one for one in str(row.get("prompt") or "").split("; ") if one)
    _names(folder, videos, found)
    told = keyed(folder / PROMPTS, found) if prompts else {}
    for prompt in sorted(prompts - told.keys()) if told else ():
        found.wrong(PROMPTS, f"does not have {prompt}, which rows name")
    if not (folder / "README.md").is_file():
        found.wrong(folder.name, f"has no README.md: without it the hub takes {NAMES} for rows")
    talks.compare()
    return found


def _columns(where: str, row: Row, found: Findings) -> None:
    for name in sorted(COLUMNS.keys() - row.keys()):
        found.wrong(where, f"has no column {name}")
    strange = [name for name, kind in COLUMNS.items() if name in row and type(row[name]) is not kind]
    for name in strange:
        found.wrong(where, f"has {row[name]!r:.40} as {name}, which is no {COLUMNS[name].__name__}")
    if strange or row.keys() != COLUMNS.keys():
        return
    if not 0 <= row["start"] < row["end"]:
        found.wrong(where, f"speaks of {row['start']:g} to {row['end']:g} seconds")
    said = row["conversations"][-1] if row["conversations"] else None
    if isinstance(said, dict) and said.get("value") != row["caption"]:
        found.wrong(where, "has another caption than its last turn")


def _alike(array: Path, lines: Path, found: Findings) -> Iterator[tuple[str, Row]]:
    """The rows of the array, which the lines hold, too."""
    if not lines.is_file():
        found.wrong(array.parent.name, f"has no {lines.name}")
        yield from listed(array, found)
        return
    apart, same = Findings(), True
    both = zip_longest(listed(array, found), lined(lines, apart), fillvalue=("", None))
    for number, ((where, row), (_, other)) in enumerate(both, start=1):
        if same and row != other:
            same = False
            found.wrong(f"{lines.name}:{number}", f"is not row {number} of {array.name}")
        if row is not None:
            yield where, row
    found.defects += apart.defects


def _names(folder: Path, videos: Mapping[str, str], found: Findings) -> None:
    known = keyed(folder / NAMES, found)
    mapped = {
        str(name): video for video, names in known.items() if isinstance(names, list) for name in names
    }  # fmt: skip
    if not known:
        return
    there = {path.name for path in (folder / CLIPS).glob("*")}
    for video in sorted(known.keys() - there):
        found.wrong(NAMES, f"has {video!r}, which is no file in {CLIPS}/")
    for name, video in videos.items():
        if mapped.get(name) != video:
            found.wrong(NAMES, f"leads to {name} from {mapped.get(name)!r} and not from {video!r}")
    for name in sorted(mapped.keys() - videos.keys()):
        found.wrong(NAMES, f"leads to {name}, of which there is no row")
