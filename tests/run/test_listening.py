from __future__ import annotations

import time
from pathlib import Path
from threading import Event, Thread

import pytest

from dreamgen.engines.chat import flight
from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.chat.flight import in_order
from dreamgen.engines.chat.ledger import Ledger, calls
from dreamgen.run import listening
from dreamgen.run.listening import heard, parts_answered
from dreamgen.run.watch import Watch
from tests.bulk.families import wait_for


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
        wait_for(lambda: ears.heard)
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


@pytest.mark.parametrize("late", [False, True])
def test_a_standstill_is_told_with_its_reason(late: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Event()

    class Listener(Thread):
        def run(self) -> None:
            assert not late or failed.wait(60)
            super().run()

    monkeypatch.setattr(listening, "Thread", Listener)
    monkeypatch.setattr(listening, "PAUSE", 0.01)
    monkeypatch.setattr(listening, "STILL", 0.02)
    ears = Ears()
    with heard("story", tmp_path, 3, ears):
        ledger = Ledger(tmp_path)
        for _ in range(2):
            ledger.failed(ledger.begin("served", "story/scene", "scene-01-02", 100), TimeoutError, 1.0)
        # in flight: it has not failed
        ledger.begin("served", "story/scene", "scene-01-02", 100)
        failed.set()
        wait_for(lambda: len(ears.heard) >= 3 and sum(failures(ears)) >= 2)
    assert set(ears.heard) == {("story", 0, 3)}
    assert sum(failures(ears)) == 2
    assert all(words.endswith("TimeoutError") for words in ears.said)


def failures(ears: Ears) -> list[int]:
    """How many were told in each sentence."""
    return [int(words.rpartition(": ")[2].split()[0]) for words in ears.said]


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
    begun, over = Event(), Event()

    def hangs(number: int, stop: Event) -> int:
        if number:
            begun.set()
            over.wait(60)
        return number

    ears = Ears()
    with heard("story", tmp_path, 3, ears), pytest.raises(KeyboardInterrupt):
        results = in_order(hangs, range(2), 2)
        next(results)
        assert begun.wait(60)
        results.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
    over.set()
    assert ears.said == ["story: waiting for 1 answer in flight; Ctrl-C gives them up"]
