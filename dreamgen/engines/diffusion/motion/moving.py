"""One picture becomes a few seconds of motion: Stable Video Diffusion, LTX-Video, Wan and CogVideoX by diffusers.

A model makes some frames at its own rate: 25 at 7 a second, 81 at 16. A longer stretch is made in pieces, each of
which begins with the last frame of the one before; likeness wears off from piece to piece. Nothing is slowed down,
and no frame is invented between two others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import Field

from dreamgen.core.base import Record, derive_seed, fingerprint
from dreamgen.engines.diffusion.loading import quiet
from dreamgen.engines.diffusion.memory import out_of_memory
from dreamgen.engines.diffusion.motion.models import Family, MotionWeights, load
from dreamgen.engines.diffusion.signature import signature
from dreamgen.engines.staying import loading
from dreamgen.errors import ModelError

if TYPE_CHECKING:
    import torch

Pixels = NDArray[np.uint8]


class MotionSampling(Record):
    """How noise becomes motion."""

    steps: int = Field(default=0, ge=0)
    """Calls of the network; 0 for as many as the model's makers recommend."""
    guidance: float | None = Field(default=None, ge=0.0)
    """Classifier-free guidance; None for what the model's makers recommend."""
    amount: int = Field(default=127, ge=0, le=255)
    """How much Stable Video Diffusion moves things; others go by the words."""


@dataclass(frozen=True)
class Motion:
    """What a model made of one picture."""

    frames: tuple[Pixels, ...] | None
    """BGR, at the model's rate, beginning with its own version of the picture. None when its numbers were broken
    (NaN), also on a second try with other noise."""
    redrawn: int = 0
    """How many pieces were made a second time."""


