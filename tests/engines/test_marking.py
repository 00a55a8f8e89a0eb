from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from dreamgen.engines.marking import SOURCE_TYPES, Pictures, mark_video, source_type_of
from dreamgen.engines.video import join_segments, read_frames, write_video
from dreamgen.errors import DreamgenError


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    write_video((np.full((64, 96, 3), 20 * n, np.uint8) for n in range(10)), path, 12, (96, 64))
    return path


@pytest.mark.parametrize("pictures", ["drawn", "generated"])
def test_a_film_says_in_words_of_iptc_how_it_was_made_and_ffmpeg_reads_it(film: Path, pictures: Pictures) -> None:
    before = [picture.tobytes() for _, picture in read_frames(film)]
    mark_video(film, pictures)
    assert source_type_of(film) == SOURCE_TYPES[pictures]
    with av.open(str(film), options={"export_xmp": "1"}) as container:
        assert f'Iptc4xmpExt:DigitalSourceType="{SOURCE_TYPES[pictures]}"' in container.metadata["xmp"]
        assert 'xmp:CreatorTool="dreamgen"' in container.metadata["xmp"]
    assert [picture.tobytes() for _, picture in read_frames(film)] == before


def test_the_same_film_gets_the_same_bytes(film: Path, tmp_path: Path) -> None:
    (other := tmp_path / "other.mp4").write_bytes(film.read_bytes())
    mark_video(film, "drawn")
    mark_video(other, "drawn")
    assert film.read_bytes() == other.read_bytes()


def test_joining_takes_no_mark_along_so_that_the_whole_bears_one_of_its_own(film: Path, tmp_path: Path) -> None:
    mark_video(film, "generated")
    join_segments([film, film], tmp_path / "joined.mp4")
    assert source_type_of(tmp_path / "joined.mp4") == ""


def test_a_film_without_a_mark_says_nothing(film: Path) -> None:
    assert source_type_of(film) == ""


def test_the_mark_is_found_behind_a_box_whose_size_needs_64_bits(film: Path) -> None:
    with film.open("ab") as file:
        file.write(b"\0\0\0\1free" + (24).to_bytes(8, "big") + b"12345678")
    mark_video(film, "drawn")
    assert source_type_of(film) == SOURCE_TYPES["drawn"]


@pytest.mark.parametrize("rubbish", [b"", b"no film", b"\0\0\0\4uuid", b"\0\0\0\1uuid\0\0", b"\xff" * 40])
def test_rubbish_is_no_mark(rubbish: bytes, tmp_path: Path) -> None:
    (path := tmp_path / "x.mp4").write_bytes(rubbish)
    assert source_type_of(path) == ""


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DreamgenError, match="can't be read"):
        source_type_of(tmp_path / "none.mp4")
