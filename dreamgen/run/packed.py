"""The file of a pack: what is in it, how it is written, and how it is read by somebody who does not trust it.

A gzipped tar file of plain members, in this order: `pack.json` says by whom it was packed; then, for every run that is
in it, `files/<place>.jsonl` has a line for every file of the run's folder, and `kept/<place>/...` are the files that
nobody could make again; `end.json` comes last and says that the pack is whole. The same runs give the same bytes.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, Literal, NamedTuple

from pydantic import Field, ValidationError

from dreamgen.core.base import Record
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run import disk

FORM: Final = 1
"""Of the file; another form is not read."""
HEADER: Final = "pack.json"
END: Final = "end.json"
FILES: Final = "files/"
KEPT: Final = "kept/"

_SWELL: Final = 100
"""A pack unpacks to a few times its size; one that says to be so much larger is none."""
_SLACK: Final = 1 << 24
"""Bytes that are allowed on top: short files shrink oddly."""
_PLACE: Final = re.compile(r"items/[0-9a-f]{2}/[A-Za-z0-9][A-Za-z0-9_-]*")
_STORY: Final = ".store/story/story.json"
"""The only entry of a store that is kept: all others are made again."""
_OF_ONE: Final = frozenset({"decisions.jsonl", "shortcuts.json", "stories", "answers"})
_OF_ALL: Final = _OF_ONE | {"recipe.toml", "plan.jsonl", "plan.rejects.jsonl", "videos", "settled"}
"""What a run keeps lies under these; nothing else is unpacked. One of many has no recipe of its own: nobody would look
whether it can be trusted."""
_CHUNK: Final = 1 << 16

Kind = Literal["story", "videos", "bulk"]
Role = Literal["made", "beside", "learned"]


class Header(Record):
    """Who packed what, with which libraries."""

    form: int = FORM
    """Of the file."""
    kind: Kind
    """A story's run, one of videos, or many stories."""
    version: str
    """Of dreamgen."""
    code: str
    """The fingerprint of the whole package that made the files."""
    libraries: tuple[tuple[str, str], ...]
    """Those that may change a byte, with their versions."""
    machine: str
    """System, processor, who draws lines and, where a model draws, the GPU."""


class FileLine(Record):
    """One file of a run."""

    path: str
    """Below the folder of the run."""
    size: int = Field(ge=0)
    """Bytes."""
    sha256: str
    """Of its bytes, in hex."""
    core: str = ""
    """The fingerprint of what it says besides times, keys and costs, of a receipt or an entry of the store."""
    role: Role = "made"
    """Made: a run makes it. Beside: somebody put it there, or another verb did. Learned: made, but only by learning for
    a long time, and too large to keep."""
    look: str = ""
    """Of a picture or a film: what `resembling` keeps of it."""


class Unit(Record):
    """One run in the pack: its first line."""

    place: str
    """Below the folder: empty, or that of one story of many."""
    kind: Kind
    """What it is."""
    title: str = ""
    """For people."""
    pairs: int = Field(default=0, ge=0)
    """That were kept."""
    verdicts: tuple[tuple[str, int], ...] = ()
    """Outcome and how many claims came out so."""
    pending: bool = False
    """Whether people decided about pairs since they were written, and that is not in them yet."""
    aside: str = ""
    """Why a story of many was put aside; empty for one that is whole."""


class End(Record):
    """The last member: without it a pack is cut short."""

    units: int = Field(ge=0)
    """Runs."""
    files: int = Field(ge=0)
    """All their files."""
    size: int = Field(ge=0)
    """Bytes of these."""


class Member(NamedTuple):
    """One member, as it was read."""

    name: str
    data: bytes


