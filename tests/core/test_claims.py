import json
from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dreamgen.core.claims import CLAIM, CLAIM_KINDS, Action, Claim, Cut, Interaction, Order, Presence


def test_every_kind_is_listed() -> None:
    union = get_args(get_args(Claim)[0])
    assert sorted(CLAIM_KINDS) == sorted(model.model_fields["kind"].default for model in union)


def test_every_kind_is_in_the_random_worlds(
    claims_by_kind: dict[str, st.SearchStrategy[Claim]], small_world: Callable[[], list[Claim]]
) -> None:
    assert set(claims_by_kind) == set(CLAIM_KINDS)
    assert {claim.kind for claim in small_world()} == set(CLAIM_KINDS)


@given(st.data())
def test_a_claim_survives_a_trip_through_a_file(
    claims_by_kind: dict[str, st.SearchStrategy[Claim]], data: st.DataObject
) -> None:
    claim = data.draw(st.one_of(*claims_by_kind.values()))
    line = claim.model_dump_json()
    again = CLAIM.validate_json(line)
    assert again == claim
    assert json.loads(line)["id"] == claim.id == again.id


def test_an_id_follows_from_the_content() -> None:
    walk = Action(start=0, end=2, entity="mara", action="walk")
    assert walk.id == Action(start=0.0, end=2.0, entity="mara", action="walk").id
    others = [
        Action(start=0, end=2, entity="mara", action="run"),
        Action(start=0, end=2, entity="tom", action="walk"),
        Action(start=0, end=2.5, entity="mara", action="walk"),
    ]
    assert len({walk.id, *(other.id for other in others)}) == 4


def test_what_is_said_otherwise_has_an_id_of_its_own() -> None:
    walk = Action(start=0, end=2, entity="mara", action="walk")
    run = Action(start=0, end=2, entity="mara", action="run")
    assert walk.id != run.id
    assert walk.model_copy(update={"action": "run"}).id == run.id
    assert walk.model_copy(deep=True).id == walk.id
    assert walk == Action(start=0, end=2, entity="mara", action="walk"), "whether its id was asked for says nothing"
    assert hash(walk) == hash(Action(start=0, end=2, entity="mara", action="walk"))
    with pytest.raises(ValidationError):
        walk.id = run.id  # type: ignore[misc]


def test_a_file_can_not_give_a_claim_a_false_id() -> None:
    walk = Action(start=0, end=2, entity="mara", action="walk")
    assert CLAIM.validate_python({**walk.model_dump(), "id": "c000000000000"}).id == walk.id


def test_a_claim_knows_whom_it_is_about() -> None:
    hug = Interaction(start=0, end=1, entity="mara", action="hug", other="tom")
    assert hug.about == ("mara", "tom")
    assert Action(start=0, end=1, entity="mara", action="hold", using="lamp").about == ("mara", "lamp")
    assert Order(start=0, end=1, first="c1", second="c2").about == ()


def test_a_claim_can_be_told_of_a_later_time() -> None:
    cut = Cut(start=2, end=2)
    assert cut.shifted(1.5).at == 3.5
    assert cut.at == 2


def test_a_claim_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ValidationError):
        CLAIM.validate_python({"kind": "rumour", "start": 0, "end": 1})
    with pytest.raises(ValidationError):
        Presence.model_validate({"start": -1, "end": 1, "entity": "m", "what": "man", "category": "person"})
