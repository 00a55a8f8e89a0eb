from __future__ import annotations

from typing import get_args

from dreamgen.core.vocabulary import PersonKind
from dreamgen.illustrator import catalogue


def test_the_catalogue_lists_what_plans_rely_on() -> None:
    offer = catalogue()
    assert {"forest", "street", "room", "harbour"} <= set(offer.sets)
    assert set(offer.people) == set(get_args(PersonKind))
    assert {"dog", "cat", "horse", "bird", "lion"} <= set(offer.animals)
    assert {"lantern", "book", "umbrella"} <= set(offer.held)
    assert {"bed", "table", "boat"} <= set(offer.standing)
    assert {"coat", "raincoat", "dress"} <= set(offer.tops)
    assert set(offer.painters) == {"watercolor", "flat", "cutout", "noir"}
    assert not set(offer.held) & set(offer.standing)


def test_the_catalogue_lists_what_one_may_ask_for_and_nothing_inside() -> None:
    styles = {"short", "bob", "long", "ponytail", "bun", "curly", "spiky", "bald", "thin"}
    assert set(catalogue().hairstyles) == styles
