from __future__ import annotations

import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dreamgen.core.receipts import Usage
from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.chat.ledger import LEDGER, Ledger, calls, usage


def begin(ledger: Ledger, purpose: str = "story/act", model: str = "tiny", reserved: int = 500) -> int:
    return ledger.begin(model, purpose, "act-01", reserved)


def test_calls_are_added_up_by_model_and_purpose(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    for purpose in ("story/scene", "story/act", "story/scene"):
        ledger.answered(begin(ledger, purpose), RawAnswer(text="x", tokens_in=100, tokens_out=10, seconds=1.5))
    ledger.answered(begin(ledger, model="other"), RawAnswer(text="x", tokens_in=1, tokens_out=2, seconds=0.5))
    assert usage(tmp_path) == (
        Usage(model="other", purpose="story/act", calls=1, tokens_in=1, tokens_out=2, seconds=0.5),
        Usage(model="tiny", purpose="story/act", calls=1, tokens_in=100, tokens_out=10, seconds=1.5),
        Usage(model="tiny", purpose="story/scene", calls=2, tokens_in=200, tokens_out=20, seconds=3.0),
    )


def test_failures_are_counted_apart_and_say_only_what_sort_they_are(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.failed(begin(ledger), TimeoutError, seconds=2.0, tokens=500)
    assert usage(tmp_path) == (Usage(model="tiny", purpose="story/act", calls=0, failed=1, failed_seconds=2.0),)
    assert [call.ended.error for call in calls(tmp_path) if call.ended.line == "failed"] == ["TimeoutError"]
    assert "secret" not in (tmp_path / LEDGER).read_text("utf-8")


def test_a_call_that_never_came_back_is_lost_and_may_have_cost_all_it_could(tmp_path: Path) -> None:
    begin(Ledger(tmp_path))
    (call,) = calls(tmp_path)
    assert (call.ended.line, call.tokens) == ("failed", 500)
    assert usage(tmp_path) == (Usage(model="tiny", purpose="story/act", calls=0, failed=1),)


def test_a_folder_without_a_ledger_has_cost_nothing(tmp_path: Path) -> None:
    assert usage(tmp_path / "new") == ()


@pytest.mark.parametrize("cut", [1, 5, 40, 79])
def test_a_half_line_is_passed_over_and_does_not_swallow_the_next(tmp_path: Path, cut: int) -> None:
    ledger = Ledger(tmp_path)
    ledger.answered(begin(ledger), RawAnswer(text="x", tokens_in=3, tokens_out=4))
    begin(ledger)
    path = tmp_path / LEDGER
    path.write_bytes(path.read_bytes()[:-cut])
    again = Ledger(tmp_path)
    again.answered(begin(again), RawAnswer(text="x", tokens_in=3, tokens_out=4))
    (line,) = usage(tmp_path)
    # the half line's call was about to begin, and had not, unless all but the line's end was written
    assert (line.calls, line.failed, line.tokens_in) == (2, int(cut == 1), 6)


def test_numbers_go_on_where_an_earlier_try_stopped(tmp_path: Path) -> None:
    assert [begin(Ledger(tmp_path)) for _ in range(3)] == [1, 2, 3]
    assert len(Ledger(tmp_path).before) == 3


def test_many_threads_write_whole_lines(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)

    def call(number: int) -> None:
        ledger.answered(begin(ledger), RawAnswer(text="x", tokens_in=1, tokens_out=number))

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(call, range(100)))
    lines = [json.loads(line) for line in (tmp_path / LEDGER).read_text("utf-8").splitlines()]
    assert sorted(line["call"] for line in lines) == sorted([*range(1, 101)] * 2)
    (line,) = usage(tmp_path)
    assert (line.calls, line.tokens_out) == (100, sum(range(100)))


KILLED = """
import sys
from pathlib import Path
from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.chat.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
while True:
    ledger.answered(ledger.begin("tiny", "story/act", "act-01", 9), RawAnswer(text="x", tokens_in=2, tokens_out=1))
    print("answered", flush=True)
"""


def test_what_was_answered_before_a_kill_is_in_the_ledger(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout
        heard = [process.stdout.readline() for _ in range(20)]
        process.send_signal(signal.SIGKILL)
        heard += process.stdout.readlines()
    (line,) = usage(tmp_path)
    # at most one answer was written and not told of, and one call was lost
    assert len(heard) <= line.calls <= len(heard) + 1
    assert line.failed <= 1
    assert line.tokens_in == 2 * line.calls


def test_two_ledgers_of_a_folder_at_a_time_give_no_number_twice(tmp_path: Path) -> None:
    one, two = Ledger(tmp_path), Ledger(tmp_path)
    numbers = [ledger.begin("tiny", "verify/claim", "claim-1", 10) for ledger in (one, two, one)]
    assert numbers == [1, 2, 3]
    assert len(calls(tmp_path)) == 3
