"""What is loaded to draw with: weights, and the machine that they are put on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dreamgen.core.base import Record

Device = str
"""auto, cpu, cuda, cuda:1, mps."""


class Checkpoint(Record):
    """One set of weights on one device. Equal checkpoints share one loaded pipeline in a process.

    Every name of weights is a local folder or file, or a name on the hub: `owner/model`, `owner/model/folder`, or
    `owner/model/file.safetensors`. Only safetensors are read.
    """

    model: str = Field(default="stabilityai/stable-diffusion-xl-base-1.0", min_length=1)
    """The text-to-image model, in diffusers' layout."""
    family: Literal["sdxl", "other"] = "sdxl"
    """`other` is any text-to-image pipeline of diffusers (FLUX, SD3, Qwen-Image), without identity or layout lock."""
    refiner: str = ""
    """SDXL's second model, which draws the last steps; empty for none."""
    vae: str = ""
    """Decodes latents, instead of the model's own: an fp16-safe VAE, or a tiny one (AutoencoderTiny) for previews."""
    distilled: Literal["", "lcm", "lightning", "hyper", "dmd2"] = ""
    """How the few-step LoRA was distilled: it decides scheduler, steps and guidance; empty for none."""
    distilled_lora: str = ""
    """The few-step LoRA's weights; empty for the published ones of `distilled`."""
    identity: str = ""
    """The IP-Adapter that keeps characters alike: a safetensors file; empty for none."""
    style_adapter: str = ""
    """The IP-Adapter that follows the style's reference pictures; empty for none. It may be the same file."""
    image_encoder: str = ""
    """The folder of the image encoder that both adapters were trained with."""
    control: str = ""
    """The ControlNet or T2I-Adapter that keeps the layout; empty for none."""
    variant: str = ""
    """Which of several published precisions: fp16."""
    device: Device = "auto"
    """auto takes the first GPU, else the CPU."""
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    """auto is bfloat16 where the device is fast at it, else float16 on a GPU and float32 on a CPU."""
    attention: Literal["sdpa", "flash", "cudnn", "xformers"] = "sdpa"
    """Who computes attention; measured by benchmarks/diffusion.py."""
    compile: bool = False
    """Whether torch compiles the networks once, for fixed shapes; pays from some hundred pictures on."""
    threads: int = Field(default=1, ge=0)
    """CPU threads of torch; they change bits, so the number is fixed. 0 lets torch choose."""
    offline: bool = False
    """Never ask the hub; also with HF_HUB_OFFLINE=1."""
