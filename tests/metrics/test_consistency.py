from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.core.media import Likeness
from dreamgen.engines.histograms import ColourEyes
from dreamgen.engines.perceptual import EyesDistance
from dreamgen.metrics.consistency import RENDERER, Consistency, measure
from dreamgen.metrics.stills import Still

Pixels = NDArray[np.uint8]


class Directions:
    """Sees a picture's blue level as an angle in degrees, so that cosines are known."""

    by, model = "angles", "none"

    def look(self, pictures: Sequence[Pixels]) -> NDArray[np.float32]:
        turns = [np.deg2rad(float(picture[0, 0, 0])) for picture in pictures]
        return np.array([(np.cos(turn), np.sin(turn)) for turn in turns], np.float32)


def plain(level: int) -> Pixels:
    return np.full((32, 32, 3), level, np.uint8)


def still(shot: str, level: int, likenesses: tuple[Likeness, ...] = (), skipped: int = 0, **cutouts: int) -> Still:
    return Still(shot, plain(level), {who: plain(at) for who, at in cutouts.items()}, skipped, likenesses)


def measured(*stills: Still, **portraits: int) -> Consistency:
    eyes = Directions()
    return measure(stills, {who: plain(at) for who, at in portraits.items()}, [eyes], EyesDistance(eyes), seed=0)


def test_similarity_is_the_mean_cosine_of_all_pairs_and_of_neighbours() -> None:
    found = measured(still("shot-01", 0), still("shot-02", 60), still("shot-03", 90))
    pairs, neighbours, change = (score.mean for score in found.scores)
    assert pairs.value == pytest.approx((0.5 + 0 + np.cos(np.deg2rad(30))) / 3, abs=1e-6)
    assert neighbours.value == pytest.approx((0.5 + np.cos(np.deg2rad(30))) / 2, abs=1e-6)
    assert change.value == pytest.approx(1 - neighbours.value, abs=1e-6)
    assert (pairs.n, neighbours.n, change.n) == (3, 2, 2)
    assert [(score.what, score.by) for score in found.scores] == [
        ("pairs", "angles"), ("neighbours", "angles"), ("change", "angles"),
    ]  # fmt: skip


def test_the_order_of_keyframes_matters_to_neighbours_alone() -> None:
    ordered = measured(*(still(f"shot-{n}", level) for n, level in enumerate((0, 10, 80, 90))))
    mixed = measured(*(still(f"shot-{n}", level) for n, level in enumerate((0, 80, 10, 90))))
    assert ordered.score("pairs", "angles").value == mixed.score("pairs", "angles").value  # type: ignore[union-attr]
    assert ordered.score("neighbours", "angles").value > mixed.score("neighbours", "angles").value  # type: ignore[union-attr]


def test_a_character_is_held_against_its_portrait_and_the_worst_shot_is_named() -> None:
    found = measured(still("shot-01", 0, mara=10, dog=90), still("shot-02", 0, mara=60), mara=0)
    (mara,) = found.identities
    assert (mara.entity, mara.mean.n, mara.worst_shot) == ("mara", 2, "shot-02")
    assert mara.worst == pytest.approx(0.5, abs=1e-6)
    assert mara.mean.value == pytest.approx((np.cos(np.deg2rad(10)) + 0.5) / 2, abs=1e-6)


def test_what_the_renderer_found_itself_is_kept_apart() -> None:
    found = measured(still("shot-01", 0, (Likeness(entity="mara", score=0.7),), mara=0), mara=0)
    assert [(one.by, one.mean.value) for one in found.identities] == [("angles", 1.0), (RENDERER, 0.7)]


def test_a_single_keyframe_has_nothing_to_be_compared_with() -> None:
    found = measured(still("shot-01", 0))
    assert found.keyframes == 1
    assert found.scores == ()


def test_what_was_too_small_is_counted() -> None:
    assert measured(still("shot-01", 0, skipped=2), still("shot-02", 0, skipped=1)).skipped == 3


def test_the_same_pictures_give_the_same_numbers() -> None:
    lots = np.random.default_rng(0)
    pictures = [lots.integers(0, 256, (48, 64, 3), np.uint8) for _ in range(6)]
    stills = [Still(f"shot-{n}", picture, {}, 0, ()) for n, picture in enumerate(pictures)]
    one, other = (measure(stills, {}, [ColourEyes()], EyesDistance(ColourEyes()), seed=3) for _ in range(2))
    assert one == other
