"""What libraries say while they work is not for whoever wants pictures."""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from dreamgen.engines.accelerators import installed

_ANY = "(?#quiet)"
"""Fits every warning, and tells our filter from others."""


class _Silence:
    """What threads share: the first one in turns the libraries' voices off, the last one out puts them back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._depth = 0
        self._voices = ExitStack()
        self._lists: list[list[tuple[object, ...]]] = []

    def begin(self) -> None:
        with self._lock:
            if not self._depth:
                self._voices = _silenced()
            # another thread may have put a list of its own there, as `warnings.catch_warnings` does
            warnings.filterwarnings("ignore", message=_ANY)
            self._lists.append(warnings.filters)  # type: ignore[arg-type]
            self._depth += 1

    def end(self) -> None:
        with self._lock:
            self._depth -= 1
            if self._depth:
                return
            for filters in (*self._lists, warnings.filters):
                filters[:] = [each for each in filters if getattr(each[1], "pattern", "") != _ANY]  # type: ignore[index]
            self._lists.clear()
            self._voices.close()


_SILENCE = _Silence()


@contextmanager
def quiet() -> Iterator[None]:
    """Silences what the libraries say while this is open: progress bars, advice, deprecations."""
    _SILENCE.begin()
    try:
        yield
    finally:
        _SILENCE.end()


def _silenced() -> ExitStack:
    """All libraries off; closing the result turns on what was on."""
    from transformers.utils import logging as transformers_logging

    libraries = [transformers_logging]
    if installed("diffusers"):  # a language model has no need of it
        from diffusers.utils import logging as diffusers_logging

        libraries.append(diffusers_logging)
    before = ExitStack()
    for library in libraries:
        before.callback(library.set_verbosity, library.get_verbosity())
        if library.is_progress_bar_enabled():
            before.callback(library.enable_progress_bar)
        library.set_verbosity(logging.CRITICAL)
        library.disable_progress_bar()
    return before
