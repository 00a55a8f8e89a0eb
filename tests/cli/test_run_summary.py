from __future__ import annotations

from dreamgen.cli.run_summary import parted
from dreamgen.core.receipts import Reject


def reject(kind: str, detail: str) -> Reject:
    return Reject(what="a thing", kind=kind, stage="story", reason="because", detail=detail)


def test_what_is_shown_otherwise_is_not_dropped() -> None:
    otherwise = reject("text", "shot-01: shown as a lamp")
    gone, refuted = reject("text", "shot-02: not shown"), reject("claim", "the coat: shown as red")
    assert parted([otherwise, gone, refuted]) == ([otherwise], [gone, refuted])
    assert parted([]) == ([], [])
