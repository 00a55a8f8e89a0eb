import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamgen.core.claims import (
    CLAIM,
    CLAIM_KINDS,
    Absence,
    Action,
    Attribute,
    CameraMove,
    Claim,
    Count,
    Cut,
    Duration,
    Expression,
    Interaction,
    Movement,
    Order,
    Place,
    Presence,
    Relation,
    Speech,
)
from dreamgen.core.colours import COLOURS, confusable
from dreamgen.core.lookalikes import VALUES, alike
from dreamgen.core.twins import DETAILS, FAR_FROM_CUT, MOST, false_twins


def changed(claim: Claim, twin: Claim) -> set[str]:
    before, after = claim.model_dump(), twin.model_dump()
    return {field for field in before if before[field] != after[field]} - {"id"}


@given(st.data())
def test_a_twin_differs_in_exactly_one_detail(worlds: st.SearchStrategy[list[Claim]], data: st.DataObject) -> None:
    world = data.draw(worlds)
    for claim in world:
        for twin in false_twins(claim, world):
            assert type(twin) is type(claim)
            difference = changed(claim, twin)
            assert difference
            assert any(difference <= set(detail) for detail in DETAILS[claim.kind])


@given(st.data())
def test_a_twin_is_never_in_the_world(worlds: st.SearchStrategy[list[Claim]], data: st.DataObject) -> None:
    world = data.draw(worlds)
    known = {claim.id for claim in world}
    for claim in world:
        twins = false_twins(claim, world)
        assert len({twin.id for twin in twins}) == len(twins) <= MOST
        assert known.isdisjoint(twin.id for twin in twins)


@given(st.data())
def test_twins_do_not_depend_on_the_order_of_the_world_or_on_earlier_calls(
    worlds: st.SearchStrategy[list[Claim]], data: st.DataObject
) -> None:
    world = data.draw(worlds)
    claim = world[0]
    assert false_twins(claim, world) == false_twins(claim, list(world))


@given(st.data())
def test_a_twin_is_a_well_formed_claim(worlds: st.SearchStrategy[list[Claim]], data: st.DataObject) -> None:
    world = data.draw(worlds)
    for claim in world:
        for twin in false_twins(claim, world):
            assert CLAIM.validate_json(twin.model_dump_json()) == twin


def test_every_kind_has_twins(small_world: Callable[[], list[Claim]]) -> None:
    world = small_world()
    assert {claim.kind for claim in world if false_twins(claim, world)} == set(CLAIM_KINDS)


