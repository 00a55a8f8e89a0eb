from __future__ import annotations

import pytest

from dreamgen.qa.drafting.stems import foreign, stem, telling


@pytest.mark.parametrize(
    "words",
    [("cuts", "cutting", "cut"), ("walks", "walked"), ("slices", "slicing"), ("held", "holding"), ("took", "takes")],
)
def test_forms_of_a_word_have_one_stem(words: tuple[str, ...]) -> None:
    assert len({stem(word) for word in words}) == 1


def test_foreign_words_are_those_that_nobody_else_has() -> None:
    assert foreign("She is slicing the large onion", "A man slices an onion.") == ["large"]


@pytest.mark.parametrize("other", ["rainbow", "cartoon"])
def test_a_word_that_begins_with_another_is_another(other: str) -> None:
    assert foreign(other, "rain on a cart") == [other]


def test_pronouns_and_articles_say_nothing() -> None:
    assert list(telling("She puts it up on the shelf.")) == ["puts", "up", "shelf"]
