"""How networks are computed: by whose attention, and compiled or not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from dreamgen.engines.accelerators import installed
from dreamgen.engines.device import Machine
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.errors import MissingExtra, ModelError, UsageError

_BY_TORCH = {
    "flash": ("FLASH_ATTENTION", "CUDNN_ATTENTION", "EFFICIENT_ATTENTION", "MATH"),
    "cudnn": ("CUDNN_ATTENTION", "FLASH_ATTENTION", "EFFICIENT_ATTENTION", "MATH"),
}
"""Whom torch asks first, and whom where those can't do it, such as for odd channels of a head."""


GRAPHS = 32
"""Forms in which one network may be compiled: each size and batch takes one with guidance and one without, and takes
minutes to make. The studios of a process share this number."""


def check_attention(checkpoint: Checkpoint, place: Machine) -> None:
    """Refuses an attention that this machine does not have.

    Raises:
        UsageError: for one that needs a GPU, where there is none.
        MissingExtra: for xformers, where it is not installed.
    """
    if checkpoint.attention == "sdpa":
        return
    if not place.gpu:
        raise UsageError(
            f"diffusion.attention={checkpoint.attention} needs one of NVIDIA's GPUs",
            "--set diffusion.attention=sdpa runs everywhere.",
        )
    if checkpoint.attention == "xformers" and not installed("xformers"):
        raise MissingExtra("xformers", "xformers", "diffusion.attention=xformers")


def attend(checkpoint: Checkpoint) -> AbstractContextManager[Any]:
    """While this is open, torch asks the chosen attention first.

    diffusers' own switch, `set_attention_backend`, has no effect on SDXL's U-Net: its processors call torch directly.
    """
    if checkpoint.attention not in _BY_TORCH:
        return nullcontext()
    from torch.nn.attention import SDPBackend, sdpa_kernel

    order = [getattr(SDPBackend, name) for name in _BY_TORCH[checkpoint.attention]]
    context: AbstractContextManager[Any] = sdpa_kernel(order, set_priority=True)
    return context


def wear_xformers(checkpoint: Checkpoint, unet: Any) -> None:
    """Gives a U-Net xformers' processors; before any lock is put on."""
    if checkpoint.attention == "xformers":
        unet.enable_xformers_memory_efficient_attention()


def compiled(checkpoint: Checkpoint, place: Machine, call: Callable[..., Any]) -> Callable[..., Any]:
    """A network's call, compiled once for every shape that it sees, if the checkpoint says so.

    CUDA graphs (mode reduce-overhead) are left out: they pay where launching kernels takes longer than running them,
    which at batches of SDXL's size it does not, and they would hand out the same memory again at the next step.
    """
    if not checkpoint.compile:
        return call
    import torch

    mode = "max-autotune-no-cudagraphs" if place.gpu else "default"
    made: Callable[..., Any] = torch.compile(call, mode=mode, dynamic=False)

    def limited(*args: Any, **named: Any) -> Any:
        from torch._dynamo import config
        from torch._dynamo.exc import FailOnRecompileLimitHit

        try:
            # past the limit, torch would go on uncompiled and say nothing
            with config.patch(recompile_limit=GRAPHS, fail_on_recompile_limit_hit=True):
                return made(*args, **named)
        except FailOnRecompileLimitHit:
            raise ModelError(
                f"a network would have to be compiled for more than {GRAPHS} shapes",
                "Draw in fewer sizes and batches, or without: --set diffusion.compile=false",
            ) from None

    return limited
