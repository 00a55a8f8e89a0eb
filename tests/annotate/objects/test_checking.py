from __future__ import annotations

from typing import Any

import pytest

from dreamgen.annotate.objects.checking import fault_of
from dreamgen.annotate.objects.looks import looks_in, noun_of
from dreamgen.annotate.objects.refusals import refusal_in
from dreamgen.annotate.objects.sheets import DraftObject
from dreamgen.annotate.objects.stating import parts_of

GOOD: dict[str, Any] = {
    "names": "the man in the blue shirt", "what": "man", "category": "person",
    "instruction": "What is the man in the blue shirt riding?",
    "answer": "The man in the blue shirt rides a red bicycle along a path. He holds the handlebars with both hands.",
}  # fmt: skip
DOG = DraftObject(
    names="the dog", what="dog", category="animal", instruction="Describe the dog.", answer="The dog runs over grass."
)


def reason(**changes: Any) -> str:
    """Why a pair with these changes is not taken; empty where it is."""
    fault = fault_of(DraftObject.model_validate({**GOOD, **changes}), (), (DOG,))
    return fault.reason if fault else ""


def test_H5_a_pair_about_one_person_or_thing_is_taken() -> None:
    assert reason() == ""
    assert reason(names="the black trousers", what="trousers", category="thing",
                  instruction="What do the black trousers look like?",
                  answer="The black trousers are wide and hang on a line in the garden.") == ""  # fmt: skip


def test_a_name_may_be_short_where_nobody_else_is_called_so() -> None:
    short = {"instruction": "Could you describe what the man does?"}
    assert reason(**short) == ""
    other = DraftObject.model_validate({**GOOD, "names": "the man in the red hat"})
    fault = fault_of(DraftObject.model_validate({**GOOD, **short}), (), (other,))
    assert fault is not None and fault.reason == "names_several"


@pytest.mark.parametrize(
    ("why", "changes"),
    [
        ("names_nothing", {"instruction": "What happens in the video?"}),
        ("names_nothing", {"names": "the video", "what": "video", "instruction": "Describe the video."}),
        ("names_nothing", {"names": "something blue", "what": "something", "instruction": "Describe something blue."}),
        ("names_nothing", {"what": "woman"}),
        ("names_nothing", {"instruction": "What is he riding in this video?"}),
        ("names_several", {"names": "the people", "what": "people", "instruction": "Describe the people."}),
        ("names_several", {"names": "the police", "what": "police", "instruction": "Describe the police."}),
        ("names_several", {"names": "the two cars", "what": "cars", "instruction": "Describe the two cars."}),
        ("names_several", {"names": "the man and the woman", "instruction": "Describe the man and the woman."}),
        ("names_several", {"instruction": "Describe the man in the blue shirt and the dog."}),
        ("asks_no_description", {"instruction": "Is the man in the blue shirt riding a bicycle?"}),
        ("asks_no_description", {"instruction": "How many bicycles has the man in the blue shirt?"}),
        ("yes_no", {"answer": "Yes, the man in the blue shirt rides a red bicycle there."}),
        ("too_short", {"answer": "The man rides a bicycle."}),
        ("list", {"answer": "- The man in a shirt\n- a red bicycle\n- a path with trees"}),
        ("list", {"answer": "Man, shirt, bicycle, path, trees, blue and red."}),
        ("about_something_else", {"answer": "The dog runs over the grass and barks. It has a brown coat."}),
        ("same_as_instruction", {"answer": "What is the man in the blue shirt riding"}),
        ("not_english", {"answer": "Der Mann trägt ein blaues Hemd und fährt Rad auf einem schmalen Weg."}),
        ("not_english", {"answer": "穿蓝色衬衫的男人骑着一辆红色的自行车。"}),
        ("speaks_of_frames", {"answer": "In the first frame the man in the blue shirt sits on a bicycle."}),
        ("speaks_of_frames", {"answer": "According to the caption, the man in the blue shirt rides along a path."}),
        ("markup", {"answer": "The man in the blue shirt is there. <video> He rides a red bicycle."}),
        ("cannot_see", {"answer": "I cannot see the man in the blue shirt well enough to say that."}),
        ("as_an_ai", {"instruction": "As an AI, describe the man in the blue shirt."}),
    ],
)
def test_H5_what_is_no_instruction_about_one_or_no_description_has_its_reason(
    why: str, changes: dict[str, Any]
) -> None:
    assert reason(**changes) == why


def test_H5_a_pair_that_was_written_before_is_not_taken_again() -> None:
    draft = DraftObject.model_validate(GOOD)
    fault = fault_of(draft, (draft,))
    assert fault is not None and fault.reason == "repeated"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The video does not provide details.", "not_provided"),
        ("It doesn’t  provide\ndetails.", "not_provided"),
        ("I'm sorry, but there is no video.", "apology"),
        ("As an AI language model I only read.", "as_an_ai"),
        ("He does not move.", None),
        ("A saxophonist provides the music; nothing notable.", None),
    ],
)
def test_H6_a_refusal_is_found_by_its_phrase_whole_and_in_any_case(text: str, why: str | None) -> None:
    found = refusal_in(text)
    assert (found.reason if found else None) == why
    upper = refusal_in(text.upper())
    assert (upper.reason if upper else None) == why


def test_looks_are_read_from_the_name_and_from_what_else_is_told() -> None:
    names, told = "the tall guy in the dark blue t-shirt with glasses", ["gray hair", "a red cap", "a kind face"]
    found = looks_in(names, "guy", told, "person")
    assert [tuple(look) for look in found] == [
        ("top", "tee", "blue"), ("glasses", "glasses", None), ("hair", "grey", None), ("hat", "cap", "red"),
    ]  # fmt: skip
    assert noun_of("guy") == "man" and noun_of("dark red car") == "car"


def test_an_animals_colour_says_nothing_of_its_pattern() -> None:
    assert looks_in("the brown dog", "dog", (), "animal") == ()
    assert [tuple(look) for look in looks_in("the dog", "dog", ("black spotted",), "animal")] == [
        ("coat", "spotted", "black")
    ]


def test_a_sentence_that_leans_on_another_thing_stays_with_the_sentence_before() -> None:
    draft = DraftObject.model_validate(
        {**GOOD, "answer": "The man in the blue shirt rides a bicycle. It is red. He waves. This takes long."}
    )
    assert parts_of(draft) == ("The man in the blue shirt rides a bicycle. It is red.", "He waves. This takes long.")
