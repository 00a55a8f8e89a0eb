from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dreamgen.annotate.ingest import Film, read_videos
from dreamgen.core.receipts import Reject
from dreamgen.errors import UsageError
from tests.annotate.footage import film, scene


@pytest.fixture(scope="module")
def movie(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return film(tmp_path_factory.mktemp("movie") / "a.mkv", scene(1, 5)).read_bytes()


def _other(movie: bytes, number: int) -> bytes:
    """The same film in a file of other bytes: matroska ends where its data end."""
    return movie + bytes([0xEC, 0x81, number])


def _names(films: Sequence[Film]) -> list[str]:
    return [one.source.name for one in films]


def _reasons(rejects: Sequence[Reject]) -> dict[str, str]:
    return {one.what: one.reason for one in rejects}


def test_folders_are_searched_and_what_is_no_video_is_told(tmp_path: Path, movie: bytes) -> None:
    (tmp_path / "below").mkdir()
    for number, name in enumerate(["b.mkv", "below/a.MKV", "below/c.txt", ".hidden.mkv"]):
        (tmp_path / name).write_bytes(_other(movie, number))
    (tmp_path / "below" / "broken.mp4").write_bytes(b"nothing")
    (tmp_path / "below" / "none.mp4").touch()
    (tmp_path / "circle").symlink_to(tmp_path, target_is_directory=True)
    films, rejects = read_videos([tmp_path])
    assert _names(films) == ["b.mkv", "below/a.MKV"]
    assert _reasons(rejects) == {"below/broken.mp4": "unreadable", "below/none.mp4": "empty"}
    assert films[0].source.id.startswith("b-")
    assert len({one.source.id for one in films}) == 2


def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path, movie: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.mkv").write_bytes(movie)
    (closed := tmp_path / "closed").mkdir()
    scan, access = os.scandir, os.access

    def refuse(path: str) -> Iterator[os.DirEntry[str]]:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != closed and access(path, mode))
    films, rejects = read_videos([tmp_path])
    assert _names(films) == ["a.mkv"]
    assert _reasons(rejects) == {"closed": "no_permission"}
    films, rejects = read_videos([closed])
    assert not films and _reasons(rejects) == {"closed": "no_permission"}


def test_the_same_bytes_count_once(tmp_path: Path, movie: bytes) -> None:
    for name in ("a.mkv", "b.mkv"):
        (tmp_path / name).write_bytes(movie)
    (tmp_path / "c.mkv").symlink_to("a.mkv")
    films, rejects = read_videos([tmp_path, tmp_path / "a.mkv"])
    assert _names(films) == ["a.mkv"]
    assert _reasons(rejects) == {"b.mkv": "duplicate", "c.mkv": "duplicate"}


def test_odd_names_are_shown_in_one_line(tmp_path: Path, movie: bytes) -> None:
    names = [b"new\nline.mkv", b"odd\xff.mkv", b"-x.mkv", "電影.mkv".encode()]
    for number, name in enumerate(names):
        Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_bytes(_other(movie, number))
    films, rejects = read_videos([tmp_path])
    assert _names(films) == ["-x.mkv", "new\ufffdline.mkv", "odd\ufffd.mkv", "電影.mkv"]
    assert not rejects
    assert [one.source.id[:-7] for one in films] == ["x", "new-line", "odd", "video"]


def test_a_list_names_videos_and_what_it_names_in_vain_is_told(tmp_path: Path, movie: bytes) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.bin").write_bytes(movie)
    (tmp_path / "all.txt").write_text("# the list\nin/a.bin\n\nin/gone.mp4\nin\n", "utf-8")
    films, rejects = read_videos([tmp_path / "all.txt"])
    assert _names(films) == ["in/a.bin"]
    assert _reasons(rejects) == {"in/gone.mp4": "missing", "in": "a_folder"}


def test_G6_every_source_has_its_licence_and_where_it_comes_from(tmp_path: Path, movie: bytes) -> None:
    for number, name in enumerate("abc"):
        (tmp_path / f"{name}.mkv").write_bytes(_other(movie, number))
    (tmp_path / "list.csv").write_text("path,licence,url,dataset,title\na.mkv,CC0,u,d,t\nb.mkv,MIT,,,\n", "utf-8")
    (tmp_path / "more.jsonl").write_text('{"path": "b.mkv", "title": "B", "labels": ["x"]}\n', "utf-8")
    films, rejects = read_videos([tmp_path / "list.csv"], [tmp_path / "more.jsonl"])
    a, b = (one.source for one in films)
    assert (a.licence, a.url, a.dataset, a.title) == ("CC0", "u", "d", "t")
    assert (b.licence, b.title, b.labels) == ("MIT", "B", ("x",))
    assert not rejects
    loose = {one.source.name: one.source.licence for one in read_videos([tmp_path], [tmp_path / "list.csv"])[0]}
    assert loose == {"a.mkv": "CC0", "b.mkv": "MIT", "c.mkv": ""}


def test_rows_about_nothing_and_rows_that_come_twice_are_told(tmp_path: Path, movie: bytes) -> None:
    (tmp_path / "a.mkv").write_bytes(movie)
    (tmp_path / "broken.mp4").write_bytes(b"nothing")
    table = tmp_path / "about.csv"
    table.write_text("path,title,tags\na.mkv,First,x\na.mkv,Second,\ngone.mp4,T,\nbroken.mp4,T,\n", "utf-8")
    films, rejects = read_videos([tmp_path], [table])
    assert films[0].source.title == "First"
    assert sorted((one.what, one.kind, one.reason) for one in rejects) == [
        ("a.mkv", "row", "bad_value"), ("a.mkv", "row", "duplicate_row"), ("broken.mp4", "video", "unreadable"),
        ("gone.mp4", "row", "unknown_file"),
    ]  # fmt: skip


def test_subtitles_beside_a_video_are_what_is_said_in_it(tmp_path: Path, movie: bytes) -> None:
    (tmp_path / "a.mkv").write_bytes(movie)
    (tmp_path / "a.en.srt").write_text("1\n00:00:00,000 --> 00:00:00,100\nHi\n", "utf-8")
    films, _ = read_videos([tmp_path])
    assert [one.text for one in films[0].source.speech] == ["Hi"]
    (tmp_path / "a.srt").write_text("nothing", "utf-8")
    films, rejects = read_videos([tmp_path])
    assert films[0].source.speech == ()
    assert _reasons(rejects) == {"a.mkv": "bad_subtitles"}


def test_P14_the_same_file_has_the_same_id_wherever_it_lies(tmp_path: Path, movie: bytes) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.mkv").write_bytes(movie)
    one, two = (read_videos([tmp_path / folder])[0][0].source for folder in ("one", "two"))
    assert one == two


def test_many_files_are_probed_by_several_processes(tmp_path: Path, movie: bytes) -> None:
    for number in range(66):
        (tmp_path / f"{number:02}.mkv").write_bytes(_other(movie, number))
    films, rejects = read_videos([tmp_path], workers=2)
    assert _names(films) == [f"{number:02}.mkv" for number in range(66)]
    assert not rejects


def test_without_any_video_nothing_begins(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no video in"):
        read_videos([tmp_path])
    with pytest.raises(UsageError, match="there is no"):
        read_videos([tmp_path / "gone.mp4"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, movie: bytes) -> None:
    (tmp_path / "a.mkv").write_bytes(movie)
    (tmp_path / "a.mkv").chmod(0)
    _, rejects = read_videos([tmp_path])
    assert _reasons(rejects) == {"a.mkv": "no_permission"}
