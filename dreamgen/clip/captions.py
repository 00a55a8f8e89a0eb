"""The words that are spoken in a shot, burned into frames that come without them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.story import Shot
from dreamgen.illustrator.lettering import write_caption


def spoken(shot: Shot, t: float) -> str:
    """The words whose time it is `t` seconds into the shot; the last ones where two speak at once."""
    said = [event.says for event in shot.events if event.says and event.start <= t < event.end]
    return said[-1] if said else ""


def write_words(frame: NDArray[np.uint8], shot: Shot, t: float) -> NDArray[np.bool_] | None:
    """Burns the words of moment `t` (seconds) into a BGR frame, in place; returns where they lie, or None."""
    return write_caption(frame, spoken(shot, t))
