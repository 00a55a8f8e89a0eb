"""Sentences become clauses: who does what to whom, and why."""

from __future__ import annotations

import pytest

from dreamgen.story.writers.clauses import clauses
from dreamgen.story.writers.names import Names
from dreamgen.story.writers.parsing import parse
from dreamgen.story.writers.phrases import Clause
from dreamgen.story.writers.tokens import tokenise


def of(sentence: str) -> list[Clause]:
    tokens, _ = tokenise(sentence)
    return clauses(parse(tokens, Names.of([tokens])), sentence)


def plain(sentence: str) -> list[tuple[str, str, str]]:
    """Subject, verb and object of all clauses that really happen."""
    return [
        (
            " + ".join(chunk.text for chunk in clause.subjects),
            clause.verb.lemma,
            " + ".join(chunk.text for chunk in clause.objects),
        )
        for clause in of(sentence)
        if not clause.told
    ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The giant chases Jack.", [("The giant", "chase", "Jack")]),
        ("The children of a city household hang their stockings.", [("the children", "hang", "their stockings")]),
        ("Jack is visited by a fairy.", [("a fairy", "visit", "Jack")]),
        ("He begins to get dizzy.", [("He", "stagger", "dizzy")]),
        ("A man helps him get home.", [("A man", "help", "him"), ("him", "return", "")]),
        ("He fell, but rose and ran.", [("He", "fall", ""), ("He", "rise", ""), ("He", "run", "")]),
        ("Running to the rope, she gnawed it.", [("she", "run", ""), ("she", "gnaw", "it")]),
        ("The Mouse found the Lion struggling.", [("The Mouse", "find", "the Lion"), ("the Lion", "struggle", "")]),
        ("The dog finds Jack, who escapes.", [("The dog", "find", "Jack"), ("Jack", "escape", "")]),
        ("Two men, bearing signs, follow him.", [("Two men", "bear", "signs"), ("Two men", "follow", "him")]),
        ("He kills a cat, which he eats.", [("He", "kill", "a cat"), ("he", "eat", "a cat")]),
        ("She held up the lantern.", [("She", "hold", "the lantern")]),
        ("She gave her flowers.", [("She", "give", "her + flowers")]),
        ("There lived an old king.", [("an old king", "live", "")]),
        ("Jack and his mother climb the tree.", [("Jack + his mother", "climb", "the tree")]),
        ("The lion does not run.", [("The lion", "run", "")]),
        ("Mara walks along the street and Tom waves.", [("Mara", "walk", ""), ("Tom", "wave", "")]),
        ("Mara runs to the harbour and Tom and Lucy wave.", [("Mara", "run", ""), ("Tom + Lucy", "wave", "")]),
        ("A girl who held a lantern ran.", [("A girl", "hold", "a lantern"), ("A girl", "run", "")]),
        ("A girl wearing a coat runs.", [("A girl", "wear", "a coat"), ("A girl", "run", "")]),
    ],
)
def test_every_verb_has_its_people(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    found = plain(sentence)
    assert [(a.lower(), b, c.lower()) for a, b, c in found] == [(a.lower(), b, c.lower()) for a, b, c in expected]


@pytest.mark.parametrize(
    "sentence",
    [
        "She hopes that the boy runs.",
        "If the boy runs, the dog will bark.",
        "He wants to dance.",
        "The fairy reveals that Jack may return home.",
        "She thinks the dog sleeps.",
        "The boy tells her that a robot has come.",
    ],
)
def test_what_is_only_thought_or_promised_does_not_happen(sentence: str) -> None:
    assert any(clause.told for clause in of(sentence))
    assert {"run", "bark", "dance", "return", "sleep", "come"} & {
        clause.verb.lemma for clause in of(sentence) if not clause.told
    } == set()


def test_a_denied_verb_is_known_as_denied() -> None:
    assert [clause.verb.negated for clause in of("The dog did not move.")] == [True]


@pytest.mark.parametrize(
    ("sentence", "because"),
    [
        ("The boy cried because he had lost his dog.", "he had lost his dog"),
        ("He whispered so that nobody could hear.", "so that nobody could hear"),
        ("The lion laid his paw on the mouse to kill her.", "to kill her"),
        ("It was raining, so she opened the umbrella.", "It was raining"),
        ("He was sad, for he had not danced.", "he had not danced"),
    ],
)
def test_the_reason_is_in_the_words_of_the_plot(sentence: str, because: str) -> None:
    assert because in [clause.because for clause in of(sentence)]


@pytest.mark.parametrize(
    ("sentence", "speaker", "words"),
    [
        ('"Spare me!" begged the Mouse.', "the Mouse", "Spare me!"),
        ('Mara said, "We must go."', "Mara", "We must go."),
        ('"No," said Lucy, "never."', "Lucy", "No, never."),
        ("'Come here,' the boy whispered.", "the boy", "Come here,"),
    ],
)
def test_speech_has_a_speaker(sentence: str, speaker: str, words: str) -> None:
    spoken = [clause for clause in of(sentence) if clause.speech]
    assert [(clause.subjects[0].text, clause.speech) for clause in spoken] == [(speaker, words)]


def test_a_nickname_in_quotes_is_no_speech() -> None:
    found = of('"Teddy" aims his rifle.')
    assert [(clause.subjects[0].text, clause.speech) for clause in found] == [("Teddy", None)]


def test_words_about_actors_are_left_out() -> None:
    _, asides = tokenise("Santa Claus, played by Harry Eytinge, feeds a reindeer.")
    assert [(aside.text, aside.reason) for aside in asides] == [("played by Harry Eytinge", "film_talk")]
