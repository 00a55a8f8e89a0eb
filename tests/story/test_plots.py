"""A plot file is read whatever its encoding, or refused with the reason."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dreamgen.story.plots import LARGEST, UnreadablePlot, read_plot, read_source

TEXT = "Zoë’s cat sat – quietly – by the fire.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_the_text_is_the_same_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    plot = tmp_path / "plot.txt"
    plot.write_bytes(TEXT.encode(encoding))
    assert read_plot(plot) == TEXT


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePlot, match="does not exist") as caught:
        read_plot(tmp_path / "nowhere.txt")
    assert "nowhere.txt" in caught.value.message
    assert caught.value.hint
    # a wrong name is wrong usage, whichever file it is
    assert caught.value.exit_code == 2


def test_a_folder_is_no_plot(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePlot, match="folder"):
        read_plot(tmp_path)


@pytest.mark.parametrize("data", [b"", b"  \n\t\n", "\ufeff \n".encode()])
def test_an_empty_file_is_refused(tmp_path: Path, data: bytes) -> None:
    plot = tmp_path / "plot.txt"
    plot.write_bytes(data)
    with pytest.raises(UnreadablePlot, match="empty"):
        read_plot(plot)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        bytes(range(256)) * 4,
        b"\x1f\x8b\x08" + bytes(range(128, 160)) * 9,
        b"\xff\xfe\x00\xd8",
    ],
    ids=["picture", "every byte", "archive", "broken UTF-16"],
)
def test_a_binary_file_is_refused(tmp_path: Path, data: bytes) -> None:
    plot = tmp_path / "plot.txt"
    plot.write_bytes(data)
    with pytest.raises(UnreadablePlot, match="not a text file"):
        read_plot(plot)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    plot = tmp_path / "plot.txt"
    with plot.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(UnreadablePlot, match="MB"):
        read_plot(plot)


@pytest.mark.skipif(os.name == "nt", reason="pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "plot.txt"
    os.mkfifo(pipe)
    with pytest.raises(UnreadablePlot, match="regular"):
        read_plot(pipe)


@pytest.mark.parametrize("name", ["../../evil", "a/b", ".hidden", "", "C:\\x", "with space", "x" * 101])
def test_an_id_that_could_name_a_file_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    plan = tmp_path / "story.json"
    told = {"id": name, "title": "T", "overview": "", "plot": "", "seed": 0, "cast": [], "locations": [], "acts": []}
    plan.write_text(json.dumps(told))
    with pytest.raises(UnreadablePlot, match="no planned story: id"):
        read_source(plan)


def test_a_plan_that_is_no_json_says_where(tmp_path: Path) -> None:
    plan = tmp_path / "story.json"
    plan.write_text('{"id": "fox",\n "title": }')
    with pytest.raises(UnreadablePlot, match=r"Invalid JSON: .* line 2 column"):
        read_source(plan)


def test_a_plan_at_odds_with_itself_says_how(tmp_path: Path) -> None:
    plan = tmp_path / "story.json"
    fox = {"id": "fox", "name": "the fox", "kind": "fox"}
    told = {"id": "s", "title": "T", "overview": "", "plot": "", "seed": 0, "cast": [fox, fox], "locations": [],
            "acts": []}  # fmt: skip
    plan.write_text(json.dumps(told))
    with pytest.raises(UnreadablePlot, match="share the id fox"):
        read_source(plan)
