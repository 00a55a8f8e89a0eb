"""What a writer is offered is what can be drawn."""

from __future__ import annotations

from dreamgen.illustrator import catalogue
from dreamgen.story.offers import MOST_VERBS, offers
from dreamgen.story.writers.lexicon import verbs


def test_everything_on_offer_is_in_the_illustrators_catalogue() -> None:
    offered, drawn = offers(), catalogue()
    assert offered.kinds == drawn.people + drawn.animals
    assert offered.set_names == drawn.sets
    assert offered.props == drawn.props
    assert (offered.tops, offered.hats, offered.hair, offered.hairstyles) == (
        drawn.tops, drawn.hats, drawn.hair, drawn.hairstyles,
    )  # fmt: skip


def test_a_verb_on_offer_is_really_shown_by_its_pose() -> None:
    for group in offers().verbs:
        assert group.verbs[0] == group.pose
        assert len(group.verbs) <= MOST_VERBS
        for verb in group.verbs:
            assert verbs()[verb].shows, verb
            assert verbs()[verb].pose == group.pose, verb


def test_no_verb_is_offered_twice() -> None:
    offered = offers()
    shown = [verb for group in offered.verbs for verb in group.verbs]
    assert len(shown) == len(set(shown))
    assert not set(shown) & {*offered.handing, *offered.coming}
    assert {"take", "give", "drop", "enter", "leave"} <= set(offered.all_verbs)


def test_the_texts_name_everything_once_a_line() -> None:
    offered = offers()
    assert len(offered.sets_text.splitlines()) == len(offered.sets)
    assert "- forest (outdoors): woods, wood, woodland; stands in for a jungle" in offered.sets_text
    assert "- workshop (indoors)" in offered.sets_text
    assert "- hug: hug, embrace, cuddle" in offered.verbs_text.splitlines()
    for names, text in ((offered.props, offered.props_text), (offered.tops, offered.looks_text)):
        assert all(name in text for name in names)


def test_common_places_are_told_apart_from_what_they_are_only_near_to() -> None:
    street = next(place for place in offers().sets if place.name == "street")
    assert "road" in street.called
    assert "town" in street.called
    assert "market" in street.near or "square" in street.near
