"""How large a story is: acts x scenes x shots, DreamFrame's substories x tinystories x frames."""

from __future__ import annotations

import re
from typing import Final

from dreamgen.core.base import Record
from dreamgen.errors import UsageError

MOST: Final = 60
"""Acts of a story, scenes of an act and shots of a scene: what fits into one answer of a model."""

_FORM = re.compile(r"\s*(\d{1,6})\s*[x×*]\s*(\d{1,6})\s*[x×*]\s*(\d{1,6})\s*", re.IGNORECASE)


class Factors(Record):
    """So many of each, everywhere alike."""

    acts: int
    """Of the story."""
    scenes: int
    """Of each act."""
    shots: int
    """Of each scene."""

    def __str__(self) -> str:
        return f"{self.acts}x{self.scenes}x{self.shots}"


DEFAULT: Final = Factors(acts=3, scenes=3, shots=5)
"""Of an invented story when nobody says otherwise: 45 shots, some two minutes. DreamFrame's are 11x11x11."""


def read_factors(text: str) -> Factors | None:
    """Factors as people write them: 11x11x11; None for an empty text.

    Raises:
        UsageError: for anything else, or a number that is not between 1 and `MOST`.
    """
    if not text.strip():
        return None
    found = _FORM.fullmatch(text)
    if not found:
        raise UsageError(
            f"a story can't be expanded to {text!r}", "Write acts x scenes x shots, such as 3x3x5 or 11x11x11."
        )
    factors = Factors(acts=int(found[1]), scenes=int(found[2]), shots=int(found[3]))
    for what, number in factors:
        if not 1 <= number <= MOST:
            raise UsageError(
                f"a story can't be expanded to {text.strip()}: {number} {what}",
                f"Each of the three numbers must be between 1 and {MOST}.",
            )
    return factors
