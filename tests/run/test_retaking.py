from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from dreamgen.core.claims import Claim, Cut, Place, Time
from dreamgen.core.media import Clip, MediaRef, Span, Style
from dreamgen.core.pairs import Verdict
from dreamgen.core.story import Act, Location, Scene, Shot, Story
from dreamgen.run.blind import Judged
from dreamgen.run.filming import Desk
from dreamgen.run.recipe import read_recipe
from dreamgen.run.retaking import Retaking
from dreamgen.run.store import Store

STORY = Story(
    id="two-shots", title="Two shots", overview="", plot="", seed=1, cast=(),
    locations=(Location(id="wood", name="the wood", set="forest"),),
    acts=(
        Act(id="act-1", title="", scenes=(
            Scene(id="scene-01", title="", shots=tuple(Shot(id=f"shot-0{n}", location="wood") for n in (1, 2))),
        )),
    ),
)  # fmt: skip
SCENE = Clip(
    id="scene-01", video=MediaRef(path="s.mp4", sha256=""), fps=10, size=(64, 64), frames=60, pictures="generated",
    spans=(Span(shot="shot-01", first=0, stop=30), Span(shot="shot-02", first=30, stop=60)),
)  # fmt: skip
FILM = SCENE.model_copy(update={"id": "film"})
WOODS, NIGHT, CUT = Place(start=0, end=3, place="forest"), Time(start=3, end=6, time="night"), Cut(start=3, end=3)
CLAIMS: dict[str, tuple[Claim, ...]] = {"scene-01": (WOODS, NIGHT, CUT), "film": ()}
STYLE = Style(name="flat", words="flat")


def retaking(folder: Path, redraws: int) -> Retaking:
    return Retaking(Desk(Store(folder), read_recipe("storyboard", [f"trust.redraws={redraws}"])), STORY, STYLE)


def judged(*refuted: Claim) -> dict[str, Judged]:
    def outcome(claim: Claim) -> Literal["refuted", "supported"]:
        return "refuted" if claim in refuted else "supported"

    said = [Verdict(about=one.id, outcome=outcome(one), confidence=1, by="eye") for one in CLAIMS["scene-01"]]
    return {"scene-01": Judged(verdicts=tuple(said), twins=()), "film": Judged(verdicts=(), twins=())}


def takes(work: Retaking) -> list[int]:
    return [shot.take for shot in work.story.shots]


def look(work: Retaking, *refuted: Claim, scene: Clip = SCENE) -> bool:
    return work.again((scene, FILM), CLAIMS, judged(*refuted))


def test_a_shot_whose_picture_is_wrong_is_drawn_again(tmp_path: Path) -> None:
    work = retaking(tmp_path, 1)
    assert takes(work) == [0, 0]
    assert look(work, NIGHT)
    assert takes(work) == [0, 1]
    assert not look(work)
    assert [(reject.what, reject.reason) for reject in work.rejects()] == [("shot-02", "refuted_by_pixels")]


def test_nothing_is_sent_back_without_a_budget(tmp_path: Path) -> None:
    work = retaking(tmp_path, 0)
    assert not look(work, NIGHT)
    assert not list(work.rejects())


def test_a_wrong_cut_is_not_the_pictures_fault(tmp_path: Path) -> None:
    assert not look(retaking(tmp_path, 3), CUT)


def test_what_is_drawn_by_rule_would_come_out_the_same(tmp_path: Path) -> None:
    drawn = SCENE.model_copy(update={"pictures": "drawn"})
    assert not look(retaking(tmp_path, 3), NIGHT, scene=drawn)


def test_when_the_budget_is_spent_the_best_take_is_in_the_film(tmp_path: Path) -> None:
    work = retaking(tmp_path, 2)
    assert look(work, WOODS)
    assert look(work, WOODS)
    assert takes(work) == [2, 0]
    # the third take is no better than the first, so the first comes back, and that is the end
    assert look(work, WOODS)
    assert takes(work) == [0, 0]
    assert not look(work, WOODS)
    assert len(list(work.rejects())) == 2


def test_the_worst_shot_goes_first_when_the_budget_is_short(tmp_path: Path) -> None:
    more = Time(start=0, end=3, time="night")
    claims = {**CLAIMS, "scene-01": (*CLAIMS["scene-01"], more)}
    said = [Verdict(about=one.id, outcome="refuted", confidence=1, by="eye") for one in claims["scene-01"]]
    work = retaking(tmp_path, 1)
    assert work.again((SCENE, FILM), claims, {**judged(), "scene-01": Judged(verdicts=tuple(said), twins=())})
    assert takes(work) == [1, 0]


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_a_killed_run_goes_on_with_what_was_decided(rounds: int, tmp_path: Path) -> None:
    work = retaking(tmp_path, 2)
    for _ in range(rounds):
        look(work, NIGHT)
    assert takes(retaking(tmp_path, 2)) == takes(work)
    # another story, style or recipe begins anew
    assert takes(retaking(tmp_path, 1)) == [0, 0]