def test_twins_are_the_same_in_another_process(small_world: Callable[[], list[Claim]]) -> None:
    world = small_world()
    program = (
        "import sys; from dreamgen.core.claims import CLAIM; from dreamgen.core.twins import false_twins; "
        "world = [CLAIM.validate_json(line) for line in sys.stdin]; "
        "print(*(twin.id for claim in world for twin in false_twins(claim, world)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        input="\n".join(claim.model_dump_json() for claim in world),
        env=os.environ | {"PYTHONHASHSEED": "99"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert found == [twin.id for claim in world for twin in false_twins(claim, world)]


def test_only_those_who_are_known_to_be_absent_are_falsely_present(small_world: Callable[[], list[Claim]]) -> None:
    world = small_world()
    early = Presence(start=0, end=4, entity="mara", what="woman", category="person", name="Mara")
    assert {twin.about for twin in false_twins(early, world)} == {("tom",), ("rex",)}
    late = early.model_copy(update={"end": 10.0})
    assert {twin.about for twin in false_twins(late, world)} == {("rex",)}


def test_only_those_who_are_seen_are_falsely_absent(small_world: Callable[[], list[Claim]]) -> None:
    gone = Absence(start=0, end=10, entity="rex", what="dog", category="animal", name="Rex")
    (twin,) = false_twins(gone, small_world())
    assert isinstance(twin, Absence)
    assert (twin.entity, twin.what, twin.name) == ("mara", "woman", "Mara")


@pytest.mark.parametrize("colour", sorted(COLOURS))
def test_a_false_colour_can_not_be_taken_for_the_true_one(colour: str) -> None:
    coat = Attribute.model_validate(
        {"start": 0, "end": 1, "entity": "mara", "slot": "scarf", "value": "scarf", "colour": colour}
    )
    twins = false_twins(coat, [coat])
    assert len(twins) == MOST
    assert not any(isinstance(twin, Attribute) and confusable(colour, str(twin.colour)) for twin in twins)


@pytest.mark.parametrize(("slot", "value"), [(slot, value) for slot, values in VALUES.items() for value in values])
def test_a_false_garment_looks_different(slot: str, value: str) -> None:
    look = Attribute(start=0, end=1, entity="mara", slot=slot, value=value)
    twins = false_twins(look, [look])
    assert twins
    assert not any(isinstance(twin, Attribute) and alike(slot, value, twin.value) for twin in twins)


def test_wrong_colours_have_no_favourite() -> None:
    wrong = Counter(
        twin.colour
        for number in range(120)
        for twin in false_twins(
            Attribute(start=number, end=number + 1, entity="mara", slot="scarf", value="scarf", colour="white"), []
        )
        if isinstance(twin, Attribute)
    )
    assert max(wrong.values()) < 3 * min(wrong.values())


def test_an_animal_is_never_said_to_do_what_only_people_do() -> None:
    rex = Presence(start=0, end=4, entity="rex", what="dog", category="animal")
    run = Action(start=0, end=4, entity="rex", action="run")
    poses = {twin.action for twin in false_twins(run, [rex, run]) if isinstance(twin, Action)}
    assert poses and poses <= {"stand", "sit", "lie"}


def test_who_speaks_is_not_said_to_do_what_looks_like_speaking() -> None:
    sit = Action(start=0, end=4, entity="mara", action="sit")
    speech = Speech(start=1, end=2, entity="mara", words="Come home.")
    poses = {twin.action for twin in false_twins(sit, [sit, speech]) if isinstance(twin, Action)}
    assert poses and "talk" not in poses


def test_a_hug_is_not_falsely_given_to_somebody_else_who_hugs() -> None:
    hugs = [
        Interaction(start=0, end=2, entity="mara", action="hug", other="tom"),
        Interaction(start=0, end=2, entity="jon", action="hug", other="ada"),
    ]
    there = [
        Presence(start=0, end=2, entity=who, what="man", category="person") for who in ("mara", "tom", "jon", "ada")
    ]
    idle = Presence(start=0, end=2, entity="leo", what="lion", category="animal")
    stands = Action(start=0, end=2, entity="leo", action="stand")
    others = {
        twin.other
        for twin in false_twins(hugs[0], [*hugs, *there, idle, stands])
        if isinstance(twin, Interaction) and twin.action == "hug"
    }
    assert others == {"leo"}


def test_one_talks_to_the_side_that_one_faces() -> None:
    talk = Interaction(start=0, end=2, entity="mara", action="talk to", other="tom")
    there = [Presence(start=0, end=2, entity=who, what="man", category="person") for who in ("mara", "tom", "jon")]
    same = Relation(start=0, end=2, entity="mara", relation="left of", other="jon")
    tom = Relation(start=0, end=2, entity="tom", relation="right of", other="mara")
    turned = Relation(start=0, end=2, entity="mara", relation="right of", other="jon")

    def partners(*relations: Relation) -> set[str]:
        twins = false_twins(talk, [talk, *there, *relations])
        return {twin.other for twin in twins if isinstance(twin, Interaction)} - {"tom"}

    assert partners(tom, same) == set()
    assert partners(tom, turned) == {"jon"}
    assert partners() == set()


@pytest.mark.parametrize(
    ("claim", "field", "expected"),
    [
        (Relation(start=0, end=1, entity="a", relation="left of", other="b"), "relation", {"right of"}),
        (Relation(start=0, end=1, entity="a", relation="behind", other="b"), "relation", {"in front of"}),
        (Count(start=0, end=1, what="people", number=1), "number", {2, 3}),
        (Duration(start=0, end=10, of="c1", seconds=4), "seconds", {2.0, 8.0}),
        (Duration(start=0, end=10, of="c1", seconds=5.25), "seconds", {2.5}),
        (Movement(start=0, end=1, entity="a", direction="left"), "direction", {"right", "none"}),
        (Order(start=0, end=1, first="c1", second="c2"), "first", {"c2"}),
    ],
)
def test_opposites(claim: Claim, field: str, expected: set[object]) -> None:
    assert {getattr(twin, field) for twin in false_twins(claim, [claim])} == expected


def test_a_camera_move_has_other_moves() -> None:
    zoom = CameraMove(start=0, end=1, move="zoom_in")
    moves = {twin.move for twin in false_twins(zoom, [zoom]) if isinstance(twin, CameraMove)}
    assert len(moves) == MOST and "zoom_in" not in moves


@given(st.lists(st.integers(2, 60).map(lambda at: at / 4), min_size=1, max_size=6, unique=True))
def test_a_false_cut_is_far_from_every_cut_and_on_the_same_grid(times: list[float]) -> None:
    world: list[Claim] = [Cut(start=at, end=at) for at in times]
    world.append(Place(start=0, end=16, place="forest"))
    for claim in world:
        for twin in false_twins(claim, world):
            if isinstance(twin, Cut):
                assert all(abs(twin.at - at) >= FAR_FROM_CUT for at in times)
                assert FAR_FROM_CUT <= twin.at <= 16 - FAR_FROM_CUT
                assert (twin.at * 4) % 1 == 0


def test_false_words_come_from_another_speech_or_another_mouth(small_world: Callable[[], list[Claim]]) -> None:
    world = small_world()
    first = next(claim for claim in world if isinstance(claim, Speech))
    twins = {(twin.entity, twin.words) for twin in false_twins(first, world) if isinstance(twin, Speech)}
    assert twins == {("mara", "Not yet, the tide is low."), ("tom", "Come home.")}


def test_words_that_are_said_twice_at_once_are_no_twin() -> None:
    both: list[Claim] = [
        Speech(start=0, end=2, entity="mara", words="Run!"),
        Speech(start=0, end=2, entity="tom", words="run"),
        Presence(start=0, end=2, entity="tom", what="boy", category="person"),
    ]
    assert false_twins(both[0], both) == ()


def test_a_feeling_is_not_mistaken_for_its_neighbour() -> None:
    sad = Expression(start=0, end=1, entity="mara", feeling="sad")
    feelings = {twin.feeling for twin in false_twins(sad, [sad]) if isinstance(twin, Expression)}
    assert feelings and feelings.isdisjoint({"sad", "worried", "neutral"})


def test_a_place_that_is_also_seen_meanwhile_is_no_twin() -> None:
    both: list[Claim] = [Place(start=0, end=5, place="forest"), Place(start=4, end=8, place="room")]
    assert not any(alike("place", "room", twin.place) for twin in false_twins(both[0], both) if isinstance(twin, Place))


def test_a_false_duration_is_as_long_as_another_state_of_the_clip() -> None:
    lengths = (1.5, 2.25, 4.0, 6.5)
    world = [Duration(start=0, end=10, of=f"c{number}", seconds=seconds) for number, seconds in enumerate(lengths)]
    twins = [twin for claim in world for twin in false_twins(claim, world) if isinstance(twin, Duration)]
    assert {twin.seconds for twin in twins} <= set(lengths)
    assert {twin.of for twin in twins} == {claim.of for claim in world}


def test_the_span_tells_no_false_order_or_duration_from_a_true_one() -> None:
    runs = [Action(start=1, end=4, entity="mara", action="run"), Action(start=4, end=9, entity="tom", action="sit")]
    begins = {run.id: run.start for run in runs}
    order = Order(start=0, end=10, first=runs[0].id, second=runs[1].id)
    durations = [Duration(start=0, end=10, of=run.id, seconds=run.end - run.start) for run in runs]
    timed: list[Claim] = [order, *durations]
    world = [*runs, *timed]

    def hits(claims: list[Claim]) -> set[bool]:
        orders = {claim.start == begins[claim.first] for claim in claims if isinstance(claim, Order)}
        return orders | {claim.seconds == claim.end - claim.start for claim in claims if isinstance(claim, Duration)}

    twins = [twin for claim in timed for twin in false_twins(claim, world)]
    assert len(twins) >= 3
    assert hits(twins) == hits(world) == {False}
    assert {(twin.start, twin.end) for twin in twins} == {(0, 10)}
