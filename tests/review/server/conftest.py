"""The page of a small run, served as it is to people, and a client that sends whatever it is told."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from dreamgen.review.server.bench import Bench
from tests.decided import write_run

TOKEN = "t" * 43


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Client:
    """Asks one server."""

    port: int
    folder: Path
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes | None = None, /, **headers: str) -> Answer:
        """Sends what it is told, unchecked; a header given as an empty text is left out."""
        told = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        line = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.putrequest(method, path, skip_host="Host" in told, skip_accept_encoding=True)
            for name, value in told.items():
                if value:
                    line.putheader(name, value)
            if body is not None:
                line.putheader("Content-Length", str(len(body)))
            line.endheaders(body)
            got = line.getresponse()
            return Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
        finally:
            line.close()

    def get(self, path: str, **headers: str) -> Answer:
        """A page."""
        return self.ask("GET", path, None, **headers)

    def decide(self, pair: str, version: int = 0, **change: Any) -> Answer:
        """Posts a decision as the page does."""
        told = json.dumps({"pair": pair, "version": version, "change": change}).encode()
        return self.ask("POST", "/api/decision", told, Content_Type="application/json")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One server for all tests: starting and ending one takes longer than most of them."""
    uvicorn = pytest.importorskip("uvicorn")
    from dreamgen.review.server.app import application
    from dreamgen.review.server.serving import settings

    folder = write_run(tmp_path_factory.mktemp("served") / "run")
    with socket.create_server(("127.0.0.1", 0)) as at:
        port = at.getsockname()[1]
        server = uvicorn.Server(settings(application(Bench(folder, 0.0, "ada"), TOKEN, port)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [at]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        yield Client(port, folder)
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def stranger(served: Client) -> Client:
    """Somebody without a token, before a run about which nothing is decided."""
    shutil.rmtree(served.folder)
    write_run(served.folder)
    return served


@pytest.fixture
def reviewer(stranger: Client) -> Client:
    """Somebody whose browser has the cookie."""
    return Client(stranger.port, stranger.folder, {"Cookie": f"dreamgen-review-{stranger.port}={TOKEN}"})
