from __future__ import annotations

import time
from pathlib import Path
from threading import Event

import pytest

from dreamgen.engines.chat import flight
from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.chat.flight import in_order
from dreamgen.engines.chat.ledger import Ledger, calls
from dreamgen.run import listening
from dreamgen.run.listening import heard, parts_answered
from dreamgen.run.watch import Watch


class Ears(Watch):
    def __init__(self) -> None:
        self.heard: list[tuple[str, int, int]] = []
        self.said: list[str] = []

    def goes(self, stage: str, done: int, of: int) -> None:
        self.heard.append((stage, done, of))

    def says(self, words: str) -> None:
        self.said.append(words)


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
    assert parts_answered(calls(tmp_path)) == 1
    assert parts_answered(calls(tmp_path / "nowhere")) == 0


def test_a_standstill_is_told_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "PAUSE", 0.01)
    monkeypatch.setattr(listening, "STILL", 0.02)
    ears = Ears()
    with heard("story", tmp_path, 3, ears):
        ledger = Ledger(tmp_path)
        for _ in range(2):
            ledger.failed(ledger.begin("served", "story/scene", "scene-01-02", 100), TimeoutError, 1.0)
        # in flight: it has not failed
        ledger.begin("served", "story/scene", "scene-01-02", 100)
        until = time.monotonic() + 5
        while len(ears.heard) < 3 and time.monotonic() < until:
            time.sleep(0.005)
    assert set(ears.heard) == {("story", 0, 3)}
    told = [words.rpartition(": ")[2] for words in ears.said]
    assert sum(int(words.split()[0]) for words in told) == 2
    assert all(words.endswith("TimeoutError") for words in told)


def test_nothing_is_heard_after_it_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "PAUSE", 0.01)
    ears = Ears()
    with pytest.raises(ZeroDivisionError), heard("story", tmp_path, 3, ears):
        raise ZeroDivisionError
    told = list(ears.heard)
    answer(Ledger(tmp_path), "scene-01-01")
    time.sleep(0.05)
    assert ears.heard == told == [("story", 0, 3)]


def test_whoever_waits_after_ctrl_c_is_told_for_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flight, "_GRACE", 0.2)
    begun = Event()

    def hangs(number: int, stop: Event) -> int:
        if number:
            begun.set()
            time.sleep(2)
        return number

    ears = Ears()
    with heard("story", tmp_path, 3, ears), pytest.raises(KeyboardInterrupt):
        results = in_order(hangs, range(2), 2)
        next(results)
        assert begun.wait(5)
        results.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
    assert ears.said == ["story: waiting for 1 answer in flight; Ctrl-C gives them up"]
