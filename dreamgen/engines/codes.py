"""What can be told from the codes of masks without drawing them: areas, boxes, and the code of no mask at all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache


def areas(codes: Sequence[str], size: tuple[int, int]) -> list[int]:
    """How many pixels each of some codes covers.

    Args:
        codes: COCO's compressed run-length codes.
        size: width and height of the masks.
    """
    from pycocotools import mask as coco

    width, height = size
    # one by one: pycocotools 2.0 counts the codes of a list in eight bits where NumPy is 2
    return [int(coco.area({"size": [height, width], "counts": code})) for code in codes]


def tight_box(code: str, size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom pixel of a code, all within its mask; None where it covers nothing.

    Args:
        code: COCO's compressed run-length code.
        size: width and height of the mask.
    """
    from pycocotools import mask as coco

    width, height = size
    x, y, w, h = (int(value) for value in coco.toBbox({"size": [height, width], "counts": code}))
    return (x, y, x + w - 1, y + h - 1) if w and h else None


@cache
def empty_code(size: tuple[int, int]) -> str:
    """The code of a mask that covers nothing; `size` is its width and height."""
    from pycocotools import mask as coco

    width, height = size
    code = coco.frPyObjects({"size": [height, width], "counts": [height * width]}, height, width)
    return str(code["counts"].decode("ascii"))
