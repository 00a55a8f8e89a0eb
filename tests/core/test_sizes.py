from __future__ import annotations

import pytest

from dreamgen.core.sizes import size_words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"), (1, "1 byte"), (840, "840 bytes"), (15_200, "15.2 kB"), (340_000_000, "340 MB"),
        (12.3e9, "12.3 GB"), (1.2e12, "1.2 TB"),
    ],
)  # fmt: skip
def test_a_size_is_told_in_the_largest_unit_that_it_fills(count: float, words: str) -> None:
    assert size_words(count) == words
