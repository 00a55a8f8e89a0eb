from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dreamgen.engines.chat.answers import Answers, RawAnswer, answer_key
from dreamgen.engines.chat.model import ChatModel

MODEL = ChatModel(model="openai:gpt-5-mini")
MESSAGES = (("system", "You write stories."), ("user", "A fox."))
SCHEMA: dict[str, object] = {"type": "object"}


def key(model: ChatModel = MODEL, user: str = "A fox.", *, seed: int = 0, ask: int = 1) -> str:
    return answer_key(model, "json_schema", (("system", "You write stories."), ("user", user)), SCHEMA, seed, ask)


def test_an_answer_is_read_back_as_it_was_kept(tmp_path: Path) -> None:
    answer = RawAnswer(text='{"title": "Füchse ✦"}\n', tokens_in=7, tokens_out=3, seconds=0.25, finish="length")
    Answers(tmp_path, RawAnswer).put(key(), answer)
    assert Answers(tmp_path, RawAnswer).get(key()) == answer
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.json")] == [f"{key()[:2]}/{key()}.json"]


def test_what_was_never_answered_is_not_there(tmp_path: Path) -> None:
    assert Answers(tmp_path / "new", RawAnswer).get(key()) is None
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("damage", [b"", b'{"text": "a fo', b"\x00" * 40, b"\xff\xfe", b"[]", b'{"text": 3}'])
def test_a_damaged_answer_counts_as_absent_and_is_replaced(tmp_path: Path, damage: bytes) -> None:
    answers = Answers(tmp_path, RawAnswer)
    answers.put(key(), RawAnswer(text="first"))
    (path,) = tmp_path.rglob("*.json")
    path.write_bytes(damage)
    assert answers.get(key()) is None
    answers.put(key(), RawAnswer(text="again"))
    assert answers.get(key()) == RawAnswer(text="again")


def test_half_a_character_does_not_stop_an_answer_from_being_kept(tmp_path: Path) -> None:
    Answers(tmp_path, RawAnswer).put(key(), RawAnswer(text="a fox \ud83e"))
    assert Answers(tmp_path, RawAnswer).get(key()) == RawAnswer(text="a fox ?")


def test_many_threads_keep_answers_at_once_and_each_is_whole(tmp_path: Path) -> None:
    answers = Answers(tmp_path, RawAnswer)
    kept = {key(user=str(number % 20)): RawAnswer(text=str(number % 20) * 5000) for number in range(20)}
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda name: answers.put(name, kept[name]), list(kept) * 5))
    assert {name: answers.get(name) for name in kept} == kept
    assert not list(tmp_path.rglob("*unfinished*"))


@pytest.mark.parametrize(
    "other",
    [
        key(user="A wolf."),
        key(seed=1),
        key(ask=2),
        key(MODEL.model_copy(update={"model": "openai:gpt-5"})),
        key(MODEL.model_copy(update={"base_url": "http://localhost:8000/v1"})),
        key(MODEL.model_copy(update={"temperature": 0.0})),
        key(MODEL.model_copy(update={"max_output_tokens": 100})),
        answer_key(MODEL, "json_mode", MESSAGES, SCHEMA, 0, 1),
        answer_key(MODEL, "json_schema", MESSAGES, {"type": "array"}, 0, 1),
        answer_key(MODEL, "json_schema", MESSAGES, None, 0, 1),
        answer_key(MODEL, "json_schema", (("user", "You write stories."), ("user", "A fox.")), SCHEMA, 0, 1),
    ],
)
def test_whatever_shapes_an_answer_is_in_its_name(other: str) -> None:
    assert other != key()


@pytest.mark.parametrize(
    "change",
    [
        {"concurrency": 64}, {"timeout": 1.0}, {"tries": 1}, {"requests_per_minute": 3.0}, {"max_calls": 5},
        {"max_tokens": 5}, {"key_env": "OTHER_KEY"}, {"device": "cpu"}, {"asks": 9},
    ],
)  # fmt: skip
def test_how_it_was_asked_for_is_not_in_its_name(change: dict[str, object]) -> None:
    assert key(MODEL.model_copy(update=change)) == key()


@pytest.mark.parametrize("written", ["{}", " {} ", "~/weights"])
def test_a_folder_of_weights_counts_by_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"one" * 100)
    first = key(ChatModel(model=written.format(folder)))
    moved = folder.rename(tmp_path / "moved")
    assert key(ChatModel(model=str(moved))) == first
    (moved / "model.safetensors").write_bytes(b"two" * 100)
    os.utime(moved / "model.safetensors", ns=(1, 1))
    assert key(ChatModel(model=str(moved))) != first


def test_a_folder_beside_us_says_nothing_of_a_served_model_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = ChatModel(model="llama", base_url="http://localhost:8000/v1")
    before = key(served)
    monkeypatch.chdir(tmp_path)
    Path("llama").mkdir()
    assert key(served) == before


def test_a_server_that_comes_back_elsewhere_is_not_paid_twice() -> None:
    here = ChatModel(model="llama", base_url="http://node-7:8000/v1")
    assert key(here) == key(here.model_copy(update={"base_url": "http://node-9:8001/v1"}))


def test_one_model_has_one_name_however_it_is_written() -> None:
    served = ChatModel(model="llama", base_url="http://localhost:8000/v1")
    assert key(served) == key(ChatModel(model="openai:llama", base_url="http://localhost:8000/v1/"))
    assert key(MODEL) == key(ChatModel(model=" OpenAI:gpt-5-mini"))


def test_the_numbers_of_weights_in_this_process_shape_what_they_answer_and_nobody_else_does(tmp_path: Path) -> None:
    half = {"dtype": "float16"}
    served = ChatModel(model="llama", base_url="http://localhost:8000/v1")
    assert key(served) == key(served.model_copy(update=half))
    assert key(MODEL) == key(MODEL.model_copy(update=half))
    (tmp_path / "model.safetensors").write_bytes(b"one")
    here = ChatModel(model=str(tmp_path))
    assert key(here) != key(here.model_copy(update=half))
