from __future__ import annotations

import numpy as np
import pytest

from dreamgen.engines import guessing
from dreamgen.engines.guessing import Rows, guess
from dreamgen.errors import MissingExtra

pytest.importorskip("sklearn")


def rows(texts: list[str]) -> Rows:
    return Rows(tuple(texts), np.zeros((len(texts), 1), dtype=np.float32))


def test_a_word_that_goes_with_the_truth_is_learnt() -> None:
    known = rows([f"w{n % 5} {'red' if n % 2 else 'blue'}" for n in range(40)])
    chances = guess(known, [bool(n % 2) for n in range(40)], rows(["w1 red", "w1 blue"]), seed=1)
    assert chances[0] > 0.8 > 0.2 > chances[1]


def test_words_that_never_come_twice_leave_the_numbers() -> None:
    numbers = np.asarray([[n % 2] for n in range(20)], dtype=np.float32)
    known = Rows(tuple(f"word{n}" for n in range(20)), numbers)
    chances = guess(known, [bool(n % 2) for n in range(20)], Rows(("a", "b"), numbers[:2]), seed=1)
    assert chances[1] > chances[0]


def test_one_kind_of_truth_teaches_its_share_alone() -> None:
    assert guess(rows(["a", "b"]), [True, True], rows(["c"]), seed=1).tolist() == [1.0]


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "learns", lambda: False)
    with pytest.raises(MissingExtra, match=r"dreamgen\[audit\]"):
        guess(rows(["a"]), [True], rows(["b"]), seed=1)
