"""The benchmark of costs adds up what a journal says."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from dreamgen.bulk.journal import Line
from dreamgen.bulk.places import Places
from dreamgen.bulk.working import Timed
from dreamgen.run import disk
from dreamgen.run.bulking import STAGES, Bulk, Pool
from dreamgen.run.journal import lines as jsonl
from dreamgen.run.recipe import Recipe

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "bulk_cost.py"
DRAW = Pool(name="draw", stages=STAGES[:4], gpus=1, cpus=4, workers=1)
REST = Pool(name="rest", stages=STAGES[4:], workers=1)


def write(run: Path, *lines: Line) -> None:
    (run / "recipe.toml").write_text(Recipe(bulk=Bulk(pools=(DRAW, REST))).toml(), "utf-8")
    disk.write_whole(Places(run).journal("one"), jsonl(lines))


def run_benchmark(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(BENCHMARK), str(run), "--gpu-hour", "2", "--cpu-hour", "0.1"])
    runpy.run_path(str(BENCHMARK), run_name="__main__")


def test_hours_and_prices_add_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = Timed(stage="render", made=2, seconds=36.0)
    looked = Timed(stage="verify-vlm", made=1, seconds=18.0)
    write(
        tmp_path,
        Line(at=0, item="a", pool="draw", what="handed", timed=(drawn,)),
        Line(at=1, item="a", pool="rest", what="done", timed=(looked,)),
        Line(at=2, item="b", pool="rest", what="done", timed=(looked,)),
    )
    run_benchmark(tmp_path, monkeypatch)

    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == f"1,000 stories, by 2 of {tmp_path.name}:"
    assert printed[4:] == [
        "| draw | 4, 1 | 5.00 | 12.00 | 0.62 h | 0.08 h |",
        "| rest | 1, 0 | 5.00 | 0.50 | 0.62 h | 0.08 h |",
        "| all | | 10.00 | 12.50 | | |",
    ]


def test_a_run_in_which_nothing_is_whole_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, Line(at=0, item="a", pool="draw", what="began"))
    with pytest.raises(SystemExit, match="no story"):
        run_benchmark(tmp_path, monkeypatch)
