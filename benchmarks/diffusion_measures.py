"""What the diffusion benchmark measures with: clocks, memory, matrix products, floating-point operations."""

from __future__ import annotations

import platform
import resource
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diffusion_graphs import graphs

from dreamgen.engines.device import Machine
from dreamgen.engines.diffusion.blank import Scale

if TYPE_CHECKING:
    import torch

Draw = Callable[[], int]
"""Draws some pictures, has them all on the disk when it is done, and says how many there were."""
Ready = Callable[[], Draw]
"""Thinks of new pictures to draw, outside what is measured: no repeat draws what an earlier one has drawn."""


@dataclass(frozen=True)
class Row:
    """One way of drawing, measured."""

    group: str
    """Which table it belongs to."""
    name: str
    """What is drawn how."""
    numbers: str = ""
    """The format that the networks compute in: bfloat16."""
    images: int = 0
    """Pictures a repeat."""
    seconds: tuple[float, ...] = ()
    """Of every repeat, all pictures of it together."""
    warm_up: float = 0.0
    """Seconds of everything before the first repeat: compiling, and as many pictures that are not measured."""
    tflop: float = 0.0
    """Work a picture, as torch counted it."""
    peak: int = 0
    """Most bytes in use at any time of the repeats: of the GPU as torch allots them, else of the process."""
    graphs: int = 0
    """Graphs that torch compiled before the repeats."""
    new_graphs: int = 0
    """Graphs that torch compiled during the repeats: each is a recompile."""
    given_up: int = 0
    """Functions that torch compiled too often and then no longer, at any time of this row."""
    skipped: str = ""
    """Why it was not measured."""

    @property
    def rates(self) -> tuple[float, float, float]:
        """Pictures a second: least, median, most."""
        found = sorted(self.images / seconds for seconds in self.seconds)
        return found[0], statistics.median(found), found[-1]

    @property
    def recompiles(self) -> str:
        """As the table says it: a number counts only while torch still compiles."""
        if self.given_up:
            return f"{self.new_graphs}, then torch's limit"
        return str(self.new_graphs) if self.graphs or self.new_graphs else "–"

    def share(self, products: dict[str, float]) -> float:
        """The part of the device's rate of matrix products, in the same numbers, that this way makes use of."""
        return self.rates[1] * self.tflop / products[self.numbers]


@dataclass
class Bench:
    """The machine, the scale and how often everything is repeated."""

    device: str
    scale: Scale
    repeats: int
    folder: Path
    rows: list[Row] = field(default_factory=list)

    @property
    def on_gpu(self) -> bool:
        """Whether there are CUDA's clocks and counters."""
        return self.device.startswith("cuda")

    def measure(self, group: str, name: str, ready: Ready, tflop: float, numbers: str) -> Row:
        """Draws once unmeasured and then `repeats` times, and puts the row into the table.

        Args:
            group: the table.
            name: the row.
            ready: see `Ready`; what is not loaded yet, the first drawing loads.
            tflop: work a picture.
            numbers: the format that it computes in.
        """
        before = graphs()
        warm_up, _ = self._timed(ready())
        after = graphs()
        self._forget_peak()
        seconds, images = [], 0
        for _ in range(self.repeats):
            taken, images = self._timed(ready())
            seconds.append(taken)
        now = graphs()
        row = Row(
            group, name, numbers, images, tuple(seconds), warm_up, tflop, self._peak(),
            graphs=after.made - before.made, new_graphs=now.made - after.made, given_up=now.given_up - before.given_up,
        )  # fmt: skip
        self.rows.append(row)
        return row

    def _timed(self, draw: Draw) -> tuple[float, int]:
        """Seconds, and how many pictures."""
        self.wait()
        start = time.perf_counter()
        images = draw()
        self.wait()
        return time.perf_counter() - start, images

    def skip(self, group: str, name: str, why: str) -> None:
        """Puts a row into the table that says why there are no numbers."""
        self.rows.append(Row(group, name, skipped=why))

    def wait(self) -> None:
        """Until the device has done all that it was given."""
        if self.on_gpu:
            import torch

            torch.cuda.synchronize(self.device)

    def _forget_peak(self) -> None:
        if self.on_gpu:
            import torch

            torch.cuda.reset_peak_memory_stats(self.device)
        else:
            with suppress(OSError):  # Linux alone can forget how large a process once was
                Path("/proc/self/clear_refs").write_text("5")

    def _peak(self) -> int:
        if self.on_gpu:
            import torch

            return torch.cuda.max_memory_allocated(self.device)
        with suppress(OSError, StopIteration, ValueError):
            lines = Path("/proc/self/status").read_text().splitlines()
            return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def counted(work: Callable[[], Any]) -> float:
    """TFLOP of what `work` runs: matrix products, convolutions and attention, as torch counts them."""
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    # some kernels of attention are counted and some are not, the plain one always is
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH), torch.no_grad():
        work()
    return float(counter.get_total_flops()) / 1e12


def product_rates(bench: Bench, side: int, seconds: float) -> dict[str, float]:
    """TFLOP/s of square matrix products, by the name of the number format: what is possible on this device today."""
    import torch

    found = {}
    for name in ("bfloat16", "float16", "float32"):
        left, right = (torch.randn(side, side, device=bench.device).to(getattr(torch, name)) for _ in range(2))
        found[name] = _product_rate(bench, left, right, seconds)
    return found


def _product_rate(bench: Bench, left: torch.Tensor, right: torch.Tensor, seconds: float) -> float:
    def run(times: int) -> float:
        bench.wait()
        start = time.perf_counter()
        for _ in range(times):
            left @ right
        bench.wait()
        return time.perf_counter() - start

    run(2)
    times = max(1, int(seconds / 5 / max(run(1), 1e-6)))
    taken = statistics.median(run(times) for _ in range(5)) / times
    return float(2 * left.shape[0] ** 3 / taken / 1e12)


def numbers(place: Machine) -> str:
    """The name of the number format."""
    return str(place.dtype).removeprefix("torch.")


def machine(device: str) -> str:
    """The device and the libraries, in one line."""
    import diffusers
    import torch

    name = platform.processor() or platform.machine()
    if device.startswith("cuda"):
        card = torch.cuda.get_device_properties(device)
        name = f"{card.name}, {card.total_memory / 1e9:.0f} GB, CUDA {torch.version.cuda}"
    return f"{name}; torch {torch.__version__}, diffusers {diffusers.__version__}, Python {platform.python_version()}"
