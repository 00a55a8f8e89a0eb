from __future__ import annotations

from typing import Any


def three_shots(say: Any, *poses: str) -> list[Any]:
    """A boy in shots of two seconds each; an empty pose is a shot without him."""
    claims = [say("cut", 2, 2), say("cut", 4, 4), say("place", 0, 6, place="forest")]
    for number, pose in enumerate(poses):
        at = (2 * number, 2 * number + 2)
        seen = say("presence", *at, entity="boy") if pose else say("absence", *at, entity="boy")
        claims += [seen, *([say("action", *at, entity="boy", action=pose)] if pose else [])]
    return claims


def test_shots_are_counted_in_which_it_is_done(say: Any, run: Any) -> None:
    assert run("shots_doing", three_shots(say, "walk", "sit", "walk"), entity="boy", action="walk") == "Two"
    assert run("shots_doing", three_shots(say, "walk", "", "sit"), entity="boy", action="walk") == "One"


def test_one_open_shot_leaves_the_number_open(say: Any, run: Any) -> None:
    known = three_shots(say, "walk", "sit", "walk")
    unseen = [claim for claim in known if not (claim.kind == "action" and claim.start == 2)]
    assert run("shots_doing", unseen, entity="boy", action="walk") is None
    assert run("shots_doing", three_shots(say, "walk", "run", "sit"), entity="boy", action="walk") is None


def test_shots_are_counted_in_which_somebody_can_be_seen(say: Any, run: Any) -> None:
    known = three_shots(say, "walk", "", "sit")
    assert run("shots_seen", known, entity="boy") == "Two"
    assert run("shots_seen", [claim for claim in known if claim.kind != "absence"], entity="boy") is None


def test_people_are_counted_who_do_the_same(say: Any, run: Any) -> None:
    people = [say("presence", 0, 4, entity=who) for who in ("boy", "woman", "man")]
    acts = [say("action", 0, 4, entity=who, action=pose) for who, pose in (("boy", "sit"), ("woman", "sit"))]
    span = {"start": 0, "end": 4}
    man = say("action", 0, 4, entity="man", action="walk")
    assert run("number_doing", [*people, *acts, man], action="sit", **span) == "Two"
    assert run("number_doing", [*people, *acts], action="sit", **span) is None, "the man may sit too"
    kneels = say("action", 0, 4, entity="man", action="kneel")
    assert run("number_doing", [*people, *acts, kneels], action="sit", **span) is None, "which looks like sitting"


def test_no_number_of_shots_is_offered_that_the_clip_does_not_have(say: Any, asked: Any) -> None:
    pairs = asked(three_shots(say, "walk", "sit", "walk"), [2, 2, 2], "repetition")
    assert {option for pair in pairs for option in pair.options} == {"One", "Two", "Three"}
