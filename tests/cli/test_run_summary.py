from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.cli.run_summary import parted, show
from dreamgen.core.receipts import Reject


def reject(kind: str, detail: str) -> Reject:
    return Reject(what="a thing", kind=kind, stage="story", reason="because", detail=detail)


def test_what_is_shown_otherwise_is_not_dropped() -> None:
    otherwise = reject("text", "shot-01: shown as a lamp")
    gone, refuted = reject("text", "shot-02: not shown"), reject("claim", "the coat: shown as red")
    assert parted([otherwise, gone, refuted]) == ([otherwise], [gone, refuted])
    assert parted([]) == ([], [])


def test_a_line_that_goes_on_names_no_path_again(capsys: pytest.CaptureFixture[str]) -> None:
    show([("trust", "about 1 %", Path("a.json")), ("", "if so", Path("a.json"))])
    assert capsys.readouterr().err.splitlines() == ["trust    about 1 %  a.json", "         if so"]
