from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dreamgen.engines.chat.budget import BudgetSpent
from dreamgen.engines.chat.ledger import usage
from dreamgen.engines.vision.frames import frames_name
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.remembering import VISION, remembered
from dreamgen.engines.vision.seeing import YES_NO, Frames, Query, Seen
from dreamgen.errors import ModelError

MODEL = VisionModel(model="some/model")


class Eyes:
    """Says Yes to everything, with tokens, and counts what it is asked; it may break off."""

    def __init__(self, fails_at: int = 10**6) -> None:
        self.asked: list[str] = []
        self._fails_at = fails_at

    def ask(self, frames: Frames | None, queries: Sequence[Query]) -> Iterator[Seen]:
        for query in queries:
            if len(self.asked) == self._fails_at:
                raise ModelError("out of memory", "Take a smaller model.")
            self.asked.append(query.text)
            yield Seen(query, (0.75, 0.125), "Yes", tokens_in=40, tokens_out=1)


def shown(brightness: int = 7, time: float = 1.0) -> Frames:
    pixels = np.full((1, 4, 4, 3), brightness, np.uint8)
    return Frames(pixels, (time,), 2.0, frames_name(pixels, (time,)))


def queries(count: int = 3, **changes: str) -> list[Query]:
    purpose, system = changes.get("purpose", "verify/claim"), changes.get("system", "Look.")
    return [Query(purpose, f"claim-{one}", system, f"Is it {one}?", YES_NO) for one in range(count)]


def test_nothing_is_asked_twice_and_the_answers_are_the_same(tmp_path: Path) -> None:
    first = list(remembered(Eyes(), MODEL, tmp_path).ask(shown(), queries()))
    eyes = Eyes()
    assert list(remembered(eyes, MODEL, tmp_path).ask(shown(), queries())) == first
    assert eyes.asked == []
    assert [(one.chances, one.text, one.tokens_in) for one in first] == [((0.75, 0.125), "Yes", 40)] * 3


def test_what_was_answered_before_a_failure_is_kept(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="out of memory"):
        list(remembered(Eyes(fails_at=2), MODEL, tmp_path).ask(shown(), queries()))
    eyes = Eyes()
    assert len(list(remembered(eyes, MODEL, tmp_path).ask(shown(), queries()))) == 3
    assert eyes.asked == ["Is it 2?"]


def test_an_answer_is_on_the_disk_before_it_is_handed_on(tmp_path: Path) -> None:
    for number, _ in enumerate(remembered(Eyes(), MODEL, tmp_path).ask(shown(), queries()), 1):
        assert len(list((tmp_path / VISION).rglob("??/*.json"))) == number


@pytest.mark.parametrize("damage", [b"", b'{"text": "Ye', b"\xff", b'{"text": "Yes", "chances": "high"}'])
def test_a_damaged_answer_is_asked_for_again(tmp_path: Path, damage: bytes) -> None:
    list(remembered(Eyes(), MODEL, tmp_path).ask(shown(), queries(1)))
    (path,) = (tmp_path / VISION).rglob("??/*.json")
    path.write_bytes(damage)
    eyes = Eyes()
    assert [one.text for one in remembered(eyes, MODEL, tmp_path).ask(shown(), queries(1))] == ["Yes"]
    assert eyes.asked == ["Is it 0?"]


def test_the_same_question_in_one_row_is_asked_once(tmp_path: Path) -> None:
    eyes = Eyes()
    twice = [queries(1)[0], *queries(2)]
    assert [one.query for one in remembered(eyes, MODEL, tmp_path).ask(shown(), twice)] == twice
    assert eyes.asked == ["Is it 0?", "Is it 1?"]


def test_the_same_question_for_two_things_is_asked_once_and_answers_both(tmp_path: Path) -> None:
    eyes = Eyes()
    one, other = queries(1)[0], replace(queries(1)[0], where="another claim")
    found = list(remembered(eyes, MODEL, tmp_path).ask(shown(), [one, other]))
    assert [seen.query.where for seen in found] == [one.where, "another claim"]
    assert found[0].chances == found[1].chances
    assert eyes.asked == ["Is it 0?"]


