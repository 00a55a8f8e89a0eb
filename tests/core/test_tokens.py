from __future__ import annotations

from dreamgen.core.tokens import LIMIT, WINDOW, clip_tokens


def test_words_and_marks_are_counted_and_long_words_are_several() -> None:
    assert clip_tokens("a red lantern") == 3
    assert clip_tokens("a red lantern, by night.") == 7
    assert clip_tokens("incomprehensible 42") == 4
    assert clip_tokens("") == 0


def test_two_tokens_of_a_window_are_the_encoders_own() -> None:
    assert LIMIT + 2 == WINDOW == 77
