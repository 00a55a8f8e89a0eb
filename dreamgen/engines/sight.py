"""Small learned networks, run by ONNX Runtime on one thread: the same picture gives the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamgen.errors import DreamgenError, first_line

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]


class Network:
    """A loaded network; see `open_network`."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._outputs = tuple(output.name for output in session.get_outputs())

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> dict[str, Floats]:
        """Every output by its name.

        Args:
            inputs: name to array; the first axis of each is the batch.
        """
        values = self._session.run(None, {name: np.ascontiguousarray(array) for name, array in inputs.items()})
        return dict(zip(self._outputs, values, strict=True))


@lru_cache(maxsize=8)
def open_network(path: Path) -> Network:
    """The network in an ONNX file.

    Raises:
        DreamgenError: when there is no such file, or it is no network.
    """
    import onnxruntime

    if not path.is_file():
        raise DreamgenError(f"no network at {path}", "Install dreamgen again: the file is a part of it.")
    options = onnxruntime.SessionOptions()
    # more threads add numbers up in another order
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return Network(onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]))
    except Exception as error:  # ONNX Runtime raises classes of its own, none of which it names
        raise DreamgenError(
            f"{path} can't be read as a network: {first_line(error)}", "Install dreamgen again: the file is spoilt."
        ) from error


def with_change(image: Pixels, following: Pixels) -> Pixels:
    """A frame with a fourth channel: what changes in it to the frame that follows, its specks grown to be seen small.

    Args:
        image: (h, w, 3), BGR.
        following: the frame about a twelfth of a second later, as large.
    """
    import cv2

    change = cv2.absdiff(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.cvtColor(following, cv2.COLOR_BGR2GRAY))
    return np.dstack([image, cv2.dilate(change, np.ones((3, 3), np.uint8))])


def resized(image: Pixels, width: int, height: int) -> Pixels:
    """A picture (h, w, channels) at another size: means over squares where that is smaller."""
    import cv2

    smaller = width * height < image.shape[0] * image.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (width, height), interpolation=how), np.uint8)


def cut_out(image: Pixels, centre: tuple[float, float], half: float, side: int) -> Pixels:
    """A square of a picture (h, w, channels), `side` pixels wide; outside the picture its edge goes on.

    Args:
        image: to be cut from.
        centre: of the square, x and y in pixels.
        half: half of its side in pixels.
        side: of the result in pixels.
    """
    x, y = centre
    half = max(half, 2.0)
    rows = np.arange(round(y - half), round(y + half)).clip(0, image.shape[0] - 1)
    columns = np.arange(round(x - half), round(x + half)).clip(0, image.shape[1] - 1)
    return resized(np.ascontiguousarray(image[rows[:, None], columns]), side, side)
