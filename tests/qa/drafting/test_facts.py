from __future__ import annotations

import pytest

from dreamgen.core.claims import Claim, Description, Presence
from dreamgen.core.media import Clip, MediaRef
from dreamgen.qa.drafting.facts import facts_of

SPAN = {"start": 0.0, "end": 8.0}
WAVES = Description(entity="ann", text="She waves.", **SPAN)
BUS = Description(text="A bus stands there.", **SPAN)


@pytest.fixture
def found() -> Clip:
    video = MediaRef(path="clips/c1.mp4", sha256="0")
    return Clip(
        id="c1", video=video, fps=24, size=(64, 64), frames=192, origin="found", pictures="found", motion="found"
    )


def woman(entity: str) -> Claim:
    return Presence(entity=entity, what="woman", category="person", **SPAN)


def test_what_is_said_of_somebody_is_told_with_who_it_is(found: Clip) -> None:
    texts = [fact.text for fact in facts_of(found, [woman("ann"), WAVES, BUS], 10).facts]
    assert "In the whole video: Of the woman: She waves." in texts


def test_what_is_said_of_one_whom_nothing_tells_apart_is_no_fact(found: Clip) -> None:
    facts = facts_of(found, [woman("ann"), woman("bea"), WAVES, BUS], 10)
    assert [fact.text for fact in facts.facts] == ["In the whole video: A bus stands there."]
