"""How PLM's tasks are asked, word for word: the task files of lmms-eval's plm_videobench, which its authors wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_uppercase
from typing import Final

RCAP: Final = (
    "Give a detailed description of the events occurring in the region marked by the red rectangle within frames "
    "[{start}, {end}] in this {frames} frame video."
)
RTLOC: Final = (
    "Given the region marked by the red rectangle in the video, please provide the start and end frame of when "
    "'{caption}' happens. Use the format [start, end] where start and end are frame numbers between 0 and {last} in "
    "this {frames} frame video."
)
RDCAP: Final = (
    "Create a dense caption of the subject's actions within the red rectangles, including action frames ids and brief "
    "descriptions. For each item use the format [start, end]: [description] separated by a newline, where start and "
    "end are frame numbers between 0 and {last} in this {frames} frame video."
)

_SHOWN: Final = re.compile(r" in this (\d+) frame video\.")
"""In each of them: how many frames are shown, which is what they count."""


def frames_in(asked: str) -> int:
    """How many frames a question about a marked subject counts; 0 where it is none."""
    found = _SHOWN.findall(asked)
    return int(found[-1]) if found else 0


def fgqa(question: str, options: Sequence[str], answer: int) -> tuple[str, str]:
    """A choice between two answers of FGQA, and what is answered to it: `(B) Twice.`.

    Args:
        question: without its options.
        options: in order.
        answer: which of them is right, from 0.
    """
    lettered = [f"({letter}) {option}" for letter, option in zip(ascii_uppercase, options, strict=False)]
    asked = "\n".join((f"Question: {question}", "Options:", *lettered, "Only give the best option."))
    return asked, lettered[answer]
