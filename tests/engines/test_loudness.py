from __future__ import annotations

import numpy as np
import pytest

from dreamgen.engines.loudness import FLOOR, loudness


def sine(hertz: float, rate: int = 48000, seconds: float = 0.1) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate).astype(np.float32)


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_a_full_scale_sine_of_about_one_kilohertz_has_the_loudness_that_the_standard_says(rate: int) -> None:
    # BS.1770: 997 Hz at 0 dB in one channel reads -3.01
    assert loudness(sine(1000, rate), rate) == pytest.approx(-3.01, abs=0.15)


def test_a_tenth_of_the_amplitude_is_twenty_less() -> None:
    assert loudness((sine(1000) / 10).astype(np.float32), 48000) == pytest.approx(
        loudness(sine(1000), 48000) - 20, abs=0.01
    )


def test_bass_counts_less() -> None:
    assert loudness(sine(40), 48000) < loudness(sine(1000), 48000) - 3


def test_silence_is_the_floor() -> None:
    assert loudness(np.zeros(4800, np.float32), 48000) == FLOOR
    assert loudness(np.zeros(0, np.float32), 48000) == FLOOR
