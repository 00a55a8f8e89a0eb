"""How many pictures fit at once: computed before the first batch, and learnt when it was too many.

The numbers below are computed from the published configuration and rounded up; they are not measured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.orders import Sampling
from dreamgen.errors import ModelError

T = TypeVar("T")
R = TypeVar("R")

PARAMETERS = {
    "base": 3_470_000_000,
    "refiner": 2_260_000_000,
    "control": 1_252_000_000,
    "eyes": 633_000_000,
    "adapter": 425_000_000,
    "vae": 83_700_000,
}
"""SDXL's U-Net, text encoders and VAE; the refiner's U-Net; a ControlNet; the image encoder ViT-H/14; an IP-Adapter of
the kind plus, the largest; the VAE alone, which may be wanted in float32."""

ROW = 12_288
"""Numbers that the U-Net holds at its fullest, per latent pixel and row: 1560 channels of skip connections, 1280 of a
gated feed-forward a quarter as large, three times the 960 that go into the last level: rounded up to 6144, and as much
again for cuDNN's workspaces and what the allocator can't use."""
DECODING = 81_920
"""Numbers that the VAE holds at its fullest, per latent pixel: 64 pixels with 256 channels, five times over."""
_SPARE = 0.1
"""Share of a card that is left alone: the driver's, other processes' and gaps."""
_MOST = 32
"""Pictures; a larger batch is hardly faster (MLPerf's SDXL entries for one H200 use 32)."""


def largest_batch(
    room: int, sampling: Sampling, number_bytes: int = 2, controlled: bool = False, vae_bytes: int = 0, decoded: int = 1
) -> int:
    """Pictures that fit at once, a power of two from 1 to 32.

    Args:
        room: bytes that are free once the weights are loaded.
        sampling: size, and whether there is guidance, which takes two rows a picture.
        number_bytes: of one number: 2 for bfloat16 and float16.
        controlled: whether a control network runs along, which holds half a U-Net's maps.
        vae_bytes: of one of the VAE's numbers, which may be float32; 0 for the same as the others.
        decoded: pictures that are decoded in one call.
    """
    width, height = sampling.size
    pixels = (width // 8) * (height // 8)
    rows = 2 if sampling.guidance > 1.0 else 1
    picture = ROW * rows * pixels * number_bytes * (1.5 if controlled else 1.0)
    # a broken picture is decoded again by a copy of the VAE in float32
    exactly = PARAMETERS["vae"] * 4 if (vae_bytes or number_bytes) < 4 else 0
    left = room * (1 - _SPARE) - exactly - decoded * decoding_bytes(sampling, vae_bytes or number_bytes)
    fitting = max(1, min(_MOST, int(left / picture)))
    return 1 << (fitting.bit_length() - 1)


def decoding_bytes(sampling: Sampling, number_bytes: int = 2) -> int:
    """Bytes that the decoding of one picture takes at its fullest."""
    width, height = sampling.size
    return DECODING * (width // 8) * (height // 8) * number_bytes


def decoded_at_once(memory: int) -> int:
    """Pictures that are decoded in one call: one on a CPU or a card of 24 GB, up to four on larger ones."""
    return max(1, min(4, memory // 20_000_000_000))


def weight_bytes(checkpoint: Checkpoint, number_bytes: int = 2) -> int:
    """Bytes that the weights of a checkpoint take, computed."""
    parts = ["base"]
    parts += ["refiner"] if checkpoint.refiner else []
    parts += ["control"] if checkpoint.control else []
    parts += ["eyes"] if checkpoint.image_encoder else []
    parts += ["adapter"] * len({checkpoint.identity, checkpoint.style_adapter} - {""})
    return sum(PARAMETERS[part] for part in parts) * number_bytes


_TOLD = (
    "out of memory",
    "can't allocate memory",
    "cublas_status_alloc_failed",
    "cudnn_status_alloc_failed",
    "cudnn_status_internal_error_host_allocation_failed",
)
_NO_ENGINE = re.compile(r"((get|find) was )?unable to find an engine to execute this computation")
"""cuDNN without room for any of its workspaces; with more said, it is about shapes or kinds of numbers."""


def out_of_memory(error: BaseException) -> bool:
    """Whether this is what torch, or Python, says when memory is not enough."""
    text = str(error).strip().lower()
    told = any(words in text for words in _TOLD) or _NO_ENGINE.fullmatch(text)
    return isinstance(error, MemoryError) or bool(isinstance(error, RuntimeError) and told)


@dataclass
class Portions:
    """How many things are made at once; it learns from running out of memory."""

    asked: int
    """The first number."""
    alone: str = "one picture alone is too large for the memory of this machine"
    """What is wrong when one of them is too many."""
    hint: str = (
        "Take a smaller size (--set size=768x432), --set diffusion.dtype=float16, or a tiny VAE"
        " (--set diffusion.vae=madebyollin/taesdxl)."
    )
    """The next move then."""
    size: int = field(init=False)
    """What is left of it."""

    def __post_init__(self) -> None:
        self.size = self.asked

    @property
    def strained(self) -> str:
        """What could not be done as asked; empty when it could."""
        return f"batch {self.asked} halved to {self.size} (out of memory)" if self.size < self.asked else ""

    def make(
        self, things: Sequence[T], once: Callable[[Sequence[T]], R], tidy: Callable[[], None]
    ) -> Iterator[tuple[Sequence[T], R]]:
        """Makes all, some at a time; where memory is not enough, with half as many, which is remembered.

        Args:
            things: what from.
            once: makes some of them.
            tidy: gives memory back after a failure.

        Raises:
            ModelError: when one alone is too many.
        """
        start = 0
        while start < len(things):
            part = things[start : start + self.size]
            try:
                made = once(part)
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise
                failed = True
            else:
                failed = False
            if failed:  # outside the handler, which would still hold what the failed try had made
                self._halve(len(part))
                tidy()
                continue
            yield part, made
            start += len(part)

    def _halve(self, tried: int) -> None:
        if tried == 1:
            raise ModelError(self.alone, self.hint)
        # the next smaller power of two: batches have few different shapes
        self.size = 1 << ((tried - 1).bit_length() - 1)
