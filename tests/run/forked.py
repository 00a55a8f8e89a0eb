"""Commands that start at once: children of one warm process that has loaded everything and works at nothing."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

_LOADED = (
    "av", "cv2", "numpy", "skia", "dreamgen.cli.main", "dreamgen.run.pipeline", "dreamgen.story.writers.rules",
    "dreamgen.render.renderers.storyboard", "dreamgen.clip.animators.storyboard", "dreamgen.verify.verifiers.pixels",
    "dreamgen.verify.verifiers.sight", "dreamgen.annotate.annotators.classic",
)  # fmt: skip
"""What a story of the recipe `draft` needs. None of it has threads as long as it does not work."""

_NURSERY = """
import importlib, json, os, sys
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
from dreamgen.__main__ import main
print("ready", flush=True)
child = 0
for line in sys.stdin:
    if child:
        os.waitpid(child, 0)
    log, *words = json.loads(line)
    child = os.fork()
    if not child:
        sys.argv = ["dreamgen", *words]
        nothing, told = os.open(os.devnull, os.O_RDWR), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for here, there in ((nothing, 0), (nothing, 1), (told, 2)):
            os.dup2(here, there)
        main()
    print(child, flush=True)
    # its number stays its own until the next begins: who kills it too late kills nobody else
    ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    print(ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status, flush=True)
"""


@dataclass(frozen=True)
class Command:
    """One that runs, or ran."""

    nursery: Nursery
    pid: int
    log: Path
    """What it says."""

    def wait(self, seconds: float | None = None) -> int | None:
        """Its exit code; None while it is at work after so many seconds."""
        return self.nursery.read(seconds)

    def kill(self) -> int:
        """Kills it with -9, for which it may be too late; its exit code."""
        os.kill(self.pid, signal.SIGKILL)
        code = self.nursery.read(None)
        assert code is not None
        return code


class Nursery:
    """Forks a process for every command, one after the other, so that none takes a second to load."""

    def __init__(self, folder: Path, loaded: Sequence[str] = ()) -> None:
        """`loaded`: further modules that the commands need."""
        self._log = folder / "command.log"
        words = [sys.executable, "-c", _NURSERY, json.dumps([*_LOADED, *loaded])]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        assert self._process.stdin and self._process.stdout
        self._told: IO[bytes] = self._process.stdin
        self._said: IO[bytes] = self._process.stdout
        assert self._line(None) == b"ready\n"

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._told.close()
        self._process.wait()
        self._said.close()

    def start(self, words: Sequence[str]) -> Command:
        """Begins a command: what would follow `dreamgen`."""
        self._told.write(json.dumps([str(self._log), *words]).encode() + b"\n")
        self._told.flush()
        line = self._line(None)
        assert line
        return Command(self, int(line), self._log)

    def read(self, seconds: float | None) -> int | None:
        """The exit code of the command that runs, if it ends so soon."""
        line = self._line(seconds)
        return None if line is None else int(line)

    def _line(self, seconds: float | None) -> bytes | None:
        ready, _, _ = select.select([self._said], [], [], seconds)
        return self._said.readline() if ready else None
