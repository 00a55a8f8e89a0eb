"""The diffusion benchmark runs, tiny and on a CPU: every row is there and every number is a number."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dreamgen.engines.device import machine
from dreamgen.engines.diffusion.orders import Order
from tests.engines.diffusion.shallow import shallow

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


@pytest.fixture
def ways(benchmark: ModuleType, tmp_path: Path) -> Any:
    """All groups, to run one by one: two pictures at once, two batches a repeat, two repeats."""
    weights = import_module("diffusion_world").write_adapters(tmp_path, "tiny", machine("cpu"))
    bench = import_module("diffusion_measures").Bench("cpu", "tiny", 2, tmp_path)
    return benchmark.Ways(bench, weights, (64, 64), (2, 2), (4, 2, 1))


@pytest.mark.slow
def test_every_way_is_measured(
    benchmark: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # one batch a repeat: those that follow each other are looked at below
    monkeypatch.setitem(benchmark.SCALES, "tiny", replace(benchmark.SCALES["tiny"], rounds=1))
    found, tables = tmp_path / "found.json", tmp_path / "tables.md"
    options = ["--scale", "tiny", "--device", "cpu", "--repeats", "1", "--json", str(found), "--markdown", str(tables)]
    with shallow("lower"):
        benchmark.main(options)
    result = json.loads(found.read_text())
    rows = {(row["group"], row["name"]): row for row in result["rows"]}
    assert tuple(dict.fromkeys(group for group, _ in rows)) == benchmark.GROUPS
    skipped = {key: row["skipped"] for key, row in rows.items() if row["skipped"]}
    assert {group for group, _ in skipped} == {"compiled", "attention"}
    assert set(skipped.values()) == {"needs a GPU"}
    work = {key: row["tflop"] for key, row in rows.items() if key not in skipped}
    # a picture with guidance and two steps calls the network three times more than one without and of one step
    more = work["ours", "2 steps with guidance"] - work["ours", "1 steps without guidance"]
    assert more == pytest.approx(3 * work["parts", "one call of the network"], rel=0.05)
    # DreamFrame's way and ours do the same work for the same picture
    stock, ours = (work[key] for key in list(work)[:2])
    assert ours == pytest.approx(stock, rel=0.03)
    for group in ("cost", "cost-unguided"):
        costs = {name: tflop for (of, name), tflop in work.items() if of == group}
        assert list(costs) == ["no lock", "LoRA", "regions", "reference", "ControlNet"]
        assert all(tflop > costs["no lock"] for name, tflop in costs.items() if name != "no lock")
    assert work["cost", "no lock"] > work["cost-unguided", "no lock"]
    assert work["cache", "deepcache"] < work["cache", "none"]
    for text in (tables.read_text(), capsys.readouterr().out):
        assert all(name in text for _, name in rows)


def test_no_repeat_draws_what_another_has_drawn(ways: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module, asked = import_module("diffusion_ways"), list[list[Order]]()
    to_disk = module.to_disk

    def noted(draws: Any, orders: list[Order], *rest: Any) -> int:
        asked.append(orders)
        return int(to_disk(draws, orders, *rest))

    monkeypatch.setattr(module, "to_disk", noted)
    ways.mixed()
    assert [len(orders) for orders in asked] == [4] * 9  # three rows, each once unmeasured and twice measured
    assert [row.images for row in ways.bench.rows] == [4] * 3
    everything = [order for orders in asked for order in orders]
    assert len({order.prompt for order in everything}) == len({order.seed for order in everything}) == 36
    portraits = [{reference.image.tobytes() for order in orders for reference in order.references} for orders in asked]
    assert [len(cast) for cast in portraits] == [0] * 3 + [1] * 3 + [3] * 3
    assert len(set().union(*portraits)) == 3 * 1 + 3 * 3
    # so the encoders worked in every repeat: for each picture, and for each portrait of the last two rows
    painter = ways._studio.painter
    assert painter.readers[0].runs >= 24
    assert painter.eyes.looks >= 12


@pytest.mark.slow
def test_fresh_pictures_compile_nothing_anew(ways: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    # what is compiled when is decided before any code is made, and making it takes minutes
    monkeypatch.setattr("torch.compile", partial(torch.compile, backend="eager"))
    compiled = ways.bare.model_copy(update={"compile": True})
    with shallow():
        ways._row("compiled", "plain", compiled, import_module("diffusion_world").plain, ways._sampling(1, 1.0))
    (row,) = ways.bench.rows
    assert not row.skipped
    assert row.graphs > 0
    assert row.recompiles == "0"


@pytest.mark.parametrize(("limit", "told"), [(8, "2"), (2, "1, then torch's limit")])
def test_graphs_are_counted_and_so_is_giving_up(benchmark: ModuleType, tmp_path: Path, limit: int, told: str) -> None:
    torch = pytest.importorskip("torch")
    import_module("diffusion_graphs").forget_graphs()
    bench, length = import_module("diffusion_measures").Bench("cpu", "tiny", 2, tmp_path), iter(range(2, 9))
    double = torch.compile(lambda numbers: numbers * 2, backend="eager", dynamic=False)

    def ready() -> Any:
        numbers = torch.ones(next(length))  # another shape for every repeat
        return lambda: len(double(numbers))

    with import_module("torch._dynamo").config.patch(recompile_limit=limit):
        row = bench.measure("compiled", "shapes", ready, 1.0, "float32")
    assert (row.graphs, row.recompiles) == (1, told)


def test_the_work_of_dreamframes_way_is_counted_before_xformers(ways: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module, done = import_module("diffusion_ways"), list[str]()

    def noted(what: str, found: Any) -> Any:
        done.append(what)
        return found

    monkeypatch.setattr(module, "counted", lambda work: noted("counted", 4.0))
    monkeypatch.setattr(module.seed, "wear_xformers", lambda base, refiner: noted("worn", "xformers"))
    monkeypatch.setattr(module.seed, "draw", lambda base, refiner, prompts, *rest: len(prompts))
    ways._stock()
    assert done == ["counted", "worn"]
    (row,) = ways.bench.rows
    assert row.name.endswith("(xformers)")
    assert row.tflop == 4.0 / row.images


def test_the_kernel_that_torch_takes_is_named(ways: Any) -> None:
    torch = pytest.importorskip("torch")
    from torch.nn.attention import SDPBackend, sdpa_kernel

    kernels = import_module("diffusion_kernels").kernels
    unet = ways._open(ways.bare).loaded.unet
    for backend in (SDPBackend.MATH, SDPBackend.FLASH_ATTENTION):
        with sdpa_kernel(backend), torch.no_grad():
            assert kernels(ways.bare, unet, (64, 64), 4) == backend.name


def test_rows_are_compared_by_their_medians(benchmark: ModuleType) -> None:
    measures, tables = import_module("diffusion_measures"), import_module("diffusion_tables")
    one = measures.Row("cost", "no lock", "float32", images=4, seconds=(2.0, 1.0, 4.0), tflop=3.0)
    two = measures.Row("cost", "LoRA", "float32", images=4, seconds=(4.0, 4.0, 4.0), tflop=3.0)
    lost = measures.Row("cost", "regions", skipped="needs a GPU")
    given_up = measures.Row("cost", "no lock", "float32", 4, (1.0,), graphs=8, new_graphs=1, given_up=1)
    assert "| 1, then torch's limit |" in list(tables.tables([given_up], {"float32": 12.0}))[-1]
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
