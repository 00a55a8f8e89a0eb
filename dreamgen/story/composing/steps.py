"""What a step of a draft looks like: pose, hand, feeling, and what the other one does meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from dreamgen.core.story import Note
from dreamgen.core.vocabulary import Pose
from dreamgen.story.composing.doing import Doing, doing_of
from dreamgen.story.composing.known import Known
from dreamgen.story.composing.texts import plain
from dreamgen.story.expansion.drafts import StepDraft
from dreamgen.story.world.effects import effect_of
from dreamgen.story.writers.beats import Deed, answer_of, feeling_of_verb, for_animal
from dreamgen.story.writers.lexicon import verb_forms, words

_KEEPS: Final[frozenset[Pose]] = frozenset({"stand", "walk", "run", "talk", "look", "hold", "sit"})
"""Poses in which what is in the hand stays to be seen."""
_RESTING: Final[frozenset[Pose]] = frozenset({"sit", "lie"})
"""Poses that last until somebody does something else."""
_GOING: Final[frozenset[Pose]] = frozenset({"walk", "run"})
_ALONE: Final[frozenset[Pose]] = frozenset({"stand", "walk", "run", "sit", "lie", "kneel", "dance", "look"})
"""Poses that need neither a thing nor anybody else."""
_RIDING: Final = frozenset({"ride", "mount"})
_BECAUSE: Final = re.compile(r"\b(?:because|for fear)\b (?:of )?([^.;!?\"]+)|\b((?:in order to|so that) [^.;,!?\"]+)")
_ELSEWHERE: Final = frozenset({"of", "without", "about", "like", "except", "from", "for", "than"})
"""After these, a name is not of somebody who is there."""


@dataclass
class Stage:
    """What one shot of a scene leaves to the next."""

    holding: dict[str, str] = field(default_factory=dict)
    """Who has which prop in hand."""
    poses: dict[str, Pose] = field(default_factory=dict)
    """What everybody did last."""

    def copy(self) -> Stage:
        """The same at this moment."""
        return Stage(dict(self.holding), dict(self.poses))

    def hand(self, who: str, what: str) -> None:
        """From now on it is in this hand and no other."""
        self.drop(what)
        self.holding[who] = what

    def drop(self, what: str) -> None:
        """From now on it is in nobody's hand."""
        self.holding = {who: held for who, held in self.holding.items() if held != what}


def deeds_of(
    steps: Sequence[StepDraft], text: str, shot: str, known: Known, stage: Stage
) -> tuple[list[Deed], list[Note]]:
    """The deeds of one shot's steps, in order; `stage` is led on.

    Args:
        steps: as drafted.
        text: the shot's sentence.
        shot: its id, for the notes.
        known: who and what there is.
        stage: what the shots before have left.
    """
    deeds: list[Deed] = []
    notes: list[Note] = []
    acting = {known.id_of(step.who) for step in steps}
    for step in steps:
        made = _deed(step, text, shot, known, stage, notes)
        if made is None:
            continue
        deed, doing = made
        deeds.append(deed)
        if deed.whom in known.cast and deed.whom not in acting:
            deeds += _answer(deed, doing, shot, known, notes)
        notes += _pass_on(deed, doing, shot, known, stage)
    _reason(deeds, text)
    stage.poses |= _poses_left(deeds)
    return deeds, notes


def _poses_left(deeds: Sequence[Deed]) -> dict[str, Pose]:
    """How a shot leaves everybody: in their first pose, until they sit, lie, stand or go; who falls and dies lies."""
    left: dict[str, Pose] = {}
    for deed in deeds:
        moves = deed.does in _RESTING | _GOING or (deed.does == "stand" and deed.seen)
        if moves or deed.who not in left:
            left[deed.who] = deed.does
    return left


