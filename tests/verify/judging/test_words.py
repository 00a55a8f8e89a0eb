"""Who speaks: of several people the one whose lips surely move, and nobody where that can't be seen."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from dreamgen.core.claims import Presence, Speech
from dreamgen.engines.watching import Reel
from dreamgen.illustrator import caption
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion
from dreamgen.verify.judging.words import judge_speech
from dreamgen.verify.sight.lips import Lips
from dreamgen.verify.sight.viewing import Take, Viewing

WORDS = "Where is my lantern?"
TALKS, HARDLY, STILL, UNKNOWN = Lips(2.5, 0.3), Lips(1.4, 0.3), Lips(0.0, 0.2), None


def film() -> Reel:
    """Two seconds with one caption, 512 pixels wide."""
    strip = caption(WORDS, 1024, 576)[::2, ::2].astype(float)
    grey = 120 * (1 - strip[..., 3] / 255) + strip[..., :3].mean(2) * strip[..., 3] / 255
    plane = np.vstack([grey.astype(np.uint8), np.full((144, 512), 128, np.uint8)])
    return Reel(24, 48, 512, 288, (1024, 576), 1, (plane,), np.zeros((48, 36, 64, 3), np.uint8))


def said(by: str, lips: Mapping[str, Lips | None], **odds: float) -> Opinion:
    """What is made of the claim that `by` speaks: these are there with these lips, others have these log odds."""
    viewing = SimpleNamespace(
        reel=film(),
        takes=(Take(0, 48),),
        cast=dict.fromkeys([*lips, *odds], SimpleNamespace(four_legged=False)),
        sightings=lambda take: {who: SimpleNamespace(odds=odds.get(who, 6.0)) for who in [*lips, *odds]},
        lips=lambda who, take, start, end: lips[who],
    )
    rex = Presence(start=0, end=2, entity="rex", what="dog", category="animal")
    return judge_speech(Case(cast(Viewing, viewing), (rex,), {}), Speech(start=0, end=2, entity=by, words=WORDS))


def test_of_two_people_the_one_whose_lips_move_speaks() -> None:
    lips = {"mara": TALKS, "tom": STILL}
    assert said("mara", lips).outcome == "supported"
    assert (said("tom", lips).outcome, said("tom", lips).reason) == ("refuted", "other_speaker")


@pytest.mark.parametrize("tom", [TALKS, UNKNOWN])
def test_it_is_open_who_speaks_where_both_may(tom: Lips | None) -> None:
    assert [said(who, {"mara": TALKS, "tom": tom}).outcome for who in ("mara", "tom")] == ["unsure", "unsure"]


def test_a_claim_is_refuted_only_where_its_own_lips_are_far_stiller_than_the_others() -> None:
    lips = {"mara": TALKS, "tom": HARDLY}
    assert [said(who, lips).outcome for who in ("mara", "tom")] == ["supported", "unsure"]


def test_a_face_that_changes_as_a_whole_is_no_witness() -> None:
    vague = Lips(0.0, 3.0)
    assert said("mara", {"mara": Lips(0.5, 0.2), "tom": vague}).outcome == "unsure"
    assert said("mara", {"mara": Lips(0.5, 0.2), "tom": STILL}).outcome == "supported"


@pytest.mark.parametrize(("lips", "outcome"), [(TALKS, "supported"), (UNKNOWN, "supported"), (STILL, "unsure")])
def test_who_is_alone_speaks_unless_the_lips_are_seen_not_to_move(lips: Lips | None, outcome: str) -> None:
    assert said("mara", {"mara": lips}, tom=-5.0).outcome == outcome


def test_an_animal_is_no_speaker() -> None:
    assert said("mara", {"mara": TALKS, "rex": TALKS}).outcome == "supported"


@pytest.mark.parametrize(("lips", "outcome"), [(TALKS, "refuted"), (STILL, "unsure"), (UNKNOWN, "unsure")])
def test_who_was_not_found_is_refuted_only_where_somebody_else_speaks(lips: Lips | None, outcome: str) -> None:
    assert said("tom", {"mara": lips}, tom=-5.0).outcome == outcome
    assert said("tom", {"mara": lips}, tom=-1.0).outcome == "unsure"
