"""SA-V's file of masklets, one a clip, as the README of sav_dataset in facebookresearch/sam2 describes it.

`masklet` has a list for each annotated frame, with a code for each masklet in it: COCO's run-length code with its size,
which pycocotools decodes; one of no pixel where the subject can't be seen. The annotated frames are every `step`th of
the clip, `annot_sample_rate` of SA-V's reader. It looks for CLIP_manual.json beside CLIP.mp4 and warns without it, and
only in that file may a subject come later than the first frame; nobody made these by hand, so `masklet_type` is auto.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from dreamgen.core.media import Clip, Masklet
from dreamgen.engines.codes import areas, empty_code

ENDING: Final = "_manual.json"
_SMALL, _LARGE = 32**2, 96**2
"""Pixels below and above which SA-V calls a masklet small and large."""


def step_of(masklets: Sequence[Masklet]) -> int:
    """Every how many frames all of these have a mask."""
    return math.lcm(*(masklet.step for masklet in masklets))


def write_annotation(clip: Clip, name: str, split: str, masklets: Sequence[Masklet], into: Path) -> Path:
    """Writes the masklets of a clip; returns the file's path.

    Args:
        clip: whose they are.
        name: of its video, without the ending.
        split: which part of the dataset it is in.
        masklets: in the order of their numbers, all of one size.
        into: the folder of the video.
    """
    path = into / f"{name}{ENDING}"
    path.write_text(json.dumps(annotation(clip, name, split, masklets)) + "\n", "utf-8")
    return path


def annotation(clip: Clip, name: str, split: str, masklets: Sequence[Masklet]) -> dict[str, Any]:
    """The masklets of a clip in SA-V's fields and types."""
    width, height = masklets[0].size
    step = step_of(masklets)
    known = [{mask.frame: mask.rle for mask in masklet.frames} for masklet in masklets]
    nothing = empty_code((width, height))
    frames = range(0, clip.frames, step)
    codes = [[codes.get(frame, nothing) for codes in known] for frame in frames]
    sizes = [areas([codes[frame] for frame in frames if frame in codes], (width, height)) for codes in known]
    seen = [[frame in codes for frame in frames] for codes in known]
    means = [sum(some) / len(some) if some else 0.0 for some in sizes]
    return {
        "video_id": name,
        "video_duration": float(clip.seconds),
        "video_frame_count": float(clip.frames),
        "video_height": float(height),
        "video_width": float(width),
        "video_resolution": float(height * width),
        "video_environment": [],
        "video_split": split,
        "masklet": [[{"size": [height, width], "counts": code} for code in row] for row in codes],
        "masklet_id": list(range(len(masklets))),
        "masklet_size_rel": [round(mean / (height * width), 8) for mean in means],
        "masklet_size_abs": [round(mean, 4) for mean in means],
        "masklet_size_bucket": [_bucket(mean) for mean in means],
        "masklet_visibility_changes": [_changes(some) for some in seen],
        "masklet_first_appeared_frame": [some.index(True) * step if any(some) else 0 for some in seen],
        "masklet_frame_count": [len(frames)] * len(masklets),
        "masklet_edited_frame_count": [0] * len(masklets),
        "masklet_type": ["auto"] * len(masklets),
        "masklet_stability_score": None,
        "masklet_num": len(masklets),
    }


def _bucket(mean: float) -> str:
    return "small" if mean < _SMALL else "large" if mean > _LARGE else "medium"


def _changes(seen: Sequence[bool]) -> int:
    """How often it goes or comes back after it was seen first."""
    after = seen[seen.index(True) :] if any(seen) else ()
    return sum(one != other for one, other in pairwise(after))
