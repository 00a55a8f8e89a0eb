from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from dreamgen.engines.chat.answers import RawAnswer
from dreamgen.engines.chat.budget import Budget, BudgetSpent
from dreamgen.engines.chat.flight import CalledOff
from dreamgen.engines.chat.ledger import Ledger, calls
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.pace import Stopped


def budget(folder: Path, *, max_calls: int = 0, max_tokens: int = 0) -> Budget:
    return Budget(ChatModel(model="tiny", max_calls=max_calls, max_tokens=max_tokens), Ledger(folder))


def reserve(one: Budget, prompt: int = 60, answer: int = 40) -> int:
    return one.reserve("story/act", "act-01", prompt, answer)


def used(tokens: int) -> RawAnswer:
    return RawAnswer(text="x", tokens_in=tokens - 1, tokens_out=1)


def test_without_a_limit_everything_may_begin(tmp_path: Path) -> None:
    one = budget(tmp_path)
    for _ in range(5):
        one.answered(reserve(one, prompt=10**9), used(10**9))
    assert [call.tokens for call in calls(tmp_path)] == [10**9] * 5


def test_no_more_calls_begin_than_are_allowed(tmp_path: Path) -> None:
    one = budget(tmp_path, max_calls=2)
    one.answered(reserve(one), used(5))
    one.failed(reserve(one), TimeoutError, 1.0)
    with pytest.raises(BudgetSpent, match=r"--max-calls \(chat.max_calls\) = 2 are used up"):
        reserve(one)
    assert len(calls(tmp_path)) == 2


def test_calls_of_earlier_tries_count(tmp_path: Path) -> None:
    for _ in range(2):
        one = budget(tmp_path, max_calls=3)
        one.answered(reserve(one), used(5))
    lost = budget(tmp_path, max_calls=3)
    reserve(lost)
    with pytest.raises(BudgetSpent):
        reserve(budget(tmp_path, max_calls=3))


def test_a_call_begins_only_when_the_worst_that_it_can_cost_is_left(tmp_path: Path) -> None:
    one = budget(tmp_path, max_tokens=250)
    reserve(one, 60, 40)
    second = reserve(one, 60, 40)
    with pytest.raises(BudgetSpent, match="200 set aside for calls in flight, and it sets aside 100"):
        reserve(one, 60, 40)
    # the answer was shorter than feared
    one.answered(second, used(20))
    reserve(one, 60, 40)


def test_a_call_that_was_turned_away_gives_back_what_was_set_aside(tmp_path: Path) -> None:
    one = budget(tmp_path, max_tokens=100)
    one.failed(reserve(one), ConnectionRefusedError, 0.1, unpaid=True)
    one.failed(reserve(one), TimeoutError, 9.0)
    with pytest.raises(BudgetSpent, match="100 are spent"):
        reserve(one)


def test_a_lost_call_may_have_cost_all_that_was_set_aside(tmp_path: Path) -> None:
    reserve(budget(tmp_path, max_tokens=150))
    with pytest.raises(BudgetSpent, match="100 are spent"):
        reserve(budget(tmp_path, max_tokens=150))
    reserve(budget(tmp_path, max_tokens=200))


def test_the_message_says_what_was_spent_and_how_to_go_on(tmp_path: Path) -> None:
    one = budget(tmp_path, max_tokens=120)
    one.answered(reserve(one), used(30))
    with pytest.raises(BudgetSpent) as caught:
        reserve(one)
    assert "So far: 1 call, 30 tokens." in caught.value.hint
    assert "Raise --max-tokens to 130 or more" in caught.value.hint
    assert "--set chat.max_output_tokens=30 " in caught.value.hint
    assert "kept" in caught.value.hint


def test_a_limit_that_does_not_reach_for_one_call_is_not_called_spent(tmp_path: Path) -> None:
    with pytest.raises(BudgetSpent, match="0 are spent, and it sets aside 100, 60 for the prompt") as caught:
        reserve(budget(tmp_path, max_tokens=70))
    assert "budget for the language model is spent" not in caught.value.message
    assert "40 for the answer" in caught.value.message
    # ten tokens are no answer, so one way is left
    assert "max_output_tokens" not in caught.value.hint


def test_a_call_waits_for_those_in_flight_when_they_may_leave_enough(tmp_path: Path) -> None:
    one, stop = budget(tmp_path, max_tokens=150), Event()
    first = reserve(one, 60, 40)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(one.reserve, "story/act", "act-02", 60, 40, stop)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.05)
        one.answered(first, used(50))
        assert second.result(timeout=60.0) == 2
        with pytest.raises(BudgetSpent):
            # however little the call in flight costs, this one is too much
            one.reserve("story/act", "act-03", 100, 40, stop)


def test_a_call_that_waits_is_let_go_when_all_is_called_off(tmp_path: Path) -> None:
    one, stop = budget(tmp_path, max_tokens=150), Event()
    reserve(one, 60, 40)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(one.reserve, "story/act", "act-02", 60, 40, stop)
        stop.set()
        with pytest.raises(Stopped):
            second.result(timeout=60.0)
    assert len(calls(tmp_path)) == 1


@pytest.mark.parametrize("seed", range(3))
def test_no_limit_is_ever_passed_by_64_threads(tmp_path: Path, seed: int) -> None:
    one, stop = budget(tmp_path, max_calls=90, max_tokens=6000), Event()
    lot = random.Random(seed)
    costs = [(lot.randint(1, 80), lot.randint(1, 80), lot.random()) for _ in range(150)]

    def call(cost: tuple[int, int, float]) -> int:
        prompt, answer, chance = cost
        try:
            number = one.reserve("story/act", "act-01", prompt, answer, stop)
        except BudgetSpent:
            return 0
        if chance < 0.2:
            one.failed(number, TimeoutError, 0.0, unpaid=chance < 0.1)
            return 0 if chance < 0.1 else prompt + answer
        one.answered(number, RawAnswer(text="x", tokens_in=prompt // 2, tokens_out=answer))
        return prompt // 2 + answer

    with ThreadPoolExecutor(64) as pool:
        spent = sum(pool.map(call, costs))
    assert spent <= 6000
    assert len(calls(tmp_path)) <= 90
    assert spent == sum(call.tokens for call in calls(tmp_path))
    # it stopped because of the limit and not long before
    assert spent + 160 > 6000 or len(calls(tmp_path)) == 90


def test_what_was_called_off_in_this_process_cost_nothing(tmp_path: Path) -> None:
    one = budget(tmp_path, max_tokens=100)
    one.failed(reserve(one, 60, 40), CalledOff, 1.0)
    assert [call.tokens for call in calls(tmp_path)] == [0]
    reserve(one, 60, 40)
