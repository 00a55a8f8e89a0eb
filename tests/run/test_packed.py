"""A pack that somebody sent: what is no pack is refused in words, and nothing of it reaches the disk."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.errors import DreamgenError
from dreamgen.run.packed import FORM, End, FileLine, Header, Unit, read_members, writing
from dreamgen.run.packing import told
from dreamgen.run.unpacking import check_all, unpack

HEADER = told(Header(kind="story", version="0.1.0", code="", libraries=(), machine="Linux"))
RUN = told(Unit(place="", kind="story")) + told(FileLine(path="recipe.toml", size=3, sha256="0" * 64))
ONE = told(Unit(place="items/ab/one", kind="story"))
END = told(End(units=1, files=1, size=3))
RECIPE = ("kept/recipe.toml", b"seed = 7\n")

Members = list[tuple[str | tarfile.TarInfo, bytes]]
WHOLE: Members = [("pack.json", HEADER), ("files/run.jsonl", RUN), RECIPE, ("end.json", END)]


def written(path: Path, members: Members) -> Path:
    """A tar file of any members, as somebody with bad intentions would write it."""
    with tarfile.open(path, "w:gz") as tar:
        for name, data in members:
            facts = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            facts.size = len(data)
            tar.addfile(facts, io.BytesIO(data))
    return path


def of_kind(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    facts = tarfile.TarInfo(name)
    facts.type, facts.linkname = kind, target
    return facts


def instead(at: int, *members: tuple[str | tarfile.TarInfo, bytes]) -> Members:
    """A whole pack with something else at one place."""
    return [*WHOLE[:at], *members, *WHOLE[at + 1 :]]


def test_a_whole_pack_is_read_in_order(tmp_path: Path) -> None:
    path = written(tmp_path / "good.tar.gz", WHOLE)
    assert [member.name for member in read_members(path)] == [name for name, _ in WHOLE]
    assert check_all(path).kind == "story"


@pytest.mark.parametrize(
    ("members", "why"),
    [
        (instead(2, ("kept/../../escaped", b"x")), "leads out"),
        (instead(2, ("/etc/escaped", b"x")), "leads out"),
        (instead(2, ("kept/stories\\..\\escaped", b"x")), "leads out"),
        (instead(2, ("kept/stories/C:escaped", b"x")), "leads out"),
        (instead(2, ("kept/stories/x/./story.json", b"x")), "leads out"),
        (instead(2, (of_kind("kept/recipe.toml", tarfile.SYMTYPE, "/etc/passwd"), b"")), "a link"),
        (instead(2, (of_kind("kept/recipe.toml", tarfile.LNKTYPE, "pack.json"), b"")), "a link"),
        (instead(2, (of_kind("kept/stories", tarfile.DIRTYPE), b"")), "a link, a folder"),
        (instead(2, (of_kind("kept/answers/pipe", tarfile.FIFOTYPE), b"")), "a device"),
        (instead(2, ("kept/.bashrc", b"x")), "has no"),
        (instead(2, ("kept/items/ab/other/recipe.toml", b"x")), "has no"),
        (instead(2, ("extra/recipe.toml", b"x")), "has no"),
        (instead(2, ("kept/.store/render/shot-1.json", b"{}")), "has no"),
        (instead(2, RECIPE, ("files/items/ab/one.jsonl", ONE), ("kept/items/ab/one/recipe.toml", b"")), "has no"),
        (instead(1, ("files/../run.jsonl", RUN)), "leads out"),
        (instead(1, ("files/items/xy/story.jsonl", RUN)), "has no"),
        (instead(1, RECIPE, ("files/run.jsonl", RUN)), "has no"),
        (instead(2, RECIPE, RECIPE), "twice"),
        (instead(0, ("hello.txt", b"x")), "begins with"),
        ([*WHOLE, ("kept/answers/late", b"x")], "behind its end"),
        (WHOLE[:-1], "cut short"),
        ([], "cut short"),
        (instead(3, ("end.json", told(End(units=2, files=9, size=9)))), "does not fit"),
        (instead(1, ("files/run.jsonl", b"{}\n")), "Field required"),
        (instead(2, ("kept/recipe.toml", b"no TOML")), "none that this dreamgen can read"),
        (instead(2, ("kept/recipe.toml", b"a = " + b"[" * 9999)), "none that this dreamgen can read"),
        (instead(2, ("kept/recipe.toml", b"from_the_future = 1")), "none that this dreamgen can read"),
        (instead(1, ("files/run.jsonl", RUN.replace(b"recipe.toml", b"../.ssh/id"))), "tells of"),
        (instead(0, ("pack.json", b"\x80\x04]q\x00.")), "no pack"),
        (instead(0, ("pack.json", HEADER.replace(f'"form":{FORM}'.encode(), b'"form":99'))), "form 99"),
        (instead(0, ("pack.json", b'{"form":' + b"9" * 9999 + b"}")), "form 999999999"),
    ],
)
def test_what_is_no_pack_is_refused_and_nothing_is_written(members: Members, why: str, tmp_path: Path) -> None:
    path = written(tmp_path / "bad.tar.gz", members)
    with pytest.raises(DreamgenError, match=why):
        unpack(path, tmp_path / "inside" / "run")
    assert [one.name for one in tmp_path.iterdir()] == ["bad.tar.gz"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive",
        gzip.compress(b"no tar file" * 200, mtime=0),
        gzip.compress(b"", mtime=0) + b"rest",
    ],
)
def test_other_files_are_no_packs(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "bad.tar.gz").write_bytes(data)
    with pytest.raises(DreamgenError, match="no pack"):
        unpack(tmp_path / "bad.tar.gz", tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-8], lambda data: data[:-8] + bytes(8), lambda data: data + b"?"]
)
def test_a_pack_whose_sum_does_not_fit_is_refused(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    """All members can be read, and yet a byte on the way may have become another one."""
    path = written(tmp_path / "good.tar.gz", WHOLE)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DreamgenError, match="no pack"):
        check_all(path)


def test_a_pack_that_swells_without_end_is_cut_off(tmp_path: Path) -> None:
    bomb = written(tmp_path / "bomb.tar.gz", instead(2, ("kept/answers/zeros", bytes(40_000_000))))
    assert bomb.stat().st_size < 100_000
    with pytest.raises(DreamgenError, match="times its size"):
        check_all(bomb)


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_pack_that_was_cut_short_is_refused(share: float, tmp_path: Path) -> None:
    whole = written(tmp_path / "good.tar.gz", WHOLE).read_bytes()
    (tmp_path / "short.tar.gz").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(DreamgenError, match="no pack"):
        check_all(tmp_path / "short.tar.gz")


def test_a_pack_is_there_when_it_is_whole_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "run.tar.gz"

    def write(interrupted: Callable[[], None]) -> None:
        with writing(path) as packer:
            for name, data in WHOLE:
                packer.add(str(name), data)
            interrupted()

    def fail() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(fail)
    assert not list(tmp_path.iterdir())
    write(lambda: None)
    first = path.read_bytes()
    write(lambda: None)
    assert path.read_bytes() == first
