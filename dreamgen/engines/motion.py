"""Where the picture goes between two frames: sparse optical flow and a robust similarity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
"""(n, 2) pixels."""


@dataclass(frozen=True)
class Similarity:
    """Takes a point of one frame to the same point of the set in a later frame."""

    matrix: NDArray[np.float64]
    """(2, 3), pixels to pixels."""
    inliers: float
    """Share of the tracked points that agree with it, 0-1; 0 when nothing could be tracked."""

    @property
    def scale(self) -> float:
        """How much bigger things are in the later frame."""
        return float(np.hypot(self.matrix[0, 0], self.matrix[1, 0]))

    def move(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (n, 2) of the earlier frame, where they are in the later one."""
        return points @ self.matrix[:, :2].T + self.matrix[:, 2]

    def then(self, later: Similarity) -> Similarity:
        """This one, followed by `later`."""
        first = np.vstack([self.matrix, [0, 0, 1]])
        return Similarity(later.matrix @ first, min(self.inliers, later.inliers))


STILL = Similarity(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]), 1.0)


def track(before: NDArray[np.uint8], after: NDArray[np.uint8], points: Points) -> tuple[Points, NDArray[np.bool_]]:
    """Follows `points` from one grey frame to the next by pyramidal Lucas-Kanade.

    Points are followed back again, and those that don't return to within half a pixel are marked as lost
    (Kalal et al., "Forward-backward error", ICPR 2010).

    Returns:
        where they went (n, 2), and whether each was followed (n,).
    """
    import cv2

    there, found, _ = cv2.calcOpticalFlowPyrLK(before, after, points[:, None], points[:, None].copy(), winSize=(15, 15))
    back, found_back, _ = cv2.calcOpticalFlowPyrLK(after, before, there, there.copy(), winSize=(15, 15))
    error = np.linalg.norm(back[:, 0] - points, axis=1)
    return np.asarray(there[:, 0], np.float32), (found.ravel() == 1) & (found_back.ravel() == 1) & (error < 0.5)


def corners(grey: NDArray[np.uint8], count: int = 240, within: NDArray[np.uint8] | None = None) -> Points:
    """Points that can be tracked (Shi-Tomasi), (n, 2); `within` is a mask of where to look."""
    import cv2

    found = cv2.goodFeaturesToTrack(grey, count, 0.01, 5, mask=within)
    return np.empty((0, 2), np.float32) if found is None else np.asarray(found[:, 0], np.float32)


def camera_step(
    before: NDArray[np.uint8], after: NDArray[np.uint8], within: NDArray[np.uint8] | None = None
) -> Similarity:
    """How the set moved between two grey frames: the similarity that most corners agree on (RANSAC).

    Moving characters cover less than half the picture, so they are outvoted.

    Args:
        before: the earlier frame.
        after: the later frame.
        within: mask of where to look; None for everywhere.
    """
    import cv2

    points = corners(before, within=within)
    if len(points) < 8:
        return Similarity(STILL.matrix, 0.0)
    there, good = track(before, after, points)
    if good.sum() < 8:
        return Similarity(STILL.matrix, 0.0)
    matrix, kept = cv2.estimateAffinePartial2D(
        points[good], there[good], method=cv2.RANSAC, ransacReprojThreshold=0.8, confidence=0.995
    )
    if matrix is None:
        return Similarity(STILL.matrix, 0.0)
    return Similarity(np.asarray(matrix, np.float64), float(kept.mean()))


def softened(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A grey frame at half its size without its grain: paper, film and compression do not move with the camera."""
    import cv2

    smooth = cv2.GaussianBlur(grey, (0, 0), 3.0)
    size = grey.shape[1] // 2, grey.shape[0] // 2
    return np.asarray(cv2.resize(smooth, size, interpolation=cv2.INTER_AREA), np.uint8)


def middle(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A mask of the picture without its rim and without the strip of captions, which stay where they are."""
    height, width = grey.shape
    mask = np.zeros_like(grey)
    mask[int(height * 0.1) : int(height * 0.8), int(width * 0.1) : width - int(width * 0.1)] = 255
    return mask


def stabilised(grey: NDArray[np.uint8], step: Similarity, zoom: float = 1.0) -> NDArray[np.uint8]:
    """A grey frame, moved to where its set is in a later frame; what comes in at the edges repeats them.

    Args:
        grey: the earlier frame.
        step: how the set moved, in pixels of frames `zoom` times smaller.
        zoom: how much bigger `grey` is.
    """
    import cv2

    matrix = step.matrix.copy()
    matrix[:, 2] *= zoom
    size = grey.shape[1], grey.shape[0]
    return np.asarray(cv2.warpAffine(grey, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)
