from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from threading import Event, Thread

import pytest

from dreamgen.engines.chat.silence import quiet


def warn(module: str) -> None:
    warnings.warn_explicit("advice", UserWarning, "file.py", 1, module=module, registry={})


def test_the_libraries_are_silent_while_it_is_open_and_others_are_not() -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        with quiet():
            warn("langchain_openai.chat_models.base")
            warn("openai")
            assert len(heard) == 0
            warn("somebody.else")
            assert len(heard) == 1
        warn("langchain_openai.chat_models.base")
        assert len(heard) == 2


def test_loggers_get_their_levels_back(logged: Callable[[], str]) -> None:
    logger = logging.getLogger("httpx")
    logger.setLevel(logging.INFO)
    try:
        with quiet():
            logger.error("HTTP Request: POST with a key")
        logger.info("heard")
    finally:
        logger.setLevel(logging.NOTSET)
    assert logged() == "heard\n"


def test_it_ends_with_the_last_of_several_threads() -> None:
    inside, leave = Event(), Event()

    def stay() -> None:
        with quiet():
            inside.set()
            leave.wait(60)

    thread = Thread(target=stay)
    thread.start()
    inside.wait(60)
    with quiet():
        pass
    assert logging.getLogger("openai").level > logging.CRITICAL
    warn("langchain")
    leave.set()
    thread.join()
    assert logging.getLogger("openai").level == logging.NOTSET
    with pytest.warns(UserWarning, match="advice"):
        warn("langchain")


def test_nothing_is_left_behind() -> None:
    before = list(warnings.filters)
    for _ in range(3):
        with quiet(), quiet():
            pass
    assert list(warnings.filters) == before
