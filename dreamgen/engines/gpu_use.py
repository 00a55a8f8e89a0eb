"""How busy NVIDIA's GPUs are and how full their memory is, as NVML tells it; nothing where there is none."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final

from dreamgen.core.base import Record

EVERY: Final = 0.5
"""Seconds between two looks during a walk; NVML itself averages over a sixth of a second to one second."""
VISIBLE: Final = "CUDA_VISIBLE_DEVICES"
"""The environment's variable that says which GPUs a process may use; AMD's follow it too."""


class Gpu(Record):
    """One GPU now."""

    index: int
    """Its number on this machine."""
    name: str
    """NVIDIA A100-SXM4-80GB."""
    use: float
    """Share of the last moments in which something ran on it, 0 to 1; it says nothing of how well it was filled."""
    memory_used: int
    """Bytes."""
    memory_total: int
    """Bytes."""


def gpus(visible: str | None = None) -> tuple[Gpu, ...]:
    """The GPUs of this machine; none without a driver, a GPU or the library.

    Args:
        visible: as in `CUDA_VISIBLE_DEVICES`: numbers or names of some of them; None for all. Numbers are the bus's
            (`CUDA_DEVICE_ORDER=PCI_BUS_ID`), which are CUDA's own, too, where all GPUs are of one sort.
    """
    with _nvml() as nvml:
        if nvml is None:
            return ()
        found = ((index, _handle(nvml, index)) for index in range(nvml.nvmlDeviceGetCount()))
        wanted = None if visible is None else [one.strip() for one in visible.split(",")]
        return tuple(
            gpu
            for index, handle in found
            if handle is not None and _wanted(nvml, index, handle, wanted)
            if (gpu := _gpu(nvml, index, handle)) is not None
        )


class Watching:
    """How busy the GPUs of this process are while it is open; a light thread looks now and then.

    Args:
        every: seconds between two looks.
    """

    def __init__(self, every: float = EVERY) -> None:
        self._every, self._over, self._open = every, threading.Event(), ExitStack()
        self._seen: list[float] = []
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Watching:
        # opened once for the whole walk: every look opens it again, which then costs nothing, as the library counts
        self._open.enter_context(_nvml())
        if self._look():  # without a GPU no thread is worth its while
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread:
            self._thread.join()
        self._open.close()

    @property
    def use(self) -> float | None:
        """The mean of all looks, 0 to 1; None where there is no GPU."""
        seen = tuple(self._seen)
        return round(sum(seen) / len(seen), 4) if seen else None

    def _run(self) -> None:
        while not self._over.wait(self._every):
            self._look()

    def _look(self) -> bool:
        found = gpus(os.environ.get(VISIBLE))
        if found:
            self._seen.append(sum(gpu.use for gpu in found) / len(found))
        return bool(found)


@contextmanager
def _nvml() -> Iterator[Any]:
    """NVML, opened; None where there is none."""
    try:
        import pynvml
    except ImportError:
        yield None
        return
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        yield None
        return
    try:
        yield pynvml
    finally:
        with suppress(pynvml.NVMLError):
            pynvml.nvmlShutdown()


def _handle(nvml: Any, index: int) -> Any:
    try:
        return nvml.nvmlDeviceGetHandleByIndex(index)
    except nvml.NVMLError:  # one that has fallen off the bus
        return None


def _wanted(nvml: Any, index: int, handle: Any, wanted: list[str] | None) -> bool:
    if wanted is None or str(index) in wanted:
        return True
    try:
        unique = nvml.nvmlDeviceGetUUID(handle)
    except nvml.NVMLError:
        return False
    name = unique.decode() if isinstance(unique, bytes) else str(unique)
    return any(one and name.startswith(one) for one in wanted)


def _gpu(nvml: Any, index: int, handle: Any) -> Gpu | None:
    try:
        name = nvml.nvmlDeviceGetName(handle)
        memory = nvml.nvmlDeviceGetMemoryInfo(handle)
        use = nvml.nvmlDeviceGetUtilizationRates(handle).gpu
    except nvml.NVMLError:  # a part of one (MIG) tells nothing
        return None
    return Gpu(
        index=index, name=name.decode() if isinstance(name, bytes) else str(name), use=use / 100,
        memory_used=int(memory.used), memory_total=int(memory.total),
    )  # fmt: skip
