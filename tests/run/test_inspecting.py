from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.core.calibration import Rate
from dreamgen.core.trusted import Trusted
from dreamgen.review.server.bench import Bench
from dreamgen.run.decisions import Change, Reason
from dreamgen.run.inspecting import Inspection, inspect, stretch, told
from dreamgen.run.journal import lines
from dreamgen.run.opened import open_run
from tests.decided import pair_of, write_run

CLI = CliRunner()
ACCEPT = Change(verdict="accept")


def audited(folder: Path, weight: float, faults: list[Reason], n: int = 60, percent: float = 100.0) -> Inspection:
    """A run of which everything that is drawn was looked at, and of which some was at fault."""
    pairs = [pair_of(f"p-{number}", weight=weight, task=f"task-{number % 2}") for number in range(n)]
    (write_run(folder, tuple(pairs)) / "videos" / "calibration.json").write_text(
        Trusted(vote=(), pairs=Rate(value=0.05, low=0.01, high=0.1, n=n)).model_dump_json(), "utf-8"
    )
    bench = Bench(folder, percent, "ada")
    for number, item in enumerate(one for one in bench.view().items.values() if one.sampled or not percent):
        fault = faults[number] if number < len(faults) else ""
        bench.decide(item.name, Change(verdict="reject", reason=fault) if fault else ACCEPT, 0)
    return inspect(open_run(folder))


def test_P13_the_audit_counts_what_is_wrong_and_how_sure_that_is(tmp_path: Path) -> None:
    found = audited(tmp_path / "run", 0.9, ["incorrect", "unanswerable", "incorrect", "irrelevant"])
    assert (found.audited, found.drawn, found.percent) == (60, 60, 100.0)
    assert found.whole.count == 3 and found.whole.wrong.value == 0.05
    assert 0.01 < found.whole.wrong.low < 0.05 < found.whole.wrong.high < 0.15
    assert dict(found.reasons) == {"incorrect": 2, "unanswerable": 1, "irrelevant": 1}
    assert [(group.name, group.wrong.n) for group in found.tasks] == [("task-0", 30), ("task-1", 30)]
    assert [(group.name, group.count) for group in found.weights] == [("0.80 to 0.95", 3)]
    assert found.estimate is not None and found.estimate.value == 0.05


def test_a_run_that_thinks_too_well_of_itself_is_told_so(tmp_path: Path) -> None:
    found = audited(tmp_path / "run", 0.99, ["incorrect"] * 12)
    assert found.whole.expected == pytest.approx(0.6) and found.luck < 1e-6
    assert any("thinks too well of its pairs" in line for line in told(found))


def test_a_run_that_knows_how_good_it_is_is_not_contradicted(tmp_path: Path) -> None:
    found = audited(tmp_path / "run", 0.9, ["incorrect"] * 6)
    assert found.luck > 0.4
    assert any("does not contradict" in line for line in told(found))


def test_a_run_that_is_better_than_it_thinks_is_told_so(tmp_path: Path) -> None:
    found = audited(tmp_path / "run", 0.5, [])
    assert found.luck < 1e-9
    assert any("better than the run thinks" in line for line in told(found))


def test_pairs_that_the_reviewer_chose_prove_nothing_of_the_others(tmp_path: Path) -> None:
    found = audited(tmp_path / "run", 0.99, ["incorrect"] * 5, n=10, percent=0.0)
    words = " ".join(told(found))
    assert found.drawn == 0 and "not drawn by lot" in words and "thinks too well" not in words


def test_where_a_sample_was_drawn_only_what_is_of_it_counts(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    found = audited(folder, 0.9, ["incorrect"], n=40, percent=25.0)
    assert (found.audited, found.drawn, found.whole.count) == (10, 10, 1)
    bench = Bench(folder, 0.0, "ada")
    free = next(item.name for item in bench.view().items.values() if bench.view().state(item) == "undecided")
    bench.decide(free, Change(verdict="reject", reason="incorrect"), 0)
    assert inspect(open_run(folder)).whole.count == 1


def test_decisions_about_older_pairs_are_counted_apart(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    before = audited(folder, 0.9, ["incorrect"], n=10)
    pairs = list(open_run(folder).pairs)
    pairs[0] = pairs[0].model_copy(update={"rationale": "Something else."})
    (folder / "videos" / "pairs.jsonl").write_text(lines(pairs[:9]), "utf-8")
    after = inspect(open_run(folder))
    assert (before.whole.count, before.audited, before.outdated) == (1, 10, 0)
    assert (after.whole.count, after.audited, after.outdated) == (0, 8, 2)
    assert any("2 decisions" in line for line in told(after))


def test_weights_lie_in_stretches() -> None:
    assert [stretch(weight) for weight in (0.0, 0.5, 0.94, 0.95, 1.0)] == [
        "0.00 to 0.50", "0.50 to 0.80", "0.80 to 0.95", "0.95 to 0.99", "0.99 to 1.00",
    ]  # fmt: skip


def test_the_command_prints_sentences_and_numbers(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    audited(folder, 0.9, ["incorrect"] * 6)
    words = CLI.invoke(app, ["evaluate", "audit", str(folder)]).stdout
    assert "60 of 60 pairs" in words and "6 are wrong: 10.0 %" in words and "0.80 to 0.95" in words
    numbers = json.loads(CLI.invoke(app, ["evaluate", "audit", str(folder), "--json"]).stdout)
    assert numbers["whole"]["count"] == 6 and numbers["whole"]["expected"] == 6.0
    nothing = CLI.invoke(app, ["evaluate", "audit", str(write_run(tmp_path / "other"))])
    assert nothing.exit_code == 2


def test_one_wrong_pair_is_one(tmp_path: Path) -> None:
    assert any(line.startswith("1 is wrong:") for line in told(audited(tmp_path / "run", 0.9, ["incorrect"], 5)))
