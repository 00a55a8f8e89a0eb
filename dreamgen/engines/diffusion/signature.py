"""What tells one set of weights from another without reading all of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

_BLOCK = 1 << 16
_SAMPLES = 16
"""Blocks read of each file: a trained set of weights differs from another in practically every one of them."""

_NAMED = (
    "model",
    "refiner",
    "vae",
    "distilled_lora",
    "identity",
    "style_adapter",
    "image_encoder",
    "control",
    "check",
    "images",
)


def signature(weights: object) -> tuple[tuple[str, str], ...]:
    """Field and hash of every local file or folder that a checkpoint names; a name on the hub speaks for itself.

    Args:
        weights: a `Checkpoint`, or any record whose fields `model`, `vae` and so on name weights.
    """
    found = []
    for field in _NAMED:
        name = getattr(weights, field, "")
        path = Path(name) if isinstance(name, str) and name else None
        if path is not None and path.exists():
            found.append((field, _hash(path)))
    return tuple(found)


def _hash(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    for file in files:
        name = file.relative_to(path).as_posix() if path.is_dir() else ""
        digest.update(f"{name}\0{file.stat().st_size}\0".encode())
        for block in _blocks(file):
            digest.update(block)
    return digest.hexdigest()


def _blocks(file: Path) -> Iterator[bytes]:
    """The whole of a small file; blocks from all over a large one, with both its ends."""
    size = file.stat().st_size
    with file.open("rb") as data:
        if size <= _BLOCK * _SAMPLES:
            yield data.read()
            return
        for number in range(_SAMPLES):
            data.seek((size - _BLOCK) * number // (_SAMPLES - 1))
            yield data.read(_BLOCK)
