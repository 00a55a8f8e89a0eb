"""How loud the sound is, by its plain energy and its peaks."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.claims import Loudness
from dreamgen.engines.glimpsing import RATE
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.measuring.viewed import Viewed

_EDGE: Final = 0.12
"""Seconds at either end of a span that are not listened to: a coder smears a beginning."""
_HALF: Final = 0.5
"""Seconds over which energy is summed."""
_SILENT: Final = (-50.0, -42.0)
"""Peak of silence at most, and energy of what is certainly not silent at least, in dB below full scale."""
_LOUD: Final = (-22.0, -26.0, -36.0)
"""Energy of loud sound in the mean and in every half second at least; of what is certainly not loud at most."""
_QUIET: Final = (-58.0, -31.0, -24.0)
"""Energy of every half second of quiet sound, from and to; of what is certainly not quiet at least."""


def judge_loudness(view: Viewed, claim: Loudness) -> Opinion:
    """Whether the sound is silent, quiet or loud all through the span."""
    if view.seen.sound is None:
        return unsure("no_sound_track", "the file has no sound track")
    first, stop = (round(seconds * RATE) for seconds in (claim.start + _EDGE, claim.end - _EDGE))
    sound = view.seen.sound[first:stop]
    if len(sound) < _HALF * RATE:
        return unsure("too_short", f"{len(sound) / RATE:.2f} s of sound")
    peak, mean = _level(float(np.abs(sound).max())), _energy(sound)
    size = int(_HALF * RATE)
    halves = np.array([_energy(sound[at : at + size]) for at in range(0, len(sound) - size + 1, size // 2)])
    evidence = f"peak {peak:.0f} dB, energy {mean:.0f} dB, half seconds {halves.min():.0f} to {halves.max():.0f} dB"
    if claim.level == "silent":
        return _told(peak <= _SILENT[0], mean >= _SILENT[1], evidence)
    if claim.level == "loud":
        # one half second of near silence is enough: it is not loud all the time
        quiet = mean <= _LOUD[2] or float(np.mean(halves <= _LOUD[2])) >= 0.25
        return _told(mean >= _LOUD[0] and halves.min() >= _LOUD[1], quiet, evidence)
    still = peak <= _SILENT[0] - 8
    fits = halves.min() >= _QUIET[0] and halves.max() <= _QUIET[1]
    return _told(bool(fits), bool(mean >= _QUIET[2]) or still, evidence)


def _told(holds: bool, fails: bool, evidence: str) -> Opinion:
    if holds and not fails:
        return supported(0.95, evidence)
    return refuted(0.95, evidence, "other_loudness") if fails else unsure("near_threshold", evidence)


def _energy(sound: NDArray[np.float32]) -> float:
    return _level(float(np.sqrt(np.mean(sound.astype(np.float64) ** 2))))


def _level(amplitude: float) -> float:
    return 20 * float(np.log10(max(amplitude, 1e-6)))
