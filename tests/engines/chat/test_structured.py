from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.engines.chat.faults import Fault, Sort
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.structured import LADDER, MANNERS, Etiquette

MODEL = ChatModel(model="tiny", base_url="http://localhost:1/v1")


def said(words: str, sort: Sort = "request", error: type[Exception] = ValueError) -> Fault:
    return Fault(sort=sort, error=error, said=words, status=400)


def test_it_goes_down_the_ladder_as_the_server_says_that_it_cannot(tmp_path: Path) -> None:
    one = Etiquette(MODEL, tmp_path, lengths=False)
    seen = [one.now().method]
    for words in ("response_format of type json_schema is not supported", "tools are not supported", "no json_object"):
        assert one.learn(one.now(), said(words))
        seen.append(one.now().method)
    assert tuple(seen) == LADDER
    assert not one.learn(one.now(), said("response_format is not supported"))


@pytest.mark.parametrize("sort", ["busy", "timeout", "down", "key", "context", "other"])
def test_what_passes_or_cannot_be_helped_teaches_nothing(sort: Sort, tmp_path: Path) -> None:
    one = Etiquette(MODEL, tmp_path, lengths=True)
    assert not one.learn(one.now(), said("response_format json_schema", sort))
    assert one.now().method == "json_schema" and not (tmp_path / MANNERS).exists()


def test_a_bad_request_about_something_else_teaches_nothing(tmp_path: Path) -> None:
    one = Etiquette(MODEL, tmp_path, lengths=True)
    assert not one.learn(one.now(), said("messages must not be empty"))


def test_a_library_that_cannot_goes_down_without_a_word(tmp_path: Path) -> None:
    one = Etiquette(MODEL, tmp_path, lengths=True)
    assert one.learn(one.now(), said("", error=NotImplementedError))
    assert one.now().method == "function_calling"


def test_lengths_go_before_the_way_of_asking(tmp_path: Path) -> None:
    one = Etiquette(MODEL, tmp_path, lengths=True)
    assert one.learn(one.now(), said("Invalid schema for response_format 'A': 'minLength' is not permitted"))
    assert one.now().method == "json_schema" and not one.now().lengths


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Unsupported value: 'temperature' does not support 0.7 with this model.", "temperature"),
        ("`seed` is not supported", "seed"),
        ("Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.", "max_tokens"),
        ("System role not supported", "system"),
        ("Conversation roles must alternate user/assistant/user/assistant/...", "system"),
    ],
)
def test_what_a_model_does_not_take_is_left_out(words: str, name: str, tmp_path: Path) -> None:
    one = Etiquette(MODEL, tmp_path, lengths=True)
    assert one.learn(one.now(), said(words))
    assert one.now().without == (name,) and one.now().method == "json_schema"


def test_several_that_failed_together_go_down_one_rung(tmp_path: Path) -> None:
    one = Etiquette(MODEL, tmp_path, lengths=False)
    used = one.now()
    assert all(one.learn(used, said("response_format")) for _ in range(5))
    assert one.now().method == "function_calling"


def test_a_rerun_remembers_and_another_model_does_not(tmp_path: Path) -> None:
    one = Etiquette(MODEL, tmp_path, lengths=False)
    one.learn(one.now(), said("response_format"))
    assert Etiquette(MODEL, tmp_path, lengths=False).now() == one.now()
    other = Etiquette(MODEL.model_copy(update={"model": "other"}), tmp_path, lengths=False)
    assert other.now().method == "json_schema"
    other.learn(other.now(), said("seed"))
    assert Etiquette(MODEL, tmp_path, lengths=False).now() == one.now()


def test_a_damaged_memory_is_none(tmp_path: Path) -> None:
    (tmp_path / MANNERS).write_text("{", "utf-8")
    assert Etiquette(MODEL, tmp_path, lengths=False).now().method == "json_schema"


def test_a_way_that_was_chosen_is_kept(tmp_path: Path) -> None:
    one = Etiquette(MODEL.model_copy(update={"method": "json_mode"}), tmp_path, lengths=True)
    assert one.now().method == "json_mode"
    assert not one.learn(one.now(), said("response_format is not supported"))
