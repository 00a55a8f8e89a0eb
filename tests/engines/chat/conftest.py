from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from io import StringIO

import pytest


@pytest.fixture
def logged() -> Iterator[Callable[[], str]]:
    """What reached the root logger so far, a line a message."""
    kept = StringIO()
    handler = logging.StreamHandler(kept)
    logging.getLogger().addHandler(handler)
    yield kept.getvalue
    logging.getLogger().removeHandler(handler)
