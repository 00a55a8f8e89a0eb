from __future__ import annotations

import pytest

from dreamgen.core.calibration import Outcome
from dreamgen.verify.voting import agree

S: Outcome = "supported"
R: Outcome = "refuted"
U: Outcome = "unsure"


@pytest.mark.parametrize(
    ("outcomes", "least", "told"),
    [
        ([S, U], 0, S), ([U, R], 0, R), ([S, R], 0, U), ([S, S, R], 0, U), ([U, U], 0, U),
        ([S, S, R], 2, S), ([S, R, R], 2, R), ([S, U, U], 2, U), ([S, S, R, R], 2, U), ([S, R], 1, U), ([S, S], 3, U),
    ],
)  # fmt: skip
def test_what_several_say_together(outcomes: list[Outcome], least: int, told: Outcome) -> None:
    assert agree(outcomes, least) == told
