from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.errors import UsageError
from dreamgen.run.folder import check_ours, sweep


def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("my own")
    with pytest.raises(UsageError, match=r"not a run's folder: it holds report\.html"):
        check_ours(tmp_path)
    assert (tmp_path / "report.html").read_text() == "my own"


def test_a_new_an_empty_and_a_runs_folder_are_fine(tmp_path: Path) -> None:
    check_ours(tmp_path / "new")
    check_ours(tmp_path)
    (tmp_path / ".lock").touch()
    (tmp_path / ".making-abc").mkdir()
    (tmp_path / ".recipe.toml.1a2b0.part").touch()
    check_ours(tmp_path)
    (tmp_path / ".store/story").mkdir(parents=True)
    (tmp_path / "notes.txt").touch()
    check_ours(tmp_path)


def test_only_what_a_killed_run_left_is_swept_and_only_in_its_own_places(tmp_path: Path) -> None:
    ours = [tmp_path / "stories/a/.film.mp4.1a2b0.part", tmp_path / ".store/story/.story.json.part"]
    others = [tmp_path / "mine/.song.mp3.part", tmp_path / "mine/.making-music/tune", tmp_path / ".movie.part"]
    for path in (*ours, *others):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    sweep(tmp_path)
    assert not any(path.exists() for path in ours)
    assert all(path.exists() for path in others)
