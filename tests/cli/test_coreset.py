"""`dreamgen coreset` as people call it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from dreamgen.cli.main import app

pytest.importorskip("sklearn")

CLI = CliRunner()


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    lot = np.random.default_rng(0)
    vectors = np.repeat(np.eye(32)[:8], 10, axis=0) + lot.normal(size=(80, 32)) * 0.1
    vectors[9], vectors[20] = vectors[8], np.nan
    np.save(tmp_path / "embeddings.npy", vectors.astype(np.float32))
    Image.new("RGB", (32, 18), "red").save(tmp_path / "red.png")
    lines = [{"id": f"video-{row}", "seconds": 4.0 * row, "picture": "red.png"} for row in range(80)]
    (tmp_path / "ids.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return tmp_path


def called(folder: Path, *more: str, sizes: str = "8,40") -> tuple[int, str, str]:
    command = ["coreset", str(folder / "embeddings.npy"), "--ids", str(folder / "ids.jsonl"), "--sizes", sizes]
    done = CLI.invoke(app, [*command, "--out", str(folder / "out"), "--tool", "sklearn", *more])
    return done.exit_code, done.stdout, done.stderr


def test_G4_it_prints_a_table_of_sizes_by_duration(brought: Path) -> None:
    code, out, _ = called(brought, "-q")
    assert code == 0
    assert "80 clips, 78 kept, 2 dropped (1 near_duplicate, 1 no_embedding" in out
    rows = [line.split() for line in out.splitlines() if line.strip()[:1].isdigit()]
    assert [row[0] for row in rows[1:]] == ["8", "40", "78"]
    # 0 s is unknown; 4 and 8 s are short, 12 to 28 s medium, and two of the long ones were dropped
    assert [int(cell) for cell in rows[3][1:5]] == [2, 5, 70, 1]


def test_a_size_beyond_what_there_is_is_told(brought: Path) -> None:
    code, _, told = called(brought, sizes="8,400")
    assert code == 0
    assert "note: 400 is more than there is: core-78.txt has all 78 clips" in told
    assert (brought / "out" / "core-78.txt").is_file()


def test_G3_files_for_every_size_and_a_line_for_every_drop(brought: Path) -> None:
    assert called(brought, "-q")[0] == 0
    small, large = ((brought / "out" / f"core-{size}.txt").read_text().splitlines() for size in (8, 40))
    assert large[:8] == small
    # one of each of the eight crowds
    assert sorted(int(name.removeprefix("video-")) // 10 for name in small) == list(range(8))
    rejects = [json.loads(line) for line in (brought / "out" / "rejects.jsonl").read_text().splitlines()]
    assert {(one["what"], one["reason"]) for one in rejects} == {
        ("video-20", "no_embedding"), ("video-9", "near_duplicate"),
    }  # fmt: skip
    assert "data:image/jpeg;base64," in (brought / "out" / "clusters.html").read_text()


def test_numbers_come_as_json_too(brought: Path) -> None:
    code, out, _ = called(brought, "--json", "-q", "--near", "0")
    assert code == 0
    assert json.loads(out)["coverage"]["kept"] == 79


@pytest.mark.parametrize("sizes", ["many", "", "0,5"])
def test_sizes_that_make_no_sense_are_told(brought: Path, sizes: str) -> None:
    code, _, told = called(brought, sizes=sizes)
    assert code == 2
    assert "--sizes 50000,100000" in told
    assert not (brought / "out").exists()


def test_nothing_but_broken_vectors(brought: Path) -> None:
    np.save(brought / "embeddings.npy", np.zeros((80, 4), np.float32))
    code, _, told = called(brought)
    assert code == 1
    assert "none of the 80 vectors" in told
