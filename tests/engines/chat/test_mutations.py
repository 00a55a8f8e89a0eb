"""A thousand ways to spoil a reply: none of them brings it down, and nothing that is not whole gets through."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal

import pytest
from pydantic import Field, create_model

from dreamgen.core.base import derived_random
from dreamgen.engines.chat.elisions import elisions
from dreamgen.engines.chat.replies import Reading, read
from dreamgen.story.expansion.drafts import LineDraft, ScenePlan, ShotDraft, StepDraft

Who = Literal["mara", "jonas", "rex"]
Step = create_model("Step", __base__=StepDraft, who=(Who, ...))
Shot = create_model("Shot", __base__=ShotDraft, steps=(tuple[Step, ...], Field(min_length=1, max_length=3)))
Said = create_model("Said", __base__=LineDraft, who=(Who, ...), shot=(int, Field(ge=1, le=11)))
Plan = create_model(
    "Plan",
    __base__=ScenePlan,
    shots=(tuple[Shot, ...], Field(min_length=11, max_length=11)),
    dialogue=(tuple[Said, ...], Field(min_length=6, max_length=6)),
)

VALID: Final[dict[str, Any]] = {
    "shots": [
        {
            "text": f'Mara, in "red", passes tree {number}: {{ a fox }} [looks], then it\'s gone.',
            "framing": ("wide", "full", "medium")[number % 3],
            "steps": [
                {"who": "mara", "does": "walk", "whom": None, "using": None, "feels": "calm"},
                {"who": "rex", "does": "run", "whom": "mara", "using": None, "feels": None},
            ][: 1 + number % 2],
            "tells": number if number % 4 == 0 else None,
        }
        for number in range(1, 12)
    ],
    "dialogue": [
        {"shot": number, "who": "jonas", "words": f"Never {number}, “naïve” friend… go!"} for number in range(1, 7)
    ],
    "questions": [{"question": "Why does Rex run?", "answer": "He wants to be with Mara."}],
}
WEIRD: Final[tuple[Any, ...]] = (
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    "...",
    "mara",
    [],
    {},
    [[]],
    {"a": {}},
    "\u202e\x00\ud83d",
    "x" * 5000,
)

Mutation = Callable[[Any, str, random.Random], str]


def spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value: what holds it, and its key there."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from spots(value[key])


def spot(value: Any, lot: random.Random, *kinds: type) -> tuple[Any, Any]:
    return lot.choice([(holder, key) for holder, key in spots(value) if not kinds or isinstance(holder, kinds)])


def written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def retyped(value: Any, text: str, lot: random.Random) -> str:
    holder, key = spot(value, lot)
    holder[key] = lot.choice(WEIRD)
    return json.dumps(value)


def quoted(value: Any, text: str, lot: random.Random) -> str:
    holder, key = spot(value, lot)
    holder[key] = str(holder[key])
    return written(value)


def swapped(value: Any, text: str, lot: random.Random) -> str:
    (one, first), (other, second) = spot(value, lot), spot(value, lot)
    one[first], other[second] = json.loads(json.dumps(other[second])), json.loads(json.dumps(one[first]))
    return written(value)


def dropped(value: Any, text: str, lot: random.Random) -> str:
    holder, key = spot(value, lot)
    del holder[key]
    return written(value)


def doubled(value: Any, text: str, lot: random.Random) -> str:
    holder, key = spot(value, lot, list)
    holder.insert(key, holder[key])
    return written(value)


def renamed(value: Any, text: str, lot: random.Random) -> str:
    holder, key = spot(value, lot, dict)
    place = lot.randrange(len(key))
    holder[lot.choice([key[:place] + key[place + 1 :], key.upper(), key[::-1], key + "s", "extra"])] = holder.pop(key)
    return written(value)


def deepened(value: Any, text: str, lot: random.Random) -> str:
    holder, key = spot(value, lot)
    for _ in range(lot.choice((1, 3, 500))):
        holder[key] = [holder[key]] if lot.random() < 0.5 else {"value": holder[key]}
    return json.dumps(value)


def elided(value: Any, text: str, lot: random.Random) -> str:
    holder, key = spot(value, lot, list)
    holder[key:] = ["..."]
    return written(value)


def cut(value: Any, text: str, lot: random.Random) -> str:
    return text[: lot.randrange(len(text))]


def holed(value: Any, text: str, lot: random.Random) -> str:
    place = lot.randrange(len(text))
    return text[:place] + text[place + lot.choice((1, 1, 2, 20)) :]


def peppered(value: Any, text: str, lot: random.Random) -> str:
    for _ in range(lot.choice((1, 1, 3))):
        place = lot.randrange(len(text))
        text = (
            text[:place]
            + lot.choice(('"', "'", ",", ":", "{", "}", "[", "]", "\\", "\n", "//", "\u2028", "\x00", "é"))
            + text[place:]
        )
    return text


def commaless(value: Any, text: str, lot: random.Random) -> str:
    return "\n".join(line.removesuffix(",") if lot.random() < 0.2 else line for line in text.split("\n"))


def wrapped(value: Any, text: str, lot: random.Random) -> str:
    front = lot.choice(("", "Sure!\n", "<think>{a: 1}</think>", "```json\n", "\ufeff", "[", '"', "{"))
    return front + text + lot.choice(("", "\n```", "\nDone.", "]", "}", "\n{}", '"', text))


def single(value: Any, text: str, lot: random.Random) -> str:
    return repr(value) if lot.random() < 0.5 else text.replace('"', "'")


def huge(value: Any, text: str, lot: random.Random) -> str:
    return text + " " * 500_000 if lot.random() < 0.5 else text.replace("a", "a" * 300)


MUTATIONS: Final[tuple[Mutation, ...]] = (
    retyped, quoted, swapped, dropped, doubled, renamed, deepened, elided, cut, holed, peppered, commaless, wrapped,
    single, huge,
)  # fmt: skip


def spoilt(number: int) -> str:
    lot = derived_random(4, "mutation", number)
    value: Any = json.loads(json.dumps(VALID))
    mutation = MUTATIONS[number % len(MUTATIONS)]
    text = mutation(value, written(value), lot)
    if lot.random() < 0.15:
        text = lot.choice((cut, holed, peppered, commaless, wrapped))(value, text or " ", lot)
    return text


def test_the_reply_is_right_before_it_is_spoilt() -> None:
    assert read(written(VALID), Plan).answer is not None


def told(value: Any) -> Iterator[str]:
    """Every text in an answer."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from told(part)
    elif isinstance(value, list):
        for part in value:
            yield from told(part)


