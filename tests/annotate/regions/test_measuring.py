from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dreamgen.annotate.regions.measuring import colours, movements
from dreamgen.annotate.regions.stating import presences, relations
from dreamgen.annotate.regions.watching import watched
from dreamgen.annotate.tracks import Category, Sight, Track
from dreamgen.core.claims import Absence, Attribute, Claim, Movement, Presence, Relation
from dreamgen.engines.masks import region_of
from dreamgen.engines.segmenting import Reel, open_reel
from dreamgen.engines.video import write_video

FPS, FRAMES, STEP = 12, 36, 2
Where = Callable[[int], float]


def _reel(path: Path, camera: Where, things: dict[str, Where], ink: tuple[int, int, int] = (60, 60, 220)) -> Reel:
    """A mottled wall of which the camera shows 160 pixels from a place on, and squares at places of the picture."""
    wall = np.random.default_rng(5).integers(60, 190, (12, 60, 1), np.uint8)
    wall = np.kron(wall, np.ones((8, 8, 3), np.uint8)).astype(np.uint8)

    def shown(frame: int) -> np.ndarray:
        left = round(camera(frame))
        picture = wall[:, left : left + 160].copy()
        for where in things.values():
            x = round(where(frame) * 160)
            picture[36:60, max(0, x - 12) : x + 12] = ink
        return picture

    write_video((shown(frame) for frame in range(FRAMES)), path, FPS, (160, 96))
    return open_reel(path, FPS / STEP)


def _track(reel: Reel, name: str, where: Where, category: Category = "animal") -> Track:
    sights = []
    for frame in range(0, reel.frames, reel.step):
        mask = np.zeros((96, 160), np.bool_)
        x = round(where(frame) * 160)
        mask[36:60, max(0, x - 12) : max(0, x + 12)] = True
        region = region_of(mask)
        sights.append(Sight(frame, "seen" if region else "gone", region))
    return Track(name, name, category, reel.size, reel.frames, reel.step, tuple(sights))


def _ways(reel: Reel, track: Track, *others: Track) -> list[tuple[str, bool]]:
    known = watched(reel, (track, *others))
    told = [claim for claim in movements(track, known, (), reel.fps) if isinstance(claim, Movement)]
    assert all(0 <= claim.start < claim.end <= FRAMES / FPS for claim in told)
    return [(claim.direction, claim.end - claim.start >= 1) for claim in told]


@pytest.mark.parametrize(("first", "last", "way"), [(0.2, 0.8, "right"), (0.8, 0.2, "left"), (0.5, 0.5, "none")])
def test_where_a_thing_goes_before_a_still_camera(tmp_path: Path, first: float, last: float, way: str) -> None:
    def where(frame: int) -> float:
        return first + (last - first) * frame / (FRAMES - 1)

    reel = _reel(tmp_path / "a.mp4", lambda _: 100, {"dog": where})
    assert _ways(reel, _track(reel, "dog", where)) == [(way, True)]


def test_the_motion_of_the_camera_is_taken_off(tmp_path: Path) -> None:
    # the camera goes with the dog, which stays in the middle of the picture, and past the box, which stays on the wall
    def camera(frame: int) -> float:
        return 40 + 3.0 * frame

    def dog(_: int) -> float:
        return 0.3

    def box(frame: int) -> float:
        return 0.9 - 3.0 * frame / 160

    reel = _reel(tmp_path / "a.mp4", camera, {"dog": dog, "box": box})
    tracks = _track(reel, "dog", dog), _track(reel, "box", box)
    assert _ways(reel, *tracks) == [("right", True)]
    assert _ways(reel, *reversed(tracks)) == [("none", True)]


def test_where_the_camera_is_lost_nothing_is_said(tmp_path: Path) -> None:
    lots = np.random.default_rng(1).integers(0, 300, FRAMES)

    def where(frame: int) -> float:
        return 0.2 + 0.6 * frame / FRAMES

    reel = _reel(tmp_path / "a.mp4", lambda frame: float(lots[frame]), {"dog": where})
    assert _ways(reel, _track(reel, "dog", where)) == []


def test_a_thing_that_is_cut_off_by_the_side_says_nothing_of_where_it_goes(tmp_path: Path) -> None:
    def where(frame: int) -> float:
        return -0.05 + 0.002 * frame

    reel = _reel(tmp_path / "a.mp4", lambda _: 100, {"dog": where})
    assert _ways(reel, _track(reel, "dog", where)) == []


@pytest.mark.parametrize(
    ("ink", "category", "told"),
    [
        ((40, 40, 200), "prop", [("body", "thing", "red")]),
        ((40, 40, 200), "animal", [("coat", "plain", "red")]),
        ((40, 40, 200), "person", []),
        ((120, 90, 140), "prop", []),
    ],
)
def test_a_thing_has_a_colour_where_nearly_all_of_it_has_it(
    tmp_path: Path, ink: tuple[int, int, int], category: Category, told: list[tuple[str, str, str]]
) -> None:
    reel = _reel(tmp_path / "a.mp4", lambda _: 100, {"dog": lambda _: 0.5}, ink)
    track = _track(reel, "thing", lambda _: 0.5, category)
    claims = [claim for claim in colours(track, watched(reel, (track,)), FPS) if isinstance(claim, Attribute)]
    assert [(claim.slot, claim.value, claim.colour) for claim in claims] == told


def test_a_thing_of_two_colours_has_none(tmp_path: Path) -> None:
    reel = _reel(tmp_path / "a.mp4", lambda _: 100, {"dog": lambda _: 0.5})
    track = _track(reel, "dog", lambda _: 0.5 + 11 / 160, "prop")
    assert list(colours(track, watched(reel, (track,)), FPS)) == []


REEL = Reel(Path("clip.mp4"), FPS, (160, 96), FRAMES, STEP)


def _spans(claims: list[Claim]) -> list[tuple[str, float, float]]:
    return [(claim.kind, claim.start, claim.end) for claim in claims]


def test_presence_and_absence_tile_the_clip() -> None:
    track = _track(REEL, "dog", lambda frame: 0.5 if frame < 18 else -1.0)
    claims = list(presences(track, FPS))
    assert _spans(claims) == [("presence", 0.0, 1.4167), ("absence", 1.4167, 3.0)]
    assert {type(claim) for claim in claims} == {Presence, Absence}


def test_sides_are_claimed_for_all_of_the_time_that_both_are_seen_or_not_at_all() -> None:
    left = _track(REEL, "dog", lambda _: 0.2)
    right = _track(REEL, "cat", lambda frame: 0.8 if frame < 24 else -1.0)
    crossing = _track(REEL, "fox", lambda frame: 0.05 + 0.9 * frame / FRAMES)

    (claim,) = relations((right, left), FPS)
    assert isinstance(claim, Relation)
    assert (claim.entity, claim.relation, claim.other, claim.start) == ("dog", "left of", "cat", 0.0)
    assert claim.end == pytest.approx(2, abs=0.1)
    assert list(relations((left, crossing), FPS)) == []
