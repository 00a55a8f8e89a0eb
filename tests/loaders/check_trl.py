"""TRL reads the form `trl`, on a machine without a GPU and without FFmpeg."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.loaders.arriving import check


def with_ffmpeg() -> None:
    """Starts again with PyAV's copy of FFmpeg, under the names by which torchcodec looks for it.

    A library path is read when a program starts, and not later.
    """
    found = find_spec("av")
    if "DREAMGEN_FFMPEG" in os.environ or found is None or found.origin is None:
        return
    bundled = Path(found.origin).parents[1] / "av.libs"
    links = Path(tempfile.mkdtemp())
    for path in bundled.glob("lib*.so.*"):
        if name := re.fullmatch(r"(lib(?:av|sw)\w+)-\w+(\.so\.\d+)[.\d]*", path.name):
            (links / "".join(name.groups())).symlink_to(path)
    paths = f"{links}:{bundled}"
    os.execve(
        sys.executable, [sys.executable, *sys.argv], {**os.environ, "DREAMGEN_FFMPEG": "1", "LD_LIBRARY_PATH": paths}
    )


def with_torchvision() -> Any:
    """Lets torchvision be imported beside a torch without CUDA, as long as what is returned is kept.

    It describes operations that only its build for CUDA brings along; reading a video needs none of them.
    """
    import torch

    if torch.cuda.is_available():
        return None
    library: Any = torch.library
    operations = library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        operations.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return operations


if __name__ == "__main__":
    with_ffmpeg()
    operations = with_torchvision()
    from dreamgen.engines.loaders.trl import load

    check(load, lambda row: row["messages"][0]["content"].pop(0))
