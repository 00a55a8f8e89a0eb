from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from dreamgen.core.brief import Brief
from dreamgen.core.colours import confusable
from dreamgen.core.story import Scene, Shot, Story
from dreamgen.story.staging import stage
from dreamgen.story.twinning import Twin, twins_of
from dreamgen.story.writers.rules import RulesWriter

PLOT = (
    "A woman in a red coat walks along the street. A man dances. The woman waves to the man. "
    "In the forest a boy in a green sweater runs. A dog sleeps. The boy kneels. "
    "At night a man walks through the harbour. Another man sits."
)


@cache
def story() -> Story:
    return stage(RulesWriter().write(Brief(text=PLOT), 3, Path()))


def found(change: str) -> tuple[Twin, Scene]:
    """A twin with this change, and the scene that it is a twin of."""
    twin = next(twin for twin in twins_of(story(), 99) if twin.change == change)
    return twin, next(scene for scene in story().scenes if scene.id == twin.of)


def shots(twin: Twin) -> tuple[Shot, ...]:
    (scene,) = twin.story.scenes
    return scene.shots


def test_a_twin_is_one_scene_under_a_name_of_its_own() -> None:
    twin, scene = found("order")
    assert [one.id for one in twin.story.scenes] == [twin.id] == [f"{scene.id}-order"]
    assert twin.story.seed == story().seed


def test_in_the_other_order_are_two_shots_that_follow_each_other() -> None:
    twin, scene = found("order")
    before, after = [shot.id for shot in scene.shots], [shot.id for shot in shots(twin)]
    moved = [number for number, (one, other) in enumerate(zip(before, after, strict=True)) if one != other]
    assert moved == [moved[0], moved[0] + 1]
    assert sorted(before) == sorted(after)


def test_who_goes_the_other_way_ends_where_they_began() -> None:
    twin, scene = found("direction")
    changed = [
        (one, other)
        for was, now in zip(scene.shots, shots(twin), strict=True)
        for one, other in zip(was.layout.placements, now.layout.placements, strict=True)
        if one != other
    ]
    ((one, other),) = changed
    assert (other.box, other.end_box) == (one.end_box, one.box)
    assert {one.facing, other.facing} == {"left", "right"}


def test_who_hurries_runs_and_is_there_in_half_the_time() -> None:
    twin, scene = found("speed")
    ((was, now),) = [
        (was, now) for was, now in zip(scene.shots, shots(twin), strict=True) if was.seconds != now.seconds
    ]
    assert now.seconds == was.seconds / 2
    poses = {(one.pose, other.pose) for one, other in zip(was.layout.placements, now.layout.placements, strict=True)}
    assert ("walk", "run") in poses


def test_a_camera_that_goes_back_shows_the_same_windows() -> None:
    twin, scene = found("camera")
    ((was, now),) = [
        (was.camera, now.camera) for was, now in zip(scene.shots, shots(twin), strict=True) if was.camera != now.camera
    ]
    assert (now.start, now.end) == (was.end, was.start)


def test_another_colour_is_one_that_nobody_takes_for_the_old_one() -> None:
    twin, _ = found("colour")
    changed = [
        (one, other)
        for was, now in zip(story().cast, twin.story.cast, strict=True)
        for one, other in zip(was.traits, now.traits, strict=True)
        if one != other
    ]
    ((one, other),) = changed
    assert (one.slot, one.value) == (other.slot, other.value)
    assert one.colour and other.colour and not confusable(one.colour, other.colour)


def test_the_words_of_the_plot_are_not_the_twins() -> None:
    for twin in twins_of(story(), 99):
        assert not any(shot.description or any(event.text for event in shot.events) for shot in shots(twin))


@pytest.mark.parametrize("most", [0, 1, 3])
def test_as_many_as_are_asked_for_of_as_many_kinds(most: int) -> None:
    chosen = twins_of(story(), most)
    assert len(chosen) == most == len({twin.change for twin in chosen})
    assert chosen == twins_of(story(), most)


def test_the_new_colour_is_nobody_elses_even_where_every_colour_is_near_to_one() -> None:
    worn = ("red", "yellow", "blue", "green", "white", "purple", "orange")
    people = "".join(f"A {who} in a {colour} coat waves. " for who, colour in zip(_PEOPLE, worn, strict=False))
    crowd = stage(RulesWriter().write(Brief(text=people), 3, Path()))
    coats = {who.id: trait.colour for who in crowd.cast for trait in who.traits if trait.slot == "top" and trait.colour}
    assert len(coats) == len(_PEOPLE)
    for seed in range(6):
        again = crowd.model_copy(update={"seed": seed})
        for twin in twins_of(again, 99):
            if twin.change == "colour":
                mine = {one.id: one for one in twin.story.cast}
                (changed,) = (who for who in crowd.cast if mine[who.id].traits != who.traits)
                (colour,) = (one.colour for one in mine[changed.id].traits if one.slot == "top")
                here = {one.who for shot in shots(twin) for one in shot.layout.placements} - {changed.id}
                rest = [worn for who, worn in coats.items() if who in here]
                assert colour and not any(confusable(colour, other) for other in rest if other)


_PEOPLE = ("man", "woman", "boy", "girl", "king", "queen")