class Packer:
    """Writes members; see `writing`."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, data: bytes) -> None:
        """One member: no owner, no time, nothing that differs between two machines."""
        facts = tarfile.TarInfo(name)
        facts.size, facts.mode = len(data), 0o644
        self._tar.addfile(facts, io.BytesIO(data))


@contextmanager
def writing(path: Path) -> Iterator[Packer]:
    """Writes a pack that is there when it is whole, and not before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rough = path.with_name(f".{path.name}.part")
    try:
        with rough.open("wb") as raw:
            with (
                gzip.GzipFile("", "wb", 9, raw, mtime=0) as squeezed,
                tarfile.open(fileobj=squeezed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
            ):
                yield Packer(tar)
            raw.flush()
            os.fsync(raw.fileno())
        rough.replace(path)
        disk.sync_folder(path.parent)
    finally:
        rough.unlink(missing_ok=True)


def read_header(path: Path) -> Header:
    """Who packed it.

    Raises:
        DreamgenError: for a file that is no pack, or one of another form.
    """
    first = next(iter(read_members(path)), None)
    if first is None:
        raise _no_pack(path, "it is empty")
    return header_of(path, first)


def header_of(path: Path, first: Member) -> Header:
    """What the first member of a pack says.

    Raises:
        DreamgenError: when it says nothing, or is of another form.
    """
    if first.name != HEADER:
        raise _no_pack(path, f"it begins with {first.name!r}")
    form = re.search(rb'"form":\s*(\d{1,9})', first.data)
    if form and int(form[1]) != FORM:
        raise UsageError(
            f"{path} is a pack of form {int(form[1])}, and this dreamgen reads form {FORM}",
            "Unpack it with the dreamgen that wrote it, or a later one.",
        )
    try:
        return Header.model_validate_json(first.data)
    except ValidationError as error:
        raise _no_pack(path, error.errors(include_url=False)[0]["msg"]) from None


def read_members(path: Path) -> Iterator[Member]:
    """The members of a pack, one after the other. Nothing is written; a name that leads astray is refused.

    Raises:
        UsageError: when there is no such file.
        DreamgenError: for a file that is no pack, is cut short, or holds what no pack holds.
    """
    if not path.is_file():
        raise UsageError(f"there is no pack {path}", "Give a file that `dreamgen pack` wrote.")
    seen: set[str] = set()
    place: str | None = None
    try:
        with path.open("rb") as raw, gzip.GzipFile(fileobj=raw, mode="rb") as squeezed:
            limited = _Limited(squeezed, _SWELL * path.stat().st_size + _SLACK, path)
            with tarfile.open(fileobj=limited, mode="r|") as tar:
                for facts in tar:
                    if END in seen:
                        raise _no_pack(path, f"something comes behind its end: {facts.name!r}")
                    place = _checked(path, facts, seen, place)
                    taken = tar.extractfile(facts)
                    yield Member(facts.name, taken.read() if taken else b"")
            while limited.read(_CHUNK):  # the sum of all bytes stands behind the last of them
                pass
    except (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile, ValueError) as error:
        raise _no_pack(path, str(error) or "it is cut short") from None
    if END not in seen:
        raise _no_pack(path, "it is cut short")


def unit_of(path: Path, member: Member) -> tuple[Unit, tuple[FileLine, ...]]:
    """A run's own line and those of its files.

    Raises:
        DreamgenError: when they can't be read.
    """
    first, *rest = [line for line in member.data.split(b"\n") if line] or [b""]
    try:
        unit = Unit.model_validate_json(first)
        found = tuple(FileLine.model_validate_json(line) for line in rest)
    except ValidationError as error:
        raise _no_pack(path, f"{member.name}: {error.errors(include_url=False)[0]['msg']}") from None
    if member.name != name_of(unit.place):
        raise _no_pack(path, f"{member.name} is of another place, {unit.place!r}")
    for line in found:
        if not _leads_down(line.path):
            raise _no_pack(path, f"{member.name} tells of {line.path!r}")
    return unit, found


def name_of(place: str) -> str:
    """The member with the lines of a run."""
    return f"{FILES}{place or 'run'}.jsonl"


def _checked(path: Path, facts: tarfile.TarInfo, seen: set[str], place: str | None) -> str | None:
    """Makes sure that a member is one of those that a pack has, where it has them; says of which run it is."""
    name = facts.name
    if not facts.isreg() or facts.sparse is not None:
        raise _no_pack(path, f"{name!r} is a link, a folder or a device")
    if name in seen or not _leads_down(name):
        raise _no_pack(path, f"it has {name!r} twice" if name in seen else f"{name!r} leads out of its folder")
    if not seen and name != HEADER:
        raise _no_pack(path, f"it begins with {name!r}")
    seen.add(name)
    if name in (HEADER, END):
        return place
    if name.startswith(FILES) and name.endswith(".jsonl"):
        where = name.removeprefix(FILES).removesuffix(".jsonl")
        if where == "run" or _PLACE.fullmatch(where):
            return "" if where == "run" else where
    inner = name.removeprefix(f"{KEPT}{place}/" if place else KEPT)
    tops = _OF_ONE if place else _OF_ALL
    if place is None or inner == name or (inner != _STORY and inner.split("/")[0] not in tops):
        raise _no_pack(path, f"a pack has no {name!r} there")
    return place


def _leads_down(name: str) -> bool:
    """Whether a name stays below the folder that it is put in, on every system."""
    parts = name.split("/")
    return len(name) < 1024 and all(
        part not in ("", ".", "..") and len(part.encode()) <= 255 and not set(part) & set('\\:*?"<>|')
        and part.isprintable() and not part.endswith((".", " "))
        for part in parts
    )  # fmt: skip


def _no_pack(path: Path, why: str) -> DreamgenError:
    return DreamgenError(f"{path} is no pack that can be used: {why}", "Fetch it again, or pack the run again.")


class _Limited(io.RawIOBase):
    """Reads no further than a pack can go: what claims to be small and unpacks to a full disk is cut off."""

    def __init__(self, source: IO[bytes] | gzip.GzipFile, most: int, path: Path) -> None:
        self._source, self._left, self._path = source, most, path

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise _no_pack(self._path, f"it unpacks to more than {_SWELL} times its size")
        return data
