"""Programs decline where the claims allow more than one answer."""

from __future__ import annotations

from dreamgen.core.claims import Action, Claim, Interaction, Movement, Presence
from dreamgen.core.pairs import Program
from dreamgen.qa.programs import rerun

SPAN = {"start": 0.0, "end": 4.0}


def being(who: str, what: str) -> Claim:
    return Presence.model_validate(
        {"entity": who, "what": what, "category": "animal" if what == "dog" else "person", **SPAN}
    )


def run(name: str, claims: list[Claim], **arguments: str) -> str | None:
    where = {"start": "0", "end": "4"} if name not in {"earlier"} else {}
    return rerun(Program(name=name, arguments=tuple({**arguments, **where}.items())), claims)


def test_who_does_it_has_one_answer() -> None:
    claims = [being("a", "boy"), being("b", "woman"), Action(entity="a", action="wave", **SPAN)]
    assert run("who_does", [*claims, Action(entity="b", action="sit", **SPAN)], action="wave") == "The boy"
    assert run("who_does", [*claims, Action(entity="b", action="wave", **SPAN)], action="wave") is None


def test_who_does_it_is_not_asked_where_somebody_may_do_it_unclaimed() -> None:
    claims = [being("a", "boy"), being("b", "woman"), Action(entity="a", action="wave", **SPAN)]
    assert run("who_does", claims, action="wave") is None


def test_who_does_it_is_not_asked_beside_what_looks_alike() -> None:
    claims = [being("a", "boy"), being("b", "woman"), Action(entity="a", action="walk", **SPAN)]
    assert run("who_does", [*claims, Action(entity="b", action="run", **SPAN)], action="walk") is None


def test_what_somebody_does_is_one_thing_only() -> None:
    claims = [being("a", "boy"), Action(entity="a", action="walk", start=0.0, end=2.0)]
    assert run("action_of", claims, entity="a") == "Walking"
    assert run("action_of", [*claims, Action(entity="a", action="sit", start=2.0, end=4.0)], entity="a") is None


def test_somebody_who_goes_along_could_be_walked_with_too() -> None:
    pair: list[Claim] = [
        being("a", "boy"), being("b", "woman"), Interaction(entity="a", action="walk with", other="b", **SPAN)
    ]  # fmt: skip
    dog: list[Claim] = [being("d", "dog"), Movement(entity="d", direction="left", **SPAN)]
    assert run("partner_of", pair, entity="a", action="walk with") == "The woman"
    assert run("partner_of", [*pair, *dog], entity="a", action="walk with") is None


def test_a_third_person_could_be_talked_to_too() -> None:
    pair: list[Claim] = [
        being("a", "boy"), being("b", "woman"), Interaction(entity="a", action="talk to", other="b", **SPAN)
    ]  # fmt: skip
    assert run("partner_of", pair, entity="a", action="talk to") == "The woman"
    assert run("partner_of", [*pair, being("c", "old man")], entity="a", action="talk to") is None


def test_a_bird_that_runs_is_seen_to_fly() -> None:
    bird: Claim = Presence(entity="b", what="bird", category="animal", **SPAN)
    assert run("action_of", [bird, Action(entity="b", action="run", **SPAN)], entity="b") == "Flying"


def test_what_begins_at_nearly_the_same_time_has_no_order() -> None:
    walk, wave = (
        Action(entity="a", action="walk", start=1.0, end=4.0),
        Action(entity="b", action="wave", start=1.4, end=4.0),
    )
    claims: list[Claim] = [being("a", "boy"), being("b", "woman"), walk, wave]
    assert run("earlier", claims, one=walk.id, other=wave.id) is None
