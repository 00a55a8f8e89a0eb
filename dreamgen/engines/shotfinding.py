"""Where a new shot begins, found while frames go by: by our own measure, or by PySceneDetect's detectors.

PySceneDetect's detectors are fed with our frames, so that nothing is decoded twice.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.accelerators import installed
from dreamgen.engines.steps import Steps
from dreamgen.errors import MissingExtra

Pixels = NDArray[np.uint8]

Detector = Literal["steps", "content", "adaptive", "fades", "histogram"]
"""Steps is our own; content, adaptive, fades (its threshold detector) and histogram are PySceneDetect's."""

_SHORTEST: Final = 0.4
"""Seconds that a shot lasts at least, for PySceneDetect's detectors."""


class ShotFinder(Protocol):
    """Looks for the first frames of new shots."""

    def see(self, number: int, picture: Pixels) -> Sequence[int]:
        """The numbers of first frames that are certain now; they may lie some way back.

        Args:
            number: of the frame, from 0, without gaps.
            picture: uint8 (h, w, 3), BGR, small.
        """
        ...

    def end(self) -> Sequence[int]:
        """Those that are certain because no frame follows."""
        ...


def need_detectors(detectors: Sequence[Detector]) -> None:
    """Makes sure that the libraries of these detectors are there; nothing is imported.

    Raises:
        MissingExtra: when PySceneDetect is wanted and not installed.
    """
    foreign = [name for name in detectors if name != "steps"]
    if foreign and not installed("scenedetect"):
        raise MissingExtra("scenedetect-headless", "annotate", f"finding shots by {', '.join(foreign)}")


def open_finder(detector: Detector, fps: Fraction, threshold: float = 0.0) -> ShotFinder:
    """A detector, ready for its first frame.

    Args:
        detector: which.
        fps: frames a second.
        threshold: how large a change must be, in the detector's own units; 0 for its own default.

    Raises:
        MissingExtra: when PySceneDetect is wanted and not installed.
    """
    need_detectors([detector])
    return Steps(float(fps), threshold) if detector == "steps" else _SceneDetect(detector, fps, threshold)


class _SceneDetect:
    """One of PySceneDetect's detectors."""

    def __init__(self, detector: Detector, fps: Fraction, threshold: float) -> None:
        from scenedetect.common import FrameTimecode

        self._time, self._fps, self._last = FrameTimecode, fps, 0
        frames = max(1, round(_SHORTEST * float(fps)))
        self._detector = _build(detector, frames, threshold)

    def see(self, number: int, picture: Pixels) -> Sequence[int]:
        """See `ShotFinder.see`."""
        self._last = number
        return self._numbers(self._detector.process_frame(self._time(number, self._fps), picture))

    def end(self) -> Sequence[int]:
        """See `ShotFinder.end`."""
        return self._numbers(self._detector.post_process(self._time(self._last, self._fps)))

    def _numbers(self, found: Sequence[Any]) -> list[int]:
        return [int(one.frame_num) for one in found]


def _build(detector: Detector, frames: int, threshold: float) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its deprecations are its own affair
        from scenedetect import detectors

    if detector == "content":
        return detectors.ContentDetector(threshold or 27.0, min_scene_len=frames)
    if detector == "adaptive":
        return detectors.AdaptiveDetector(threshold or 3.0, min_scene_len=frames)
    if detector == "histogram":
        return detectors.HistogramDetector(threshold or 0.05, min_scene_len=frames)
    return detectors.ThresholdDetector(threshold or 12.0, min_scene_len=frames)
