"""Still pictures on disk, as PNG."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dreamgen.engines.files import whole
from dreamgen.errors import DreamgenError


def write_png(picture: NDArray[np.uint8], path: Path) -> None:
    """Writes a picture (h, w, 3), BGR, or a map (h, w), whole or not at all."""
    plane = picture if picture.ndim == 2 else picture[..., ::-1]
    with whole(path) as unfinished:
        # level 1: a painted picture hardly shrinks further, and the next level takes twice the time
        Image.fromarray(np.ascontiguousarray(plane)).save(unfinished, format="PNG", compress_level=1)


def read_picture(path: Path) -> NDArray[np.uint8]:
    """The picture (h, w, 3), BGR, in a file of any common format.

    Raises:
        DreamgenError: when it can't be read.
    """
    with _opened(path) as image:
        return np.ascontiguousarray(np.asarray(image.convert("RGB"))[..., ::-1])


def read_map(path: Path) -> NDArray[np.uint8]:
    """The map (h, w) that `write_png` wrote.

    Raises:
        DreamgenError: when it can't be read.
    """
    with _opened(path) as image:
        return np.asarray(image.convert("L")).copy()


def _opened(path: Path) -> Image.Image:
    try:
        image = Image.open(path)
        image.load()
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise DreamgenError(
            f"the picture {path} can't be read: {error}", "Make it again, or give another one."
        ) from None
    return image
