from __future__ import annotations

import pytest

from dreamgen.language.stems import stem, stems, telling_words


@pytest.mark.parametrize(
    "forms",
    [
        ("ride", "rides", "riding"), ("carry", "carries", "carried", "carrying"), ("run", "runs", "running"),
        ("cut", "cuts", "cutting"), ("slowly", "slow"), ("Marie", "Marie's", "Marie’s"), ("hold", "holds", "holding"),
    ],
)  # fmt: skip
def test_forms_of_a_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len(set(map(stem, forms))) == 1


@pytest.mark.parametrize(("one", "other"), [("car", "carpet"), ("glass", "gloss"), ("man", "woman"), ("hat", "coat")])
def test_other_words_have_other_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_words_that_say_nothing_by_themselves_are_left_out() -> None:
    assert telling_words("In the video, a man is seen with his T-shirt.") == ["man", "t", "shirt"]
    assert stems("Dogs run") == {"dog", "run"}
