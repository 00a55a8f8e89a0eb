from __future__ import annotations

from dreamgen.core.claims import Absence, Action, Attribute, Claim, Count, Presence
from dreamgen.core.vocabulary import Colour
from dreamgen.language.mentions import introduce, mention
from dreamgen.language.world import World


def person(who: str, what: str, name: str | None = None) -> Claim:
    return Presence(entity=who, what=what, category="person", name=name, start=0.0, end=4.0)


def wears(who: str, slot: str, value: str, colour: Colour | None = None) -> Claim:
    return Attribute(entity=who, slot=slot, value=value, colour=colour, start=0.0, end=4.0)


def text_of(claims: list[Claim], who: str, *avoid: str) -> str | None:
    described = mention(World.of_claims(claims), who, avoid=frozenset(avoid))
    return described.text if described else None


def two_women() -> list[Claim]:
    looks = [wears("a", "top", "coat", "red"), wears("b", "top", "dress", "blue")]
    return [person("a", "woman"), person("b", "woman"), *looks]


def test_the_noun_is_enough_for_the_only_one_of_a_kind() -> None:
    assert text_of([person("a", "boy"), person("b", "woman")], "a") == "the boy"


def test_two_of_a_kind_are_told_apart_by_their_clothes() -> None:
    claims = two_women()
    assert text_of(claims, "a") == "the woman in the red coat"
    assert text_of(claims, "b") == "the woman in the blue dress"


def test_colours_that_can_be_mistaken_do_not_tell_apart() -> None:
    claims = [
        person("a", "man"),
        person("b", "man"),
        wears("a", "top", "coat", "red"),
        wears("b", "top", "coat", "crimson"),
    ]
    assert text_of(claims, "a") is None


def test_a_second_look_helps_where_one_is_shared() -> None:
    claims = [
        *(person(who, "man") for who in "abc"),
        wears("a", "top", "coat", "red"), wears("a", "hair", "grey"),
        wears("b", "top", "coat", "red"), wears("b", "hair", "brown"),
        wears("c", "top", "coat", "blue"), wears("c", "hair", "grey"),
    ]  # fmt: skip
    assert text_of(claims, "a") == "the man with grey hair in the red coat"


def test_what_is_asked_about_is_never_named() -> None:
    claims = two_women()
    assert text_of(claims, "a", "top") is None


def test_an_old_man_is_a_man_too() -> None:
    claims = [person("a", "man"), person("b", "old man")]
    assert text_of(claims, "a") is None
    assert text_of(claims, "b") == "the old man"


def test_nobody_is_unique_beside_strangers() -> None:
    claims = [person("a", "boy"), Count(what="people", number=2, start=0.0, end=4.0)]
    assert text_of(claims, "a") is None


def test_nobody_is_unique_beside_one_who_is_seen_in_part() -> None:
    half_gone: Claim = Absence(entity="b", what="boy", category="person", start=0.0, end=2.0)
    assert text_of([person("a", "boy"), half_gone], "a") is None


def test_somebody_whose_looks_are_not_known_is_not_told_apart_by_looks() -> None:
    claims = [person("a", "man"), person("b", "man"), wears("a", "glasses", "glasses"), wears("b", "hair", "grey")]
    assert text_of(claims, "a") is None


def test_animals_are_told_apart_by_their_coat() -> None:
    claims: list[Claim] = [
        *(Presence(entity=who, what="rabbit", category="animal", start=0.0, end=4.0) for who in "ab"),
        wears("a", "coat", "plain", "white"),
        wears("b", "coat", "spotted", "brown"),
    ]
    assert text_of(claims, "a") == "the white rabbit"
    assert text_of(claims, "b") == "the brown spotted rabbit"


def test_a_mention_rests_on_what_it_names() -> None:
    claims = two_women()
    described = mention(World.of_claims(claims), "a")
    assert described is not None and set(described.claims) == {claims[0].id, claims[2].id}


def test_somebody_new_is_introduced_with_a_look() -> None:
    described = introduce(World.of_claims([person("a", "old man"), wears("a", "top", "apron", "orange")]), "a")
    assert described is not None and described.text == "an old man in an orange apron"


def test_a_thing_is_the_one_that_is_meant_only_in_a_hand() -> None:
    lantern: Claim = Presence(entity="lamp", what="lantern", category="prop", start=0.0, end=4.0)
    hold: Claim = Action(entity="a", action="hold", using="lamp", start=0.0, end=4.0)
    assert text_of([person("a", "boy"), lantern], "lamp") is None
    assert text_of([person("a", "boy"), lantern, hold], "lamp") == "the lantern"


def test_only_proper_names_are_names() -> None:
    world = World.of_claims([person("a", "woman", "Mara"), person("b", "boy", "the keeper")])
    names = [one.name for who in "ab" if (one := mention(world, who)) is not None]
    assert names == ["Mara", ""]
