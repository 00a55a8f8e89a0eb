"""What the libraries of chat models say while they work is not for whoever wants a story."""

from __future__ import annotations

import logging
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_LIBRARIES: Final = ("langchain", "langchain_core", "langchain_openai", "openai", "httpx", "httpx2", "httpcore")
"""Whose loggers are turned off. Of warnings, all that come out of LangChain and its packages."""
_FILTER: Final[Any] = ("ignore", None, Warning, re.compile(r"(langchain|langsmith|openai|httpx|httpcore|pydantic)"), 0)


class _Silence:
    """What threads share: the first one in turns the libraries' voices off, the last one out puts them back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._depth = 0
        self._levels: dict[str, int] = {}
        self._lists: list[list[Any]] = []

    def begin(self) -> None:
        with self._lock:
            if not self._depth:
                for name in _LIBRARIES:
                    self._levels[name] = logging.getLogger(name).level
                    logging.getLogger(name).setLevel(logging.CRITICAL + 1)
            # another thread may have put a list of its own there, as `warnings.catch_warnings` does
            filters: list[Any] = warnings.filters  # type: ignore[assignment]
            if not any(each is _FILTER for each in filters):
                filters.insert(0, _FILTER)
                self._lists.append(filters)
            self._depth += 1

    def end(self) -> None:
        with self._lock:
            self._depth -= 1
            if self._depth:
                return
            for filters in self._lists:
                filters[:] = [each for each in filters if each is not _FILTER]
            self._lists.clear()
            for name, level in self._levels.items():
                logging.getLogger(name).setLevel(level)


_SILENCE: Final = _Silence()


@contextmanager
def quiet() -> Iterator[None]:
    """Silences what the libraries say while this is open: advice, deprecations, a line for each HTTP request."""
    _SILENCE.begin()
    try:
        yield
    finally:
        _SILENCE.end()
