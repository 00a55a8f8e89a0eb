from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("torch")

import torch

from dreamgen.engines.device import machine
from dreamgen.engines.exactness import exactly


def settings() -> tuple[Any, ...]:
    cudnn = torch.backends.cudnn
    return (
        torch.get_num_threads(), torch.get_float32_matmul_precision(), torch.backends.cuda.matmul.allow_tf32,
        cudnn.allow_tf32, cudnn.benchmark,
    )  # fmt: skip


@pytest.fixture
def drawn() -> Iterator[tuple[Any, ...]]:
    """A process in which something was drawn on a GPU, with two threads."""
    before = settings()
    torch.set_num_threads(2)
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = True
    yield settings()
    threads, precision, _, torch.backends.cudnn.allow_tf32, torch.backends.cudnn.benchmark = before
    torch.set_num_threads(threads)
    torch.set_float32_matmul_precision(precision)


def test_measuring_is_exact_whatever_was_drawn_before(drawn: tuple[Any, ...]) -> None:
    with exactly(machine("cpu", "float32")):
        assert settings() == (1, "highest", False, False, False)
        assert torch.is_inference_mode_enabled()
    assert settings() == drawn


def test_what_drawing_has_set_is_back_when_measuring_fails(drawn: tuple[Any, ...]) -> None:
    with pytest.raises(ZeroDivisionError), exactly(machine("cpu", "float32")):
        _ = 1 // 0
    assert settings() == drawn
