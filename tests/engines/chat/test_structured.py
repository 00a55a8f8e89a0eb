from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.engines.chat.asking import Request
from dreamgen.engines.chat.budget import BudgetSpent
from dreamgen.engines.chat.faults import Fault, Sort
from dreamgen.engines.chat.ledger import calls
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat
from dreamgen.engines.chat.structured import LADDER, MANNERS, Etiquette
from dreamgen.story.expansion.drafts import ScenePlan
from tests.scripted import Asked, Behave, ScriptedServer

MODEL = ChatModel(model="tiny", base_url="http://localhost:1/v1")
SCENES = [
    Request("story/scene", f"s{one}", "You write.", f"Write scene {one}.", ScenePlan, seed=one) for one in range(6)
]


def said(words: str, sort: Sort = "request", error: type[Exception] = ValueError) -> Fault:
    return Fault(sort=sort, error=error, said=words, status=400)


def test_it_goes_down_the_ladder_as_the_server_says_that_it_cannot(tmp_path: Path) -> None:
    one = Etiquette(MODEL, tmp_path, lengths=False)
    seen = [one.now().method]
    for words in ("response_format of type json_schema is not supported", "tools are not supported", "no json_object"):
        assert one.learn(one.now(), said(words))
        seen.append(one.now().method)
    assert tuple(seen) == LADDER
    assert one.learn(one.now(), said("response_format is not supported")) is None


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
        ("max_completion_tokens is not supported by this server. Use max_tokens instead.", "max_completion_tokens"),
        ("body -> max_tokens: Extra inputs are not permitted", "max_tokens"),
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
    assert {one.learn(used, said("response_format")) for _ in range(5)} == {one.now()}
    assert one.now().method == "function_calling"


def test_what_is_refused_after_an_answer_holds_for_that_question_alone(tmp_path: Path) -> None:
    one = Etiquette(MODEL, tmp_path, lengths=False)
    one.meet(True)
    used = one.now()
    for words, way in (("response_format", "function_calling"), ("tools", "json_mode"), ("json_object", "plain")):
        other = one.learn(used, said(words))
        assert other is not None and other.method == way
        used = other
    assert one.now().method == "json_schema" and not (tmp_path / MANNERS).exists()


def test_the_first_answer_alone_shows_whether_the_schema_is_overlooked(tmp_path: Path) -> None:
    for first, told in ((False, True), (True, False), (None, False)):
        one = Etiquette(MODEL, tmp_path, lengths=False)
        assert not one.met
        one.meet(first)
        for later in (False, True, None):
            one.meet(later)
        assert one.met and one.now().told is told and one.now().method == "json_schema"
    # the answer is kept and says so again
    assert not (tmp_path / MANNERS).exists()


def test_a_rerun_remembers_and_another_model_does_not(tmp_path: Path) -> None:
    one = Etiquette(MODEL, tmp_path, lengths=False)
    one.learn(one.now(), said("response_format"))
    assert Etiquette(MODEL, tmp_path, lengths=False).now() == one.now()
    moved = MODEL.model_copy(update={"base_url": "http://localhost:2/v1"})
    assert Etiquette(moved, tmp_path, lengths=False).now() == one.now()
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


def test_a_number_that_is_too_large_is_no_parameter_that_is_not_taken(tmp_path: Path) -> None:
    one = Etiquette(MODEL, tmp_path, lengths=False)
    assert one.learn(one.now(), said("max_tokens is too large: 99999. This model supports at most 4096")) is None


def by_schema(asked: Asked) -> bool:
    return asked.how == "json_schema"


def later(asked: Asked) -> bool:
    return by_schema(asked) and "scene 0" not in asked.user


NO = "Invalid schema for response_format"
STORMS = {
    "prose now and then": [Behave("not_json", when=by_schema, share=0.3)],
    "prose at first": [Behave("not_json", when=lambda asked: asked.ask == 1 and "JSON schema" not in asked.text)],
    "no schema": [Behave(status=400, message=NO, when=by_schema)],
    "some schemas": [Behave(status=400, message=NO, when=later, share=0.5)],
    "both": [Behave(status=400, message=NO, when=by_schema, share=0.5), Behave("not_json", share=0.3)],
}


@pytest.mark.slow
@pytest.mark.parametrize("storm", STORMS)
def test_how_one_is_asked_depends_neither_on_timing_nor_on_where_a_run_was_stopped(storm: str, tmp_path: Path) -> None:
    def asked(server: ScriptedServer, folder: str, **options: int) -> list[object]:
        model = ChatModel.model_validate({"model": "x", "base_url": server.url, **options})
        return [(one.answer, one.asks, one.failure) for one in open_chat(model, tmp_path / folder).ask(SCENES)]

    with ScriptedServer(STORMS[storm]) as server:
        calm = asked(server, "calm", concurrency=1)
        ways = {(one.digest, one.how) for one in server.asked}
        made = len(calls(tmp_path / "calm"))
    assert made > len(SCENES)
    for stopped in range(1, made):
        # the other half of the time, later scenes come first
        slow = Behave("slow", seconds=0.03, when=lambda one, odd=stopped % 2: int(one.user[-2]) % 2 == odd)  # type: ignore[misc]
        with ScriptedServer([*STORMS[storm], slow]) as server:
            with pytest.raises(BudgetSpent):
                asked(server, str(stopped), concurrency=8, max_calls=stopped)
            assert asked(server, str(stopped), concurrency=8) == calm
            assert {(one.digest, one.how) for one in server.asked} == ways
