from __future__ import annotations

import pytest

from dreamgen.metrics.rouge import rouge_l


def test_it_is_f_of_the_longest_common_subsequence() -> None:
    # Lin (2004), section 3.1: reference "police killed the gunman"
    # "police kill the gunman": subsequence of 3 of 4 and 4 words; "the gunman kill police": of 2
    assert rouge_l("police killed the gunman", "police kill the gunman") == pytest.approx(0.75)
    assert rouge_l("police killed the gunman", "the gunman kill police") == pytest.approx(0.5)
    # 3 words of 3 in the answer, of 5 in the key: P = 1, R = .6, F = .75
    assert rouge_l("she walks in a forest", "she walks forest") == pytest.approx(2 * 0.6 / 1.6)


def test_case_and_punctuation_are_no_words() -> None:
    assert rouge_l("It's a DOG.", "it s a dog") == 1.0


def test_no_words_are_worth_nothing() -> None:
    assert rouge_l("she walks", "...") == 0.0
    assert rouge_l("?", "?") == 0.0


def test_it_agrees_with_google_s_own() -> None:
    scorer = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer(["rougeL"])
    texts = ("a man in a red coat walks", "A man walks in a coat, red.", "the dog", "a dog and the man")
    for key in texts:
        for answer in texts:
            assert rouge_l(key, answer) == pytest.approx(scorer.score(key, answer)["rougeL"].fmeasure)
