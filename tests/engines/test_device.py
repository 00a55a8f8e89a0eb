from __future__ import annotations

from types import SimpleNamespace

import pytest

pytest.importorskip("torch")

import torch

from dreamgen.engines import device as rooms
from dreamgen.engines.device import machine, need, set_up
from dreamgen.errors import MissingExtra, UsageError


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cards of 80 GB that compute in bfloat16."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (8, 0))
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: SimpleNamespace(total_memory=80 * 10**9))


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def test_without_a_gpu_it_is_the_cpu_in_float32(no_gpu: None) -> None:
    found = machine()
    assert (found.device.type, found.dtype, found.memory, found.gpu) == ("cpu", torch.float32, 0, False)


def test_auto_is_the_first_gpu_in_bfloat16(gpus: None) -> None:
    found = machine()
    assert (str(found.device), found.dtype, found.memory) == ("cuda:0", torch.bfloat16, 80 * 10**9)
    assert str(machine("cuda:1").device) == "cuda:1"


def test_older_gpus_compute_in_float16(gpus: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (7, 5))
    monkeypatch.setattr(torch.version, "hip", None)
    assert machine().dtype == torch.float16
    assert machine(dtype="bfloat16").dtype == torch.bfloat16


@pytest.mark.parametrize(
    ("name", "said"),
    [("cuda", "no GPU"), ("mps", "no Apple GPU"), ("tpu", "no kind of device"), ("meta", "does not work on meta")],
)
def test_a_device_that_is_not_there_is_told(no_gpu: None, name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        machine(name)


def test_a_card_too_many_is_told(gpus: None) -> None:
    with pytest.raises(UsageError, match="only 2"):
        machine("cuda:2")


def test_other_numbers_are_refused(no_gpu: None) -> None:
    with pytest.raises(UsageError, match="int9"):
        machine(dtype="int9")


def test_what_is_not_installed_is_told_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamgen.engines.accelerators.find_spec", lambda name: None if name == "diffusers" else name)
    with pytest.raises(MissingExtra, match="diffusers") as caught:
        need()
    assert caught.value.hint == 'pip install "dreamgen[diffusion]"'


def test_threads_are_set_and_zero_leaves_them(no_gpu: None) -> None:
    place = machine()
    set_up(place, 1)
    assert torch.get_num_threads() == 1
    set_up(place, 0)
    assert torch.get_num_threads() == 1
    assert rooms.free_memory(place) == 0
