"""Answers that are written together, as on a GPU, keep to their own shapes and limits."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from dreamgen.engines.chat.flight import CalledOff
from dreamgen.engines.chat.local import load_local, turns
from dreamgen.engines.chat.local.turns import Desk, open_desk
from dreamgen.engines.chat.local.writing import Order, Written, write
from dreamgen.engines.chat.model import ChatModel
from dreamgen.errors import ModelError

NUMBERS = {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 9}, "minItems": 3, "maxItems": 3}
WORD = {"enum": ["yes", "no"]}


@pytest.fixture(scope="module")
def weights(tiny: Path) -> Any:
    chat: Any = load_local(ChatModel(model=str(tiny), device="cpu"))
    return chat.weights


def order(tokens: int = 5, schema: Any = NUMBERS, seed: int = 0, most: int = 60) -> Order:
    return Order(tuple(range(10, 10 + tokens)), schema, seed, temperature=1.0, top_p=1.0, most=most)


def ask_all(desk: Desk, orders: list[Order]) -> list[Written | Exception]:
    found: dict[int, Written | Exception] = {}

    def ask(number: int) -> None:
        try:
            found[number] = desk.write(orders[number])
        except (ModelError, CalledOff) as error:
            found[number] = error

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(orders))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[number] for number in range(len(orders))]


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many answers were written at once, each time."""
    seen: list[int] = []

    def noted(weights: Any, orders: Any) -> list[Written]:
        seen.append(len(orders))
        return write(weights, orders)

    monkeypatch.setattr(turns, "write", noted)
    return seen


def held(weights: Any, desk: Desk, orders: list[Order]) -> list[Written | Exception]:
    """Asks while the model is busy, so that all of them wait."""
    with weights.busy:
        result: list[Written | Exception] = []
        asking = threading.Thread(target=lambda: result.extend(ask_all(desk, orders)))
        asking.start()
        while len(desk._waiting) < len(orders):
            pass
    asking.join()
    return result


def test_those_who_wait_are_answered_together_each_as_if_alone(weights: Any, batches: list[int]) -> None:
    orders = [
        order(tokens=3, seed=1),
        order(tokens=40, schema=WORD, seed=2),
        order(tokens=9, schema=None, seed=3, most=7),
        order(tokens=1, seed=4, most=2),
        order(tokens=20, seed=5),
    ]
    found = held(weights, Desk(weights, together=4), orders)
    assert sorted(batches) == [1, 4]
    alone = [Desk(weights, together=1).write(one) for one in orders]
    # with float32, filling up shorter questions changes the last bits at most
    assert found == alone
    texts = [answer.text for answer in found if isinstance(answer, Written)]
    assert TypeAdapter(list[int]).validate_json(texts[0])
    assert texts[1] in ('"yes"', '"no"')
    assert [answer.ending for answer in alone] == ["stop", "stop", alone[2].ending, "length", "stop"]
    assert alone[2].wrote <= 7


def test_one_wrong_order_spoils_no_other(weights: Any, batches: list[int]) -> None:
    wrong = order(schema={"type": "string", "not": {"const": "x"}})
    found = held(weights, Desk(weights, together=4), [order(seed=1), wrong, order(seed=2)])
    assert [type(answer) for answer in found] == [Written, ModelError, Written]


def test_where_memory_is_short_fewer_are_written_at_once(weights: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    generate, sizes = weights.network.generate, list[int]()

    def tight(asked: Any, **options: Any) -> Any:
        sizes.append(len(asked))
        if len(asked) > 1:
            raise RuntimeError("CUDA out of memory.")
        return generate(asked, **options)

    monkeypatch.setattr(weights.network, "generate", tight)
    found = held(weights, Desk(weights, together=4), [order(seed=number) for number in range(3)])
    assert all(isinstance(answer, Written) for answer in found)
    assert sizes == [3, 1, 2, 1, 1]

    def full(asked: Any, **options: Any) -> Any:
        raise RuntimeError("CUDA out of memory.")

    monkeypatch.setattr(weights.network, "generate", full)
    with pytest.raises(ModelError, match="ran out of memory"):
        Desk(weights, together=4).write(order())


def test_a_bug_reaches_everybody_who_waits(weights: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ValueError("a bug")

    monkeypatch.setattr(weights.network, "generate", broken)
    desk = Desk(weights, together=2)
    with pytest.raises(ValueError, match="a bug"):
        desk.write(order())
    monkeypatch.undo()
    assert desk.write(order()).text


LONG = {"type": "string", "minLength": 20_000}


def test_an_answer_that_nobody_wants_any_more_is_given_up_at_once(weights: Any) -> None:
    desk, stop = Desk(weights, together=1), threading.Event()
    unwanted = dataclasses.replace(order(schema=LONG, most=20_000), stop=stop)
    steps: list[None] = []

    def fifth(*_: object) -> None:
        steps.append(None)
        if len(steps) == 5:
            stop.set()

    hook = weights.network.model.layers[0].register_forward_pre_hook(fifth)
    with pytest.raises(CalledOff):
        desk.write(unwanted)
    hook.remove()
    assert len(steps) == 5
    assert not any(layer._forward_pre_hooks for layer in weights.network.model.layers)
    # whoever comes next is answered as ever
    assert desk.write(order()) == Desk(weights, together=1).write(order())


def test_whoever_waits_for_a_turn_leaves_the_queue_when_all_is_called_off(weights: Any, batches: list[int]) -> None:
    desk, stop = Desk(weights, together=4), threading.Event()
    with weights.busy:
        threading.Timer(0.1, stop.set).start()
        with pytest.raises(CalledOff):
            desk.write(dataclasses.replace(order(), stop=stop))
    assert desk.write(order(seed=1)).text
    assert batches == [1]


def test_those_who_are_written_together_are_given_up_when_nobody_wants_any_of_them(weights: Any) -> None:
    given_up, wanted = threading.Event(), threading.Event()
    given_up.set()
    one, two = (dataclasses.replace(order(seed=number), stop=stop) for number, stop in ((1, given_up), (2, wanted)))
    assert len(write(weights, [one, two])) == 2
    wanted.set()
    with pytest.raises(CalledOff):
        write(weights, [one, two])


def test_one_that_is_called_off_calls_off_nobody_else(weights: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()

    def tight(weights: Any, orders: Any) -> list[Written]:
        if len(orders) > 1:
            stop.set()
            raise ModelError("the memory is too small for two")
        return write(weights, orders)

    monkeypatch.setattr(turns, "write", tight)
    unwanted = dataclasses.replace(order(seed=1), stop=stop)
    found = held(weights, Desk(weights, together=2), [unwanted, order(seed=2)])
    assert [type(answer) for answer in found] == [CalledOff, Written]


def test_all_who_ask_one_model_sit_at_one_desk(weights: Any) -> None:
    desk = open_desk(weights, 4)
    assert open_desk(weights, 4) is desk
    assert open_desk(weights, 8) is not desk
    assert open_desk(dataclasses.replace(weights), 4) is not desk
