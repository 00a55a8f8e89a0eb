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
from tests.run.forked import Nursery

MOMENTS = 20
QUICK = 'verify=[{backend="sight", width=128}]'
"""The quickest verifier: most of a small run's time would be the other's."""
SHORT = ("shots=2", "fps=1", "size=128x72")
"""Every stage is in it: a moment of a longer run would only hit one more of the same."""


@pytest.mark.slow
def test_killed_at_twenty_random_moments_it_ends_in_the_same_bytes(
    plot: Path, tiny: tuple[str, ...], contents: Callable[[Path], dict[str, bytes]], tmp_path: Path
) -> None:
    lot = random.Random(20)
    calm, out = tmp_path / "calm", tmp_path / "killed"
    changes = [part for change in (*tiny, QUICK, *SHORT) for part in ("--set", change)]
    command = ["story", str(plot), *changes, "--out"]
    kills, log = 0, list[str]()
    with Nursery(tmp_path) as nursery:
        _run_and_kill(nursery, [*command, str(calm)], None)
        # the first of all runs was longer than any that is killed
        began = time.monotonic()
        _run_and_kill(nursery, [*command, str(tmp_path / "again")], None)
        seconds = time.monotonic() - began
        whole, everything = contents(calm), _entries(calm)
        command += [str(out)]
        while kills < MOMENTS:
            # a moment anywhere in a run, so that most are killed several times, until it has nothing more to make
            moment = seconds * lot.uniform(0.0, 0.6) if len(log) < everything else None
            done, said = _run_and_kill(nursery, command, moment)
            kills += not done
            log += said
            if done:
                _check(out, log, whole, everything, contents)
                shutil.rmtree(out)
                log = []
        _, said = _run_and_kill(nursery, command, None)
    _check(out, log + said, whole, everything, contents)


@pytest.mark.slow
def test_ctrl_c_ends_it_with_a_word_and_loses_nothing(plot: Path, tiny: tuple[str, ...], tmp_path: Path) -> None:
    changes = [part for change in (*tiny, QUICK) if "workers" not in change for part in ("--set", change)]
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


def _run_and_kill(nursery: Nursery, words: list[str], after: float | None) -> tuple[bool, list[str]]:
    """Whether the run was done before it was killed, and what it had said that it made."""
    command = nursery.start(words)
    code = command.wait(after)
    if code is None:
        code = command.kill()
    log = command.log.read_text("utf-8")
    assert code in (0, -signal.SIGKILL), log
    return code == 0, _made(log)


def _made(log: str) -> list[str]:
    return [line for line in log.splitlines() if ": made" in line]


def _entries(out: Path) -> int:
    run = open_run(out)
    return sum(1 for folder in (run.folder, run.story.folder) for _ in folder.glob(".store/*/*.json"))
