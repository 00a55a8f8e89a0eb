"""How the audit is read by people: in words first, then as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dreamgen.metrics.shortcuts.audit import ALPHA, LEAST, Audit, Row

FORM_WORDS: Final = {"choice": "choices", "yes_no": "yes/no questions"}
"""What the questions of a form are called."""

WAYS: Final = {
    "text": "text-only learner",
    "letter": "usual letter",
    "longest": "longest option",
    "shortest": "shortest option",
    "answer": "usual answer",
    "yes": "usual yes or no",
    "blind": "model, no video",
    "video": "model with video",
}
"""Every way of guessing, in words. Usual is what was right most often in the other folds."""


def percent(share: float) -> str:
    """`52 %`."""
    return f"{100 * share:.0f} %"


def between(row: Row) -> str:
    """The interval of a row's share, in percent."""
    low, high = row.interval
    return f"{100 * low:.0f}–{100 * high:.0f} %"


def sentences(found: Audit) -> Iterator[str]:
    """What there is to say, the most important first."""
    told = [row for form in FORM_WORDS if (row := found.whole(form, "text"))]  # type: ignore[arg-type]
    for row in told:
        yield (
            f"From the text alone, {percent(row.share)} of the {row.n} {FORM_WORDS[row.form]} could be answered; "
            f"chance is {percent(row.chance)}."
        )
    missing = [words for form, words in FORM_WORDS.items() if form not in {row.form for row in told}]
    if missing:
        yield f"There are fewer than {LEAST} {' or '.join(missing)}: too few to tell."
    yield from _seen(found)
    if told:
        yield _verdict(found)


def _verdict(found: Audit) -> str:
    if not found.found:
        return f"No way of guessing does better than chance explains ({percent(1 - ALPHA)} over all rows together)."
    count = len(found.found)
    return f"{count} way{'s' * (count != 1)} of guessing {'do' if count != 1 else 'does'} better than chance explains."


def _seen(found: Audit) -> Iterator[str]:
    """The blind gap and the visual gain, where a model has answered."""
    for form, words in FORM_WORDS.items():
        blind, video = found.whole(form, "blind"), found.whole(form, "video")  # type: ignore[arg-type]
        if blind and video:
            yield (
                f"{found.model} answers {percent(video.share)} of the {words} with the video and "
                f"{percent(blind.share)} without: the video is worth {100 * (video.share - blind.share):+.0f} points, "
                f"and without it the model is {100 * blind.gain:+.0f} points from chance."
            )


def shown(found: Audit) -> tuple[Row, ...]:
    """The rows worth a line: all tasks together in every way, every task by its text, and each shortcut."""
    return tuple(row for row in found.rows if not row.task or row.by == "text" or row.found)
