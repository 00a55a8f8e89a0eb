from __future__ import annotations

from dreamgen.core.claims import Cut, Place
from dreamgen.core.media import Clip, MediaRef, Span
from dreamgen.core.pairs import Verdict
from dreamgen.run.blind import Judged
from dreamgen.run.measuring import countable, measure
from dreamgen.run.verifying import Claims

SCENE = Clip(
    id="scene-01",
    video=MediaRef(path="s.mp4", sha256=""),
    fps=10,
    size=(64, 64),
    frames=40,
    spans=(Span(shot="shot-01", first=0, stop=40),),
)
FILM = SCENE.model_copy(update={"id": "film"})
WOODS, CUT = Place(start=0, end=4, place="forest"), Cut(start=2, end=2)


def seen(outcome: str) -> Judged:
    verdicts = [
        Verdict.model_validate({"about": claim.id, "outcome": outcome, "confidence": 1, "by": "eye", "evidence": ""})
        for claim in (WOODS, CUT)
    ]
    return Judged(verdicts=tuple(verdicts), twins=())


def test_of_generated_pictures_only_what_the_cutting_room_made_is_known_to_be_true() -> None:
    claims: Claims = {"scene-01": (WOODS, CUT), "film": ()}
    judged = {"scene-01": seen("refuted"), "film": seen("refuted")}

    drawn = measure([SCENE, FILM], claims, judged)
    assert {row.kind: row.true.refuted for row in drawn if row.true.n} == {"place": 1, "cut": 1}

    generated = measure([SCENE.model_copy(update={"pictures": "generated"}), FILM], claims, judged)
    assert {row.kind: row.true.refuted for row in generated if row.true.n} == {"cut": 1}


def test_how_many_false_claims_could_be_counted_is_known_before_anybody_looks() -> None:
    claims: Claims = {"scene-01": (WOODS, CUT), "film": (WOODS,)}
    # the film has its woods from the scene, where their twin counts
    assert countable([SCENE, FILM], claims) == 2
    assert countable([SCENE.model_copy(update={"pictures": "generated"}), FILM], claims) == 1
