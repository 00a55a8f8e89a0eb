"""Pictures to learn from: which files of a folder will do, and how they are made ready."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from dreamgen.errors import UsageError

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
FEWEST = 3
"""Fewer pictures have more of their own subject in common than of a style; DreamFrame takes 10 to 60."""

Fit = Literal["stretch", "crop"]


@dataclass(frozen=True)
class Picture:
    """A file to learn from."""

    path: Path
    """Where it is."""
    name: str
    """Its path in its folder, with forward slashes."""
    sha256: str
    """Of its bytes, in hex."""


@dataclass(frozen=True)
class Skipped:
    """A file that will not do."""

    name: str
    """Its path in its folder, with forward slashes."""
    reason: Literal["unreadable", "too_small", "duplicate"]
    """Damaged; shorter than half of what it would be stretched to; the same bytes as another one."""


def gather(folder: Path, side: int, fewest: int = FEWEST) -> tuple[tuple[Picture, ...], tuple[Skipped, ...]]:
    """The pictures in a folder and below, by name, and those left out.

    Args:
        folder: of PNG, JPEG and WebP files; other files are not looked at.
        side: the size in pixels that they will be brought to.
        fewest: how many it must be.

    Raises:
        UsageError: when there is no such folder, or too few of its pictures will do.
    """
    return choose(listed(folder), side, str(folder), fewest)


def listed(folder: Path) -> tuple[tuple[str, Path], ...]:
    """Name and path of every picture in a folder and below, unseen; hidden ones do not count.

    Raises:
        UsageError: when there is no such folder, or no picture in it.
    """
    paths = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    found = sorted(path for path in paths if not any(part.startswith(".") for part in path.relative_to(folder).parts))
    if not found:
        what = f"{folder} holds no pictures" if folder.is_dir() else f"there is no folder of pictures {folder}"
        raise UsageError(what, "Give a folder with PNG, JPEG or WebP files.")
    return tuple((path.relative_to(folder).as_posix(), path) for path in found)


def choose(
    files: Sequence[tuple[str, Path]], side: int, where: str, fewest: int = FEWEST
) -> tuple[tuple[Picture, ...], tuple[Skipped, ...]]:
    """Those of some named files that will do; see `gather`."""
    found: dict[str, Picture] = {}
    skipped: list[Skipped] = []
    for name, path in files:
        picture = _looked_at(name, path, side)
        if isinstance(picture, Picture) and picture.sha256 in found:
            picture = Skipped(name, "duplicate")
        if isinstance(picture, Skipped):
            skipped.append(picture)
        else:
            found[picture.sha256] = picture
    if len(found) < fewest:
        left_out = ", ".join(f"{each.name} ({each.reason})" for each in skipped[:5])
        more = f" and {len(skipped) - 5} more" if len(skipped) > 5 else ""
        raise UsageError(
            f"{where} has {len(found)} pictures to learn from" + (f"; left out: {left_out}{more}" if skipped else ""),
            f"Give at least {fewest} different ones, {side // 2} pixels or more on their shorter side.",
        )
    return tuple(found.values()), tuple(skipped)


def pixels(path: Path, side: int, fit: Fit = "stretch", autocontrast: bool = True) -> NDArray[np.uint8]:
    """A picture made ready: (side, side, 3), RGB.

    Args:
        path: the file.
        side: the size in pixels.
        fit: `stretch` as DreamFrame does, or `crop` the middle.
        autocontrast: whether every channel is spread over the whole range first, as DreamFrame does.
    """
    image = _opened(path)
    if autocontrast:
        image = ImageOps.autocontrast(image)
    if fit == "crop":
        image = ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
    else:
        image = image.resize((side, side), Image.Resampling.LANCZOS)
    return np.asarray(image).copy()


def _looked_at(name: str, path: Path, side: int) -> Picture | Skipped:
    try:
        image = _opened(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Skipped(name, "unreadable")
    return Skipped(name, "too_small") if 2 * min(image.size) < side else Picture(path, name, digest)


def _opened(path: Path) -> Image.Image:
    """Upright, in RGB, on white where it is transparent."""
    with Image.open(path) as file:
        image = ImageOps.exif_transpose(file)
        if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
            clear = image.convert("RGBA")
            ground = Image.new("RGBA", clear.size, (255, 255, 255, 255))
            return Image.alpha_composite(ground, clear).convert("RGB")
        return image.convert("RGB")
