"""Whether weights are whole and what they are taken for, before any of them is read into memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dreamgen.engines.diffusion.signature import signature
from dreamgen.engines.diffusion.weights import CONVERT, PICKLES
from dreamgen.errors import ModelError

_AGAIN = "It may be a download that broke off: delete it and fetch it again."
_LARGEST_HEADER = 100_000_000
"""Bytes; the format's own limit."""


def check_file(path: Path) -> dict[str, Any]:
    """The header of a safetensors file: name of every tensor, its type and shape.

    Raises:
        ModelError: when it is no safetensors, or was cut off.
    """
    size = path.stat().st_size
    with path.open("rb") as data:
        length = int.from_bytes(data.read(8), "little")
        if not 2 <= length <= min(size - 8, _LARGEST_HEADER):
            raise ModelError(f"{path} is no safetensors file, or only its beginning", _AGAIN)
        try:
            header: dict[str, Any] = json.loads(data.read(length))
            ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ModelError(f"{path} is no safetensors file: its header is damaged", _AGAIN) from None
    expected = 8 + length + max(ends, default=0)
    if size != expected:
        raise ModelError(f"{path} has {size} bytes, and its header promises {expected}", _AGAIN)
    return header


def check_model(folder: Path, kinds: tuple[str, ...], what: str, variant: str = "") -> dict[str, Any]:
    """What a pipeline's folder says of itself, after a look at all of its weights.

    Args:
        folder: in diffusers' layout, with a model_index.json.
        kinds: names of pipelines that it may be of; empty for any.
        what: it is taken for, in words: an SDXL model.
        variant: of the weights.

    Raises:
        ModelError: when it is something else, or parts of it are missing or damaged.
    """
    if folder.is_file():
        raise _single_file(folder, what)
    try:
        index: dict[str, Any] = json.loads((folder / "model_index.json").read_text("utf-8"))
    except OSError:
        raise ModelError(f"{folder} is not {what}: it has no model_index.json", _layout(folder)) from None
    except ValueError:
        raise ModelError(f"{folder}/model_index.json is damaged", _AGAIN) from None
    kind = index.get("_class_name")
    if kinds and kind not in kinds:
        raise ModelError(f"{folder} holds a {kind}, which is not {what}", _other(str(kind)))
    for part, (library, _) in _parts(index):
        if not (folder / part).is_dir():
            raise ModelError(f"{folder} lacks the part {part!r}", _AGAIN)
        if library in ("diffusers", "transformers") and _has_weights(folder / part):
            check_network(folder / part, variant)
    return index


def check_network(folder: Path, variant: str = "") -> None:
    """Refuses a network's folder whose weights are missing, pickled or damaged."""
    files = weight_files(folder, variant)
    if not files:
        found = sorted(path.name for path in folder.glob("*") if path.suffix in PICKLES)
        also = f", only {', '.join(found)}" if found else ""
        raise ModelError(f"{folder} has no safetensors{also}", CONVERT if found else _AGAIN)
    for file in files:
        check_file(file)
    of_variant = bool(variant) and f".{variant}" in files[0].name
    for listing in folder.glob("*.safetensors.index*.json"):
        missing = sorted(name for name in _listed(listing) if not (folder / name).is_file())
        if missing and of_variant == (bool(variant) and f".{variant}." in listing.name):
            raise ModelError(f"{folder} lacks {', '.join(missing)}", _AGAIN)


def variant_of(folder: Path, variant: str) -> str:
    """The variant if any of a pipeline's weights come in it, else none: a converted folder often has one precision."""
    found = bool(variant) and any(f".{variant}" in file.name for file in folder.glob("*/*.safetensors"))
    return variant if found else ""


def weight_files(folder: Path, variant: str = "") -> list[Path]:
    """The safetensors of a network: those of the variant, if there are any."""
    files = sorted(folder.glob("*.safetensors"))
    chosen = [file for file in files if variant and f".{variant}" in file.name]
    return chosen or [file for file in files if file.name.count(".") == 1] or files


def same_weights(one: Path, other: Path, variant: str = "") -> bool:
    """Whether two networks' folders hold the same weights, going by samples from all over the files."""
    files, twins = weight_files(one, variant), weight_files(other, variant)
    if not files or [file.name for file in files] != [twin.name for twin in twins]:
        return False
    return all(_sampled(file) == _sampled(twin) for file, twin in zip(files, twins, strict=True))


def _listed(listing: Path) -> set[str]:
    """Files over which the weights of one network are spread."""
    try:
        return set(json.loads(listing.read_text("utf-8"))["weight_map"].values())
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ModelError(f"{listing} is damaged", _AGAIN) from None


def _sampled(file: Path) -> object:
    return signature(SimpleNamespace(model=str(file)))


def _parts(index: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for name, value in index.items():
        if isinstance(value, list) and len(value) == 2 and all(value):
            yield name, value


def _has_weights(folder: Path) -> bool:
    """Networks do, tokenizers and schedulers do not."""
    return (folder / "config.json").is_file()


def _single_file(path: Path, what: str) -> ModelError:
    if path.suffix != ".safetensors":
        return ModelError(f"{path} is not {what}: that is a folder in diffusers' layout")
    names = list(check_file(path))
    if any("lora" in name.lower() for name in names):
        return ModelError(
            f"{path} is a LoRA and not {what}",
            "A style pack brings LoRAs along, or --set diffusion.distilled_lora=... for a few-step one.",
        )
    convert = f'StableDiffusionXLPipeline.from_single_file("{path.name}").save_pretrained("{path.stem}")'
    return ModelError(
        f"{path} is a single file, which says nothing of its tokenizers and settings, and not a folder",
        f"Convert it once, where the hub can be asked: {convert}",
    )


def _layout(folder: Path) -> str:
    pickled = [path for path in folder.glob("*") if path.suffix in PICKLES]
    return CONVERT if pickled else "Give the folder that holds unet/, vae/, text_encoder/ and so on."


def _other(kind: str) -> str:
    if kind == "StableDiffusionXLInpaintPipeline" or not kind.endswith("Pipeline"):
        return "Take a text-to-image model."
    if kind == "StableDiffusionXLImg2ImgPipeline":
        return "That is how SDXL's refiner is published: --set diffusion.refiner=..., beside a base model."
    if kind == "StableDiffusionPipeline":
        return "That is Stable Diffusion 1 or 2. Take an SDXL model."
    return "For models that are not SDXL: --set diffusion.family=other"
