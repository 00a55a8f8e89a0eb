"""The closed word lists that records use.

Open lists (animals, garments, sets, props) are the illustrator's data files.
"""

from __future__ import annotations

from typing import Literal

Pose = Literal[
    "stand", "walk", "run", "sit", "talk", "hold", "hug", "wave", "point", "look", "lie", "kneel", "dance", "fall"
]  # fmt: skip
"""What a body can be seen doing. Animals have stand, walk, run, sit, lie and, for birds, fly (drawn for `run`)."""

Feeling = Literal["neutral", "happy", "sad", "angry", "surprised", "calm", "worried"]
Facing = Literal["left", "right"]
TimeOfDay = Literal["day", "sunset", "night"]
Weather = Literal["clear", "rain", "snow", "fog"]
Framing = Literal["wide", "full", "medium", "close"]
CameraMotion = Literal["static", "pan_left", "pan_right", "zoom_in", "zoom_out"]
Colour = Literal[
    "red", "crimson", "orange", "yellow", "green", "olive", "teal", "blue", "navy", "purple", "pink", "brown",
    "beige", "white", "grey", "black",
]  # fmt: skip
PersonKind = Literal["man", "woman", "boy", "girl", "old man", "old woman"]
