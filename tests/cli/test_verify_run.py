"""`dreamgen verify-run` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from dreamgen.cli.main import app
from dreamgen.run.flaws import ASKED


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def damaged(folder: Path) -> Path:
    """A run with a film that lost its end; the film."""
    (film,) = folder.glob("stories/*/film.mp4")
    film.write_bytes(film.read_bytes()[:-9])
    return film


def test_a_whole_run_has_a_line_for_everything_that_was_looked_at(one_shot: Path) -> None:
    result = run("verify-run", one_shot)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    told = [asked for asked in ASKED.values() if any(line.endswith(asked) for line in lines)]
    assert len(told) == len(lines) == 9
    assert all(line.split()[0] == "ok" and int(line.split()[1].replace(",", "")) > 0 for line in lines)


def test_damage_is_told_with_the_next_move(one_shot_copy: Path) -> None:
    film = damaged(one_shot_copy)
    result = run("verify-run", one_shot_copy)
    assert result.exit_code == 1
    assert film.relative_to(one_shot_copy).as_posix() in result.stdout
    assert "1 flaw" in result.stderr
    assert "--mend" in result.stderr
    assert film.is_file()


def test_mending_takes_the_damage_away(one_shot_copy: Path) -> None:
    film = damaged(one_shot_copy)
    result = run("verify-run", one_shot_copy, "--mend", "--quiet")
    assert result.exit_code == 1
    assert "taken away" in result.stderr
    assert not film.exists()
    assert not (one_shot_copy / "receipt.json").exists()


def test_programs_get_everything_as_json(one_shot_copy: Path) -> None:
    damaged(one_shot_copy)
    told = json.loads(run("verify-run", one_shot_copy, "--json").stdout)
    assert [flaw["check"] for flaw in told["flaws"]] == ["files"]
    assert dict(told["looked"])["files"] > 1
