from __future__ import annotations

import pytest

from dreamgen.qa.drafting.colouring import coloured, repainted
from dreamgen.qa.drafting.grounding import Grounds, fault_of
from dreamgen.qa.drafting.sheets import DraftPair

FACTS = {"F1": "The woman holds a blue china cup and a green plate.", "F2": "A man waves. The sofa is grey."}


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        ("What colour is the cup that the woman holds?", "The woman holds a blue cup.", ""),
        ("What colour is the cup that the woman holds?", "Blue.", ""),
        ("What colour is the plate that the woman holds?", "The woman holds a blue plate.", "not_in_claims"),
        ("What colour is the plate that the woman holds?", "Blue.", "not_in_claims"),
        ("What colour is the plate that the woman holds?", "The plate is blue.", "not_in_claims"),
        ("What colour is the plate that the woman holds?", "The plate is green.", ""),
        ("What colour is the sofa?", "It is a grey sofa.", ""),
        ("What colour is the sofa?", "It is grey.", ""),
        ("What colour is the cup that the woman holds?", "It is blue.", ""),
        ("What colour is the plate that the woman holds?", "It is blue.", "not_in_claims"),
        ("What colour is the cup that the woman holds?", "The cup that she holds is blue.", ""),
        ("Which cup does the woman hold?", "The blue one.", ""),
        ("What does the woman hold?", "She holds a blue cup and a green plate.", ""),
    ],
)
def test_a_colour_belongs_to_its_own_thing(question: str, answer: str, reason: str) -> None:
    pair = DraftPair(facts=tuple(FACTS), task="attribute", form="open", question=question, answer=answer)
    fault = fault_of(pair, Grounds(FACTS))
    assert (fault.reason if fault else "") == reason


def test_colours_go_with_the_nouns_behind_them_and_no_further() -> None:
    assert coloured(["A blue china cup on a table", "The mug is red", "It reads “white sheep”."]) == {
        ("blue", "china"), ("blue", "cup"), ("red", "mug")
    }  # fmt: skip
    assert repainted("What does she hold?", "A red and white ball.", ["A white ball lies there."]) == []
    assert repainted("What does she hold?", "A white ball.", ["A white cup and a red ball"]) == ["white"]
