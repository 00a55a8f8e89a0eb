"""Measuring is exact: its numbers do not depend on what the process did before, such as drawing on a GPU."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dreamgen.engines.device import Machine, on

_THREADS = 1
"""Of torch on the CPU, as the diffusion engine has it: their number changes the last bits."""


@contextmanager
def exactly(place: Machine) -> Iterator[None]:
    """While this is open, torch multiplies float32 in full, on one CPU thread, and without gradients.

    What drawing has set for the whole process (TF32, cuDNN's search for the fastest kernel) is back afterwards.

    Args:
        place: where the networks run.
    """
    import torch

    cudnn = torch.backends.cudnn
    before = torch.get_num_threads(), torch.get_float32_matmul_precision(), cudnn.allow_tf32, cudnn.benchmark
    _set(_THREADS, "highest", tf32=False, search=False)
    try:
        with on(place), torch.inference_mode():
            yield
    finally:
        threads, precision, tf32, search = before
        _set(threads, precision, tf32, search)


def _set(threads: int, precision: str, tf32: bool, search: bool) -> None:
    import torch

    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
    torch.set_float32_matmul_precision(precision)
    torch.backends.cudnn.allow_tf32 = tf32
    torch.backends.cudnn.benchmark = search
