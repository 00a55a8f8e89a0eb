from __future__ import annotations

from random import Random

from dreamgen.qa.twists import square

CAPTION = "In a forest at night, a woman in a red coat walks to the left and says: “The red coat!” The camera zooms in."


def words_of(text: str) -> set[str]:
    return set(text.replace(".", "").replace(",", "").split())


def test_each_detail_is_right_in_two_of_the_four() -> None:
    for seed in range(20):
        one, other, both = square(CAPTION, Random(seed))
        assert len({CAPTION, one, other, both}) == 4
        changed = words_of(one) - words_of(CAPTION), words_of(other) - words_of(CAPTION)
        assert (changed[0] | changed[1]) <= words_of(both) | words_of(CAPTION)


def test_quoted_words_stay() -> None:
    assert all("“The red coat!”" in text for seed in range(20) for text in square(CAPTION, Random(seed)))


def test_the_article_follows_the_word() -> None:
    texts = [text for seed in range(200) for text in square("A dog runs. A boy in a red coat sits.", Random(seed))]
    assert any("an orange" in text or "an olive" in text or "a blue" in text for text in texts)
    assert not any("a orange" in text or "a olive" in text for text in texts)


def test_a_caption_with_one_detail_has_no_square() -> None:
    assert square("A dog can be seen. The camera stays still.", Random(1)) == []
