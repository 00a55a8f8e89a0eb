from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from dreamgen.engines import shotfinding
from dreamgen.engines.accelerators import installed
from dreamgen.engines.shotfinding import Detector, need_detectors, open_finder
from dreamgen.errors import MissingExtra
from tests.annotate.footage import scene

needs_scenedetect = pytest.mark.skipif(not installed("scenedetect"), reason="the extra annotate is not installed")


@needs_scenedetect
@pytest.mark.parametrize("detector", ["content", "adaptive", "histogram"])
def test_scenedetect_finds_cuts_in_our_frames(detector: Detector) -> None:
    finder = open_finder(detector, Fraction(25))
    frames = [*scene(1, 30), *scene(2, 30), *scene(3, 30)]
    found = [one for number, picture in enumerate(frames) for one in finder.see(number, picture)]
    assert [*found, *finder.end()] == [30, 60]


@needs_scenedetect
def test_scenedetect_finds_the_middle_of_the_black() -> None:
    finder = open_finder("fades", Fraction(25))
    frames = [*scene(1, 30), *[np.zeros((64, 96, 3), np.uint8)] * 10, *scene(2, 30)]
    assert [one for number, picture in enumerate(frames) for one in finder.see(number, picture)] == [35]


def test_without_scenedetect_our_own_detector_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shotfinding, "installed", lambda library: False)
    need_detectors(["steps"])
    with pytest.raises(MissingExtra, match="content needs scenedetect-headless") as told:
        need_detectors(["steps", "content"])
    assert "dreamgen[annotate]" in told.value.hint
