"""Vectors are divided into cells of what is near each other: scikit-learn's mini-batch k-means, or faiss's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.accelerators import installed
from dreamgen.errors import MissingExtra

Vectors = NDArray[np.floating]
Rows = NDArray[np.int64]
Tool = Literal["auto", "sklearn", "faiss"]
"""Who clusters; auto takes faiss where it is installed."""

_ROUNDS: Final = 10
_SAMPLE: Final = 64
"""Vectors that the centre of one cell is learnt from, on average."""
_FEW: Final = 256
"""Centres up to which k-means is tried three times; the best try counts."""
_BLOCK: Final = 1 << 15
"""Vectors that are widened to float32 at once."""


def resolved(tool: Tool = "auto") -> Literal["sklearn", "faiss"]:
    """Who clusters here.

    Raises:
        MissingExtra: when what is asked for is not installed, or neither is.
    """
    if tool == "faiss" and not installed("faiss"):
        raise MissingExtra("faiss", "faiss", "clustering with faiss")
    if tool == "faiss" or (tool == "auto" and installed("faiss")):
        return "faiss"
    if not installed("sklearn"):
        raise MissingExtra("scikit-learn", "annotate", "clustering")
    return "sklearn"


def centres(vectors: Vectors, rows: Rows, count: int, seed: int, tool: Tool = "auto") -> NDArray[np.float32]:
    """The centres of k-means on the sphere: float32 (count, channels), of length 1.

    They are learnt from a sample of the rows, spread evenly over them; they are the same on every machine for the same
    rows, seed, tool and version of the tool.

    Args:
        vectors: (all, channels), in any precision and of any length but 0.
        rows: which of them, in an order that is always the same.
        count: how many; no more than there are rows.
        seed: of the k-means.
        tool: who clusters.

    Raises:
        MissingExtra: when it is not installed.
    """
    learn = _by_faiss if resolved(tool) == "faiss" else _by_sklearn
    step = max(1, len(rows) // (_SAMPLE * count))
    return learn(_unit(vectors[rows[::step]]), min(count, len(rows)), seed)


def divide(vectors: Vectors, rows: Rows, count: int, seed: int, tool: Tool = "auto") -> NDArray[np.int32]:
    """The cell of each row, from 0 to below `count`: int32 (rows,). Some may be empty.

    Args and errors are those of `centres`.
    """
    if count < 2 or len(rows) <= count:
        return np.arange(len(rows), dtype=np.int32) % max(count, 1)
    return probe(vectors, rows, centres(vectors, rows, count, seed, tool), 1)[:, 0]


def probe(vectors: Vectors, rows: Rows, middle: NDArray[np.float32], most: int) -> NDArray[np.int32]:
    """The nearest centres of each row by cosine, the nearest first: int32 (rows, most)."""
    most = min(most, len(middle))
    found = np.empty((len(rows), most), np.int32)
    turned = np.ascontiguousarray(middle.T)
    for first in range(0, len(rows), _BLOCK):
        near = np.asarray(vectors[rows[first : first + _BLOCK]], np.float32) @ turned
        found[first : first + _BLOCK, 0] = best = np.argmax(near, axis=1)
        for place in range(1, most):
            near[np.arange(len(near)), best] = -2.0
            found[first : first + _BLOCK, place] = best = np.argmax(near, axis=1)
    return found


def _by_sklearn(sample: NDArray[np.float32], count: int, seed: int) -> NDArray[np.float32]:
    from sklearn.cluster import MiniBatchKMeans

    with _one_thread():
        learnt = MiniBatchKMeans(
            count, n_init=_tries(count), max_iter=_ROUNDS, batch_size=max(1024, 4 * count), random_state=seed % 2**32,
        ).fit(sample)  # fmt: skip
    return _unit(learnt.cluster_centers_)


def _by_faiss(sample: NDArray[np.float32], count: int, seed: int) -> NDArray[np.float32]:
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        learnt = faiss.Kmeans(
            sample.shape[1], count, niter=_ROUNDS, nredo=_tries(count), spherical=True, seed=seed % 2**31,
            min_points_per_centroid=1, max_points_per_centroid=len(sample),
        )  # fmt: skip
        learnt.train(sample)
    finally:
        faiss.omp_set_num_threads(threads)
    return _unit(learnt.centroids)


def _tries(count: int) -> int:
    return 3 if count <= _FEW else 1


@contextmanager
def _one_thread() -> Iterator[None]:
    """Sums of several threads come in another order each time."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped, unused-ignore]

    with threadpool_limits(1):
        yield


def _unit(vectors: Any) -> NDArray[np.float32]:
    wide = np.asarray(vectors, np.float32)
    return np.ascontiguousarray(wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-12))
