"""What a writer is offered: whatever it names of this can be drawn.

Read from the illustrator's catalogue and the word lists, so it can't fall behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import zip_longest
from typing import Final, get_args

from dreamgen.core.base import Record
from dreamgen.core.vocabulary import Colour, Feeling, Pose
from dreamgen.illustrator import catalogue, stage_of
from dreamgen.story.writers.lexicon import places, split, table, things, verbs

MOST_VERBS: Final = 12
"""Verbs that are offered for one pose."""
_MOST_WORDS: Final = 6
_MOST_HANDED: Final = 4
_HANDED: Final = (("take", "keeping"), ("give", "giving"), ("drop", "losing"))
_WALKED: Final = ("enter", "arrive", "return", "follow", "lead", "leave", "exit")
_FLOWN: Final = "fly"


class OfferedSet(Record):
    """A place that can be drawn."""

    name: str
    """As `Location.set` has it."""
    indoor: bool
    """Whether it has a roof: no weather is seen there."""
    called: tuple[str, ...]
    """What a viewer would call it."""
    near: tuple[str, ...]
    """A few of the places that have no set of their own and for which this is the nearest."""


class OfferedVerbs(Record):
    """Verbs that look the same."""

    pose: Pose
    """What the body does."""
    verbs: tuple[str, ...]
    """Base forms, the commonest first; the pose really shows them."""


class Offers(Record):
    """Everything that can be drawn, in the words that a draft must use."""

    people: tuple[str, ...]
    """Kinds of people."""
    animals: tuple[str, ...]
    """Kinds of animals."""
    sets: tuple[OfferedSet, ...]
    """Places."""
    held: tuple[str, ...]
    """Props for a hand."""
    standing: tuple[str, ...]
    """Props that stand on the ground."""
    tops: tuple[str, ...]
    """What is worn above."""
    hats: tuple[str, ...]
    """What is on the head."""
    hair: tuple[str, ...]
    """Tones."""
    hairstyles: tuple[str, ...]
    """Cuts."""
    colours: tuple[Colour, ...]
    """Of clothes, coats and things."""
    feelings: tuple[Feeling, ...]
    """What a face shows."""
    verbs: tuple[OfferedVerbs, ...]
    """What bodies do, a pose each."""
    animal_poses: tuple[Pose, ...]
    """The poses that animals have; birds fly besides."""
    handing: tuple[str, ...]
    """Verbs that pass things from hand to hand; they are drawn as holding."""
    coming: tuple[str, ...]
    """Verbs that bring somebody in or out; they are drawn as walking."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of members of the cast."""
        return self.people + self.animals

    @property
    def set_names(self) -> tuple[str, ...]:
        """Names of the sets."""
        return tuple(place.name for place in self.sets)

    @property
    def props(self) -> tuple[str, ...]:
        """Kinds of things."""
        return self.held + self.standing

    @property
    def all_verbs(self) -> tuple[str, ...]:
        """Every verb on offer, each once."""
        shown = (verb for group in self.verbs for verb in group.verbs)
        return tuple(dict.fromkeys((*shown, *self.handing, *self.coming, _FLOWN)))

    @property
    def sets_text(self) -> str:
        """One line a set, for a prompt."""
        return "\n".join(_set_line(place) for place in self.sets)

    @property
    def verbs_text(self) -> str:
        """One line a pose, for a prompt."""
        lines = [f"- {group.pose}: {', '.join(group.verbs)}" for group in self.verbs]
        lines += [
            f"- passing things on: {', '.join(self.handing)}",
            f"- coming and going: {', '.join(self.coming)}",
            f"- animals only {', '.join(self.animal_poses[:-1])} or {self.animal_poses[-1]}; birds also {_FLOWN}",
        ]
        return "\n".join(lines)

    @property
    def looks_text(self) -> str:
        """What people can wear and how they can look, a line each, for a prompt."""
        lines = {
            "people": self.people, "animals": self.animals, "tops": self.tops, "hats": self.hats,
            "hair": self.hair, "hairstyles": self.hairstyles, "colours": self.colours,
        }  # fmt: skip
        return "\n".join(f"- {what}: {', '.join(names)}" for what, names in lines.items())

    @property
    def props_text(self) -> str:
        """What can be held and what stands about, for a prompt."""
        return f"- held in a hand: {', '.join(self.held)}\n- standing on the ground: {', '.join(self.standing)}"


@cache
def offers() -> Offers:
    """What can be asked for."""
    known = catalogue()
    shown = tuple(OfferedVerbs(pose=pose, verbs=verbs_of(pose)) for pose in get_args(Pose))
    taken = {verb for group in shown for verb in group.verbs}
    return Offers(
        people=known.people,
        animals=known.animals,
        sets=tuple(_offered(name) for name in known.sets),
        held=known.held,
        standing=known.standing,
        tops=known.tops,
        hats=known.hats,
        hair=known.hair,
        hairstyles=known.hairstyles,
        colours=get_args(Colour),
        feelings=get_args(Feeling),
        verbs=shown,
        animal_poses=("stand", "walk", "run", "sit", "lie"),
        handing=_handing(taken),
        coming=tuple(verb for verb in _WALKED if verb in verbs() and verb not in taken),
    )


def verbs_of(pose: Pose, most: int = MOST_VERBS) -> tuple[str, ...]:
    """Verbs of one word that a viewer of the pose would use, as the word list orders them."""
    shown = (verb for verb in split(table("verbs")[pose]["shows"]) if " " not in verb)
    return tuple(verb for verb in shown if verbs()[verb].pose == pose)[:most]


def _handing(taken: set[str]) -> tuple[str, ...]:
    """Common verbs of taking, giving and letting go that hold a thing in the hand meanwhile."""
    found: list[str] = []
    for first, helper in _HANDED:
        listed = split(table("verbs")["helpers"][helper])
        handed = [verb for verb in listed if verb not in taken and verb in verbs() and verbs()[verb].pose == "hold"]
        found += list(dict.fromkeys((first, *handed)))[:_MOST_HANDED]
    return tuple(dict.fromkeys(found))


def _offered(name: str) -> OfferedSet:
    families = [family for family in dict.fromkeys(places().values()) if not family.scenery]
    shown = [family.words for family in families if name in family.shows[:1]]
    near = [family.words for family in families if not family.shows and name in family.stands_in[:1]]
    return OfferedSet(
        name=name, indoor=stage_of(name).indoor, called=tuple(_mixed(shown, but=name)), near=tuple(_mixed(near))
    )


def _mixed(lists: Sequence[Sequence[str]], but: str = "") -> list[str]:
    """The first words of all lists, then the second ones, up to a few."""
    found = (word for row in zip_longest(*lists) for word in row if word and word != but)
    return [one for one in dict.fromkeys(found) if one not in things()][:_MOST_WORDS]


def _set_line(place: OfferedSet) -> str:
    where = "indoors" if place.indoor else "outdoors"
    called = f": {', '.join(place.called)}" if place.called else ""
    near = f"; stands in for a {', '.join(place.near)}" if place.near else ""
    return f"- {place.name} ({where}){called}{near}"
