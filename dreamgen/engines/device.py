"""Where networks run, in which numbers, and how torch is set up for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dreamgen.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    import torch

WANTED_BY = "drawing with a diffusion model"


@dataclass(frozen=True)
class Machine:
    """One device and the numbers that it computes in."""

    device: torch.device
    """With its index, where it has one."""
    dtype: torch.dtype
    """Of the networks."""
    memory: int
    """Bytes that a GPU has in all; 0 for a CPU, whose batch is one."""

    @property
    def gpu(self) -> bool:
        """Whether it is one of NVIDIA's (or AMD's through ROCm)."""
        return self.device.type == "cuda"


def need(wanted_by: str = WANTED_BY) -> None:
    """Makes sure that the libraries of the extra `diffusion` are there; nothing is imported.

    Raises:
        MissingExtra: for the first one that is not.
    """
    from dreamgen.engines.accelerators import installed

    for library in ("torch", "diffusers", "transformers", "safetensors"):
        if not installed(library):
            raise MissingExtra(library, "diffusion", wanted_by)


def machine(device: str = "auto", dtype: str = "auto", check: Callable[[], None] = need) -> Machine:
    """The device that is asked for, and numbers that suit it.

    Args:
        device: auto, cpu, cuda, cuda:1, mps.
        dtype: auto, bfloat16, float16, float32.
        check: raises a `MissingExtra` unless torch and whatever else is wanted is installed.

    Raises:
        UsageError: for a device that is not there, or a name that torch does not know.
        MissingExtra: without torch.
    """
    check()
    import torch

    found = _device(device)
    memory = torch.cuda.get_device_properties(found).total_memory if found.type == "cuda" else 0
    return Machine(found, _dtype(found, dtype), int(memory))


def set_up(place: Machine, threads: int) -> None:
    """Sets what torch keeps for the whole process: CPU threads, and how GPUs multiply float32.

    Args:
        place: where networks will run.
        threads: of torch on the CPU; 0 leaves torch's own number.
    """
    import torch

    if threads and torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
    if place.gpu:
        # float32 parts (a VAE that must not overflow) run on tensor cores; their rounding is below a pixel's
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
        # sizes hardly change, so cuDNN looks for its fastest kernels once; another run may find others, and the last
        # bits of its pictures differ then, as they do between two kinds of card
        torch.backends.cudnn.benchmark = True


def on(place: Machine) -> AbstractContextManager[Any]:
    """While this is open, what torch does on its current GPU is done on this one; every thread has its own."""
    if not place.gpu:
        return nullcontext()
    import torch

    current: AbstractContextManager[Any] = torch.cuda.device(place.device)
    return current


def sent(numbers: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Numbers of the CPU on a device; a GPU fetches them from pinned memory when it gets there, and nobody waits."""
    if device.type != "cuda":
        return numbers.to(device)
    return numbers.pin_memory().to(device, non_blocking=True)


def free_memory(place: Machine) -> int:
    """Bytes that are free on a GPU now, with what torch holds and does not use; 0 for others."""
    if not place.gpu:
        return 0
    import torch

    free, _ = torch.cuda.mem_get_info(place.device)
    held = torch.cuda.memory_reserved(place.device) - torch.cuda.memory_allocated(place.device)
    return int(free + held)


def tidy(place: Machine) -> None:
    """Gives memory that nobody uses back, so that a smaller try has room."""
    import gc

    gc.collect()
    if place.gpu:
        import torch

        torch.cuda.empty_cache()


def _device(name: str) -> torch.device:
    import torch

    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError:
        raise UsageError(f"there is no kind of device {name!r}", "Choices: auto, cpu, cuda, cuda:1, mps") from None
    if device.type == "cuda":
        return _gpu(device)
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise UsageError("torch finds no Apple GPU here", "Choices: auto, cpu")
    if device.type not in ("cpu", "mps"):
        raise UsageError(f"dreamgen does not work on {device.type}", "Choices: auto, cpu, cuda, cuda:1, mps")
    return device


def _gpu(device: torch.device) -> torch.device:
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    number = torch.cuda.current_device() if count and device.index is None else device.index or 0
    if number >= count:
        found = f"only {count}" if count else "no GPU"
        raise UsageError(f"{device} is asked for, and torch finds {found}", "dreamgen doctor says why.")
    return torch.device("cuda", number)


def _dtype(device: torch.device, name: str) -> torch.dtype:
    import torch

    if name != "auto":
        dtype: Any = getattr(torch, name, None)
        if not isinstance(dtype, torch.dtype):
            raise UsageError(f"there are no numbers called {name!r}", "Choices: auto, bfloat16, float16, float32")
        return dtype
    if device.type == "cpu":
        return torch.float32
    # compute capability 8.0 (Ampere) is the first with bfloat16 in its tensor cores; ROCm's cards all have it
    native = device.type == "cuda" and (torch.version.hip or torch.cuda.get_device_capability(device)[0] >= 8)
    return torch.bfloat16 if native else torch.float16
