"""The benchmarks that are exported bring a reader of their own, and what they score must be scored the same here."""

from __future__ import annotations

import pytest

from dreamgen.core.pairs import LETTERS
from dreamgen.export import benchmark_scoring
from dreamgen.metrics.parsing import read_letter, read_yes_no

OPTIONS = ("Blue", "Red", "A grey one", "Green")


@pytest.mark.parametrize(
    "answer",
    ["B", "(b)", "B.", "B. Red", "The answer is B", "red", "A. or B.", "B. Green", "A person", "E", "", "It is red",
     "B\nGreen", "Answer: (B) Red"],
)  # fmt: skip
def test_the_exported_benchmark_reads_letters_alike(answer: str) -> None:
    place = read_letter(answer, OPTIONS)
    assert benchmark_scoring.read_letter(answer, OPTIONS) == (None if place is None else LETTERS[place])


@pytest.mark.parametrize("answer", ["Yes", "no.", "Yes, there is.", "No dog", "Maybe", "", "Yes and no", "Answer: no"])
def test_the_exported_benchmark_reads_yes_and_no_alike(answer: str) -> None:
    said = read_yes_no(answer)
    assert benchmark_scoring.read_yes_no(answer) == (None if said is None else "yes" if said else "no")