def besides(deeds: Sequence[Deed], text: str, cast: Sequence[str], known: Known, stage: Stage) -> Iterator[Deed]:
    """Those who are in a shot besides its deeds: to whom something is done, or who are named in its sentence.

    They do what the sentence says right after their name, or what they did before.

    Args:
        deeds: of the shot's steps.
        text: the sentence.
        cast: ids of those who are in the scene.
        known: who and what there is.
        stage: what they did last, and what they hold.
    """
    acting = {deed.who for deed in deeds}
    spoken_to = [deed.whom for deed in deeds if deed.whom in known.cast]
    going = next((deed.does for deed in deeds if deed.does in _GOING), None)
    for who in dict.fromkeys(one for one in (*spoken_to, *cast) if one and one not in acting):
        end = next((at for name in known.names[who] if (at := _named_at(name, text)) is not None), None)
        if end is None and who not in spoken_to:
            continue
        told = _told_pose(text[end:]) if end is not None else None
        last = stage.poses.get(who, "stand")
        pose: Pose = last if last in _RESTING else "stand"
        if told is not None and told in _ALONE:
            pose = going or told if told in _GOING else told  # those who go along do as the others do
        if known.animal(who):
            pose, _ = for_animal(known.cast[who].kind, pose, pose, True)
        held = stage.holding.get(who) if pose in _KEEPS and not known.animal(who) else None
        yield Deed(who, "hold" if held and pose == "stand" else pose, pose, True, using=held)


def _named_at(name: str, text: str) -> int | None:
    """Where a sentence has named somebody who is there, and not as an owner or as missing; None where it hasn't."""
    bare = re.sub(r"^(?:the|an?) ", "", name, flags=re.IGNORECASE)
    # Will is not there because something will happen
    how = re.NOFLAG if bare[:1].isupper() else re.IGNORECASE
    for match in re.finditer(rf"(?<!\w){re.escape(bare)}(?!\w|['’]s)", text, how) if bare else ():
        before = [word.lower() for word in re.findall(r"\w+", text[: match.start()])[-2:]]
        if not _ELSEWHERE & set(before[-1:] if before[-1:] != ["the"] else before[:1]):
            return match.end()
    return None


def _told_pose(rest: str) -> Pose | None:
    """The pose for the verb right after a name: Biscuit runs ahead, Biscuit is sleeping."""
    following = re.findall(r"^\s+([a-z]+)(?:\s+([a-z]+))?", rest)
    if not following or following[0][0] not in verb_forms():
        return None
    doing = doing_of(" ".join(following[0]))
    return doing.pose if doing.shows else None


def _deed(
    step: StepDraft, text: str, shot: str, known: Known, stage: Stage, notes: list[Note]
) -> tuple[Deed, Doing] | None:
    who = known.id_of(step.who)
    if who is None or who not in known.cast:
        reason = "unknown_id" if who is None else "thing_does_not_act"
        notes.append(Note(where=shot, what=plain(f"{step.who} {step.does}"), reason=reason))
        return None
    doing = doing_of(step.does)
    whom, using = _things(step, who, shot, known, notes)
    explicit = using
    if using is None and not known.animal(who) and (doing.pose == "hold" or doing.pose in _KEEPS):
        using = stage.holding.get(who)
    if using is not None and known.animal(who):
        notes.append(Note(where=shot, what=f"{who} {using}", reason="animal_holds_nothing"))
        using = explicit = None
    pose, seen = _pose(doing, using, explicit, whom, known)
    if known.animal(who):
        pose, seen = for_animal(known.cast[who].kind, doing.lemma, pose, seen)
    if not seen:
        what = plain(f"{known.cast[who].name} {step.does}")
        notes.append(Note(where=shot, what=what, reason="action_not_drawable", shown_as=f"{who} {pose}"))
    felt = step.feels or feeling_of_verb(doing.lemma)
    return Deed(who, pose, doing.lemma, seen, whom, using, felt, text=text), doing


def _things(step: StepDraft, who: str, shot: str, known: Known, notes: list[Note]) -> tuple[str | None, str | None]:
    """Whom or what it is done to, and what is in the hand."""
    whom, using = (_meant(named, shot, known, notes) for named in (step.whom, step.using))
    if whom == who:
        notes.append(Note(where=shot, what=plain(f"{step.who} {step.does} {step.whom}"), reason="done_to_oneself"))
        whom = None
    if using is not None and not known.held(using):
        # what stands on the ground, or is alive, is in nobody's hand
        if whom is None and using != who:
            whom = using
        else:
            notes.append(Note(where=shot, what=f"{who} {using}", reason="not_for_a_hand"))
        using = None
    looked = doing_of(step.does).pose in {"look", "point"}
    if whom is not None and known.held(whom) and using is None and not looked:
        whom, using = None, whom
    return whom, using


