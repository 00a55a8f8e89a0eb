from __future__ import annotations

import sys
import time
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from dreamgen.engines.gpu_use import Watching, gpus


class Scripted(ModuleType):
    """NVML of a machine with these GPUs: how busy each is, look by look; None for one that tells nothing."""

    class NVMLError(Exception):
        """Something is not there."""

    def __init__(self, *uses: list[int] | None, driver: bool = True) -> None:
        super().__init__("pynvml")
        self.uses, self.driver, self.opened = uses, driver, 0

    def nvmlInit(self) -> None:
        if not self.driver:
            raise self.NVMLError("driver not loaded")
        self.opened += 1

    def nvmlShutdown(self) -> None:
        self.opened -= 1

    def nvmlDeviceGetCount(self) -> int:
        return len(self.uses)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        assert self.opened
        return index

    def nvmlDeviceGetName(self, handle: int) -> Any:
        return b"Tesla V100" if handle else "NVIDIA H100"

    def nvmlDeviceGetUUID(self, handle: int) -> str:
        return f"GPU-{handle}aaa"

    def nvmlDeviceGetMemoryInfo(self, handle: int) -> SimpleNamespace:
        return SimpleNamespace(used=(handle + 1) << 30, total=80 << 30)

    def nvmlDeviceGetUtilizationRates(self, handle: int) -> SimpleNamespace:
        script = self.uses[handle]
        if script is None:
            raise self.NVMLError("not supported")
        return SimpleNamespace(gpu=script.pop(0) if len(script) > 1 else script[0])


def install(monkeypatch: pytest.MonkeyPatch, nvml: Scripted | None) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", nvml)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def test_every_gpu_tells_its_use_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    nvml = Scripted([87], [0], None)
    install(monkeypatch, nvml)
    found = gpus()
    assert [(gpu.index, gpu.name, gpu.use, gpu.memory_used >> 30) for gpu in found] == [
        (0, "NVIDIA H100", 0.87, 1), (1, "Tesla V100", 0.0, 2),
    ]  # fmt: skip
    assert nvml.opened == 0


@pytest.mark.parametrize(("visible", "seen"), [("1", [1]), ("GPU-0aaa", [0]), ("1, 0", [0, 1]), ("", []), ("7", [])])
def test_a_process_sees_its_own(monkeypatch: pytest.MonkeyPatch, visible: str, seen: list[int]) -> None:
    install(monkeypatch, Scripted([1], [2]))
    assert [gpu.index for gpu in gpus(visible)] == seen


def test_without_library_driver_or_gpu_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for nvml in (None, Scripted(driver=False), Scripted()):
        install(monkeypatch, nvml)
        assert gpus() == ()
        with Watching(every=0.001) as watching:
            pass
        assert watching.use is None


def test_a_walk_tells_the_mean_of_all_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    nvml = Scripted([100, 50, 0, 0, 0])
    install(monkeypatch, nvml)
    with Watching(every=0.001) as watching:
        while nvml.uses[0] != [0]:
            time.sleep(0.001)
    assert watching.use is not None
    assert 0.0 < watching.use < 0.5
    assert nvml.opened == 0


def test_a_walk_looks_at_the_gpus_it_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, Scripted([100], [20]))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    with Watching() as watching:
        pass
    assert watching.use == 0.2
