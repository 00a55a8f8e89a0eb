"""What torch finds on this machine. It looks in a process of its own, since a broken library may end the process."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import warnings
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from dreamgen.core.base import Record

PATIENCE = 180.0
"""Seconds after which a library that is still being imported counts as broken."""

NVIDIA_DRIVER = Path("/proc/driver/nvidia/version")
"""Is there when Linux has loaded NVIDIA's driver."""


class Gpu(Record):
    """One GPU that torch can use."""

    name: str
    """As its maker calls it."""
    memory: int
    """Bytes."""
    bfloat16: bool
    """Whether it computes in bfloat16 by itself."""


class Findings(Record):
    """What came of looking."""

    torch: str = ""
    """Its version; empty when it is not installed or broken."""
    cuda: str = ""
    """The CUDA (or ROCm) that torch was built for; empty for a build for CPUs."""
    gpus: tuple[Gpu, ...] = ()
    """In torch's order."""
    mps: bool = False
    """Whether torch can use Apple's GPU."""
    broken: tuple[tuple[str, str], ...] = ()
    """Library that is installed but can't be imported, and the last line of why."""
    driver: bool = False
    """Whether NVIDIA's driver is loaded."""


def look(libraries: tuple[str, ...] = ("torch", "torchvision", "xformers")) -> Findings:
    """What there is to compute with.

    Args:
        libraries: those to try; one that is not installed is not broken.
    """
    there = [name for name in libraries if installed(name)]
    if not there:
        return Findings(driver=NVIDIA_DRIVER.exists())
    command = [sys.executable, "-m", __name__, *there]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        lines = run.stdout.strip().splitlines()
        return Findings.model_validate_json(lines[-1])
    except subprocess.TimeoutExpired:
        return Findings(broken=((there[0], f"still not imported after {PATIENCE:.0f} s"),))
    except (IndexError, ValueError):
        last = (run.stderr.strip().splitlines() or ["no reason given"])[-1]
        return Findings(broken=((there[0], f"ended Python with status {run.returncode}: {last}"),))


def installed(library: str) -> bool:
    """Whether there is something to import; whether it works is another question."""
    try:
        return find_spec(library) is not None
    except (ImportError, ValueError):
        return False


def version_of(distribution: str) -> str:
    """The version of what is installed; empty when it is not."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def examine(libraries: list[str]) -> Findings:
    """Imports the libraries here and now; see `look`."""
    broken = []
    for name in libraries:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                importlib.import_module(name)
        except Exception as error:  # whatever it is that breaks is what was asked
            text = str(error).strip().splitlines()
            broken.append((name, f"{type(error).__name__}: {text[0] if text else 'no reason given'}"))
    if "torch" not in sys.modules or "torch" in dict(broken):
        return Findings(broken=tuple(broken), driver=NVIDIA_DRIVER.exists())
    return _torch(tuple(broken))


def _torch(broken: tuple[tuple[str, str], ...]) -> Findings:
    import torch

    gpus = []
    for number in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        card = torch.cuda.get_device_properties(number)
        # compute capability 8.0 (Ampere) is the first with bfloat16 in its tensor cores; ROCm's cards all have it
        native = card.major >= 8 or torch.version.hip is not None
        gpus.append(Gpu(name=card.name, memory=card.total_memory, bfloat16=native))
    return Findings(
        torch=torch.__version__,
        cuda=torch.version.cuda or torch.version.hip or "",
        gpus=tuple(gpus),
        mps=torch.backends.mps.is_available(),
        broken=broken,
        driver=NVIDIA_DRIVER.exists(),
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(examine(sys.argv[1:]).model_dump(mode="json")) + "\n")
