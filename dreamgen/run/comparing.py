"""Whether what was rendered again is what was packed: to the byte, to the eye, or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from dreamgen.core.base import Record
from dreamgen.engines.resembling import apart, kept_of
from dreamgen.errors import DreamgenError
from dreamgen.run import disk
from dreamgen.run.cores import core_of
from dreamgen.run.packed import FileLine, Header
from dreamgen.run.packing import files_of

How = Literal["equal", "same", "alike", "different", "missing"]


class Found(Record):
    """One file that was to come out again."""

    path: str
    """Below the folder."""
    how: How
    """Equal: the same bytes. Same: a receipt or entry that says the same, but for times, keys and costs.
    Alike: a picture or film that looks the same. Different and missing: neither."""
    detail: str = ""
    """How far apart, where that was measured."""
    shown: bool = False
    """Whether it is a picture or film to look at."""


class Compared(Record):
    """What came of rendering again."""

    equal: int = 0
    """Files with the bytes that they had."""
    same: int = 0
    """Receipts and entries that say what they said, but for times, keys and costs."""
    found: tuple[Found, ...] = ()
    """All others that a run makes."""
    beside: tuple[str, ...] = ()
    """Files of the packed run that no run makes, and so nobody made again: reports, cuts."""
    new: tuple[str, ...] = ()
    """Files that the packed run did not have."""
    pairs: int = 0
    """Pairs of the packed run."""
    pairs_again: int = 0
    """How many of them are there again, word for word."""
    reasons: tuple[str, ...] = ()
    """What is known to differ between the two machines, in words."""

    @property
    def files(self) -> int:
        """All that a run makes."""
        return self.equal + self.same + len(self.found)

    def those(self, *how: How) -> tuple[Found, ...]:
        """The files of which this holds."""
        return tuple(one for one in self.found if one.how in how)

    @property
    def whole(self) -> bool:
        """Whether everything has the bytes that it had, but for times, keys and costs."""
        return not self.found and not self.new

    @property
    def alike(self) -> bool:
        """Whether all pictures and films at least look as they did."""
        return not any(one.shown for one in self.those("different", "missing"))

    @property
    def right(self) -> bool:
        """Whether nothing is amiss: all looks as it did, and other differences follow from that or the machine."""
        explained = self.reasons or self.those("alike")
        return self.alike and bool(explained or not self.those("different", "missing"))


def together(every: Iterable[Compared]) -> Compared:
    """What came of several runs."""
    equal = same = pairs = again = 0
    found: list[Found] = []
    beside: list[str] = []
    new: list[str] = []
    for one in every:
        equal, same = equal + one.equal, same + one.same
        pairs, again = pairs + one.pairs, again + one.pairs_again
        found += one.found
        beside += one.beside
        new += one.new
    return Compared(
        equal=equal, same=same, found=tuple(found), beside=tuple(beside), new=tuple(new), pairs=pairs, pairs_again=again
    )


def same_pairs(paths: Iterable[Path], known: Sequence[bytes]) -> Iterator[Compared]:
    """How many pairs there are again.

    Args:
        paths: of the file that has them now.
        known: the lines that it had.
    """
    now = {line for path in paths for line in path.read_bytes().splitlines()}
    yield Compared(pairs=len(known), pairs_again=sum(line in now for line in known))


def compare(folder: Path, place: str, lines: Iterable[FileLine], there: Iterable[str] | None = None) -> Compared:
    """Holds a run's folder against what a pack says of it.

    Args:
        folder: of the run.
        place: stands in front of the names of its files where it is one of many.
        lines: of the pack.
        there: the files of the folder that are the run's; None for all.
    """
    known = tuple(lines)
    front = f"{place}/" if place else ""
    looks = {line.sha256: line.look for line in known if line.look}
    every = [_found(folder, line, looks) for line in known if line.role != "beside"]
    present, told = set(files_of(folder) if there is None else there), {line.path for line in known}
    return Compared(
        equal=sum(one.how == "equal" for one in every),
        same=sum(one.how == "same" for one in every),
        found=tuple(
            one.model_copy(update={"path": front + one.path}) for one in every if one.how not in ("equal", "same")
        ),
        beside=tuple(front + line.path for line in known if line.role == "beside" and line.path not in present),
        new=tuple(front + name for name in sorted(present - told)),
    )


def _found(folder: Path, line: FileLine, looks: dict[str, str]) -> Found:
    path, look = folder / line.path, looks.get(line.sha256, "")
    if not path.is_file():
        return Found(path=line.path, how="missing", shown=bool(look))
    if disk.sha256(path) == line.sha256:
        return Found(path=line.path, how="equal")
    if line.core and core_of(path) == line.core:
        return Found(path=line.path, how="same")
    return _seen(path, line, look) if look else Found(path=line.path, how="different")


def _seen(path: Path, line: FileLine, look: str) -> Found:
    try:
        by = apart(look, kept_of(path))
    except DreamgenError as error:
        return Found(path=line.path, how="different", detail=error.message, shown=True)
    detail = f"{by.mean:.1f} levels apart on average, {by.worst:.0f} at most"
    return Found(path=line.path, how="alike" if by.alike else "different", detail=detail, shown=True)


def reasons(then: Header, now: Header) -> Iterator[str]:
    """What differs between who packed and who unpacks, in words."""
    if then.version != now.version:
        yield f"dreamgen {then.version} made it, and this is {now.version}"
    elif then.code and then.code != now.code:
        yield "another state of dreamgen's source made it"
    here = dict(now.libraries)
    for name, version in then.libraries:
        if here.get(name) != version:
            yield f"{name} {version} there, {here.get(name, 'not installed')} here"
    known = dict(then.libraries)
    yield from (f"{name} {version} here, not installed there" for name, version in now.libraries if name not in known)
    if then.machine != now.machine:
        yield f"{then.machine} there, {now.machine} here"
