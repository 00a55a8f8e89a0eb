"""What drawing with a model needs, checked before anything is made or loaded."""

from __future__ import annotations

from importlib.util import find_spec
from types import SimpleNamespace
from typing import Final

from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.inventory import hub_is_off, inventory
from dreamgen.errors import MissingExtra, ModelError, UsageError

_ADAPTERS: Final = {"identity_lock": "identity", "layout_lock": "control", "regions": ""}
"""The weights that a lock wants, as a checkpoint calls them; words for regions want none."""


def check_libraries() -> None:
    """Looks for the libraries without importing them.

    Raises:
        MissingExtra: for the first that is not installed.
    """
    for library in ("torch", "diffusers", "transformers", "safetensors"):
        if find_spec(library) is None:
            raise MissingExtra(library, "diffusion", "the renderer 'diffusion'")


def check_shape(size: tuple[int, int]) -> None:
    """Keyframes have the shape that shots are planned in.

    Raises:
        UsageError: when this one has not.
    """
    if abs(size[0] / size[1] - 16 / 9) > 0.03:
        raise UsageError(
            f"shots are planned in 16:9, and render.size is {size[0]}x{size[1]}",
            "Choose a 16:9 size, such as 1024x576 or 1280x720.",
        )


def check_locks(named: Checkpoint, **locks: bool) -> None:
    """Every lock that is on has its adapter, and an adapter its image encoder.

    Raises:
        UsageError: for the first that has not, or that the model's family does not know.
    """
    if (named.identity or named.style_adapter) and not named.image_encoder:
        raise UsageError(
            "the recipe names an IP-Adapter, and not the image encoder that it was trained with",
            "For those named vit-h: --set diffusion.image_encoder=h94/IP-Adapter/models/image_encoder",
        )
    for lock in (name for name, on in locks.items() if on):
        field = _ADAPTERS[lock]
        if named.family == "other":
            raise UsageError(f"render.{lock} is on, and only SDXL has it", f"Do without it: --set render.{lock}=false")
        if field and not getattr(named, field):
            raise UsageError(
                f"render.{lock} is on, and the recipe names no weights for it",
                f"Name them with --set diffusion.{field}=NAME, or do without: --set render.{lock}=false",
            )


def check_weights(named: Checkpoint, detector: str) -> None:
    """Weights are on this machine, or may be fetched.

    Raises:
        ModelError: for the first that are neither.
    """
    for weights in (*inventory(named), *inventory(SimpleNamespace(model=detector))):
        if not weights.here and (not weights.downloadable or named.offline or hub_is_off()):
            raise ModelError(
                f"the weights {weights.name!r} ({weights.use}) are not on this machine",
                "Give a folder that has them, or let the hub be asked: offline=false, and no HF_HUB_OFFLINE",
            )
