from __future__ import annotations

from typing import Any


def pair_of(say: Any, *poses: tuple[str, str]) -> list[Any]:
    """A boy and a woman, four seconds for each two poses."""
    claims = []
    for number, both in enumerate(poses):
        at = (4 * number, 4 * number + 4)
        for who, pose in zip(("boy", "woman"), both, strict=True):
            claims += [say("presence", *at, entity=who), say("action", *at, entity=who, action=pose)]
    return claims


def test_what_one_does_while_another_does_something_once(say: Any, run: Any) -> None:
    claims = pair_of(say, ("walk", "sit"), ("dance", "walk"))
    asked = {"entity": "boy", "other": "woman", "action": "sit"}
    assert run("doing_while", claims, **asked) == "Walking"
    twice = pair_of(say, ("walk", "sit"), ("dance", "walk"), ("dance", "sit"))
    assert run("doing_while", twice, **asked) is None
    like = pair_of(say, ("walk", "sit"), ("dance", "kneel"))
    assert run("doing_while", like, **asked) is None, "kneeling looks like sitting"


def test_nothing_is_asked_of_a_time_that_may_come_again_unseen(say: Any, run: Any) -> None:
    claims = [*pair_of(say, ("walk", "sit")), say("presence", 4, 8, entity="woman")]
    assert run("doing_while", claims, entity="boy", other="woman", action="sit") is None


def test_what_somebody_does_while_words_are_spoken(say: Any, run: Any) -> None:
    speech = say("speech", 1, 3, entity="woman", words="Come home.")
    claims = [*pair_of(say, ("walk", "talk"), ("sit", "stand")), speech]
    assert run("doing_when_said", claims, entity="boy", speech=speech.id) == "Walking"
    again = say("speech", 5, 7, entity="woman", words="Come home.")
    assert run("doing_when_said", [*claims, again], entity="boy", speech=speech.id) is None


def test_words_are_spoken_where_the_place_is_known(say: Any, run: Any) -> None:
    speech = say("speech", 1, 5, entity="woman", words="Come home.")
    claims = [*pair_of(say, ("walk", "talk")), speech, say("place", 0, 4, place="forest")]
    assert run("place_when_said", claims, speech=speech.id) is None
    assert run("place_when_said", [*claims, say("place", 4, 8, place="forest")], speech=speech.id) == "In a forest"


def test_of_some_words_one_is_later(say: Any, run: Any) -> None:
    one, two, three = (
        say("speech", 3 * n, 3 * n + 2, entity="woman", words=words)
        for n, words in enumerate(("One.", "Two.", "Three."))
    )
    assert run("said_later", [one, two, three], speech=two.id, claims=f"{one.id} {three.id}") == "“Three.”"
    assert run("said_later", [one, two, three], speech=one.id, claims=f"{two.id} {three.id}") is None
