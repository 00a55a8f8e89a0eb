"""How much of a key's words an answer says in their order: ROUGE-L (Lin 2004), the F-measure with beta 1.

It sees words and not what they mean: a right answer in other words gets little. It is here because anybody can compute
it again without a model; where that matters, let a judge read the answers.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from rapidfuzz.distance import Indel

_WORD: Final = re.compile(r"[^\W_]+")


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in small letters, without punctuation."""
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def rouge_l(key: str, answer: str) -> float:
    """F of the longest common subsequence of words, 0-1; 0 where either text has no words.

    Indel's likeness of two sequences is 2 LCS / (their lengths together), which is this F.
    """
    one, other = words_of(key), words_of(answer)
    return float(Indel.normalized_similarity(one, other)) if one and other else 0.0
