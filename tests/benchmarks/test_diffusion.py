"""The diffusion benchmark runs, tiny and on a CPU: every row is there and every number is a number."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The script as a module, as it finds its neighbours when it is run."""
    pytest.importorskip("torch").set_num_threads(1)
    known = set(sys.modules)
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    yield import_module("diffusion")
    for name in set(sys.modules) - known:
        if name == "diffusion" or name.startswith("diffusion_"):
            del sys.modules[name]


@pytest.mark.slow
def test_every_way_is_measured(benchmark: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found, tables = tmp_path / "found.json", tmp_path / "tables.md"
    options = ["--scale", "tiny", "--device", "cpu", "--repeats", "1", "--json", str(found), "--markdown", str(tables)]
    benchmark.main(options)
    result = json.loads(found.read_text())
    assert all(rate > 0 for rate in result["products"].values())
    assert tuple(dict.fromkeys(row["group"] for row in result["rows"])) == benchmark.GROUPS
    measured = [row for row in result["rows"] if not row["skipped"]]
    for row in measured:
        assert all(seconds > 0 for seconds in row["seconds"]), row["name"]
        assert row["images"] > 0, row["name"]
        assert row["tflop"] > 0, row["name"]
        assert row["peak"] > 0, row["name"]
        assert row["new_graphs"] == 0, row["name"]
    skipped = [row for row in result["rows"] if row["skipped"]]
    assert {row["group"] for row in skipped} == {"compiled", "attention"}
    assert {row["skipped"] for row in skipped} == {"needs a GPU"}
    costs = [row for row in measured if row["group"] == "cost"]
    assert [row["name"] for row in costs] == ["no lock", "LoRA", "reference", "ControlNet", "regions"]
    assert all(row["tflop"] > costs[0]["tflop"] for row in costs[1:])
    caches = {row["name"]: row["tflop"] for row in measured if row["group"] == "cache"}
    assert caches["deepcache"] < caches["none"]
    for text in (tables.read_text(), capsys.readouterr().out):
        assert all(row["name"] in text for row in result["rows"])


def test_rows_are_compared_by_their_medians(benchmark: ModuleType) -> None:
    measures, tables = import_module("diffusion_measures"), import_module("diffusion_tables")
    one = measures.Row("cost", "no lock", "float32", images=4, seconds=(2.0, 1.0, 4.0), tflop=3.0)
    two = measures.Row("cost", "LoRA", "float32", images=4, seconds=(4.0, 4.0, 4.0), tflop=3.0)
    lost = measures.Row("cost", "regions", skipped="needs a GPU")
    assert one.rates == (1.0, 2.0, 4.0)
    assert one.share({"float32": 12.0}) == 0.5
    _, heading, _, first, second, third = tables.tables([one, two, lost], {"float32": 12.0})
    assert heading.startswith("| cost | pictures/s |")
    assert first.startswith("| no lock | 2 | 1 – 4 | 50% |")
    assert second.endswith("| 0.50 |")
    assert third.startswith("| regions | not measured: needs a GPU |")
    assert len({line.count("|") for line in (heading, first, second, third)}) == 1


def test_products_are_the_yardstick(benchmark: ModuleType, tmp_path: Path) -> None:
    measures = import_module("diffusion_measures")
    rates = measures.product_rates(measures.Bench("cpu", "tiny", 1, tmp_path), 64, 0.001)
    assert set(rates) == {"bfloat16", "float16", "float32"}
    assert all(rate > 0 for rate in rates.values())


def test_work_is_counted_in_tflop(benchmark: ModuleType) -> None:
    torch = pytest.importorskip("torch")
    counted = import_module("diffusion_measures").counted
    left = torch.zeros(100, 200)
    assert counted(lambda: left @ left.T) == pytest.approx(2 * 100 * 200 * 100 / 1e12)


def test_an_unknown_group_is_refused(benchmark: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        benchmark.main(["--only", "sed"])
    assert "choices: seed, ours" in capsys.readouterr().err
