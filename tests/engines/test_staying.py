from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator

import pytest

from dreamgen.engines import staying


class Model:
    """Weights."""


@pytest.fixture(autouse=True)
def _gone() -> Iterator[None]:
    staying.let_go()
    yield
    staying.let_go()


def used(kind: str) -> weakref.ref[Model]:
    """A model that somebody used and dropped."""
    model = Model()
    staying.stays(kind, model)
    return weakref.ref(model)


def test_a_model_goes_with_its_last_user() -> None:
    assert used("vision")() is None


def test_a_process_that_keeps_models_keeps_the_last_of_each_kind() -> None:
    staying.keep()
    first, chat, second = used("vision"), used("chat"), used("vision")
    assert first() is None
    assert chat() is not None
    assert second() is not None
    staying.let_go()
    assert chat() is second() is None


def test_only_what_was_loaded_counts() -> None:
    before = staying.loads()
    with staying.loading("vision"):
        pass
    with pytest.raises(ValueError, match="damaged"), staying.loading("vision"):
        raise ValueError("damaged")
    assert staying.loads() - before == {"vision": 1}


def test_one_model_is_loaded_at_a_time() -> None:
    first_is_in, order = threading.Event(), []

    def second() -> None:
        first_is_in.wait(20)
        with staying.loading("chat"):
            order.append("second")

    thread = threading.Thread(target=second)
    with staying.loading("diffusion"):
        thread.start()
        first_is_in.set()
        thread.join(0.1)
        order.append("first")
    thread.join(20)
    assert order == ["first", "second"]
