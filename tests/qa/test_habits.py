"""What is right oftener than chance across stories gives no answer away."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking
from dreamgen.qa.choosing import answered, evened
from dreamgen.qa.distractors import wrong_answers
from dreamgen.qa.habits import Habits, habits, keeping, marks_of
from dreamgen.qa.programs import ask

USUAL = {"It stays still": 0.6, "It pans left": 0.2, "It pans right": 0.1, "It zooms in": 0.1}


def drafts_kept(known: Habits, options: Sequence[str], lot: Random) -> Counter[str]:
    kept: Counter[str] = Counter()
    for right in lot.choices(options, [USUAL[option] for option in options], k=20_000):
        shares = dict(zip(options, known.shares("camera", options), strict=True))
        kept[right] += lot.random() < keeping(shares.values(), shares[right])
    return kept


def test_the_usual_answer_is_right_as_often_as_any_other() -> None:
    weights = {marks_of((text, *USUAL))[0][0]: math.log(share) for text, share in USUAL.items()}
    kept = drafts_kept(Habits(choice={"camera": weights}), tuple(USUAL), Random(1))
    assert all(count / kept.total() == pytest.approx(0.25, abs=0.02) for count in kept.values())


def test_what_is_not_known_is_kept() -> None:
    kept = drafts_kept(Habits(), tuple(USUAL), Random(1))
    assert kept.total() == 20_000


def test_an_answer_that_is_never_right_is_seldom_a_wrong_one() -> None:
    known = Habits(right={"light": {"day": 20, "sunset": 10, "night": 10}})
    drawn: Counter[str] = Counter()
    for seed in range(300):
        far = ["day", "sunset", "night", "an eclipse"]
        found = wrong_answers(
            "dawn", [], far, str.__eq__, Random(seed), lambda value: known.weight("light", value), count=2
        )
        drawn.update(found or ())
    assert drawn["an eclipse"] < 20 < drawn["night"] < drawn["day"]


def test_a_yes_that_could_be_guessed_is_mostly_left_out(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    sure = Habits(yes_no={"weather weather": {"<any>": 3.0}})
    counts: Counter[str] = Counter()
    for seed in range(12):
        asking = Asking(World.of(clip, small_world), seed, sure)
        ready = [one for one in answered(asking, list(ask(asking))) if one.draft.wording == "weather"]
        counts.update(one.answer for one in evened(asking, ready) if one.draft.form == "yes_no")
    assert counts["Yes."] < counts["No."] / 3


def test_words_that_all_options_have_tell_nothing() -> None:
    one, other = marks_of(("A red coat", "A green coat"))
    assert "coat" not in one and "red" in one and "green" in other
    assert "<shortest>" in one and "<longest>" in other


def test_times_are_ranked() -> None:
    assert [marks[-1] for marks in marks_of(("0:06 to 0:09", "0:01 to 0:04", "0:03 to 0:06"))] == ["<2>", "<0>", "<1>"]


def test_the_shipped_habits_know_that_most_cameras_stay_still() -> None:
    known = habits()
    still, moving = known.weight("camera", "stays still"), known.weight("camera", "zooms in")
    assert still > moving > 0.0
    assert known.weight("camera", "turns somersaults") < moving
