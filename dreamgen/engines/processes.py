"""One function over many items in worker processes.

Workers are fresh interpreters started on this module, with pipes to and from them, and not `multiprocessing`: a
script need not guard its main module, a worker's libraries see the thread limits before they load, and a worker
ends by itself the moment its parent is gone, however the parent died, because its input ends.
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
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, BinaryIO, Final, NamedTuple, TypeVar

from dreamgen.errors import DreamgenError

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 16
"""How many items a worker may be ahead of whoever takes the results; bounds the memory."""

_QUOTA = Path("/sys/fs/cgroup/cpu.max")
_KILL = 9
"""The number of SIGKILL, which Windows does not have."""

ONE_THREAD: Final = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM", "NUMEXPR_NUM_THREADS",
)  # fmt: skip
"""The environment's variables that keep libraries to one thread; a worker has them before it loads any."""


ALLOWED: Final = "DREAMGEN_CPUS"
"""The environment's variable that says how many CPUs a process may use, where that is less than the machine has."""


def available_cpus() -> int:
    """How many CPUs this process may use: those it is bound to, and no more than `ALLOWED` or its container says."""
    if os.environ.get(ALLOWED, "").isdecimal():
        return max(1, int(os.environ[ALLOWED]))
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = _QUOTA.read_text().split()
        return max(1, min(bound, int(quota) // int(period)))
    except (OSError, ValueError):  # no control groups, or "max": no quota
        return bound


def map_processes(
    function: Callable[[T], R], items: Sequence[T], workers: int = 0, name: Callable[[T], str] = str
) -> Generator[R, None, None]:
    """`function(item)` for every item, in the items' order; the workers go on while results are taken.

    Args:
        function: found by its module and name (or a `functools.partial` of such a function).
        items: each can be pickled.
        workers: processes; 0 for one a CPU, 1 for none: everything happens in this process.
        name: what to call an item in an error.

    Raises:
        DreamgenError: the function raised one, with the item named; or a worker was killed.
        RuntimeError: the function raised anything else; its traceback is in the message.
    """
    count = min(workers or available_cpus(), len(items))
    if count <= 1:
        for item in items:
            yield _call_here(function, item, name(item))
        return
    crew = _Crew(function, items, count, name)
    try:
        for future in crew.results:
            yield future.result()
            crew.room.release()
    finally:
        crew.dismiss()


def _call_here(function: Callable[[T], R], item: T, name: str) -> R:
    try:
        return function(item)
    except DreamgenError as error:
        raise _named(error.message, error.hint, error.exit_code, name) from error
    except Exception as error:
        error.add_note(f"while making {name}")
        raise


def _named(message: str, hint: str, exit_code: int, name: str) -> DreamgenError:
    error = DreamgenError(f"{name}: {message}", hint)
    error.exit_code = exit_code
    return error


class WorkerDied(DreamgenError):
    """A worker's process ended before it answered."""


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


_Answer = _Done | _Failed | _Broken | _Died
"""What crosses the border: an exception itself would lose its traceback there, or not cross at all."""


class _Crew:
    """Worker processes, each served by a thread that hands it one item after the other."""

    def __init__(
        self, function: Callable[[Any], Any], items: Sequence[Any], count: int, name: Callable[[Any], str]
    ) -> None:
        self.results: list[Future[Any]] = [Future() for _ in items]
        self.room = threading.Semaphore(count * _AHEAD)
        self._waiting = queue.SimpleQueue[int]()
        for index in range(len(items)):
            self._waiting.put(index)
        self._function, self._items, self._name = function, items, name
        self._over = False
        self._processes = [_start() for _ in range(count)]
        self._threads = [threading.Thread(target=self._serve, args=(process,)) for process in self._processes]
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def _serve(self, process: subprocess.Popen[bytes]) -> None:
        while True:
            self.room.acquire()
            try:
                index = self._waiting.get_nowait()
            except queue.Empty:
                return
            if self._over:
                return
            future, item = self.results[index], self._items[index]
            try:
                future.set_result(_value(_ask(process, (self._function, item)), self._name(item)))
            except Exception as error:
                future.set_exception(error)

    def dismiss(self) -> None:
        """Ends the workers, whatever they are doing."""
        self._over = True
        for process in self._processes:
            process.kill()
            self.room.release()
        for process, thread in zip(self._processes, self._threads, strict=True):
            thread.join()  # its worker is gone, so it is done
            _close(process)


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

    def call(self, function: Callable[[T], R], item: T) -> R:
        """`function(item)`, done there.

        Raises:
            WorkerDied: the process ended before it answered.
            DreamgenError: the function raised one.
            RuntimeError: the function raised anything else; its traceback is in the message.
        """
        answer = _ask(self._process, (function, item))
        if isinstance(answer, _Died):
            raise WorkerDied(answer.message, answer.hint)
        value: R = _value(answer, str(getattr(function, "__name__", function)))
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
        return _Died(f"its worker process was ended {why}", "Memory may be short: try fewer workers.")


def _value(answer: _Answer, name: str) -> Any:
    match answer:
        case _Done(value):
            return value
        case _Failed(message, hint, exit_code, number):
            raise _named(message, hint, exit_code, name) from _behind(number)
        case _Died(message, hint):
            raise _named(message, hint, 1, name)
        case _Broken(trace, number):
            raise RuntimeError(f"{name} failed in a worker:\n{trace}") from _behind(number)


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
