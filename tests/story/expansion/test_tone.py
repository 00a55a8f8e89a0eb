"""Tests of DreamFrame's tone lines."""

from __future__ import annotations

import pytest

from dreamgen.story.expansion.tone import read_tone, with_keyword

DREAMFRAMES = "{Romantic}, ((Urban chic)), ((modern elegance, bohemian charm)), pastel palette, soft lighting"


def test_keyword_and_weights_are_read() -> None:
    tone = read_tone(DREAMFRAMES)
    assert tone.keywords == ("Romantic",)
    assert tone.phrases == (
        ("Urban chic", 2), ("modern elegance", 2), ("bohemian charm", 2), ("pastel palette", 1), ("soft lighting", 1),
    )  # fmt: skip


@pytest.mark.parametrize("line", ["", "((", "{}", "{a", "((a)", "a))", "{{a}}", "(((a)))", "((a)) ((b {c}))", "(a)"])
def test_brackets_in_any_order_are_read(line: str) -> None:
    tone = read_tone(line)
    assert all(phrase and not set(phrase) & set("(){}") for phrase, _ in tone.phrases)


def test_a_bracket_without_its_partner_counts_for_nothing() -> None:
    assert read_tone("((warm light, slow").phrases == (("warm light", 1), ("slow", 1))


def test_a_line_without_keyword_gets_the_style_word() -> None:
    assert with_keyword("soft light", "Wistful") == "{Wistful}, soft light"
    assert with_keyword(DREAMFRAMES, "Wistful") == DREAMFRAMES


def test_a_long_line_loses_its_last_phrases_to_the_keyword() -> None:
    line = ", ".join(["((soft lantern light))", *(f"phrase number {at}" for at in range(12))])[:200]
    made = with_keyword(line, "Wistful")
    assert made.startswith("{Wistful}, ((soft lantern light)), phrase number 0") and len(made) <= 200
    assert with_keyword("x" * 200, "Wistful") == "{Wistful}, " + "x" * 189
