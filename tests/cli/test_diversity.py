from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from typer.testing import CliRunner

from dreamgen.cli.main import app
from dreamgen.engines.video import write_video
from tests.decided import write_run

CLI = CliRunner()


def test_H8_texts_pictures_and_shares_are_printed(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    frames = (np.full((48, 64, 3), 5 * n, np.uint8) for n in range(40))
    write_video(frames, run / "videos" / "clips" / "park.mp4", 10, (64, 48))
    told = CLI.invoke(app, ["evaluate", "diversity", str(run), "--quiet"])
    assert told.exit_code == 0, told.output
    rows = {line.split()[0]: line.split() for line in reversed(told.stdout.splitlines())}
    data = json.loads(CLI.invoke(app, ["evaluate", "diversity", str(run), "--quiet", "--json"]).stdout)
    assert rows["pictures"] == ["pictures", "colours", "1", "1", "–", "–", "1.0"]
    assert rows["questions"][1:4] == [str(data["texts"][0][name]) for name in ("texts", "words", "different")]
    assert rows["tasks"] == ["tasks", "4", "1.922", "0.961"]  # 2, 1, 1 and 1 of five pairs
