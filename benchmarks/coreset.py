"""What core-sets cost and what they are worth, on planted clusters: seconds, peak memory, clusters that are reached.

    python benchmarks/coreset.py                                   # 20,000 x 128, both tools
    nice -n 5 python benchmarks/coreset.py --items 1000000 --channels 512 --clusters 20000 --size 100000 --tool faiss

The clusters' sizes fall off like 1/rank (Zipf), so that drawing by lot misses the small ones. Memory is the peak of the
whole process (getrusage), making the data included; one core.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from dreamgen.annotate.coreset import Coreset, Items, choose
from dreamgen.annotate.subsets import write_subsets
from dreamgen.engines.clustering import Tool
from dreamgen.engines.neighbours import nearest

_BLOCK = 1 << 15
_COPIES = 50
"""One in so many is nearly the same as another."""


def planted(path: Path, items: int, channels: int, clusters: int, seed: int = 0) -> NDArray[np.int64]:
    """Writes float16 (items, channels) to a file; returns the cluster of each."""
    lot = np.random.default_rng(seed)
    shares = 1 / np.arange(1, clusters + 1)
    of = lot.choice(clusters, items, p=shares / shares.sum())
    of[:clusters] = np.arange(clusters)
    of = lot.permutation(of)
    middles = lot.standard_normal((clusters, channels), np.float32)
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    file = np.lib.format.open_memmap(path, "w+", np.float16, (items, channels))
    for first in range(0, items, _BLOCK):
        some = of[first : first + _BLOCK]
        noise = lot.standard_normal((len(some), channels), np.float32) * np.float32(0.5 / np.sqrt(channels))
        rows = middles[some] + noise
        copies = lot.choice(len(some), len(some) // _COPIES, replace=False)
        rows[copies] = rows[copies - 1] + noise[copies] / 20
        some[copies] = some[copies - 1]
        file[first : first + _BLOCK] = rows
    file.flush()
    return of


def reached(of: NDArray[np.int64], rows: NDArray[np.int64]) -> int:
    """Of how many clusters rows hold at least one."""
    return len(np.unique(of[rows]))


def measure(path: Path, of: NDArray[np.int64], size: int, near: float, tool: Tool) -> None:
    """One run, printed."""
    vectors = np.load(path, mmap_mode="r")
    count, clusters = len(vectors), len(np.unique(of))
    items = Items([f"clip-{row:07}" for row in range(count)], vectors)
    sizes = tuple(sorted({min(clusters, size), size}))
    options = Coreset(near=near, sizes=sizes, tool=tool)
    start = _clocks()
    found = choose(items, options, 0)
    ordered = _clocks()
    with tempfile.TemporaryDirectory() as folder:
        told, names = write_subsets(items, found, options, 0, Path(folder), lambda row: b"")
    done = _clocks()
    lot = np.random.default_rng(1).permutation(count)
    print(f"{tool}: {count:,} x {vectors.shape[1]} to {size:,} of {clusters:,} clusters")
    print(f"  order of all: {_between(start, ordered)}; {len(found.rejects):,} near-duplicates dropped")
    print(f"  coverage and page: {_between(ordered, done)}; {len(names)} files")
    for one in sizes:
        ours, theirs = reached(of, found.rows[:one]), reached(of, lot[:one])
        print(f"  {one:,} chosen reach {ours:,} clusters; as many by lot {theirs:,}")
    for reach in told.coverage.curve:
        print(f"  {reach.size:9,}  mean {reach.mean:.4f} by lot {reach.random_mean:.4f}  "
              f"worst {reach.worst:.4f} by lot {reach.random_worst:.4f}")  # fmt: skip
    for variety in told.coverage.variety:
        print(f"  {variety.what:>9}  Vendi {variety.vendi:8.2f}  nearest neighbour {variety.neighbour:.4f}")
    print(f"  peak memory so far {peak():.2f} GiB")


def _clocks() -> tuple[float, float]:
    return time.monotonic(), time.process_time()


def _between(start: tuple[float, float], end: tuple[float, float]) -> str:
    """On a machine that others use too, the time of the CPU is what the work costs."""
    return f"{end[0] - start[0]:.1f} s, {end[1] - start[1]:.1f} s of CPU"


def peak() -> float:
    """The largest memory that this process ever had, in GiB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30


def flat(channels: int) -> None:
    """The exact search beside faiss's."""
    try:
        import faiss
    except ImportError:
        print("faiss is not installed")
        return
    faiss.omp_set_num_threads(1)
    lot = np.random.default_rng(0)
    asked, among = (lot.standard_normal((rows, channels), np.float32) for rows in (2048, 4096))
    ours = _best(lambda: nearest(asked, among))
    index = faiss.IndexFlatIP(channels)
    index.add(among)
    theirs = _best(lambda: index.search(asked, 1))
    print(f"2048 asked of 4096 x {channels}: NumPy {ours:.3f} s, faiss IndexFlatIP {theirs:.3f} s")


def _best(work: object) -> float:
    assert callable(work)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--items", type=int, default=20000)
    told.add_argument("--channels", type=int, default=128)
    told.add_argument("--clusters", type=int, default=400)
    told.add_argument("--size", type=int, default=2000)
    told.add_argument("--near", type=float, default=0.99)
    told.add_argument("--tool", choices=("sklearn", "faiss", "both"), default="both")
    asked = told.parse_args()
    with threadpool_limits(1), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "planted.npy"
        of = planted(path, asked.items, asked.channels, asked.clusters)
        for tool in ("sklearn", "faiss") if asked.tool == "both" else (asked.tool,):
            measure(path, of, asked.size, asked.near, tool)
        flat(asked.channels)


if __name__ == "__main__":
    main()
