"""Two texts before a model that says whether they agree; it sees no pictures, and not which of them is the key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.vision.seeing import YES_NO, Query, Seen
from dreamgen.verify.comparing.keys import Case
from dreamgen.verify.comparing.weighing import log_odds, sigmoid, unheard

JUDGE: Final = "verify/judge"
_WAYS: Final = {"same": ("same", "different"), "compatible": ("compatible", "contradictory")}


def briefs(cases: Sequence[Case]) -> tuple[Query, ...]:
    """Two questions a case, one the opposite of the other."""
    return tuple(_query(case, how) for case in cases for how in _WAYS[case.kind])


def chances(seen: Sequence[Seen], heard: float) -> Iterator[float | None]:
    """Of each case the chance that its texts agree; None where the judge could not be heard.

    Args:
        seen: what became of the briefs, two a case.
        heard: share of the chances that must lie on yes and no.
    """
    for straight, turned in zip(seen[::2], seen[1::2], strict=True):
        if unheard(straight, heard) or unheard(turned, heard):
            yield None
            continue
        yes, no = (one.chances[0] / sum(one.chances) for one in (straight, turned))
        yield sigmoid((log_odds(yes) - log_odds(no)) / 2)


def _query(case: Case, how: str) -> Query:
    filled = read_prompt(JUDGE).fill({"question": case.question, "key": case.key, "answer": case.answer, "how": how})
    where = f"{case.about}/{case.turn}" if case.turn else case.about
    return Query(purpose=JUDGE, where=where, system=filled.system, text=filled.user, choices=YES_NO)
