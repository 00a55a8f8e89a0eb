from __future__ import annotations

import importlib.util
import re
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from dreamgen.errors import MissingExtra, UsageError
from dreamgen.review.server.bench import Bench
from dreamgen.review.server.serving import serve
from tests.decided import write_run


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="can't be had"):
        serve(Bench(write_run(tmp_path / "run")), taken.getsockname()[1], lambda _: None)


def test_a_missing_library_is_told_with_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    true = importlib.util.find_spec

    def find(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "uvicorn" else true(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find)
    with pytest.raises(MissingExtra) as caught:
        serve(Bench(write_run(tmp_path / "run")), 0, lambda _: None)
    assert "uvicorn" in caught.value.message and "dreamgen[review]" in caught.value.hint


def test_a_run_without_pairs_can_not_be_reviewed(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no pairs yet"):
        Bench(write_run(tmp_path / "run", ()))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal there")
def test_the_command_tells_its_address_and_ends_cleanly(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run")
    command = [sys.executable, "-m", "dreamgen", "review", str(folder), "--no-browser", "--audit", "50"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        address = re.search(r"http://127\.0\.0\.1:(\d+)(/\?token=\S+)", process.stderr.readline())
        assert address is not None
        line = HTTPConnection("127.0.0.1", int(address[1]), timeout=30)
        line.request("GET", address[2])
        answer = line.getresponse()
        assert answer.status == 200 and b"<title>Review</title>" in answer.read()
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
        line.close()
        assert process.wait(30) == 0
    assert "0 pairs of 5 decided" in told and "Traceback" not in told
