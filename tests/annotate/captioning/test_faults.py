from __future__ import annotations

import pytest

from dreamgen.annotate.captioning.faults import fault_of, parts

GOOD = "A man in a red shirt stands in a kitchen and cuts a carrot with a knife."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("… !", "empty"),
        ("I'm sorry, but I can't see the video.", "refused"),
        ("As an AI language model, I am not able to watch videos.", "refused"),
        ("Un hombre con camisa roja está de pie en una cocina y corta una zanahoria con un cuchillo.", "not_english"),
        (
            "Ein Mann in einem roten Hemd steht in einer Küche und schneidet eine Karotte mit einem Messer.",
            "not_english",
        ),
        ("一个穿红衬衫的男人站在厨房里切胡萝卜。", "not_english"),
        ("Мужчина в красной рубашке режет морковь.", "not_english"),
        (f"{GOOD} " * 12, "turns_in_circles"),
        ("the man and " * 20, "turns_in_circles"),
    ],
)
def test_what_is_no_caption_is_told_with_its_reason(text: str, reason: str) -> None:
    fault = fault_of(text, 400)
    assert fault is not None and fault.reason == reason


def test_what_never_ends_is_too_long() -> None:
    text = " ".join(
        f"A man with the number {number} runs past the house and into street {number}." for number in range(40)
    )
    fault = fault_of(text, 100)
    assert fault is not None and fault.reason == "too_long"


@pytest.mark.parametrize("text", [GOOD, "Snow falls.", "A sign reads “No entry”. The man can't open the door."])
def test_a_caption_has_no_fault(text: str) -> None:
    assert fault_of(text, 400) is None


def test_what_says_nothing_and_what_guesses_is_taken_out_of_a_text() -> None:
    text = "A man sits. He is likely tired. It is unclear who he is. Then he waves. A dog runs, suggesting fear."
    assert [(part, fault.reason if fault else "") for part, fault in parts(text)] == [
        ("He is likely tired.", "guesses"),
        ("It is unclear who he is.", "says_nothing"),
        ("A dog runs, suggesting fear.", "guesses"),
        ("A man sits. Then he waves.", ""),
    ]


def test_what_leans_on_a_sentence_that_was_taken_out_goes_with_it() -> None:
    text = "A man enters. Perhaps a woman waits for him. She waves. She smiles at a dog. A bus stops."
    assert [(part, fault.reason if fault else "") for part, fault in parts(text)] == [
        ("Perhaps a woman waits for him.", "guesses"),
        ("She waves.", "leans_on_another"),
        ("She smiles at a dog.", "leans_on_another"),
        ("A man enters.", ""),
        ("A bus stops.", ""),
    ]
