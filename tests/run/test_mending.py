from __future__ import annotations

from typing import Any

import pytest

from dreamgen.core.pairs import InstructionPair, Segment, Turn
from dreamgen.errors import UsageError
from dreamgen.run.decisions import Change
from dreamgen.run.mending import mended
from tests.decided import PAIRS, asked, pair_of

OPEN, CHOICE, YES_NO, DENSE, _ = PAIRS
LOCALISE = pair_of(
    "localise-1", form="region_localise", task="region_localise", masklets=("dog",), turns=asked("When?", "[10, 19]"),
    segments=(Segment(start=1.0, end=2.0, text="It runs."),),
)  # fmt: skip
TOLD = pair_of(
    "told-1", form="caption", task="dense_caption",
    turns=asked("Describe it.", "From 0:00 to 0:02, the dog sits. From 0:02 to 0:04, it runs."),
    segments=(Segment(start=0.0, end=2.25, text="The dog sits."), Segment(start=2.25, end=4.0, text="It runs.")),
)  # fmt: skip


def fix(pair: InstructionPair, answer: str = "", **more: Any) -> InstructionPair:
    turns = (*pair.turns[:-1], Turn(role="assistant", text=answer)) if answer else ()
    return mended(pair, Change(verdict="fix", reason="incorrect", turns=turns, **more), 10.0)


def test_a_fixed_pair_says_that_a_person_wrote_it() -> None:
    fixed = fix(OPEN.model_copy(update={"twin": "another"}), "  In a garden. ")
    assert fixed.turns[1].text == "In a garden."
    assert fixed.program.name == "written" and dict(fixed.program.arguments) == {"instead_of": "place_at"}
    assert fixed.rationale == "" and fixed.twin == ""
    assert fixed.id == OPEN.id and fixed.claims == OPEN.claims


def test_the_answer_of_a_choice_is_its_right_option() -> None:
    fixed = fix(CHOICE, options=("Grey", "Brown", "Black"), answer_index=2)
    assert fixed.turns[-1].text == "Black" and fixed.answer_index == 2


def test_a_dense_answer_and_its_stretches_say_the_same() -> None:
    fixed = fix(DENSE, "[0, 4]: The dog lies.\n[5, 39]: It jumps.")
    assert fixed.segments == (
        Segment(start=0.0, end=0.5, text="The dog lies."),
        Segment(start=0.5, end=4.0, text="It jumps."),
    )
    assert fix(LOCALISE, "[0, 9]").segments == (Segment(start=0.0, end=1.0, text="It runs."),)


def test_a_told_stretch_keeps_its_exact_times_where_they_read_the_same() -> None:
    fixed = fix(TOLD, "From 0:00 to 0:02, a grey dog sits. From 0:02 to 0:03, it runs.")
    assert [(one.start, one.end, one.text) for one in fixed.segments] == [
        (0.0, 2.25, "A grey dog sits."),
        (2.0, 3.0, "It runs."),
    ]


@pytest.mark.parametrize(
    ("pair", "answer", "why"),
    [
        (OPEN, "In a park.", "nothing was changed"),
        (OPEN, "   ", "empty"),
        (YES_NO, "Perhaps.", "Yes or No"),
        (YES_NO, "Nobody.", "Yes or No"),
        (DENSE, "It sits.", "two frames"),
        (DENSE, "[9, 2]: It sits.", "before"),
        (LOCALISE, "at the start", "two frames"),
        (TOLD, "It sits and runs.", "stretches"),
    ],
)
def test_what_its_form_does_not_allow_is_refused(pair: InstructionPair, answer: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        fix(pair, answer)


def test_a_choice_keeps_as_many_different_options_of_which_one_is_right() -> None:
    for options, right in ((("Grey", "Brown"), 1), (("Grey", "Grey", "White"), 1), (("Grey", "Brown", "Red"), 7)):
        with pytest.raises(UsageError):
            fix(CHOICE, options=options, answer_index=right)


def test_a_pair_keeps_its_turns() -> None:
    with pytest.raises(UsageError, match="as many turns"):
        mended(OPEN, Change(verdict="fix", reason="incorrect", turns=(*OPEN.turns, *OPEN.turns)), 10.0)
