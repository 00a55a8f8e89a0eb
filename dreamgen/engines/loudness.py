"""How loud a stretch of sound is, as ears weigh it (ITU-R BS.1770), without a filter that runs sample by sample."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

FLOOR: Final = -100.0
"""What digital silence is given, in LUFS."""

_SHELF: Final = (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585)
_HIGH_PASS: Final = (1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621)
"""The two filters of BS.1770-4 at 48 kHz: b0, b1, b2, a1, a2."""


def loudness(samples: NDArray[np.float32], rate: int) -> float:
    """Loudness of one short stretch in LUFS, `FLOOR` at least.

    The filters are applied to the spectrum's powers, which for a stretch of a tenth of a second and more comes within
    a tenth of a LUFS of filtering it.

    Args:
        samples: one channel, 1.0 at full scale.
        rate: samples a second.
    """
    if not len(samples):
        return FLOOR
    power = np.abs(np.fft.rfft(samples.astype(np.float64))) ** 2 * _weights(len(samples), rate)
    # every frequency but the lowest and, of an even number of samples, the highest stands for two
    power[1 : None if len(samples) % 2 else -1] *= 2
    mean = float(power.sum()) / len(samples) ** 2
    return max(FLOOR, -0.691 + 10 * float(np.log10(mean))) if mean > 0 else FLOOR


@lru_cache(maxsize=8)
def _weights(count: int, rate: int) -> NDArray[np.float64]:
    """What is left of the power at every frequency of a spectrum."""
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(count, 1 / rate) / 48000)
    total = np.ones(len(turn))
    for b0, b1, b2, a1, a2 in (_SHELF, _HIGH_PASS):
        total *= np.abs((b0 + b1 * turn + b2 * turn**2) / (1 + a1 * turn + a2 * turn**2)) ** 2
    return total
