from __future__ import annotations

from typing import Literal

from dreamgen.core.claims import Claim, Cut, Duration, Order, Place, Presence
from dreamgen.core.media import Clip, MediaRef, Span
from dreamgen.core.pairs import Verdict
from dreamgen.run.carrying import carry, sources

FPS = 10


def clip(name: str, frames: int, *spans: Span) -> Clip:
    return Clip(
        id=name, video=MediaRef(path=f"{name}.mp4", sha256=""), fps=FPS, size=(64, 64), frames=frames, spans=spans
    )


SCENES = (clip("s1", 30, Span(shot="a", first=0, stop=30)), clip("s2", 20, Span(shot="b", first=0, stop=20)))
FILM = clip("film", 70, Span(shot="a", first=20, stop=50), Span(shot="b", first=50, stop=70))
Outcome = Literal["supported", "refuted", "unsure"]


def woman(start: float, end: float) -> Presence:
    return Presence(start=start, end=end, entity="mara", what="woman", category="person")


def said(claim: Claim, outcome: Outcome) -> Verdict:
    return Verdict(about=claim.id, outcome=outcome, confidence=0.8, by="eye", evidence=f"{claim.kind} seen")


def carried(scene_1: dict[Claim, Outcome], scene_2: dict[Claim, Outcome], *film: Claim) -> dict[str, Verdict]:
    verdicts = {
        (scene, claim.id): said(claim, outcome)
        for scene, told in (("s1", scene_1), ("s2", scene_2))
        for claim, outcome in told.items()
    }
    return carry(sources(SCENES, FILM, {"s1": tuple(scene_1), "s2": tuple(scene_2), "film": film}), verdicts)


def test_a_scene_is_later_in_the_film_by_its_place_in_it() -> None:
    later = woman(5.0, 7.0)
    found = carried({}, {woman(0.0, 2.0): "supported"}, later)
    assert (found[later.id].outcome, found[later.id].evidence) == ("supported", "s2: presence seen")


def test_what_goes_on_over_a_cut_needs_both_scenes() -> None:
    whole = woman(2.0, 7.0)
    both = carried({woman(0, 3): "supported"}, {woman(0, 2): "supported"}, whole)
    assert both[whole.id].outcome == "supported"
    assert carried({woman(0, 3): "supported"}, {woman(0, 2): "unsure"}, whole)[whole.id].outcome == "unsure"
    assert carried({woman(0, 3): "unsure"}, {woman(0, 2): "refuted"}, whole)[whole.id].outcome == "refuted"
    assert whole.id not in carried({woman(0, 3): "supported"}, {}, whole)


def test_a_claim_about_claims_is_carried_with_their_new_names() -> None:
    here, there = woman(0, 3), woman(2, 5)
    long_here, long_there = (
        Duration(start=0, end=3, of=here.id, seconds=3),
        Duration(start=2, end=5, of=there.id, seconds=3),
    )
    found = carried({here: "supported", long_here: "supported"}, {}, there, long_there)
    assert found[long_there.id].outcome == "supported"


def test_what_only_the_film_can_tell_is_left_open() -> None:
    first, second = woman(2.0, 5.0), Place(start=5.0, end=7.0, place="forest")
    order = Order(start=2.0, end=7.0, first=first.id, second=second.id)
    cut = Cut(start=5.0, end=5.0)
    scene_2: dict[Claim, Outcome] = {Place(start=0, end=2, place="forest"): "supported"}
    found = carried({woman(0, 3): "supported"}, scene_2, first, second, order, cut)
    assert found.keys() == {first.id, second.id}
