"""A learner that sees text alone: scikit-learn's random forest (Breiman 2001) over words and numbers."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dreamgen.errors import MissingExtra

_TREES = 120
_WORDS = 400
"""Words and pairs of words that are told apart; the most frequent ones."""
_SAMPLE = 4000
"""Rows that one tree learns from, at most: more make it slower and hardly better."""
_DEPTH = 14
_LEAF = 2


@dataclass(frozen=True)
class Rows:
    """What the learner is told, a row a thing."""

    texts: tuple[str, ...]
    """Words of each."""
    numbers: NDArray[np.float32]
    """(rows, features) of each."""


def learns() -> bool:
    """Whether the library is there."""
    return importlib.util.find_spec("sklearn") is not None


def learner() -> str:
    """Its version, which may change what is learnt; empty where it is not there."""
    try:
        return version("scikit-learn")
    except PackageNotFoundError:
        return ""


def need(wanted_by: str) -> None:
    """Makes sure that it is.

    Raises:
        MissingExtra: when scikit-learn is not installed.
    """
    if not learns():
        raise MissingExtra("scikit-learn", "audit", wanted_by)


def guess(known: Rows, holds: Sequence[bool], asked: Rows, seed: int) -> NDArray[np.float64]:
    """How likely each asked row holds, learnt from rows of which it is known: (asked,) between 0 and 1.

    It is the same on every machine for the same rows, seed and version of the library.

    Args:
        known: what is learnt from.
        holds: of each of them, whether it does.
        asked: what is guessed.
        seed: of the forest.

    Raises:
        MissingExtra: when scikit-learn is not installed.
    """
    need("the shortcut audit")
    if len(set(holds)) < 2 or not asked.texts:
        return np.full(len(asked.texts), float(np.mean(holds)) if len(holds) else 0.5)
    from sklearn.ensemble import RandomForestClassifier

    learnt, found = _features(known, asked)
    count = len(known.texts)
    forest = RandomForestClassifier(
        n_estimators=_TREES,
        max_depth=_DEPTH,
        min_samples_leaf=_LEAF,
        max_samples=_SAMPLE if count > _SAMPLE else None,
        class_weight="balanced",
        n_jobs=1,
        random_state=seed % 2**32,
    )
    forest.fit(learnt, np.asarray(holds, dtype=bool))
    chances: NDArray[np.float64] = forest.predict_proba(found)[:, list(forest.classes_).index(True)]
    return chances


def _features(known: Rows, asked: Rows) -> tuple[Any, Any]:
    """Numbers and weighted words side by side; which words there are is learnt from what is known alone."""
    from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped, unused-ignore]
    from sklearn.feature_extraction.text import TfidfVectorizer

    numbers = csr_matrix(known.numbers), csr_matrix(asked.numbers)
    words = TfidfVectorizer(
        ngram_range=(1, 2), max_features=_WORDS, token_pattern=r"\S+", lowercase=False, sublinear_tf=True, min_df=2
    )
    try:
        learnt = words.fit_transform(known.texts)
    except ValueError:  # no word occurs twice
        return numbers
    return hstack([numbers[0], learnt], format="csr"), hstack([numbers[1], words.transform(asked.texts)], format="csr")
