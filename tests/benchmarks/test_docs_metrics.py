"""What docs/metrics.md shows can be done as it stands there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.metrics.diversity import MOST
from dreamgen.metrics.scoring import FEWEST
from dreamgen.metrics.spans import THRESHOLDS

CLI = CliRunner()
PAGE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text("utf-8")


def test_its_example_is_scored(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "demo").symlink_to(finished)
    monkeypatch.chdir(tmp_path)
    (program,) = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)
    exec(compile(program, "docs/metrics.md", "exec"), {})
    (command,) = re.findall(r"^dreamgen (evaluate predictions .+)$", PAGE, re.MULTILINE)
    told = CLI.invoke(app, [*command.split(), "--only-answered", "--json", "--out", "there"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    closed = next(row for row in found["rows"] if (row["by"], row["measure"]) == ("overall", "accuracy"))
    assert closed["unparsed"] == 0 and closed["n"] > 10
    assert found["said_yes"] == 1.0


def test_its_numbers_are_those_of_the_package() -> None:
    assert f"Of more than {MOST} texts or clips, {MOST} are drawn" in PAGE
    assert FEWEST == 10 and "from ten stories on" in PAGE
    assert THRESHOLDS == (0.3, 0.5, 0.7, 0.9) and ".3, .5, .7 and .9" in PAGE
