from __future__ import annotations

import time

import pytest

from dreamgen.engines.chat.objects import Unreadable, read_object

PLAIN = '{"title": "A day", "shots": [{"text": "He says \\"go\\" {now}"}, {"text": "b"}], "n": 2}'
VALUE = {"title": "A day", "shots": [{"text": 'He says "go" {now}'}, {"text": "b"}], "n": 2}


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        f"\ufeff  {PLAIN}\n",
        f"```json\n{PLAIN}\n```",
        f"Here it is:\n```\n{PLAIN}\n```\nShall I go on?",
        f"<think>Perhaps {{this}} or that.</think>\n{PLAIN}",
        f"Perhaps {{this}} or that.</think>\n{PLAIN}",
    ],
)
def test_words_around_an_object_are_let_go(text: str) -> None:
    assert read_object(text) == VALUE


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1 "b": 2}', {"a": 1, "b": 2}),
        ('{"a": ["x" "y"], "b": [1, 2,],}', {"a": ["x", "y"], "b": [1, 2]}),
        ('{"a": {"c": 1}\n"b": 2}', {"a": {"c": 1}, "b": 2}),
        ("{'a': 'x', 'b': None, 'c': True}", {"a": "x", "b": None, "c": True}),
        ('{a: "x", b: false}', {"a": "x", "b": False}),
        ('{"a": "first line\nsecond line"}', {"a": "first line\nsecond line"}),
    ],
)
def test_faults_of_writing_are_repaired(text: str, value: object) -> None:
    assert read_object(text) == value


def test_dreamframes_own_example_is_repaired() -> None:
    text = """{
      "frame1": "generate an image in Romantic style: In the park, a man is standing.",
      "dialgue1": "It was never a mistake."
      "frame2": "generate an image in Romantic style: In the park, a woman is walking."
      "QA1": "Question: Who walks? Answer: The woman."
    }"""
    assert list(read_object(text)) == ["frame1", "dialgue1", "frame2", "QA1"]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN[: len(PLAIN) // 2],
        PLAIN[:-1],
        '{"title": "A d',
        '{"shots": [{"text": "a"}, {"text": "b"}',
        '{"shots": [{"text": "a"], "n": 2}',
        "```json\n" + PLAIN[:40] + "\n```",
    ],
)
def test_what_stops_in_the_middle_is_never_made_whole(text: str) -> None:
    with pytest.raises(Unreadable, match="does not end"):
        read_object(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Once upon a time.", "no JSON object"),
        (f"{PLAIN}\n{PLAIN}", "more than one"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ('{"a": {"b": 1, "b": 1}}', "stands twice"),
        ('{"a" 1 2 : : 3}', "no valid JSON"),
        ("{" * 100 + "}" * 100, "nested too deeply"),
        ('{"a": ' + "[" * 100 + "]" * 100 + "}", "nested too deeply"),
        ('{"a": NaN}', "no value in JSON"),
    ],
)
def test_what_cannot_be_told_is_not_guessed(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_object(text)


def test_a_repair_that_would_lose_words_is_none() -> None:
    with pytest.raises(Unreadable):
        read_object('{"a": 1, // the others are left out\n "b": 2}')


def test_only_what_is_short_enough_for_it_is_repaired() -> None:
    def unquoted(keys: int) -> str:
        return "{" + ",\n".join(f"k{key}: v{key} some words" for key in range(keys)) + "}"

    assert len(read_object(unquoted(50))) == 50
    with pytest.raises(Unreadable, match="too long to tell"):
        read_object(unquoted(3000))


def test_a_key_that_stands_twice_is_found_among_many() -> None:
    text = "{" + ",".join(f'"{key}": 0' for key in range(30_000)) + ', "29999": 0}'
    began = time.process_time()
    with pytest.raises(Unreadable, match="'29999' stands twice"):
        read_object(text)
    assert time.process_time() - began < 2.0
