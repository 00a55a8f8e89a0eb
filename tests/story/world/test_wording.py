"""Steps are told in plain sentences, for a shot whose own words fit no more."""

from __future__ import annotations

import pytest

from dreamgen.story.world.known import known_of
from dreamgen.story.world.wording import step_told
from tests.story.world.told import premise, step


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("mara take - lantern", "Mara takes the lantern."),
        ("mara take tom lantern", "Mara takes the lantern from Tom."),
        ("mara give tom lantern", "Mara gives the lantern to Tom."),
        ("mara put bench lantern", "Mara puts the lantern by the bench."),
        ("mara offer tom lantern", "Mara offers the lantern to Tom."),
        ("mara hold - lantern", "Mara holds the lantern."),
        ("mara walk - lantern", "Mara walks with the lantern."),
        ("mara wave tom lantern", "Mara waves to Tom with the lantern."),
        ("mara sit bench", "Mara sits by the bench."),
        ("mara sit tom", "Mara sits with Tom."),
    ],
)
def test_a_step_is_a_sentence(written: str, told: str) -> None:
    assert step_told(step(written), known_of(premise())) == told
