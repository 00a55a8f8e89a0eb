import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dreamgen.core.base import derive_seed, derived_random, fingerprint
from dreamgen.core.layout import Box
from dreamgen.core.story import Trait

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_a_record_can_not_be_changed() -> None:
    trait = Trait(slot="top", value="coat")
    with pytest.raises(ValidationError):
        trait.value = "robe"  # type: ignore[misc]


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError):
        Trait.model_validate({"slot": "top", "value": "coat", "color": "red"})


@given(JSON)
def test_a_fingerprint_survives_a_trip_through_json(value: object) -> None:
    assert fingerprint(value) == fingerprint(json.loads(json.dumps(value)))


def test_a_fingerprint_does_not_depend_on_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": [2, 3]}) == fingerprint({"b": (2, 3), "a": 1})


def test_a_fingerprint_depends_on_every_field() -> None:
    boxes = [Box(x0=0, y0=0, x1=1, y1=1), Box(x0=0, y0=0, x1=1, y1=1.0001), Box(x0=-0.1, y0=0, x1=1, y1=1)]
    assert len({fingerprint(box) for box in boxes}) == len(boxes)


@pytest.mark.parametrize("value", [{1, 2}, object(), b"bytes", float("nan")])
def test_a_value_without_a_stable_form_has_no_fingerprint(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        fingerprint(value)


def test_fingerprints_and_seeds_are_the_same_in_another_process() -> None:
    program = (
        "from dreamgen.core.base import derive_seed, fingerprint; from dreamgen.core.story import Trait; "
        "print(fingerprint({'who': [Trait(slot='hat', value='cap', colour='red')], 'z': 1, 'a': None}), "
        "derive_seed(7, 'pose', 'shot-03', 2))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "4242")
    }
    here = fingerprint({"a": None, "z": 1, "who": (Trait(slot="hat", value="cap", colour="red"),)})
    assert answers == {f"{here} {derive_seed(7, 'pose', 'shot-03', 2)}\n"}


def test_a_seed_depends_on_the_place_and_on_nothing_else() -> None:
    before = derive_seed(7, "pose", "shot-03")
    derived_random(7, "pose", "shot-01").random()
    assert derive_seed(7, "pose", "shot-03") == before


@given(st.integers(), st.lists(st.text() | st.integers(), max_size=3))
def test_a_seed_fits_in_63_bits(seed: int, where: list[str | int]) -> None:
    assert 0 <= derive_seed(seed, *where) < 2**63


def test_neighbouring_places_get_unlike_seeds() -> None:
    seeds = {derive_seed(seed, purpose, shot) for seed in range(5) for purpose in "ab" for shot in range(20)}
    assert len(seeds) == 5 * 2 * 20
    assert derive_seed(1, "a", "bc") != derive_seed(1, "ab", "c")
