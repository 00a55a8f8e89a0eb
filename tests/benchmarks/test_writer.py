"""The writer's benchmark runs, and its tables hold numbers."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "writer.py"


@pytest.mark.slow
def test_calls_and_shapes_are_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("torch").set_num_threads(1)
    pytest.importorskip("llguidance")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(sys, "argv", [str(BENCHMARK), "--quick"])
    runpy.run_path(str(BENCHMARK), run_name="__main__")
    printed = capsys.readouterr().out
    rows = [re.split(r"\s*\|\s*", line)[1:-1] for line in printed.splitlines() if re.match(r"\| (\d|under|told)", line)]
    assert [row[:2] for row in rows[:3]] == [["1", "2"], ["8", "8"], ["64", "16"]]
    assert all(float(row[2]) > 0 and float(row[4]) > 0 for row in rows[:3])
    assert [row[:4] for row in rows[3:]] == [["under the schema", "4", "4", "100%"], ["told in words", "4", "0", "0%"]]
