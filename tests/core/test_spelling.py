from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamgen.core.spelling import Spelling, is_seen, spelled

PLAIN = frozenset(map(chr, range(32, 127))) | set("‘’“”…⁄°™")
"""Much as the embedded font has it."""


def has(sign: str) -> bool:
    return sign in PLAIN


@pytest.mark.parametrize("text", ["Who goes there?", "“It’s me…” 20°", " two  blanks ", "", "a\tb\nc"])
def test_what_the_font_has_stays_as_it_is(text: str) -> None:
    assert spelled(text, has) == Spelling(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Où est la clé, Zoë?", "Ou est la cle, Zoe?"),
        ("Zoe\u0308", "Zoe"),
        ("Straße nach Łódź, Ærø", "Strasse nach Lodz, AEro"),
        ("¿Dónde está el niño?", "Donde esta el nino?"),
        ("Wait—what? 10–20, 5 − 3", "Wait - what? 10-20, 5 - 3"),
        ("„Hallo”", "“Hallo”"),
        ("18€, €5 and (£3).", "18 EUR, EUR 5 and (GBP 3)."),
        ("1½ cups, 10² of H₂O at 20℃", "1 1⁄2 cups, 10^2 of H2O at 20 °C"),
        ("10⁻³ m, x⁻¹ and 2ⁿ⁺¹, 10²³ of Na⁺", "10^-3 m, x^-1 and 2^n+1, 10^23 of Na^+"),
        ("№5, 1\ufe0f\u20e3", "No 5, 1"),
        ("a\u200bb\u00ad\u00a0c", "ab c"),
    ],
)
def test_what_it_lacks_is_spelled_with_what_it_has(text: str, words: str) -> None:
    assert spelled(text, has) == Spelling(words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ask 花子, not Tom.", "Ask …, not Tom."),
        ("Ask 花子 太郎... now", "Ask … now"),
        ("Hanako花子's lamp", "… lamp"),
        ("— 18 € 🗝️", "- 18 EUR"),
        ("👨\u200d👩\u200d👧 a family", "a family"),
        ("花子さん、元気？", ""),
        ("Где мой фонарь?", ""),
        ("🏮", ""),
        # what strikes a sign out is no accent
        ("2 + 2 ≠ 5, Zoë.", "2 + 2 … 5, Zoe."),
        ("Zoë: 1≮2, a ∤ b, 3 <\u20d2 4", "Zoe: 1…2, a … b, 3 … 4"),
        ("Not l\u0336i\u0336k\u0336e this, P\u20e0", "Not … this, …"),
    ],
)
def test_a_word_that_nothing_stands_for_is_left_out_whole(text: str, words: str) -> None:
    assert spelled(text, has) == Spelling(words, whole=False)


def test_a_poorer_font_gets_plainer_signs() -> None:
    assert spelled("“Zoë’s 花…”", str.isascii) == Spelling('"Zoe\'s ..."', whole=False)


@given(st.text())
def test_no_sign_is_left_that_the_font_lacks(text: str) -> None:
    words = spelled(text, has).words
    assert all(sign.isspace() or has(sign) for sign in words)
    assert spelled(words, has) == Spelling(words)


def test_blanks_and_joiners_leave_no_ink() -> None:
    assert [sign for sign in "é \u00a0\u200d\ufe0f\u00ad—" if is_seen(sign)] == ["é", "—"]
