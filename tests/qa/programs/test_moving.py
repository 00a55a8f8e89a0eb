from __future__ import annotations

from typing import Any

SPAN = {"start": 0, "end": 4}


def going(say: Any, **ways: str) -> list[Any]:
    return [
        claim
        for who, way in ways.items()
        for claim in (say("presence", 0, 4, entity=who), say("movement", 0, 4, entity=who, direction=way))
    ]


def test_movers_are_counted_where_it_is_known_of_everybody(say: Any, run: Any) -> None:
    claims = going(say, boy="left", woman="none", dog="right")
    assert run("number_moving", claims, **SPAN) == "Two"
    assert run("number_moving", [*claims, say("presence", 0, 4, entity="cat")], **SPAN) is None
    assert run("number_moving", [*claims, say("presence", 0, 2, entity="cat")], **SPAN) is None, "it may be half hidden"


def test_the_only_mover_is_told_beside_somebody_who_stays(say: Any, run: Any) -> None:
    assert run("mover", going(say, boy="left", woman="none"), **SPAN) == "The boy"
    assert run("mover", going(say, boy="left", woman="right"), **SPAN) is None
    assert run("mover", going(say, boy="left"), **SPAN) is None


def test_the_colour_of_the_mover_is_that_of_its_top_or_coat(say: Any, run: Any) -> None:
    claims = [
        *going(say, boy="left", dog="none"),
        say("attribute", 0, 4, entity="boy", slot="top", value="coat", colour="red"),
        say("attribute", 0, 4, entity="boy", slot="hat", value="cap", colour="blue"),
        say("attribute", 0, 4, entity="dog", slot="coat", value="plain", colour="white"),
    ]
    assert run("colour_of_mover", claims, **SPAN) == "Red"


def test_ways_are_told_one_after_the_other(say: Any, run: Any) -> None:
    claims = [
        say("presence", 0, 8, entity="boy"), say("movement", 0, 4, entity="boy", direction="left"),
        say("movement", 4, 8, entity="boy", direction="right"),
    ]  # fmt: skip
    times = {"entity": "boy", "start": 0, "middle": 4, "end": 8}
    assert run("ways_of", claims, **times) == "First to the left, then to the right"
    stays = say("movement", 4, 8, entity="boy", direction="none")
    assert run("ways_of", [*claims[:2], stays], **times) is None


def test_no_number_is_offered_that_is_more_than_can_be_seen(say: Any, asked: Any) -> None:
    pairs = asked(
        [say("place", 0, 4, place="forest"), *going(say, boy="left", woman="none", dog="none")], [4], "moving"
    )
    numbers = {option for pair in pairs if "many" in pair.turns[0].text for option in pair.options}
    assert numbers == {"Zero", "One", "Two", "Three"}
