import pytest
from pydantic import ValidationError

from dreamgen.core.pairs import InstructionPair, Program, Turn

ASKED = (Turn(role="human", text="Who waits?"), Turn(role="assistant", text="A woman."))


def pair(**more: object) -> InstructionPair:
    fields: dict[str, object] = {
        "id": "p1",
        "clip": "scene-01",
        "task": "attribute",
        "form": "open",
        "turns": ASKED,
        "claims": ("c1",),
        "program": Program(name="who", arguments=(("claim", "c1"),)),
    }
    return InstructionPair.model_validate(fields | more)


def test_a_pair_survives_a_trip_through_json() -> None:
    told = pair(form="choice", options=("yes", "no"), answer_index=1, span=(0.5, 2.0), weight=0.5)
    assert InstructionPair.model_validate_json(told.model_dump_json()) == told


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"claims": ()}, "at least 1"),
        ({"turns": ASKED[::-1]}, "alternate"),
        ({"turns": (*ASKED, ASKED[0])}, "alternate"),
        ({"form": "choice"}, "choice pair has 0 options"),
        ({"options": ("yes", "no"), "answer_index": 0}, "open pair has 2 options"),
        ({"form": "choice", "options": ("yes", "no")}, "come together"),
        ({"form": "choice", "options": ("yes", "no"), "answer_index": 2}, "not one of 2"),
        ({"form": "choice", "options": ("yes", "yes"), "answer_index": 0}, "the same"),
        ({"weight": 1.5}, "less than or equal to 1"),
    ],
)
def test_a_malformed_pair_is_refused(broken: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        pair(**broken)
