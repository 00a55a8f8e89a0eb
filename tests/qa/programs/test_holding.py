from __future__ import annotations

from typing import Any

SPAN = {"start": 0, "end": 4}


def test_what_is_held_is_one_thing_all_the_time(say: Any, run: Any) -> None:
    claims = [say("presence", 0, 8, entity="boy"), say("presence", 0, 8, entity="lantern")]
    holds = say("action", 0, 4, entity="boy", action="hold", using="lantern")
    empty = say("action", 0, 4, entity="boy", action="stand")
    assert run("thing_held", [*claims, holds], entity="boy", **SPAN) == "A lantern"
    assert run("thing_held", [*claims, holds, empty], entity="boy", **SPAN) is None
    assert run("thing_held", [*claims, empty], entity="boy", **SPAN) is None, "an unseen hand may hold anything"


def test_who_holds_it_is_told_where_no_other_holds_its_like(say: Any, run: Any) -> None:
    claims = [
        say("presence", 0, 4, entity="boy"), say("presence", 0, 4, entity="woman"),
        say("presence", 0, 4, entity="lantern"), say("action", 0, 4, entity="boy", action="hold", using="lantern"),
    ]  # fmt: skip
    assert run("holder_of", claims, thing="lantern", **SPAN) == "The boy"
    other = [
        say("presence", 0, 4, entity="lamp", what="lantern", category="prop"),
        say("action", 0, 4, entity="woman", action="hold", using="lamp"),
    ]
    assert run("holder_of", [*claims, *other], thing="lantern", **SPAN) is None


def test_a_thing_passes_from_one_to_another_once(say: Any, run: Any) -> None:
    claims = [
        say("presence", 0, 12, entity="boy"), say("presence", 0, 12, entity="woman"),
        say("presence", 0, 12, entity="lantern"),
        say("action", 0, 4, entity="boy", action="hold", using="lantern"),
        say("action", 4, 8, entity="woman", action="walk", using="lantern"),
    ]  # fmt: skip
    assert run("change_of_hands", claims, thing="lantern", start=0, end=8) == "From the boy to the woman"
    back = say("action", 8, 12, entity="boy", action="hold", using="lantern")
    assert run("change_of_hands", [*claims, back], thing="lantern", start=0, end=12) is None


def test_who_may_hold_something_unclaimed_is_not_said_to_do_anything_but(say: Any, asked: Any) -> None:
    claims = [
        say("place", 0, 8, place="forest"), say("cut", 4, 4), say("presence", 0, 8, entity="boy"),
        say("presence", 0, 8, entity="woman"), say("presence", 4, 8, entity="lantern"),
        say("action", 0, 4, entity="boy", action="walk"), say("action", 4, 8, entity="woman", action="sit"),
        say("action", 4, 8, entity="boy", action="hold", using="lantern"),
    ]  # fmt: skip
    pairs = asked(claims, [4, 4], "action", "matching", "meanwhile", "prediction", "sequence")
    wrong = [o for pair in pairs for n, o in enumerate(pair.options) if n != pair.answer_index]
    denied = [dict(pair.program.arguments)["proposed"] for pair in pairs if pair.turns[1].text == "No."]
    assert wrong and not any("holding" in text for text in (*wrong, *denied))


def test_nobody_is_offered_a_second_thing_of_the_sort(say: Any, asked: Any) -> None:
    claims = [
        say("place", 0, 4, place="forest"), say("presence", 0, 4, entity="boy"),
        say("presence", 0, 4, entity="bag", category="prop"),
        say("presence", 0, 4, entity="sack", category="prop"),
        say("action", 0, 4, entity="boy", action="hold", using="bag"),
    ]  # fmt: skip
    options = {option for pair in asked(claims, [4], "holding") for option in pair.options}
    assert "A bag" in options and "A sack" not in options
