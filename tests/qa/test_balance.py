from __future__ import annotations

from collections import Counter

from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.qa.balance import balance_letters, letters


def choice(number: int, task: str = "action", options: int = 4) -> InstructionPair:
    texts = tuple(f"Answer {number}-{n}" for n in range(options))
    return InstructionPair(
        id=f"p{number}",
        clip="scene-01",
        task=task,
        form="choice",
        turns=(Turn(role="human", text=f"Question {number}?"), Turn(role="assistant", text=texts[0])),
        options=texts,
        answer_index=0,
        claims=("c1",),
        program=Program(name="action_of"),
    )


def test_every_letter_is_right_equally_often() -> None:
    assert letters(balance_letters([choice(n) for n in range(40)], 7)) == {"A": 10, "B": 10, "C": 10, "D": 10}


def test_a_rest_is_spread() -> None:
    counts = letters(balance_letters([choice(n) for n in range(10)], 7))
    assert sorted(counts.values()) == [2, 2, 3, 3]


def test_tasks_are_balanced_too() -> None:
    pairs = balance_letters([choice(n, "action" if n % 2 else "camera") for n in range(80)], 7)
    for task in ("action", "camera"):
        assert max(Counter(pair.answer_index for pair in pairs if pair.task == task).values()) <= 12


def test_choices_with_fewer_options_do_not_make_the_last_letter_rarer() -> None:
    pairs = balance_letters([choice(n, options=4 if n % 2 else 3) for n in range(24)], 7)
    four = Counter(pair.answer_index for pair in pairs if len(pair.options) == 4)
    assert four == {0: 3, 1: 3, 2: 3, 3: 3}


def test_the_right_option_moves_with_its_letter() -> None:
    for before, after in zip(pairs := [choice(n) for n in range(9)], balance_letters(pairs, 7), strict=True):
        assert after.answer_index is not None and after.options[after.answer_index] == before.options[0]
        assert set(after.options) == set(before.options)


def test_wrong_options_do_not_keep_their_order() -> None:
    pairs = balance_letters([choice(n) for n in range(40)], 7)
    orders = {tuple(option[-1] for option in pair.options if option[-1] != "0") for pair in pairs}
    assert len(orders) == 6


def test_letters_are_even_in_each_task_and_in_all_as_far_as_counts_allow() -> None:
    tasks = ["action"] * 13 + ["camera"] * 6 + ["who"] * 3 + ["where"]
    pairs = balance_letters([choice(n, task) for n, task in enumerate(tasks)], 7)
    for some in (pairs, *([p for p in pairs if p.task == task] for task in set(tasks))):
        counts = Counter(pair.answer_index for pair in some)
        times = [counts[place] for place in range(4)]
        assert max(times) - min(times) <= 1


def test_the_order_before_does_not_matter() -> None:
    pairs = [choice(n) for n in range(9)]
    once = balance_letters(pairs, 7)
    assert balance_letters(once, 7) == once
