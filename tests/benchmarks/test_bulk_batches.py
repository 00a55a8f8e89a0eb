"""How full batches are, counted by the benchmark."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from dreamgen.engines import staying

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield import_module("bulk_batches")
    sys.modules.pop("bulk_batches")
    staying.let_go()


def test_more_stories_in_hand_fill_batches_better(bench: Any, capsys: pytest.CaptureFixture[str]) -> None:
    bench.main(["--counted", "--stories", "4", "--hands", "1", "4", "--shots", "3", "9"])
    alone, together = [line.split() for line in capsys.readouterr().out.splitlines()[-2:]]
    assert (alone[0], together[0]) == ("1", "4")
    assert alone[1] == together[1], "the same pictures"
    assert int(together[2]) < int(alone[2]), "in fewer batches"


@pytest.mark.slow
def test_a_model_with_random_weights_draws_them_too(bench: Any, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("diffusers")
    bench.main(["--stories", "2", "--batch", "8", "--steps", "1", "--canvas", "64", "64"])
    alone, together = [line.split() for line in capsys.readouterr().out.splitlines()[-3:-1]]
    assert alone[-8] == together[-8], "the same pictures"
    assert int(together[-7]) <= int(alone[-7]), "in fewer batches"
    assert together[-1] == alone[-1] == "0", "the model was there already"
