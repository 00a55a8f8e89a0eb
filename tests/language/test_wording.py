from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from dreamgen.core.vocabulary import CameraMotion, Feeling, Pose, TimeOfDay, Weather
from dreamgen.language.wording import a, clock, listed, place, pronoun, quoted, sentence, words


@pytest.mark.parametrize(
    ("noun", "phrase"),
    [
        ("old man", "an old man"),
        ("umbrella", "an umbrella"),
        ("uniform", "a uniform"),
        ("red boots", "red boots"),
        ("straw hat", "a straw hat"),
    ],
)
def test_articles(noun: str, phrase: str) -> None:
    assert a(noun) == phrase


def test_lists_read_as_english() -> None:
    assert listed(["a boy"]) == "a boy"
    assert listed(["a boy", "a dog", "a cat"]) == "a boy, a dog and a cat"


def test_sentences_end_once() -> None:
    assert sentence("the boy says “Come here!”.") == "The boy says “Come here!”"
    assert sentence('the boy says "Come here!".') == 'The boy says "Come here!"'
    assert sentence('the boy says "Come here!"') == 'The boy says "Come here!"'
    assert sentence("what is it ?") == "What is it?"
    assert sentence("it is red") == "It is red."


def test_quotes_inside_a_sentence_lose_their_full_stop() -> None:
    assert quoted('"Come here."', inside=True) == "“Come here”"
    assert quoted("Come here!", inside=True) == "“Come here!”"


def test_clock() -> None:
    assert clock(65.4) == "1:05"


def test_a_place_that_the_words_do_not_know_is_still_a_place() -> None:
    assert place("orchard") == "in an orchard"
    assert place("rooftop") == "on a rooftop"


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("poses", Pose), ("feelings", Feeling), ("time", TimeOfDay), ("light", TimeOfDay), ("weather", Weather),
        ("falling", Weather), ("camera", CameraMotion),
    ],
)  # fmt: skip
def test_every_word_of_the_vocabulary_can_be_said(table: str, values: object) -> None:
    assert set(getattr(values, "__args__", ())) <= set(words()[table])


def test_every_question_has_what_its_forms_need() -> None:
    tables = tomllib.loads(files("dreamgen.qa").joinpath("data/questions.toml").read_text("utf-8"))
    for name, table in tables.items():
        if {"ask", "check"} & set(table):
            assert set(table) <= {"ask", "choose", "say", "check", "option", "follow", "like", "match", "names"}, name
        assert all(texts for texts in table.values()), name
        assert all(text.endswith(("?", ".")) for text in (*table.get("ask", ()), *table.get("check", ()))), name


def test_whom_a_noun_does_not_call_he_or_she_is_called_by_it_again() -> None:
    assert [pronoun("person", case) for case in range(3)] == ["the person", "the person", "the person's"]
    assert [pronoun("dog", case) for case in range(3)] == ["it", "it", "its"]
