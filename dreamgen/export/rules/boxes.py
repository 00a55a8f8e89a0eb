"""Boxes around marked subjects, frame by frame, as PLM's readers draw them.

They do so by torchvision's `draw_bounding_boxes` in core/transforms/video_transform.py, which wants x1 and y1 before x2
and y2, and by Pillow in lmms-eval's plm_videobench, which cuts off what leaves the picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from dreamgen.engines.video import Facts, probe
from dreamgen.errors import DreamgenError

_DIGITS: Final = frozenset("0123456789")


class Clips:
    """What the clips of a folder say of themselves, each asked once.

    Args:
        folder: that their paths lead down from.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Facts | None] = {}

    def facts(self, video: Any) -> Facts | None:
        """Of a clip; None where there is none that can be read."""
        if not isinstance(video, str) or not video:
            return None
        if video not in self._known:
            self._known[video] = self._look(video)
        return self._known[video]

    def _look(self, video: str) -> Facts | None:
        try:
            path = self._folder / video
            return probe(path) if path.is_file() else None
        except (DreamgenError, ValueError):  # a name that is no path has a NUL in it
            return None


def box_defects(boxes: Any, frames: int, size: tuple[int, int]) -> Iterator[str]:
    """What is wrong with a map from frames to boxes; each kind of defect is told once.

    Args:
        boxes: what stands where the map should: {"12": [x1, y1, x2, y2], "13": null}.
        frames: length of the clip.
        size: width and height of its pictures.
    """
    if not isinstance(boxes, dict) or not boxes:
        yield f"has {str(boxes)[:40]!r} for boxes, and no map from frames to them"
        return
    told = set()
    for frame, box in boxes.items():
        kind, what = _defect(frame, box, frames, size)
        if kind and kind not in told:
            told.add(kind)
            yield what


def drawn(boxes: Any, frame: int) -> bool:
    """Whether a box is drawn on a frame."""
    return isinstance(boxes, Mapping) and isinstance(boxes.get(str(frame)), list)


def _defect(frame: str, box: Any, frames: int, size: tuple[int, int]) -> tuple[str, str]:
    if not frame or not set(frame) <= _DIGITS or str(int(frame)) != frame:
        return "key", f"has a box at the frame {frame!r}, which is no number as the reader writes it"
    if int(frame) >= frames:
        return "late", f"has a box at the frame {frame} of a clip of {frames}"
    if box is None:
        return "", ""
    numbers = isinstance(box, list) and len(box) == 4 and all(type(edge) in (int, float) for edge in box)
    if not numbers:
        return "corners", f"has {str(box)[:40]!r} for the box of frame {frame}, and not x1, y1, x2, y2"
    left, top, right, bottom = box
    if left > right or top > bottom:
        return "order", f"has the box {box} at frame {frame}: x1 and y1 come before x2 and y2, or drawing it fails"
    if left < 0 or top < 0 or right > size[0] - 1 or bottom > size[1] - 1:
        return "outside", f"has the box {box} at frame {frame}, which leaves the picture of {size[0]}x{size[1]}"
    return "", ""
