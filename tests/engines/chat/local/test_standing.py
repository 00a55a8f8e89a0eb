"""Instructions that were read before save time and change nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.engines.chat.local import load_local
from dreamgen.engines.chat.model import ChatModel

RULES = "You write films for children. " * 20


@pytest.fixture
def chat(tiny: Path) -> Any:
    made: Any = load_local(ChatModel(model=str(tiny), device="cpu", max_output_tokens=40))
    made.weights.read.clear()
    return made


@pytest.fixture
def lengths(chat: Any, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many tokens the network reads each time it is called with more than one."""
    seen: list[int] = []
    forward = chat.weights.network.base_model.forward

    def noted(input_ids: Any = None, **options: Any) -> Any:
        if input_ids.shape[1] > 1:
            seen.append(int(input_ids.shape[1]))
        return forward(input_ids=input_ids, **options)

    monkeypatch.setattr(chat.weights.network.base_model, "forward", noted)
    return seen


def said(chat: Any, task: str, rules: str = RULES) -> str:
    return str(chat.invoke([("system", rules), ("user", task)], seed=4).content)


def test_answers_are_the_same_whether_the_instructions_were_read_before_or_not(chat: Any) -> None:
    tasks = ["Write a scene.", "", "Write an act. " * 9]
    fresh = []
    for task in tasks:
        chat.weights.read.clear()
        fresh.append(said(chat, task))
    assert [said(chat, task) for task in (*tasks, *tasks)] == [*fresh, *fresh]


def test_they_are_read_once(chat: Any, lengths: list[int]) -> None:
    for task in ("Write a scene.", "Write an act."):
        said(chat, task)
    rules, first, second = lengths
    assert rules > 100
    assert 0 < first < 40
    assert 0 < second < 40


def test_only_a_few_are_kept(chat: Any) -> None:
    for number in range(4):
        said(chat, "Write.", f"{number} {RULES}")
    assert len(chat.weights.read) == 2


def test_networks_that_keep_a_window_read_all_of_it(copied: Callable[..., Path]) -> None:
    folder = copied()
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config |= {"use_sliding_window": True, "sliding_window": 32, "layer_types": ["sliding_attention"]}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    chat: Any = load_local(ChatModel(model=str(folder), device="cpu", max_output_tokens=20))
    assert said(chat, "Write.")
    assert not chat.weights.read
