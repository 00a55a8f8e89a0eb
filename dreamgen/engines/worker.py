"""A fresh interpreter that does one thing after the other, with pipes to and from it.

It is started on this module, and not by `multiprocessing`: a script need not guard its main module, its libraries see
the thread limits before they load, and it ends by itself the moment its parent is gone, however the parent died,
because its input ends.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, BinaryIO, Final, NamedTuple, TypeVar

from dreamgen.errors import DreamgenError

T = TypeVar("T")
R = TypeVar("R")

_KILL = 9
"""The number of SIGKILL, which Windows does not have."""
_CRASHES: Final = tuple(
    int(getattr(signal, name)) for name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE") if hasattr(signal, name)
)
"""The numbers of signals with which a process is ended for what it did itself."""
_WINDOWS_CRASH: Final = 0xC0000000
"""From here on exit codes mean the same on Windows."""

ONE_THREAD: Final = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM", "NUMEXPR_NUM_THREADS",
)  # fmt: skip
"""The environment's variables that keep libraries to one thread; a worker has them before it loads any."""


class WorkerDied(DreamgenError):
    """A worker's process ended before it answered."""

    why = ""
    """How, without the name of what it was at."""
    crashed = False
    """Whether it ended itself, in what it ran: a library read where it may not, or gave up when it got no memory. One
    that was ended from outside, as by a system short of memory, has not."""


class _Done(NamedTuple):
    value: Any


class _Failed(NamedTuple):
    message: str
    hint: str
    exit_code: int
    errno: int


class _Broken(NamedTuple):
    traceback: str
    errno: int


class _Died(NamedTuple):
    message: str
    hint: str
    crashed: bool

    def error(self, name: str) -> WorkerDied:
        error = WorkerDied(f"{name}: {self.message}" if name else self.message, self.hint)
        error.why, error.crashed = self.message, self.crashed
        return error


_Answer = _Done | _Failed | _Broken | _Died
"""What crosses the border: an exception itself would lose its traceback there, or not cross at all."""


class Worker:
    """A fresh interpreter that does one thing after the other, for as long as its owner lives.

    It ends within moments of its owner, however that ends, and so do the processes that it started itself.

    Args:
        environment: variables of its own, on top of this process's.
        log: the file to whose end goes all that it and its libraries print; None leaves it on this process's standard
            error.
    """

    def __init__(self, environment: Mapping[str, str] | None = None, log: Path | None = None) -> None:
        if log is None:
            self._process = _start(environment or {})
            return
        with log.open("ab") as file:
            self._process = _start(environment or {}, file)

    @property
    def process(self) -> int:
        """The number of its process."""
        return self._process.pid

    @property
    def killed(self) -> bool:
        """Whether it was ended from outside in the way that can't be refused, as by a system short of memory."""
        return self._process.poll() == -_KILL

    def call(self, function: Callable[[T], R], item: T, name: str = "") -> R:
        """`function(item)`, done there; `name` is what to call it in an error.

        Raises:
            WorkerDied: the process ended before it answered.
            DreamgenError: the function raised one.
            RuntimeError: the function raised anything else; its traceback is in the message.
        """
        answer = _ask(self._process, (function, item))
        if isinstance(answer, _Died):
            raise answer.error(name)
        value: R = _value(answer, name or str(getattr(function, "__name__", function)))
        return value

    def kill(self) -> None:
        """Ends it, whatever it is doing; whoever waits in `call` hears of it. `end` is still to come."""
        self._process.kill()

    def end(self) -> None:
        """Ends it, and clears away what is left."""
        self._process.kill()
        _close(self._process)


def _start(own: Mapping[str, str] = MappingProxyType({}), errors: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, **dict.fromkeys(ONE_THREAD, "1"), "PYTHONPATH": paths, **own}
    # -P: `-c` would put the working folder first, and a random.py that lies there in the place of Python's
    command = [sys.executable, "-P", "-c", f"from {__name__} import serve; serve()"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment)


def _close(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(BrokenPipeError):  # half a question was never read
            pipe.close()  # type: ignore[union-attr]


def _ask(process: subprocess.Popen[bytes], question: Any) -> _Answer:
    assert process.stdin and process.stdout
    message = pickle.dumps(question, protocol=pickle.HIGHEST_PROTOCOL)
    try:
        _send(process.stdin, message)
        answer: _Answer = pickle.loads(_receive(process.stdout))
        return answer
    except (EOFError, BrokenPipeError):
        code = process.wait()
        why = f"by signal {-code} ({signal.strsignal(-code)})" if code < 0 else f"with exit code {code}"
        crashed = -code in _CRASHES or code >= _WINDOWS_CRASH
        hint = "" if crashed else "Memory may be short: try fewer workers."
        return _Died(f"its worker process was ended {why}", hint, crashed)


def _value(answer: _Done | _Failed | _Broken, name: str) -> Any:
    match answer:
        case _Done(value):
            return value
        case _Failed(message, hint, exit_code, number):
            raise named(message, hint, exit_code, name) from _behind(number)
        case _Broken(trace, number):
            raise RuntimeError(f"{name} failed in a worker:\n{trace}") from _behind(number)


def named(message: str, hint: str, exit_code: int, name: str) -> DreamgenError:
    """The error of an item."""
    error = DreamgenError(f"{name}: {message}", hint)
    error.exit_code = exit_code
    return error


def _behind(number: int) -> OSError | None:
    """A full disk is a full disk on this side of the border, too."""
    return OSError(number, os.strerror(number)) if number else None


def _send(pipe: BinaryIO | IO[bytes], message: bytes) -> None:
    pipe.write(len(message).to_bytes(8, "little"))
    pipe.write(message)
    pipe.flush()


def _receive(pipe: BinaryIO | IO[bytes]) -> bytes:
    length = int.from_bytes(_exactly(pipe, 8), "little")
    return _exactly(pipe, length)


def _exactly(pipe: BinaryIO | IO[bytes], count: int) -> bytes:
    data = pipe.read(count)
    if len(data) < count:
        raise EOFError
    return data


def serve() -> None:
    """The main loop of a worker: questions come in on standard input, answers go out on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends the workers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not break into the answers
    questions = queue.SimpleQueue[bytes]()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, questions), daemon=True).start()
    while True:
        _send(answers, _answered(questions.get()))


def _listen(pipe: BinaryIO, questions: queue.SimpleQueue[bytes]) -> None:
    try:
        while True:
            questions.put(_receive(pipe))
    except EOFError:
        os._exit(0)  # the parent is gone, or has no more use for us


def _answered(question: bytes) -> bytes:
    try:
        function, item = pickle.loads(question)
        return pickle.dumps(_Done(function(item)), protocol=pickle.HIGHEST_PROTOCOL)
    except DreamgenError as error:
        return pickle.dumps(_Failed(error.message, error.hint, error.exit_code, _number(error)))
    except Exception as error:
        return pickle.dumps(_Broken(traceback.format_exc(), _number(error)))


def _number(error: BaseException | None) -> int:
    """What the system complained of, in the error or behind it; 0 when it did not."""
    while error is not None:
        if isinstance(error, OSError) and error.errno:
            return error.errno
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return 0
