"""LLaMA-Factory: parser.py, loader.py, converter.py and mm_plugin.py of src/llamafactory/data.

The converter empties a row whose roles do not alternate or whose turns are odd, and the next step drops it, with a
line in the log. A file that is missing is a warning there, and an error in the middle of the training.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from dreamgen.export.rules.files import Row, lined, listed, parsed
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.swift import only
from dreamgen.export.rules.talks import Talks
from dreamgen.export.rules.turns import Manner

INFO: Final = "dataset_info.json"
MANNER: Final = Manner(
    human="human", assistant="gpt", tag="<video>", otherwise="empties the row, which is then dropped"
)

_READERS: Final = {".json": listed, ".jsonl": lined}
_FORMATS: Final = ("sharegpt", "openai")
_ELSEWHERE: Final = ("hf_hub_url", "ms_hub_url", "om_hub_url", "script_url", "cloud_file_name")
_TAGS: Final = {"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt"}
"""What is taken when an entry has no tags at all; one that has some must have all of these."""


def look(folder: Path) -> Findings:
    """Reads dataset_info.json and every file that it names: sharegpt rows, one video for `<video>`."""
    found = Findings()
    talks = Talks(folder, MANNER, found)
    for name, entry in _entries(folder / INFO, found).items():
        wrong = list(_entry_defects(entry))
        for what in wrong:
            found.wrong(f"{INFO}: {name}", what)
        if not wrong:
            for split, where, row in _rows(folder, name, str(entry["file_name"]), found):
                for what in _column_defects(row, entry["columns"]):
                    found.wrong(where, what)
                talks.look(split, where, _as_named(row, entry), only(row.get(entry["columns"]["videos"])))
    talks.compare()
    return found


def _entries(path: Path, found: Findings) -> Mapping[str, Any]:
    before = len(found.defects)
    entries = parsed(path, found)
    if isinstance(entries, dict) and entries:
        return entries
    if len(found.defects) == before:
        found.wrong(INFO, "names no dataset")
    return {}


def _entry_defects(entry: Any) -> Iterator[str]:
    """What is wrong with how a dataset is described."""
    if not isinstance(entry, dict) or not isinstance(entry.get("file_name"), str):
        yield "has no file_name: LLaMA-Factory would look for it on a hub"
        return
    yield from (f"has a {key}, which goes before its file_name" for key in _ELSEWHERE if key in entry)
    if entry.get("num_samples") is not None:
        yield f"takes {entry['num_samples']} of its rows by lot"
    formatting = entry.get("formatting", "alpaca")
    if formatting not in _FORMATS:
        yield f"is of the format {formatting}, which has no turns: say sharegpt"
    columns = entry.get("columns")
    if not isinstance(columns, dict) or not all(isinstance(column, str) for column in columns.values()):
        yield "names no columns: videos are not read unless theirs is named"
    else:
        for column in ("messages", "videos"):
            if column not in columns:
                yield f"does not name {column} among its columns: what is not named is read as empty"
    tags = entry.get("tags", _TAGS)
    named = {name for name, tag in tags.items() if isinstance(tag, str)} if isinstance(tags, dict) else set()
    if missing := sorted(_TAGS.keys() - named):
        yield f"has tags without {', '.join(missing)}: there is no default then"


def _rows(folder: Path, name: str, file: str, found: Findings) -> Iterator[tuple[str, str, Row]]:
    """The rows of a dataset's file, or of all files in its folder, which must be of one kind; each with its split."""
    where = f"{INFO}: {name}"
    parts = PurePosixPath(file)
    if parts.is_absolute() or ".." in parts.parts:
        found.wrong(where, f"names {file}, which is not below the folder")
        return
    path = folder / file
    paths = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
    kinds = sorted({one.suffix for one in paths})
    if not path.exists():
        found.wrong(where, f"names {file}, which is not there")
    elif len(kinds) != 1:
        found.wrong(where, f"names {file} with files of several kinds: {', '.join(kinds) or 'none'}")
    elif kinds[0] not in _READERS:
        found.wrong(where, f"names {file}: {kinds[0] or 'a file without an ending'} is none of {', '.join(_READERS)}")
    else:
        for one in paths:
            yield from ((one.stem, place, row) for place, row in _READERS[kinds[0]](one, found))


def _column_defects(row: Row, columns: Mapping[str, str]) -> Iterator[str]:
    missing = sorted(column for column in columns.values() if column not in row)
    if missing:
        yield f"has no {', '.join(missing)}, which {INFO} names"
    if row.get("system") and "system" not in columns:
        yield f"has a system that {INFO} does not name: it is read as empty"


def _as_named(row: Row, entry: Mapping[str, Any]) -> Row:
    """The row with turns by human and gpt, whatever they are called in it."""
    tags = entry.get("tags", _TAGS)
    roles = {tags["user_tag"]: MANNER.human, tags["assistant_tag"]: MANNER.assistant}
    turns = row.get(entry["columns"]["messages"])
    if isinstance(turns, list):
        turns = [_turn(turn, tags, roles) if isinstance(turn, dict) else turn for turn in turns]
    return {**row, "conversations": turns}


def _turn(turn: Row, tags: Mapping[str, str], roles: Mapping[str, str]) -> Row:
    role = turn.get(tags["role_tag"])
    named = roles.get(role, role) if isinstance(role, str) else role
    return {MANNER.role_key: named, MANNER.text_key: turn.get(tags["content_tag"])}
