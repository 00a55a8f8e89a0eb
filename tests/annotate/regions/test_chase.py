from pathlib import Path

import pytest

from dreamgen.annotate.regions.chase import Chase
from dreamgen.annotate.regions.finding import Looks, checked, doubted, frames_to_look_at
from dreamgen.annotate.regions.gates import Gates
from dreamgen.annotate.regions.seeds import Seed
from dreamgen.annotate.regions.words import Sought
from dreamgen.core.layout import Box
from dreamgen.engines.segmenting import Glimpse, Hint, Reel, open_reel
from tests.annotate.regions.scene import ByColour, ByName, across, film

BALL, BOX = Sought("ball", "prop"), Sought("box", "prop")


@pytest.fixture(scope="module")
def reel(tmp_path_factory: pytest.TempPathFactory) -> Reel:
    """A ball from left to right, above; a box that comes in after a second, below."""
    path = tmp_path_factory.mktemp("scene") / "clip.mp4"
    film(path, {"ball": across(0.2, 0.8, 0.3), "box": lambda frame: (0.5, 0.8) if frame >= 12 else None})
    return open_reel(path, 6)


def _chase(reel: Reel, eyes: ByColour, most: int = 8, taken: tuple[str, ...] = ()) -> Chase:
    return Chase("clip-001", reel, (), lambda: eyes, Gates(), most, taken)


def test_things_found_later_are_followed_too_and_each_once(reel: Reel) -> None:
    eyes, looks = ByColour(), Looks(ByName(), reel, ("ball", "box"), 0)
    chase = _chase(reel, eyes, taken=("box-1",))

    chase.search(looks, [0, 12, 24], (BALL, BOX))

    assert [track.entity for track in chase.tracks] == ["ball-1", "box-2"]
    assert [[hints[0].frame for hints in asked] for asked in eyes.asked] == [[0], [12]]
    ball, box = chase.tracks
    assert [s.state for s in ball.stretches()] == ["seen"]
    assert [(s.first, s.stop, s.state) for s in box.stretches()] == [(0, 11, "gone"), (11, 36, "seen")]
    assert chase.rejects == []


def test_who_is_known_already_keeps_its_id_where_it_is_the_only_one(reel: Reel) -> None:
    chase = _chase(reel, ByColour(), taken=("b7",))
    chase.search(Looks(ByName(), reel, ("ball",), 0), [0], (Sought("ball", "prop", "b7"),))
    assert [track.entity for track in chase.tracks] == ["b7"]


def test_more_than_there_is_room_for_and_doubles_are_counted(reel: Reel) -> None:
    ball = Hint(0, Box(x0=0.15, y0=0.2, x1=0.25, y1=0.4))
    seeds = [Seed(f"ball-{n}", "ball", "prop", (ball,)) for n in (1, 2, 3)]
    chase = _chase(reel, ByColour(), most=2)

    chase.follow(seeds)

    assert [track.entity for track in chase.tracks] == ["ball-1"]
    assert sorted((reject.what, reject.reason) for reject in chase.rejects) == [
        ("ball-2", "duplicate"), ("ball-3", "too_many"),
    ]  # fmt: skip


def test_where_there_is_nothing_to_follow_no_network_is_opened(reel: Reel) -> None:
    def never() -> ByColour:
        raise AssertionError("opened")

    chase = Chase("clip-001", reel, (), never, Gates(), 8, ())
    chase.search(Looks(ByName(blind=("ball",)), reel, ("ball",), 0), [0, 12], (BALL,))
    assert (chase.tracks, chase.rejects) == ([], [])


def test_masks_stand_where_the_detector_agrees_at_a_second_look(reel: Reel) -> None:
    looks = Looks(ByName(), reel, ("ball", "box"), 0)
    chase = _chase(reel, ByColour())
    chase.search(looks, [0, 12, 24], (BALL, BOX))
    ball, box = chase.tracks

    assert checked(ball, looks).doubted == checked(box, looks).doubted == ()
    assert doubted(box).doubted == ((11, 36),)
    blind = Looks(ByName(blind=("box",)), reel, ("ball", "box"), 0)
    assert checked(ball, blind).doubted == ()
    assert checked(box, blind).doubted == ((11, 36),)


def test_the_frame_in_which_a_thing_was_pointed_out_is_no_second_look(reel: Reel) -> None:
    def only_first(what: str, glimpse: Glimpse) -> Glimpse:
        return glimpse if glimpse.frame == 0 else Glimpse(glimpse.frame, None, 0.9, 0.01)

    finds = ByName()
    looks = Looks(finds, reel, ("ball",), 0)
    chase = Chase("clip-001", reel, (), lambda: ByColour(only_first), Gates(least_seen=1), 8, ())
    chase.search(looks, [0], (BALL,))
    (ball,) = chase.tracks

    assert checked(ball, looks).doubted == ((0, 1),)
    assert finds.looks == 1


def test_frames_are_looked_at_after_cuts_at_what_is_new_and_every_so_often() -> None:
    reel = Reel(Path("clip.mp4"), 24, (64, 48), 240, 4)
    assert frames_to_look_at(reel, (), (), 4.0) == [0, 96, 192]
    assert frames_to_look_at(reel, (50,), (5.0,), 4.0) == [0, 52, 96, 120, 192]
    # the frame after a cut and not the one before it; neighbours are as good as one
    assert frames_to_look_at(reel, (97,), (), 4.0) == [0, 96, 192]


def test_a_thing_is_followed_through_its_own_shot_alone(reel: Reel) -> None:
    eyes = ByColour()
    ball = Hint(14, Box(x0=0.35, y0=0.2, x1=0.55, y1=0.4))
    seed = Seed("ball-1", "ball", "prop", (ball,))

    one = Chase("clip-001", reel, (10, 20), lambda: eyes, Gates(), 8, ())
    one.follow([seed])
    assert eyes.within == ((10, 20),)
    assert [(s.first, s.stop, s.state) for s in one.tracks[0].stretches()] == [
        (0, 10, "unknown"), (10, 19, "seen"), (19, 36, "unknown"),
    ]  # fmt: skip
    every = Chase("clip-001", reel, (10, 20), lambda: eyes, Gates(across_cuts=True), 8, ())
    every.follow([seed])
    assert eyes.within == ((0, 36),)
    assert [s.state for s in every.tracks[0].stretches()] == ["seen"]


def test_looks_ahead_are_the_same_looks_and_are_not_repeated(reel: Reel) -> None:
    finds = ByName()
    ahead, one_by_one = Looks(finds, reel, ("ball", "box"), 0), Looks(ByName(), reel, ("ball", "box"), 0)

    ahead.ahead([0, 12, 30])

    assert [ahead.at(frame) for frame in (0, 12, 30)] == [one_by_one.at(frame) for frame in (0, 12, 30)]
    assert finds.looks == 3
    ahead.ahead([0, 12])
    assert finds.looks == 3
