"""The benchmark of shared clips runs, and its table holds numbers."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "vision.py"


@pytest.mark.slow
def test_what_sharing_saves_is_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("torch").set_num_threads(1)
    pytest.importorskip("transformers")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(sys, "argv", [str(BENCHMARK), "--quick"])
    runpy.run_path(str(BENCHMARK), run_name="__main__")
    printed = capsys.readouterr().out
    rows = [
        re.split(r"\s*\|\s*", line)[1:-1] for line in printed.splitlines() if re.match(r"\| [a-z0-9_]+ \| \d", line)
    ]
    assert [row[0] for row in rows] == ["qwen3_vl", "smolvlm", "llava_onevision"]
    assert all(row[2] == "95.0%" for row in rows)
    assert all(float(row[column]) > 0 for row in rows for column in (3, 4, 5, 6, 7))
    assert all(float(row[8]) < 1e-4 for row in rows)