def _meant(named: str | None, shot: str, known: Known, notes: list[Note]) -> str | None:
    """The id of a member of the cast or of a prop; a place is where it happens anyway."""
    if named is None or not plain(named):
        return None
    found = known.id_of(named)
    if found is None:
        notes.append(Note(where=shot, what=plain(f"id {named}"), reason="unknown_id"))
    return None if found in known.places else found


def _pose(doing: Doing, using: str | None, explicit: str | None, whom: str | None, known: Known) -> tuple[Pose, bool]:
    """What the body does, and whether that shows the verb."""
    pose, seen = doing.pose, doing.shows
    if explicit is not None and doing.lemma in words("verbs", "hold", "stands_in"):
        return "hold", False  # one reads a letter standing as well as sitting
    if doing.lemma in _RIDING and whom is not None and known.animal(whom):
        return "walk", False
    if pose == "hold" and using is None:
        return ("look" if doing.lemma in words("verbs", "look", "stands_in") else "stand"), False
    if using is not None and pose == "stand":
        # a thing that is named is part of the deed, one that is only carried along takes nothing from it
        return "hold", seen if explicit is None else doing.lemma in words("verbs", "hold", "shows")
    return pose, seen


def _answer(deed: Deed, doing: Doing, shot: str, known: Known, notes: list[Note]) -> Iterator[Deed]:
    """What the one does to whom, or with whom, it is done."""
    assert deed.whom is not None, "only what is done to somebody is answered"
    if doing.lemma in _RIDING and known.animal(deed.whom):
        yield Deed(deed.whom, "walk", "walk", True)
        return
    answer = answer_of(doing.lemma, doing.pose, deed.who, deed.whom)
    if effect_of(doing.lemma) == "kill":
        answer = Deed(deed.whom, "lie", "lie", True)
    if answer is None:
        return
    if known.animal(deed.whom):
        pose, seen = for_animal(known.cast[deed.whom].kind, answer.action, answer.does, answer.seen)
        answer = replace(answer, does=pose, seen=seen)
        if not seen:
            what = f"{known.cast[deed.whom].name} {answer.action}"
            notes.append(Note(where=shot, what=what, reason="action_not_drawable", shown_as=f"{deed.whom} {pose}"))
    yield replace(answer, text=deed.text)


def _pass_on(deed: Deed, doing: Doing, shot: str, known: Known, stage: Stage) -> Iterator[Note]:
    """Who has what in hand from now on; what a hand lets go for it is noted."""
    if deed.using is None:
        return
    given = doing.lemma in words("verbs", "helpers", "giving") - {"show"} and deed.whom in known.cast
    to = deed.whom if given and deed.whom is not None else deed.who
    lost = doing.lemma in words("verbs", "helpers", "losing") - words("verbs", "helpers", "keeping")
    if known.animal(to) or (lost and not given):
        stage.drop(deed.using)
        return
    before = stage.holding.get(to, deed.using)
    if before != deed.using:
        yield Note(where=shot, what=f"{to} {before}", reason="one_thing_a_hand", shown_as=deed.using)
    stage.hand(to, deed.using)


def _reason(deeds: list[Deed], text: str) -> None:
    """`because ...` goes to the deed whose verb the sentence has right before it."""
    told = _BECAUSE.search(text)
    if told is None:
        return
    before = re.findall(r"[a-z'-]+", text[: told.start()].lower())
    said = {lemma: at for at, word in enumerate(before) for lemma, _ in verb_forms().get(word, ())}
    fitting = [number for number, deed in enumerate(deeds) if deed.action in said]
    if fitting:
        number = max(fitting, key=lambda at: (said[deeds[at].action], -at))
        deeds[number] = replace(deeds[number], because=(told[1] or told[2]).strip(" ,"))
