"""Clauses become beats: the smallest pieces of a film, each with its events, its stage and its words."""

from __future__ import annotations

from dataclasses import dataclass, field

from dreamgen.core.vocabulary import Feeling, Pose
from dreamgen.story.writers.lexicon import index, verbs, words
from dreamgen.story.writers.phrases import Clause
from dreamgen.story.writers.setting import Scenery

ANIMAL_POSES: frozenset[Pose] = frozenset({"stand", "walk", "run", "sit", "lie"})
_FLYING = {"fly", "soar", "flutter", "glide", "swoop", "flap", "hover"}
_CHASING = {"chase", "pursue"}
HURTING = {"kill", "shoot", "stab", "fell", "wound"}


@dataclass(frozen=True, slots=True)
class Deed:
    """One event before it has an id and a time."""

    who: str
    does: Pose
    action: str
    seen: bool
    whom: str | None = None
    using: str | None = None
    feels: Feeling | None = None
    says: str | None = None
    because: str | None = None
    text: str = ""


@dataclass(slots=True)
class Beat:
    """One piece of the film."""

    sentence: int
    text: str
    scenery: Scenery
    deeds: list[Deed] = field(default_factory=list)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    """Words, reason, and what is shown instead."""
    section: int = -1
    paragraph: int = 0
    leading: tuple[int, str] | None = None
    """As a sentence of its own: how many characters of its text are left out, and the words in their place."""
    goes_on: bool = False
    """Whether it is no sentence without the beat before it."""
    closing: str = ""
    """What ends it as a sentence of its own, where the plot's goes on."""

    @property
    def who(self) -> tuple[str, ...]:
        """Characters and props that the deeds name, in order."""
        named = (i for deed in self.deeds for i in (deed.who, deed.whom, deed.using) if i)
        return tuple(dict.fromkeys(named))

    @property
    def strength(self) -> float:
        """How much of it a viewer would see."""
        shown = sum(1.0 if deed.seen else 0.4 for deed in self.deeds if deed.text)
        return shown + sum(0.6 for deed in self.deeds if deed.says)


def pose_of(clause: Clause) -> tuple[Pose, bool]:
    """What the body does for the verb of a clause, and whether that shows the verb."""
    group = clause.verb
    entry = verbs().get(group.lemma)
    if group.passive:
        return ("lie", False) if group.lemma in HURTING else ("stand", False)
    if entry is None:
        return "stand", False
    return entry.pose, entry.shows


def for_animal(kind: str, lemma: str, pose: Pose, seen: bool) -> tuple[Pose, bool]:
    """The pose that an animal has for it; birds fly in the pose that others run in."""
    if kind == "bird" and lemma in _FLYING:
        return "run", True
    if kind == "bird" and pose == "run":
        return "walk", False
    if pose in ANIMAL_POSES:
        return pose, seen
    return {"fall": "lie", "kneel": "sit"}.get(pose, "stand"), False  # type: ignore[return-value]


def answer_of(lemma: str, pose: Pose, actor: str, other: str, passive: bool = False, hurt: bool = True) -> Deed | None:
    """What the first one that a thing is done to does meanwhile; None for nothing that shows.

    Args:
        lemma: what is done.
        pose: of the one who does it.
        actor: the id of that one.
        other: the id of the one who answers.
        passive: whether the verb is: hugged by her.
        hurt: whether a verb of hurting hits the other, and not something else.
    """
    if lemma in words("verbs", "both_do", "words") and not passive:
        if lemma in _CHASING:
            return Deed(other, "run", "flee", True)
        return Deed(other, pose, lemma, True, actor)
    if lemma in HURTING and hurt:
        return Deed(other, "lie", "lie", True)
    feels = feeling_of_verb(lemma, "feels")
    return Deed(other, "stand", "stand", True, feels=feels) if feels is not None else None


def feeling_in(words_around: list[str]) -> Feeling | None:
    """The last feeling among some words."""
    named = [index("feelings")[word] for word in words_around if word in index("feelings")]
    return next((feeling for feeling in _FEELINGS if named and feeling == named[-1]), None)


_FEELINGS: tuple[Feeling, ...] = ("happy", "sad", "angry", "surprised", "calm", "worried")


def feeling_of_verb(lemma: str, known: str = "ways") -> Feeling | None:
    """The feeling that a verb means: of the one who does it (`ways`), or to whom it is done (`feels`)."""
    named = index("verbs", known).get(lemma)
    return next((feeling for feeling in _FEELINGS if feeling == named), None)