def test_a_thousand_spoilt_replies_bring_nothing_down_and_nothing_invalid_gets_through() -> None:
    accepted = 0
    for number in range(1000):
        text = spoilt(number)
        reading: Reading[Any] = read(text, Plan)
        if reading.answer is None:
            assert reading.failure in ("malformed", "refused") and reading.wrong
            assert all(line and len(line) < 300 for line in reading.wrong)
            continue
        accepted += 1
        # nothing stands in an answer that the model did not write
        given = set(re.findall(r"[a-z]+", text.lower()))
        assert all(set(re.findall(r"[a-z]+", line.lower())) <= given for line in told(reading.answer.model_dump())), (
            text
        )
        elisions(reading.answer)
    # neither is all refused: most of what is only badly written is saved
    assert 200 < accepted < 800


def without_blanks(value: Any) -> Any:
    """The same with null for empty texts, which is what models mean by them."""
    if isinstance(value, dict):
        return {key: without_blanks(part) for key, part in value.items()}
    return [without_blanks(part) for part in value] if isinstance(value, list) else (None if value == "" else value)


@pytest.mark.parametrize("mutation", [retyped, quoted, swapped, dropped, doubled, deepened, elided])
def test_what_is_json_still_is_taken_only_where_it_is_valid_as_it_stands(mutation: Mutation) -> None:
    for number in range(150):
        lot = derived_random(5, "structure", mutation.__name__, number)
        value: Any = json.loads(json.dumps(VALID))
        text = mutation(value, written(value), lot)
        answer = read(text, Plan).answer
        assert answer is None or answer == Plan.model_validate(without_blanks(json.loads(text)))


@pytest.mark.parametrize("number", range(0, 400, 8))
def test_a_reply_is_read_the_same_every_time(number: int) -> None:
    assert read(spoilt(number), Plan) == read(spoilt(number), Plan)


def test_no_reply_that_stops_early_gets_through() -> None:
    text = written(VALID)
    for end in range(0, len(text) - 1, 7):
        assert read(text[:end], Plan).answer is None


def test_what_is_only_badly_written_keeps_every_word() -> None:
    whole = read(written(VALID), Plan).answer
    for number in range(40):
        lot = derived_random(5, "commas", number)
        got = read(commaless(VALID, written(VALID), lot), Plan)
        assert got.answer in (whole, None)