class Mover:
    """A loaded model.

    Args:
        pipeline: of diffusers, on its device.
        family: what it is.
        threads: CPU threads of torch; 0 for its own choice.
    """

    def __init__(self, pipeline: Any, family: Family, threads: int) -> None:
        self._pipeline, self._threads, self.family = pipeline, threads, family
        self._busy = threading.Lock()

    def size_for(self, asked: tuple[int, int]) -> tuple[int, int]:
        """The width and height in pixels that the model makes where `asked` is wanted."""
        side = self.family.side
        return self.family.size or (max(side, asked[0] // side * side), max(side, asked[1] // side * side))

    def frames_for(self, wanted: int) -> int:
        """How many frames one call makes where `wanted` are needed: no fewer, unless the model can't make more."""
        family = self.family
        if family.rigid or wanted >= family.frames:
            return family.frames
        return min(family.frames, -(-max(wanted - 1, 1) // family.step) * family.step + 1)

    def move(self, first: Pixels, words: str, seed: int, frames: int, sampling: MotionSampling) -> Motion:
        """Sets a picture in motion.

        Args:
            first: BGR (h, w, 3), of a size that the model makes.
            words: what happens, for models that read.
            seed: of the noise; the same on every device.
            frames: how many, at the model's rate.
            sampling: how.

        Raises:
            ModelError: when the machine's memory does not do.
        """
        made: list[Pixels] = []
        redrawn = piece = 0
        while len(made) < frames:
            start, left = (made[-1], frames - len(made) + 1) if made else (first, frames)
            some = None
            for attempt in range(2):
                noise = derive_seed(seed, "piece", piece, attempt)
                some = self._piece(start, words, noise, self.frames_for(left), sampling)
                if some is not None:
                    break
                redrawn += 1
            if some is None:
                return Motion(None, redrawn)
            made += some[1 if made else 0 :]
            piece += 1
        return Motion(tuple(made[:frames]), redrawn)

    def _piece(
        self, first: Pixels, words: str, seed: int, frames: int, sampling: MotionSampling
    ) -> list[Pixels] | None:
        """One call of the model; None when its numbers are broken."""
        import torch

        height, width = first.shape[:2]
        given = {
            "image": Image.fromarray(np.ascontiguousarray(first[..., ::-1])),
            "width": width,
            "height": height,
            "num_frames": frames,
            "num_inference_steps": sampling.steps or self.family.steps,
            "generator": torch.Generator("cpu").manual_seed(seed),
            "output_type": "np",
        }
        guidance = self.family.guidance if sampling.guidance is None else sampling.guidance
        with self._busy, quiet(), _threads(self._threads), torch.inference_mode(), _room(width, height, frames):
            given |= _ASKED[self.family.name](self._pipeline, self.family, words, guidance, sampling.amount)
            video = np.asarray(self._pipeline(**given).frames[0], np.float32)
        if not np.isfinite(video).all():
            return None
        pictures = np.rint(video * 255).clip(0, 255).astype(np.uint8)
        return [np.ascontiguousarray(picture[..., ::-1]) for picture in pictures]


_OPENING = threading.Lock()
_OPEN: dict[str, Mover] = {}
"""The model in memory, by its name and a look at its files; two would be too many."""


def open_mover(weights: MotionWeights) -> Mover:
    """The model, loaded once; another one takes its place in memory.

    Raises:
        MissingExtra: when a library is not installed.
        ModelError: when it can't be loaded.
    """
    key = fingerprint([weights, signature(weights)])
    with _OPENING:
        if key not in _OPEN:
            _OPEN.clear()
            with loading("motion"):
                _OPEN[key] = Mover(*load(weights), weights.threads)
        return _OPEN[key]


def _svd(pipeline: Any, family: Family, words: str, guidance: float, amount: int) -> dict[str, Any]:
    # it reads no words; a few frames are decoded at a time, or decoding would take more memory than all the rest
    return {"max_guidance_scale": guidance, "fps": family.rate, "motion_bucket_id": amount, "decode_chunk_size": 8}


def _ltx(pipeline: Any, family: Family, words: str, guidance: float, amount: int) -> dict[str, Any]:
    given = {"prompt": words, "negative_prompt": _UNWANTED, "guidance_scale": guidance, "frame_rate": family.rate}
    if pipeline.vae.config.timestep_conditioning:  # from 0.9.1 on, with the values of its makers
        given |= {"decode_timestep": 0.05, "decode_noise_scale": 0.025}
    return given


def _wan(pipeline: Any, family: Family, words: str, guidance: float, amount: int) -> dict[str, Any]:
    # encoded here: the pipeline mends its words with a library that is not needed for ours
    given = {"prompt_embeds": _encoded(pipeline, words), "guidance_scale": guidance}
    return given | ({"negative_prompt_embeds": _encoded(pipeline, _UNWANTED)} if guidance > 1 else {})


def _cogvideox(pipeline: Any, family: Family, words: str, guidance: float, amount: int) -> dict[str, Any]:
    return {"prompt": words, "negative_prompt": _UNWANTED, "guidance_scale": guidance, "use_dynamic_cfg": True}


_ASKED: dict[str, Callable[[Any, Family, str, float, int], dict[str, Any]]] = {
    "svd": _svd, "ltx": _ltx, "wan": _wan, "cogvideox": _cogvideox
}  # fmt: skip

_UNWANTED = "blurry, distorted, jittery, low quality, text, subtitles, watermark"

_WAN_TOKENS = 512


def _encoded(pipeline: Any, words: str) -> torch.Tensor:
    """Wan's words: UMT5's vectors, with zeros after the last token (1, 512, channels)."""
    given = pipeline.tokenizer(
        [words], padding="max_length", max_length=_WAN_TOKENS, truncation=True, return_tensors="pt"
    )
    device = pipeline._execution_device
    mask = given.attention_mask.to(device)
    vectors = pipeline.text_encoder(given.input_ids.to(device), mask).last_hidden_state
    encoded: torch.Tensor = vectors * mask.unsqueeze(-1).to(vectors.dtype)
    return encoded


@contextmanager
def _threads(count: int) -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _room(width: int, height: int, frames: int) -> Iterator[None]:
    """Says what to do when memory runs out."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        raise ModelError(
            f"{frames} frames of {width}x{height} pixels are too much for the machine's memory",
            "Try --set clip.offload=true, --set clip.tiles=true, or smaller pictures: --set clip.inner=512x288",
        ) from error