def again(kept: Path, model: VisionModel, frames: Frames | None, asked: list[Query]) -> int:
    """How many of these questions are new."""
    eyes = Eyes()
    list(remembered(eyes, model, kept).ask(frames, asked))
    return len(eyes.asked)


def test_other_pictures_times_words_choices_and_models_are_other_questions(tmp_path: Path) -> None:
    (query,) = queries(1)
    assert again(tmp_path, MODEL, shown(), [query]) == 1
    others: list[tuple[VisionModel, Frames | None, Query]] = [
        (MODEL, shown(8), query),
        (MODEL, shown(time=1.5), query),
        (MODEL, None, query),
        (MODEL, shown(), queries(1, system="Look well.")[0]),
        (MODEL, shown(), Query(query.purpose, query.where, query.system, query.text, ("A", "B"))),
        (MODEL, shown(), Query(query.purpose, query.where, query.system, query.text)),
        (VisionModel(model="other/model"), shown(), query),
        (VisionModel(model="some/model", dtype="float32"), shown(), query),
    ]
    assert [again(tmp_path, *other[:2], [other[2]]) for other in others] == [1] * len(others)


def test_speed_money_and_what_it_is_for_make_no_other_question(tmp_path: Path) -> None:
    assert again(tmp_path, MODEL, shown(), queries(1)) == 1
    fast = VisionModel(model="some/model", batch=1, concurrency=1, max_calls=9, device="cpu", max_output_tokens=9)
    assert again(tmp_path, fast, shown(), queries(1, purpose="screen/blind")) == 0


def test_the_length_of_free_words_shapes_them(tmp_path: Path) -> None:
    free = [Query("verify/pair", "pair-1", "Look.", "What is it?")]
    assert again(tmp_path, MODEL, shown(), free) == 1
    assert again(tmp_path, VisionModel(model="some/model", max_output_tokens=9), shown(), free) == 1


def test_a_folder_is_known_by_its_weights_and_a_server_by_its_model(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "config.json").write_text("{}")
        (folder / "model.safetensors").write_bytes(b"weights")
    assert again(tmp_path, VisionModel(model=str(one)), shown(), queries(1)) == 1
    assert again(tmp_path, VisionModel(model=str(two)), shown(), queries(1)) == 0
    (two / "model.safetensors").write_bytes(b"others!")
    assert again(tmp_path, VisionModel(model=str(two)), shown(), queries(1)) == 1
    here, there = (VisionModel(model="qwen", base_url=f"http://{host}:8000/v1") for host in ("here", "there"))
    assert again(tmp_path, here, shown(), queries(1)) == 1
    assert again(tmp_path, there, shown(), queries(1)) == 0


def test_what_it_cost_is_in_the_account_by_purpose(tmp_path: Path) -> None:
    sees = remembered(Eyes(), MODEL, tmp_path)
    list(sees.ask(shown(), [*queries(2), *queries(1, purpose="screen/frame", system="Guess.")]))
    spent = {one.purpose: (one.model, one.calls, one.tokens_in, one.tokens_out) for one in usage(tmp_path / VISION)}
    assert spent == {"verify/claim": ("some/model", 2, 80, 2), "screen/frame": ("some/model", 1, 40, 1)}


def test_the_limit_of_calls_holds_over_several_tries(tmp_path: Path) -> None:
    model = VisionModel(model="some/model", max_calls=2)
    with pytest.raises(BudgetSpent, match=r"vision\.max_calls = 2 are used up") as caught:
        list(remembered(Eyes(), model, tmp_path).ask(shown(), queries()))
    assert "Raise vision.max_calls" in caught.value.hint
    with pytest.raises(BudgetSpent):
        list(remembered(Eyes(), model, tmp_path).ask(shown(), queries()))
    assert len(list(remembered(Eyes(), model, tmp_path).ask(shown(), queries(2)))) == 2


def test_a_model_that_gives_too_few_answers_is_found_out(tmp_path: Path) -> None:
    class Short(Eyes):
        def ask(self, frames: Frames | None, queries: Sequence[Query]) -> Iterator[Seen]:
            yield from super().ask(frames, queries[:1])

    with pytest.raises(RuntimeError, match="Short gave no answer to verify/claim for claim-1"):
        list(remembered(Short(), MODEL, tmp_path).ask(shown(), queries()))
