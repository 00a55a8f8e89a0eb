"""Files of learned words: the vectors that stand for a word in SDXL's two text encoders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dreamgen.engines.files import whole
from dreamgen.errors import ModelError, UsageError

if TYPE_CHECKING:
    import torch

LEARN = "Learn it for this model: dreamgen style train --method inversion"
"""The way out for a word of another model."""

_PAIRS = (("clip_l", "clip_g"), ("emb", "emb2"), ("text_encoders_0", "text_encoders_1"))
"""What the two tensors are called: by most tools, by DreamFrame, by some of diffusers' training scripts."""
_OTHER_MODELS = {768: "Stable Diffusion 1", 1024: "Stable Diffusion 2"}


@dataclass(frozen=True)
class Vectors:
    """What a word means to SDXL."""

    first: torch.Tensor
    """(vectors, 768): for CLIP ViT-L/14."""
    second: torch.Tensor
    """(vectors, 1280): for OpenCLIP ViT-bigG/14."""


def read_vectors(path: Path) -> Vectors:
    """The vectors in a file: safetensors, or DreamFrame's .pt.

    DreamFrame also writes a list of what it had on the way; its last entry is taken.

    Raises:
        ModelError: when there is no such file, it holds code, or its vectors are for another model.
    """
    if not path.is_file():
        raise ModelError(f"there is no learned word at {path}", LEARN)
    tensors = _from_safetensors(path) if path.suffix == ".safetensors" else _from_pickle(path)
    for first, second in _PAIRS:
        if first in tensors and second in tensors:
            return _checked(tensors[first], tensors[second], path)
    widths = {int(tensor.shape[-1]) for tensor in _flat(tensors) if tensor.ndim}
    model = next((name for width, name in _OTHER_MODELS.items() if width in widths), "")
    names = ", ".join(map(str, tensors)) or "nothing"
    what = f"was learned for {model}" if model else f"holds no learned word, but {names}"
    raise ModelError(f"{path} {what}; SDXL needs vectors for both of its text encoders (clip_l and clip_g)", LEARN)


def write_vectors(vectors: Vectors, path: Path) -> None:
    """Writes a learned word, whole or not at all.

    Args:
        vectors: of the word.
        path: with `.safetensors`, in the form that most tools read; with `.pt`, in DreamFrame's.

    Raises:
        UsageError: for several vectors in DreamFrame's form, which has room for one.
    """
    import torch
    from safetensors.torch import save

    first, second = (tensor.detach().cpu().contiguous() for tensor in (vectors.first, vectors.second))
    if path.suffix == ".safetensors":
        with whole(path) as unfinished:
            unfinished.write_bytes(save({"clip_l": first, "clip_g": second}))
        return
    if len(first) != 1:
        raise UsageError(f"DreamFrame's form has one vector a word, and this one has {len(first)}", "Use .safetensors.")
    with whole(path) as unfinished, unfinished.open("wb") as file:
        # a clone, since a row would be saved with the whole tensor that it is a view of
        torch.save({"emb": first[0].clone(), "emb2": second[0].clone()}, file)


def _from_safetensors(path: Path) -> dict[str, Any]:
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        return dict(load(path.read_bytes()))
    except SafetensorError as error:
        raise ModelError(f"{path} is not a safetensors file: {error}", LEARN) from None


def _from_pickle(path: Path) -> dict[str, Any]:
    import pickle

    import torch

    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a broken pickle may fail in any way
        if isinstance(error, pickle.UnpicklingError) and "weights" in str(error).lower():
            raise ModelError(
                f"{path} holds more than plain tensors; it is refused, since reading it could run a program",
                "Ask its author for a safetensors file.",
            ) from None
        raise ModelError(f"{path} is not a file of plain tensors", LEARN) from None
    if isinstance(found, list | tuple) and found:
        found = found[-1]
    if not isinstance(found, dict):
        raise ModelError(f"{path} holds a {type(found).__name__}, and not a learned word", LEARN)
    return found


def _checked(first: Any, second: Any, path: Path) -> Vectors:
    import torch

    if not all(isinstance(tensor, torch.Tensor) and tensor.ndim in (1, 2) for tensor in (first, second)):
        raise ModelError(f"{path} does not hold one row of numbers or several where a learned word has them", LEARN)
    first, second = (tensor.detach().reshape(-1, tensor.shape[-1]) for tensor in (first, second))
    if len(first) != len(second) or not len(first):
        raise ModelError(f"{path} has {len(first)} vectors for one text encoder and {len(second)} for the other", LEARN)
    if not all(table.is_floating_point() and torch.isfinite(table).all() for table in (first, second)):
        raise ModelError(f"{path} holds broken numbers (NaN, or infinite)", LEARN)
    return Vectors(first, second)


def _flat(found: Any) -> Iterator[Any]:
    """Every tensor in nested dicts."""
    import torch

    if isinstance(found, torch.Tensor):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from _flat(value)
