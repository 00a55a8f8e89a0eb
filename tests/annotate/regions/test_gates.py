from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from dreamgen.annotate.regions.gates import Gates, complaints, dropped, gated
from dreamgen.annotate.tracks import Sight, Track
from dreamgen.engines.masks import region_of
from dreamgen.engines.segmenting import Glimpse, Reel

REEL = Reel(Path("clip.mp4"), 12, (100, 80), 48, 4)
"""Twelve annotated frames."""
USUAL = (40, 30, 20, 20)


def _glimpse(place: int, square: tuple[int, int, int, int] | None, fit: float = 0.9, there: float = 0.99) -> Glimpse:
    """A rectangle: left, top, width and height in pixels."""
    mask = np.zeros((80, 100), np.bool_)
    if square is not None:
        x, y, w, h = square
        mask[y : y + h, x : x + w] = True
    return Glimpse(place * 4, region_of(mask), fit, there)


def _told(glimpses: Sequence[Glimpse], hinted: Sequence[int], cuts: Sequence[int] = (), **gates: float | bool) -> str:
    """s(een), g(one), or the first letter of why nobody knows, in capitals."""
    sights = gated(glimpses, hinted, REEL, cuts, Gates.model_validate(gates))
    return "".join(sight.why[0].upper() if sight.why else sight.state[0] for sight in sights)


def test_good_masks_are_seen_and_what_is_not_there_is_gone() -> None:
    glimpses = [_glimpse(n, USUAL) if n < 8 else _glimpse(n, None, there=0.02) for n in range(12)]
    assert _told(glimpses, [0]) == "ssssssssgggg"


@pytest.mark.parametrize(
    ("spoiled", "letter"),
    [
        (_glimpse(5, None, there=0.9), "E"),
        (_glimpse(5, (40, 30, 1, 2)), "T"),
        (_glimpse(5, USUAL, fit=0.2), "P"),
        (_glimpse(5, USUAL, there=0.4), "U"),
    ],
)
def test_empty_tiny_poor_and_unsure_masks_are_cut_out_and_prove_no_absence(spoiled: Glimpse, letter: str) -> None:
    glimpses = [spoiled if n == 5 else _glimpse(n, USUAL) for n in range(12)]
    assert _told(glimpses, [0]) == f"sssss{letter}ssssss"


@pytest.mark.parametrize("square", [(0, 0, 8, 8), (10, 10, 60, 60)])
def test_nothing_is_believed_after_a_mask_has_slipped_to_something_else(square: tuple[int, int, int, int]) -> None:
    glimpses = [_glimpse(n, USUAL if n < 6 else square) for n in range(12)]

    assert _told(glimpses, [0]) == "ssssssDDDDDD"
    # seen from the end it is the beginning that went wrong
    assert _told(glimpses, [44]) == "DDDDDDssssss"
    # where a person has pointed at it again, it is right again
    assert _told(glimpses, [0, 36]) == "ssssssDDDsss"


def test_what_moves_fast_and_what_leaves_over_the_rim_has_not_slipped() -> None:
    fast = [_glimpse(n, (5 * n + 2, 30, 20, 20)) for n in range(12)]
    leaving = [_glimpse(n, (40, 40 + 5 * n, 20, 20)) for n in range(8)] + [
        _glimpse(n, None, there=0) for n in range(8, 12)
    ]

    assert _told(fast, [0]) == "s" * 12
    assert _told(leaving, [0]) == "ssssssssgggg"


def test_other_shots_are_unknown_unless_somebody_believes_in_cuts() -> None:
    glimpses = [_glimpse(n, USUAL if n < 6 else (0, 0, 9, 9)) for n in range(12)]

    assert _told(glimpses, [0], cuts=[24]) == "ssssssAAAAAA"
    assert _told(glimpses, [0], cuts=[24], across_cuts=True) == "s" * 12
    assert _told(glimpses, [0, 40], cuts=[24]) == "s" * 12


def _track(sights: tuple[Sight, ...]) -> Track:
    return Track("dog-1", "dog", "animal", REEL.size, REEL.frames, REEL.step, sights)


def test_every_cut_out_mask_is_counted_with_its_reason() -> None:
    glimpses = [_glimpse(n, USUAL, fit=0.1 if n in (3, 4) else 0.9, there=0.4 if n == 7 else 0.9) for n in range(12)]

    track = _track(gated(glimpses, [0], REEL, (), Gates()))

    told = [(reject.what, reject.reason, reject.detail) for reject in complaints(track, "clip-001")]
    assert told == [
        ("dog-1", "poor_fit", "2 of 12 annotated frames of dog"),
        ("dog-1", "unsure", "1 of 12 annotated frames of dog"),
    ]
    assert dropped(track, "clip-001", Gates()) is None


@pytest.mark.parametrize(
    ("glimpse", "reason"),
    [
        (_glimpse(0, None, there=0.0), "never_seen"),
        (_glimpse(0, (1, 1, 1, 1)), "tiny"),
        (_glimpse(0, USUAL, fit=0.0), "poor_fit"),
    ],
)
def test_a_masklet_without_masks_is_dropped_and_says_why(glimpse: Glimpse, reason: str) -> None:
    row = [Glimpse(4 * n, glimpse.region, glimpse.fit, glimpse.there) for n in range(12)]

    why = dropped(_track(gated(row, [0], REEL, (), Gates())), "clip-001", Gates())

    assert why is not None
    assert (why.what, why.kind, why.reason, why.clip) == ("dog-1", "masklet", reason, "clip-001")
