from __future__ import annotations

import time
from pathlib import Path

import pytest

from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.chat.ledger import Ledger
from dreamgen.run import listening
from dreamgen.run.listening import heard, parts_answered
from dreamgen.run.watch import Watch


class Ears(Watch):
    def __init__(self) -> None:
        self.heard: list[tuple[str, int, int]] = []

    def goes(self, stage: str, done: int, of: int) -> None:
        self.heard.append((stage, done, of))


def answer(ledger: Ledger, where: str) -> None:
    ledger.answered(ledger.begin("served", "story/scene", where, 100), RawAnswer(text="{}", tokens_in=3, tokens_out=2))


def test_calls_are_heard_while_they_are_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "PAUSE", 0.01)
    answer(Ledger(tmp_path), "scene-01-01")
    ears = Ears()
    with heard("story", tmp_path, 3, ears):
        ledger = Ledger(tmp_path)
        until = time.monotonic() + 5
        while not ears.heard and time.monotonic() < until:
            time.sleep(0.005)
        for where in ("scene-01-02", "scene-01-03", "scene-01-04"):
            answer(ledger, where)
    assert ears.heard[0] == ("story", 1, 3)
    assert ears.heard[-1] == ("story", 4, 4)


def test_what_was_asked_again_counts_once_and_failures_not_at_all(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    answer(ledger, "scene-01-01")
    answer(ledger, "scene-01-01")
    ledger.failed(ledger.begin("served", "story/scene", "scene-01-02", 100), TimeoutError, 1.0)
    assert parts_answered(tmp_path) == 1
    assert parts_answered(tmp_path / "nowhere") == 0


def test_nothing_is_heard_after_it_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "PAUSE", 0.01)
    ears = Ears()
    with pytest.raises(ZeroDivisionError), heard("story", tmp_path, 3, ears):
        raise ZeroDivisionError
    told = list(ears.heard)
    answer(Ledger(tmp_path), "scene-01-01")
    time.sleep(0.05)
    assert ears.heard == told == [("story", 0, 3)]
