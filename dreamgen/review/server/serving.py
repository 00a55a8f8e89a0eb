"""Serving the page until somebody has had enough."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from dreamgen.errors import UsageError
from dreamgen.review.server.app import application, need
from dreamgen.review.server.bench import Bench, View
from dreamgen.review.server.guard import Guard, new_token

if TYPE_CHECKING:
    import uvicorn

HOST: Final = "127.0.0.1"
"""This machine alone: nobody on the network reaches it."""


def serve(bench: Bench, port: int, ready: Callable[[str], None]) -> View:
    """Serves the page until it is interrupted.

    Args:
        bench: the run.
        port: 0 for any that is free.
        ready: is given the address, with its token, once the page can be opened.

    Returns:
        The run as it was left.

    Raises:
        MissingExtra: without starlette and uvicorn.
        UsageError: when the port is taken.
    """
    need()
    import uvicorn

    bench.view()
    with _listening(port) as at:
        number = at.getsockname()[1]
        token = new_token()
        ready(f"http://{HOST}:{number}/?token={token}")
        with suppress(KeyboardInterrupt):
            uvicorn.Server(settings(application(bench, token, number))).run(sockets=[at])
    return bench.view()


def settings(app: Guard) -> uvicorn.Config:
    """How it is served: without a log, in which the token would stand, and ending soon, whatever still plays."""
    import uvicorn

    return uvicorn.Config(
        app, log_level="error", access_log=False, server_header=False, lifespan="off", ws="none",
        timeout_graceful_shutdown=1,
    )  # fmt: skip


def _listening(port: int) -> socket.socket:
    at = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        at.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        at.bind((HOST, port))
        at.listen(128)
    except OSError as error:
        at.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise UsageError(f"port {port} can't be had", "Choose another with --port, or leave it away.") from None
        raise
    return at
