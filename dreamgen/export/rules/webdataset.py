"""WebDataset: `group_by_keys` and `tar_file_iterator` of webdataset/tariterators.py, and the builder of `datasets`.

A sample is all files next to each other whose names are the same up to the first dot after the last slash. What has no
dot, is no plain file, or begins and ends with two underscores is passed over in silence. `datasets` infers types and
fields from the first five samples: a field that a later one lacks becomes null, and one that it has besides is lost.
"""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from dreamgen.core.dataset import SPLITS
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.leaks import Splits, leaks
from dreamgen.export.rules.shapes import Shape
from dreamgen.export.rules.turns import Manner, turn_defects
from dreamgen.export.rules.videos import Videos

MANNER: Final = Manner(human="human", assistant="assistant", tag="", role_key="role", text_key="content")
_NAME: Final = re.compile(r"((?:.*/|)[^.]+)[.]([^/]*)")
_SHARD: Final = re.compile(r"(\w+)-\d{5,}\.tar")
_META: Final = re.compile(r"__[^/]*__($|/)")
_TOLD: Final = ("id", "seconds", "fps", "width", "height", "frames", "sha256", "pairs")


class Sample(NamedTuple):
    """Files of one key."""

    key: str
    """What they are called up to the first dot."""
    files: dict[str, bytes]
    """The rest of the name to what is in it."""


class _Shards:
    """Samples of tar files, looked at one after the other."""

    def __init__(self, folder: Path, found: Findings) -> None:
        self._found = found
        self._shape = Shape()
        self._clips, self._stories, self._keys = Splits("clip"), Splits("story"), set[str]()
        self._fields: frozenset[str] = frozenset()

    def look(self, sample: Sample, where: str, split: str) -> None:
        """Looks at one sample."""
        self._found.rows += 1
        for what in (*self._files(sample), *self._facts(sample, split)):
            self._found.wrong(where, what)

    def _files(self, sample: Sample) -> Iterator[str]:
        fields = frozenset(sample.files)
        self._fields = self._fields or fields
        if sample.key in self._keys:
            yield f"the key {sample.key} is there a second time: two clips have it, or its files lie apart"
        self._keys.add(sample.key)
        if fields != self._fields:
            yield f"has {_list(fields)}, where the first sample has {_list(self._fields)}"

    def _facts(self, sample: Sample, split: str) -> Iterator[str]:
        try:
            facts = json.loads(sample.files.get("json", b"").decode())
        except ValueError as error:
            yield f"json is none: {error}"
            return
        if not isinstance(facts, dict) or any(name not in facts for name in _TOLD):
            yield f"json is no object with {', '.join(_TOLD)}"
            return
        yield from self._shape.changes(facts, split)
        yield from self._clips.defects(facts["id"], split)
        yield from self._stories.defects(facts.get("story"), split)
        if facts.get("split") != split:
            yield f"json says that it is of {facts.get('split')!r}"
        yield from _video(sample.files.get("mp4"), facts)
        for pair in facts["pairs"] if isinstance(facts["pairs"], list) else ():
            yield from self._pair(pair)

    def _pair(self, pair: Any) -> Iterator[str]:
        if not isinstance(pair, dict):
            yield "has a pair that is no object"
            return
        name = str(pair.get("id"))
        self._found.pairs[name] += 1
        if self._found.pairs[name] > 1:
            yield f"the pair {name} stands here a second time"
        yield from (f"{name}: {what}" for what in turn_defects(pair.get("conversations"), MANNER))


def look(folder: Path) -> Findings:
    """Reads train-00000.tar and all others: samples of one kind, each with a video and what there is to know of it."""
    found = Findings()
    shards = _Shards(folder, found)
    paths = sorted(folder.glob("*.tar"))
    if not paths:
        found.wrong(folder.name, "has no train-00000.tar")
    for path in paths:
        named = _SHARD.fullmatch(path.name)
        if named is None or named[1] not in SPLITS:
            found.wrong(path.name, "is called like no shard of a split: train-00000.tar")
            continue
        before = found.rows
        for sample in _samples(path, found):
            shards.look(sample, f"{path.name}:{sample.key}", named[1])
        if found.rows == before:
            found.wrong(path.name, "has no sample")
    found.defects += leaks(folder)
    return found


def _samples(path: Path, found: Findings) -> Iterator[Sample]:
    """The samples of a tar file, as webdataset groups its files."""
    current = Sample("", {})
    try:
        with tarfile.open(path, "r|") as tar:
            for member in tar:
                name = _NAME.fullmatch(member.name)
                if not member.isreg() or name is None or _META.match(member.name):
                    found.wrong(f"{path.name}:{member.name}", "is passed over in silence: no plain file with an ending")
                    continue
                key, ending = name[1], name[2].lower()
                if key != current.key and current.files:
                    yield current
                current = current if key == current.key else Sample(key, {})
                if ending in current.files:
                    found.wrong(f"{path.name}:{member.name}", f"is a second {ending} of {key}: a name may have no dot")
                taken = tar.extractfile(member)
                current.files[ending] = taken.read() if taken else b""
    except (tarfile.TarError, OSError, EOFError) as error:
        found.wrong(path.name, f"is no whole tar file: {error}")
    if current.files:
        yield current


def _video(data: bytes | None, facts: dict[str, Any]) -> Iterator[str]:
    if not data:
        yield "has no mp4"
        return
    if hashlib.sha256(data).hexdigest() != facts["sha256"]:
        yield "mp4 has other bytes than its json says"
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "sample.mp4").write_bytes(data)
        what = Videos(Path(place)).defect("sample.mp4")
    if what:
        yield what.replace("names sample.mp4", "has an mp4")


def _list(fields: frozenset[str]) -> str:
    return ", ".join(sorted(fields))
