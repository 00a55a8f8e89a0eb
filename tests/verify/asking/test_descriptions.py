"""Sentences that somebody wrote of a clip, put before a model that sees it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dreamgen.core.claims import Attribute, Claim, Description, Presence
from dreamgen.core.media import Footage
from dreamgen.core.twins import false_twins
from dreamgen.engines.video import write_video
from dreamgen.engines.vision.seeing import Frames, Query, Seen
from dreamgen.language.company import Company
from dreamgen.language.telling import Room, state
from tests.onlooker import Onlooker, OnlookingVlm, knowing

WHOLE = {"start": 0.0, "end": 4.0}
MAN = Presence(entity="who-1", what="man", category="person", **WHOLE)
OTHER = Presence(entity="who-2", what="man", category="person", **WHOLE)
SHIRT = Attribute(entity="who-1", slot="top", value="shirt", colour="red", **WHOLE)
TRUE = Description(text="A man in a red shirt walks to the left.", **WHOLE)


@pytest.fixture
def footage(tmp_path: Path) -> Footage:
    frames = (np.full((48, 64, 3), 5 * number, np.uint8) for number in range(32))
    write_video(frames, tmp_path / "clip.mp4", 8, (64, 48))
    return Footage(clip="c1", video=tmp_path / "clip.mp4", portraits={})


def told(claim: Claim, *others: Presence | Attribute) -> tuple[str, str] | None:
    known = (claim, *others)
    said = state(Room(Company.of(others, known), {one.id: one for one in known}), claim)
    return (said.text, said.opposite) if said else None


def test_a_sentence_is_called_right_or_wrong_and_stays_as_it_is() -> None:
    assert told(TRUE) == (
        "This description is right in every detail: “A man in a red shirt walks to the left.”",
        "This description is wrong in at least one detail: “A man in a red shirt walks to the left.”",
    )


def test_what_is_said_of_one_person_names_that_one_by_looks() -> None:
    about = Description(entity="who-1", text="He walks.", **WHOLE)
    blue = SHIRT.model_copy(update={"entity": "who-2", "colour": "blue"})
    said = told(about, MAN, OTHER, SHIRT, blue)
    assert said is not None and said[0].startswith("This description of the man in the red shirt is right")
    # of two men nobody knows what either of them looks like
    assert told(about, MAN, OTHER) is None


def test_a_description_stands_falls_or_stays_open_by_what_is_seen(footage: Footage) -> None:
    false = false_twins(TRUE, (TRUE,))[0]
    said = told(TRUE)
    assert said is not None
    other = told(false)
    assert other is not None
    onlooker = Onlooker(knowing(f"In the whole video: {said[0]}", f"In the whole video: {other[1]}"))
    verdicts = list(OnlookingVlm(orders=2).looking(onlooker).verify(footage, (TRUE, false), Path()))
    assert [one.outcome for one in verdicts] == ["supported", "refuted"]
    # no choice is asked: the right one would be the one in the middle
    assert {query.purpose for query in onlooker.asked} == {"verify/claim"}


def test_whoever_calls_everything_right_decides_nothing(footage: Footage) -> None:
    def yes(query: Query, frames: Frames | None) -> Seen:
        return Seen(query, (0.95, 0.05), "Yes")

    (verdict,) = OnlookingVlm().looking(Onlooker(yes)).verify(footage, (TRUE,), Path())
    assert verdict.outcome == "unsure"


def test_prose_is_no_verdict(footage: Footage) -> None:
    def prose(query: Query, frames: Frames | None) -> Seen:
        return Seen(query, failure="prose", detail="It depends.")

    (verdict,) = OnlookingVlm().looking(Onlooker(prose)).verify(footage, (TRUE,), Path())
    assert (verdict.outcome, verdict.reason) == ("unsure", "prose")
