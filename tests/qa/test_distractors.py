from __future__ import annotations

from random import Random

from dreamgen.core.colours import COLOURS, confusable
from dreamgen.qa.distractors import wrong_answers


def test_answers_of_the_film_come_first() -> None:
    wrong = wrong_answers("red", ["blue", "green"], COLOURS, confusable, Random(1))
    assert wrong is not None and {"blue", "green"} < set(wrong)


def test_no_two_options_can_both_be_right() -> None:
    for seed in range(30):
        wrong = wrong_answers("red", [], COLOURS, confusable, Random(seed))
        assert wrong is not None
        options = ("red", *wrong)
        assert not any(confusable(one, other) for n, one in enumerate(options) for other in options[n + 1 :])


def test_too_few_are_none() -> None:
    assert wrong_answers("yes", ["no"], [], str.__eq__, Random(1)) is None


def test_options_are_about_as_long_as_the_answer() -> None:
    far = ["to win", "because it is getting late and cold", "because the long road is closed"]
    far += ["because of all the snow today"]
    wrong = wrong_answers("because he is afraid of the dark", [], far, str.__eq__, Random(1))
    assert wrong is not None and "to win" not in wrong
