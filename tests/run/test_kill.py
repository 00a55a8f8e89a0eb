"""Killed with -9 at any moment, a run goes on where it stopped and ends in the same bytes."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.run.opened import open_run

MOMENTS = 20


@pytest.mark.slow
def test_killed_at_twenty_random_moments_it_ends_in_the_same_bytes(
    plot: Path, finished: Path, tiny: tuple[str, ...], contents: Callable[[Path], dict[str, bytes]], tmp_path: Path
) -> None:
    lot = random.Random(20)
    out = tmp_path / "killed"
    changes = [part for change in tiny for part in ("--set", change)]
    command = [sys.executable, "-m", "dreamgen", "story", str(plot), "--out", str(out), *changes]
    startup = _seconds_of([*command, "--stop-after", "plan"])
    whole, everything = contents(finished), _entries(finished)
    kills, log = 0, list[str]()
    while kills < MOMENTS:
        done, said = _run_and_kill(command, startup * lot.uniform(0.5, 1.0) + lot.uniform(0.0, 1.0))
        kills += not done
        log += said
        if done:
            _check(out, log, whole, everything, contents)
            shutil.rmtree(out)
            log = []
    _, said = _run_and_kill(command, 60.0)
    _check(out, log + said, whole, everything, contents)


@pytest.mark.slow
def test_ctrl_c_ends_it_with_a_word_and_loses_nothing(plot: Path, tiny: tuple[str, ...], tmp_path: Path) -> None:
    changes = [part for change in tiny if "workers" not in change for part in ("--set", change)]
    command = [sys.executable, "-m", "dreamgen", "story", str(plot), "--out", str(tmp_path / "run"), *changes]
    log = ""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        while "render: made" not in log:
            line = process.stderr.readline()
            assert line, log
            log += line
        process.send_signal(signal.SIGINT)
        log += process.stderr.read()
    assert process.returncode == 130
    assert "interrupted" in log
    assert "Traceback" not in log
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not set(_made(log)) & set(_made(again.stderr))


def _check(
    out: Path, log: list[str], whole: dict[str, bytes], everything: int, contents: Callable[[Path], dict[str, bytes]]
) -> None:
    assert contents(out) == whole
    # what a run said that it had made was never made again: only the item in flight is lost
    assert len(log) == len(set(log)) <= everything
    assert not list(out.rglob(".making-*"))


def _seconds_of(command: list[str]) -> float:
    start = time.monotonic()
    subprocess.run(command, capture_output=True, check=True)
    return time.monotonic() - start


def _run_and_kill(command: list[str], after: float) -> tuple[bool, list[str]]:
    """Whether the run was done before it was killed, and what it had said that it made."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        _, log = process.communicate(timeout=after)
        assert process.returncode == 0, log
    except subprocess.TimeoutExpired:
        process.kill()
        _, log = process.communicate()
        return False, _made(log)
    return True, _made(log)


def _made(log: str) -> list[str]:
    return [line for line in log.splitlines() if ": made" in line]


def _entries(out: Path) -> int:
    run = open_run(out)
    return sum(1 for folder in (run.folder, run.story.folder) for _ in folder.glob(".store/*/*.json"))
