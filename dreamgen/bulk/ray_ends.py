"""How a Ray worker ends: what is said of it, and waiting until it is gone."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

_NUMBER: Final = re.compile(r"\b[0-9a-f]{24,} ?")


def cause(error: Exception) -> str:
    """What Ray says of a death, in a line, without the numbers of its parts."""
    lines = [_NUMBER.sub("", line).strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if "because" in line or "Error:" in line]
    return (telling or lines or [type(error).__name__])[-1][:300]


def await_end(processes: Sequence[int], seconds: float = 5.0) -> None:
    """Waits until processes of this machine are gone: their end was asked for, which takes a moment."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and any(map(_runs, processes)):
        time.sleep(0.02)


def _runs(process: int) -> bool:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(process, 0)
        return True
    return False
