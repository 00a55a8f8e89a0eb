from __future__ import annotations

from functools import partial

from dreamgen.core.lookalikes import alike
from dreamgen.verify.judging.telling import told
from dreamgen.verify.sight.learned import Chances

WEATHER = partial(alike, "weather")


def outcome(*, fog: float, claimed: str) -> str:
    chances = Chances(of={"fog": fog, "clear": 0.9 - fog, "rain": 0.1}, refutes=0.05, supports=0.8)
    return told(chances, "weather", (claimed,), WEATHER).outcome


def test_what_it_looks_most_like_is_supported() -> None:
    assert outcome(fog=0.88, claimed="fog") == "supported"


def test_a_value_like_the_best_one_is_supported_while_it_is_likely_itself() -> None:
    assert outcome(fog=0.6, claimed="clear") == "supported"


def test_only_something_like_it_is_no_support() -> None:
    assert outcome(fog=0.89, claimed="clear") == "unsure"
