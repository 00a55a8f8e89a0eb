from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dreamgen.engines import probing
from dreamgen.engines.probing import Unusable, packets_of, probe_file
from tests.annotate.footage import film, scene, song


def test_a_file_says_what_it_is(tmp_path: Path) -> None:
    facts = probe_file(film(tmp_path / "a.mp4", scene(1, 30), sound=True))
    assert (facts.container, facts.codec, facts.pixels) == ("mp4", "h264", "yuv420p")
    assert (facts.size, float(facts.fps), facts.sound) == ((96, 64), 25.0, True)
    assert facts.seconds == pytest.approx(1.2)
    assert (facts.rotation, facts.variable, facts.hdr) == (0, False, "")


@pytest.mark.parametrize(("turn", "rotation", "size"), [(90, 270, (64, 96)), (180, 180, (96, 64)), (270, 90, (64, 96))])
def test_a_turned_video_has_the_size_that_is_seen(
    tmp_path: Path, turn: int, rotation: int, size: tuple[int, int]
) -> None:
    facts = probe_file(film(tmp_path / "a.mp4", scene(1, 5), turn=turn))
    assert (facts.stored, facts.rotation, facts.size) == ((96, 64), rotation, size)


def test_a_rate_that_varies_is_told(tmp_path: Path) -> None:
    times = [0, 40, 100, 110, 300, 310, 420, 500, 650, 700]
    assert probe_file(film(tmp_path / "a.mkv", scene(1, 10), times=times)).variable
    assert not probe_file(film(tmp_path / "b.mkv", scene(1, 10), rate=Fraction(30000, 1001))).variable


@pytest.mark.parametrize("rate", [Fraction(1, 10), Fraction(1000)])
def test_absurd_rates_are_read(tmp_path: Path, rate: Fraction) -> None:
    assert probe_file(film(tmp_path / "a.mp4", scene(1, 4), rate=rate)).fps == rate


def test_ten_bits_and_hdr_are_told(tmp_path: Path) -> None:
    ten = film(tmp_path / "a.mp4", scene(1, 3), pixels="yuv420p10le")
    bright = film(tmp_path / "b.mp4", scene(1, 3), pixels="yuv420p10le", curve=16)
    assert (probe_file(ten).pixels, probe_file(ten).hdr) == ("yuv420p10le", "")
    assert probe_file(bright).hdr == "pq"


def _broken(folder: Path) -> dict[str, Path]:
    whole = film(folder / "whole.mp4", scene(1, 30)).read_bytes()
    cases = {
        "empty": b"", "unreadable": b"no film at all\n" * 50, "no_video": b"ffconcat version 1.0\nfile whole.mp4\n",
    }  # fmt: skip
    paths = {reason: folder / f"{reason}.mp4" for reason in cases}
    for reason, data in cases.items():
        paths[reason].write_bytes(data)
    (folder / "half.mp4").write_bytes(whole[: len(whole) // 2])  # its index was at the end
    Image.fromarray(np.zeros((20, 30, 3), np.uint8)).save(folder / "p.png")
    (folder / "picture.mp4").write_bytes((folder / "p.png").read_bytes())
    (folder / "folder.mp4").mkdir()
    (folder / "link.mp4").symlink_to("nowhere.mp4")
    os.mkfifo(folder / "pipe.mp4")
    return {
        **paths, "a_picture": folder / "picture.mp4", "audio_only": song(folder / "song.mp4"),
        "a_folder": folder / "folder.mp4", "missing": folder / "link.mp4", "no_file": folder / "pipe.mp4",
    }  # fmt: skip


def test_what_is_no_video_is_refused_with_its_reason(tmp_path: Path) -> None:
    for reason, path in _broken(tmp_path).items():
        with pytest.raises(Unusable) as told:
            probe_file(path)
        assert told.value.reason == reason
        assert str(tmp_path) not in told.value.message
    with pytest.raises(Unusable) as told:
        probe_file(tmp_path / "half.mp4")
    assert told.value.reason == "unreadable"


@pytest.mark.parametrize(
    "name", ["-dash.mp4", " a b .mp4", "電影 ü.mp4", "new\nline.mp4", "a:b.mp4", "http:x.mp4", "%d.mp4"]
)
def test_any_name_will_do(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = film(tmp_path / "plain.mp4", scene(1, 3)).read_bytes()
    (tmp_path / name).write_bytes(made)
    monkeypatch.chdir(tmp_path)
    assert probe_file(Path(name)).size == (96, 64)


def test_pictures_that_would_fill_the_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = film(tmp_path / "large.mkv", scene(1, 3, (128, 96)))
    assert probe_file(path).size == (128, 96)
    monkeypatch.setattr(probing, "MOST", 128 * 96 - 1)
    with pytest.raises(Unusable, match="128x96") as told:
        probe_file(path)
    assert told.value.reason == "too_large"


def test_a_stream_that_begins_late_ends_no_run() -> None:
    class Container:
        def demux(self, *streams: str) -> Iterator[str]:
            yield from streams
            raise IndexError("list index out of range")  # as PyAV does behind the last packet

    assert list(packets_of(Container(), "one", "two")) == ["one", "two"]
