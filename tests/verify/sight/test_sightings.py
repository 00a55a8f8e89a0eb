import numpy as np

from dreamgen.verify.sight.finding import Place
from dreamgen.verify.sight.learned import Classifier
from dreamgen.verify.sight.likeness import UPRIGHT
from dreamgen.verify.sight.sightings import compete

# the log odds of a place are its only cue
JUDGE = Classifier(
    classes=("no", "yes"),
    mean=np.zeros(1, np.float32),
    spread=np.ones(1, np.float32),
    inner=np.array([[1.0, -1.0], [0.0, 0.0]], np.float32),
    outer=np.array([[0.0, 1.0], [0.0, -1.0], [0.0, 0.0]], np.float32),
)


def place(entity: str, x: float, odds: float) -> Place:
    return Place(
        entity=entity, x=x, y=0.4, body=0.5, turn=UPRIGHT, window=(0.2, 0.46, 0.0), head_at=(0.0, -0.15, 0.08),
        coarse=0.5, cues=(odds,),
    )  # fmt: skip


def test_of_two_at_the_same_spot_the_likelier_one_stands() -> None:
    best = compete({"mara": [place("mara", 0.3, 2.0)], "bruno": [place("bruno", 0.31, 1.0)]}, JUDGE)
    assert round(best["mara"].margin, 3) == 1.0
    assert round(best["bruno"].standing, 3) == 0.0


def test_whoever_stands_alone_has_no_rival_and_none_in_its_own_places() -> None:
    best = compete(
        {"mara": [place("mara", 0.3, 2.0), place("mara", 0.31, 1.0)], "bruno": [place("bruno", 0.8, 1.0)]}, JUDGE
    )
    assert [round(one.standing, 3) for one in best.values()] == [2.0, 1.0]
    assert {one.margin for one in best.values()} == {4.0}


def test_who_loses_one_spot_is_found_at_another() -> None:
    found = {"mara": [place("mara", 0.3, 4.0)], "bruno": [place("bruno", 0.3, 2.5), place("bruno", 0.8, 2.0)]}
    assert compete(found, JUDGE)["bruno"].place.x == 0.8


def test_nobody_competes_where_nobody_was_looked_for() -> None:
    assert compete({"mara": []}, JUDGE) == {}
