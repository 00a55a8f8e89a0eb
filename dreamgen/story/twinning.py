"""Twin scenes: a staged scene again with one thing changed, so that the same question has another right answer.

A model that answers both rightly has looked, since neither the words of the question nor a single frame tell the two
apart (TempCompass, Liu et al. 2024, section 3.1, calls them conflicting videos).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Literal, get_args

from dreamgen.core.base import Record, derived_random
from dreamgen.core.colours import confusable
from dreamgen.core.layout import Placement
from dreamgen.core.story import Character, Scene, Shot, Story
from dreamgen.core.vocabulary import Colour, Facing

Change = Literal["order", "direction", "speed", "camera", "who", "colour"]
"""The one thing: two shots in the other order; somebody goes the other way; somebody runs instead of walking and is
there in half the time; the camera goes the other way; two people have changed places and deeds; somebody wears another
colour."""

_TURNED: Final[Mapping[Facing, Facing]] = MappingProxyType({"left": "right", "right": "left"})
_BACKWARDS: Final = MappingProxyType(
    {"pan_left": "pan_right", "pan_right": "pan_left", "zoom_in": "zoom_out", "zoom_out": "zoom_in"}
)
_STATES: Final = frozenset({"stand", "look", "hold", "talk", "hug"})
"""Poses that are not seen to begin, so that no question asks what came first."""
_LONG: Final = 2.5
"""Seconds of a shot that may be over in half the time."""
_WORN: Final = ("top", "bottom", "hat")
"""Slots whose colour shows most, the largest first."""


class Twin(Record):
    """A scene to film once more."""

    of: str
    """The id of the scene."""
    change: Change
    """What is different."""
    story: Story
    """The story with this scene alone, under an id of its own, and otherwise as it was."""

    @property
    def id(self) -> str:
        """The id of the new scene: scene-02-order."""
        return f"{self.of}-{self.change}"


def twins_of(story: Story, most: int) -> tuple[Twin, ...]:
    """Up to `most` twins, of as many kinds and scenes as there are, chosen by lot.

    Args:
        story: staged.
        most: how many.
    """
    lot = derived_random(story.seed, "twins", story.id)
    found: dict[Change, list[Twin]] = {}
    for change in get_args(Change):
        some = [twin for scene in story.scenes for twin in _twins(story, scene, change)]
        lot.shuffle(some)
        found[change] = some
    chosen: list[Twin] = []
    while len(chosen) < most and any(found.values()):
        for some in found.values():
            if some and len(chosen) < most:
                seen = {twin.of for twin in chosen}
                fresh = next((twin for twin in some if twin.of not in seen), some[0])
                some.remove(fresh)
                chosen.append(fresh)
    order = {scene.id: number for number, scene in enumerate(story.scenes)}
    return tuple(sorted(chosen, key=lambda twin: (order[twin.of], twin.change)))


def _twins(story: Story, scene: Scene, change: Change) -> Iterator[Twin]:
    """The twin of one scene in which `change` is different, if there is a way."""
    lot = derived_random(story.seed, "twin", scene.id, change)
    if change == "colour":
        recoloured = _recoloured(story, scene)
        if recoloured is not None:
            yield _twin(story.model_copy(update={"cast": recoloured}), scene, change, scene.shots)
        return
    ways = list(_reordered(scene) if change == "order" else _one_shot(story, scene, change))
    if ways:
        yield _twin(story, scene, change, ways[lot.randrange(len(ways))])


def _twin(story: Story, scene: Scene, change: Change, shots: tuple[Shot, ...]) -> Twin:
    # the plot's words may tell what has changed, so they are not the twin's
    silent = tuple(
        shot.model_copy(
            update={
                "description": "",
                "events": tuple(one.model_copy(update={"text": "", "because": None}) for one in shot.events),
            }
        )
        for shot in shots
    )
    named = scene.model_copy(update={"id": f"{scene.id}-{change}", "shots": silent})
    acts = tuple(
        act.model_copy(update={"scenes": (named,)})
        for act in story.acts
        if any(one.id == scene.id for one in act.scenes)
    )
    return Twin(of=scene.id, change=change, story=story.model_copy(update={"acts": acts}))


def _reordered(scene: Scene) -> Iterator[tuple[Shot, ...]]:
    """Two shots that follow each other have changed places."""
    begun = [_begun(shot) for shot in scene.shots]
    for index, (one, other) in enumerate(pairwise(scene.shots)):
        others = set().union(*begun[:index], *begun[index + 2 :])
        first, second = begun[index] - others, begun[index + 1] - others
        apart = one.location == other.location and bool(first - second) and bool(second - first)
        if apart and not _explains(one) and not _explains(other):
            yield (*scene.shots[:index], other, one, *scene.shots[index + 2 :])


def _begun(shot: Shot) -> set[tuple[str, str]]:
    """Who does what in a shot, where it is something that begins."""
    return {(event.who, event.does) for event in shot.events if event.does not in _STATES}


def _explains(shot: Shot) -> bool:
    """Whether something in it has a reason, or is said: what comes out of order then makes no sense."""
    return any(event.because or event.says for event in shot.events)


def _one_shot(story: Story, scene: Scene, change: Change) -> Iterator[tuple[Shot, ...]]:
    for index, shot in enumerate(scene.shots):
        for changed in _CHANGES[change](story, shot):
            yield (*scene.shots[:index], changed, *scene.shots[index + 1 :])


def _reversed(story: Story, shot: Shot) -> Iterator[Shot]:
    """Somebody who goes to one side comes back the same way."""
    for placement in shot.layout.placements:
        end = placement.end_box
        alone = placement.partner is None and not any(event.whom for event in shot.events if event.who == placement.who)
        if end is None or not alone or placement.facing not in _TURNED or end.centre[0] == placement.box.centre[0]:
            continue
        turned = placement.model_copy(
            update={"box": end, "end_box": placement.box, "facing": _TURNED[placement.facing]}
        )
        yield _placed(shot, {placement.who: turned})


def _hurried(story: Story, shot: Shot) -> Iterator[Shot]:
    """Somebody who walks runs, and the shot is over in half the time."""
    walkers = [one for one in shot.layout.placements if one.pose == "walk" and one.end_box is not None]
    if len(walkers) != 1 or _explains(shot) or shot.seconds < _LONG:
        return
    who = walkers[0].who
    events = tuple(
        event.model_copy(
            update={
                "start": event.start / 2,
                "end": event.end / 2,
                **({"does": "run", "action": "run"} if event.who == who and event.does == "walk" else {}),
            }
        )
        for event in shot.events
    )
    faster = _placed(shot, {who: walkers[0].model_copy(update={"pose": "run"})})
    yield faster.model_copy(update={"events": events, "seconds": shot.seconds / 2})


def _filmed_backwards(story: Story, shot: Shot) -> Iterator[Shot]:
    """The camera goes from where it ended to where it began."""
    camera = shot.camera
    if camera.move in _BACKWARDS:
        back = {"move": _BACKWARDS[camera.move], "start": camera.end, "end": camera.start}
        yield shot.model_copy(update={"camera": camera.model_copy(update=back)})


def _exchanged(story: Story, shot: Shot) -> Iterator[Shot]:
    """Two people of one build have changed places and deeds, and keep their looks."""
    people = [(one, story.character(one.who)) for one in shot.layout.placements]
    known = [(placement, who) for placement, who in people if who is not None and who.kind]
    for number, (one, who) in enumerate(known):
        for other, whom in known[number + 1 :]:
            if _of_one_build(who, whom) and _differ(one, other) and not _explains(shot):
                yield _swapped(shot, one.who, other.who)


def _of_one_build(one: Character, other: Character) -> bool:
    """Whether each fits into the place that was planned for the other."""
    builds = [{trait.value for trait in who.traits if trait.slot == "body"} for who in (one, other)]
    return one.kind == other.kind and builds[0] == builds[1]


def _differ(one: Placement, other: Placement) -> bool:
    return one.pose != other.pose and one.partner is None and other.partner is None


def _swapped(shot: Shot, one: str, other: str) -> Shot:
    names = {one: other, other: one}
    events = tuple(
        event.model_copy(
            update={"who": names.get(event.who, event.who), "whom": names.get(event.whom or "", event.whom)}
        )
        for event in shot.events
    )
    placements = {
        names[placement.who]: placement.model_copy(update={"who": names[placement.who]})
        for placement in shot.layout.placements
        if placement.who in names
    }
    return _placed(shot, placements).model_copy(update={"events": events})


def _placed(shot: Shot, changed: Mapping[str, Placement]) -> Shot:
    placements = tuple(changed.get(one.who, one) for one in shot.layout.placements)
    return shot.model_copy(update={"layout": shot.layout.model_copy(update={"placements": placements})})


def _recoloured(story: Story, scene: Scene) -> tuple[Character, ...] | None:
    """The cast with one person of the scene in another colour, which nobody else of them could be taken for."""
    seen = {placement.who for shot in scene.shots for placement in shot.layout.placements}
    lot = derived_random(story.seed, "recoloured", scene.id)
    taken = {trait.colour for who in story.cast for trait in who.traits if trait.colour}
    names = get_args(Colour)
    free: list[Colour] = [name for name in names if not any(confusable(name, other) for other in taken)]
    people = [
        who for who in story.cast if who.id in seen and any(one.slot in _WORN and one.colour for one in who.traits)
    ]
    if not people:
        return None
    chosen = people[lot.randrange(len(people))]
    slot = next(slot for slot in _WORN if any(one.slot == slot and one.colour for one in chosen.traits))
    worn = next(one for one in chosen.traits if one.slot == slot)
    rivals = {
        one.colour for who in story.cast if who.id in seen - {chosen.id} for one in who.traits if one.slot == slot
    }
    others: list[Colour] = free or [
        name for name in names if not any(confusable(name, other) for other in (*rivals, worn.colour) if other)
    ]
    if not others:
        return None
    colour = others[lot.randrange(len(others))]
    traits = tuple(
        one.model_copy(update={"colour": colour}) if one.slot == slot and one.colour else one for one in chosen.traits
    )
    return tuple(who.model_copy(update={"traits": traits}) if who.id == chosen.id else who for who in story.cast)


_CHANGES: Final[Mapping[Change, Callable[[Story, Shot], Iterator[Shot]]]] = MappingProxyType(
    {"direction": _reversed, "speed": _hurried, "camera": _filmed_backwards, "who": _exchanged}
)
