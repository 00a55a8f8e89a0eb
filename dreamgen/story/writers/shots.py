"""Beats become shots, shots become scenes, scenes become acts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dreamgen.core.story import Act, Event, Location, Note, Scene, Shot
from dreamgen.story.writers.beats import Beat, Deed

MOST_VISIBLE = 4
_SECONDS_A_WORD = 0.31
_USUAL_SECONDS = 3.1
_LONGEST_SCENE = 6


@dataclass(slots=True)
class Take:
    """Beats that one shot shows."""

    beats: list[Beat] = field(default_factory=list)

    @property
    def deeds(self) -> list[Deed]:
        """All deeds, in order; who acts again is not also carried along."""
        acting = {deed.who for beat in self.beats for deed in beat.deeds if deed.text}
        found: list[Deed] = []
        for beat in self.beats:
            for deed in beat.deeds:
                if deed.text or (deed.who not in acting and deed.who not in {other.who for other in found}):
                    found.append(deed)
        return found

    @property
    def visible(self) -> set[str]:
        """Characters and props in it."""
        return {i for deed in self.deeds for i in (deed.who, deed.whom, deed.using) if i}

    @property
    def strength(self) -> float:
        """How much there is to see."""
        return sum(beat.strength for beat in self.beats)


def takes(beats: Sequence[Beat], words_in_all: int, most: int, cast: frozenset[str]) -> tuple[list[Take], list[Note]]:
    """The shots of a plot, and notes on what was cut.

    Beats of one sentence share a shot where the film would else be much longer than its plot deserves, and where
    nobody has to do two things at once.
    """
    found = _joined_alike(_joined_with_empty([Take([beat]) for beat in beats]))
    wanted = max(4, round(words_in_all * _SECONDS_A_WORD / _USUAL_SECONDS * 1.25))
    notes: list[Note] = []
    while len(found) > wanted:
        pairs = [at for at in range(len(found) - 1) if _can_share(found[at], found[at + 1], cast)]
        if not pairs:
            break
        best = min(pairs, key=lambda at: (found[at].strength + found[at + 1].strength, at))
        found[best : best + 2] = [Take(found[best].beats + found[best + 1].beats)]
    found, cut = _absorbed(found, wanted, cast)
    notes += cut
    if len(found) > most:
        found, cut = _shortened(found, most)
        notes += cut
    return found, notes


def _joined_with_empty(found: list[Take]) -> list[Take]:
    """Beats in which nobody does anything go with a neighbour of the same sentence."""
    out: list[Take] = []
    for take in found:
        beat = take.beats[0]
        before = out[-1] if out else None
        idle = not any(deed.text for deed in beat.deeds)
        if (
            before is not None
            and before.beats[-1].sentence == beat.sentence
            and before.beats[-1].scenery == beat.scenery
        ):
            idle_before = not any(deed.text for other in before.beats for deed in other.deeds)
            if idle or idle_before:
                before.beats.append(beat)
                continue
        out.append(take)
    return out


def _joined_alike(found: list[Take]) -> list[Take]:
    """Two deeds of a sentence in which the same people do the same are one shot: lay asleep, resting."""
    out: list[Take] = []
    for take in found:
        before = out[-1] if out else None
        if before is not None and before.beats[-1].sentence == take.beats[0].sentence:
            mine = {(deed.who, deed.does) for deed in take.deeds}
            theirs = {(deed.who, deed.does) for deed in before.deeds}
            spoken = any(deed.says for deed in [*before.deeds, *take.deeds])
            if mine and mine == theirs and not spoken and before.beats[-1].scenery == take.beats[0].scenery:
                before.beats += take.beats
                continue
        out.append(take)
    return out


def _can_share(one: Take, other: Take, cast: frozenset[str]) -> bool:
    first, second = one.beats[-1], other.beats[0]
    if first.sentence != second.sentence or first.scenery != second.scenery:
        return False
    if len((one.visible | other.visible) & cast) > MOST_VISIBLE or len(one.deeds) + len(other.deeds) > 4:
        return False
    if any(deed.says for deed in one.deeds) and any(deed.says for deed in other.deeds):
        return False
    poses = {deed.who: deed.does for deed in one.deeds}
    hands = {deed.who: deed.using for deed in one.deeds}
    return all(
        poses.get(deed.who, deed.does) == deed.does and hands.get(deed.who, deed.using) == deed.using
        for deed in other.deeds
    )


def _absorbed(found: list[Take], wanted: int, cast: frozenset[str]) -> tuple[list[Take], list[Note]]:
    """In a film that is still too long, what nobody could see gives way to the same people's next deed."""
    notes: list[Note] = []
    while len(found) > wanted * 1.15:
        weak = [
            at
            for at in range(len(found) - 1)
            if found[at].beats[-1].sentence == found[at + 1].beats[0].sentence
            and found[at].beats[-1].scenery == found[at + 1].beats[0].scenery
            and not any(deed.seen or deed.says for deed in found[at].deeds if deed.text)
            and {deed.who for deed in found[at].deeds} & {deed.who for deed in found[at + 1].deeds}
            and len((found[at].visible | found[at + 1].visible) & cast) <= MOST_VISIBLE
        ]
        if not weak:
            break
        at = min(weak, key=lambda number: (found[number].strength, number))
        acting = {deed.who for deed in found[at + 1].deeds if deed.text}
        for beat in found[at].beats:
            notes += [
                Note(where="plot", what=deed.text, reason="told_with_the_next", shown_as="")
                for deed in beat.deeds
                if deed.text and deed.who in acting
            ]
            beat.deeds = [deed for deed in beat.deeds if deed.who not in acting]
        found[at : at + 2] = [Take(found[at].beats + found[at + 1].beats)]
    return found, list(dict.fromkeys(notes))


def _shortened(found: list[Take], most: int) -> tuple[list[Take], list[Note]]:
    """The `most` takes with most to see, in order; the others are noted."""
    ranked = sorted(range(len(found)), key=lambda at: (-min(found[at].strength, 2.0), at * 7919 % len(found)))
    kept = set(ranked[:most]) | {0, len(found) - 1}
    while len(kept) > most:
        kept.discard(next(at for at in reversed(ranked) if at in kept and at not in {0, len(found) - 1}))
    notes = [
        Note(where="plot", what=_text(take), reason="over_max_shots", shown_as="")
        for at, take in enumerate(found)
        if at not in kept
    ]
    return [take for at, take in enumerate(found) if at in kept], notes


def _text(take: Take) -> str:
    return re.sub(r"\s+", " ", " ".join(beat.text for beat in take.beats)).strip()


def described(take: Take) -> str:
    """The plot's words for a shot, with a capital first and no comma last."""
    text = _text(take).strip(" ,;:-")
    return text[:1].upper() + text[1:]


def shot_of(take: Take, number: int, ids: Mapping[str, str]) -> tuple[Shot, list[Note]]:
    """The shot of a take, with the story's own `ids`; who finds no room in it is noted."""
    shot = f"shot-{number:02d}"
    notes = [
        Note(where=shot, what=what, reason=reason, shown_as=shown)
        for beat in take.beats
        for what, reason, shown in beat.notes
    ]
    deeds, left_out = _in_the_picture(take.deeds)
    notes += [Note(where=shot, what=who, reason="too_many_in_one_shot", shown_as="") for who in left_out]
    seconds = _seconds(deeds)
    events = tuple(_event(f"{shot}-{at}", deed, ids, seconds) for at, deed in enumerate(deeds, start=1))
    scenery = take.beats[-1].scenery
    made = Shot(
        id=shot,
        location=ids.get(scenery.place, scenery.place),
        time_of_day=scenery.time,
        weather=scenery.weather,
        events=events,
        seconds=seconds,
        description=described(take),
    )
    return made, list(dict.fromkeys(notes))


def _event(event: str, deed: Deed, ids: Mapping[str, str], seconds: float) -> Event:
    return Event(
        id=event,
        who=deed.who,
        does=deed.does,
        action=deed.action,
        seen=deed.seen,
        whom=_in(ids, deed.whom),
        using=_in(ids, deed.using),
        feels=deed.feels,
        says=deed.says,
        because=deed.because,
        text=deed.text,
        start=0.0,
        end=seconds,
    )


def _in(ids: Mapping[str, str], who: str | None) -> str | None:
    return None if who is None else ids.get(who, who)


def _in_the_picture(deeds: Sequence[Deed]) -> tuple[list[Deed], list[str]]:
    """At most four bodies a shot; one pose for each, one hand for each prop."""
    seen: list[str] = []
    kept: list[Deed] = []
    left_out: list[str] = []
    hands: dict[str, str] = {}
    for deed in deeds:
        if deed.using is not None and deed.who not in hands and deed.using not in hands.values():
            hands[deed.who] = deed.using
    for deed in deeds:
        whom = deed.whom
        new = [who for who in (deed.who, whom) if who and who not in seen]
        if len(seen) + len(new) > MOST_VISIBLE and whom in new:
            left_out.append(whom)
            whom, new = None, [who for who in new if who == deed.who]
        if len(seen) + len(new) > MOST_VISIBLE:
            left_out.append(deed.who)
            continue
        seen += new
        using = deed.using if hands.get(deed.who) == deed.using else None
        kept.append(_in_keeping(replace(deed, whom=whom, using=using), kept))
    return kept, list(dict.fromkeys(left_out))


def _in_keeping(deed: Deed, before: Sequence[Deed]) -> Deed:
    """The deed in the pose that its body already has in this shot."""
    mine = next((other for other in before if other.who == deed.who), None)
    if mine is not None and mine.does != deed.does:
        return replace(deed, does=mine.does, seen=False)
    return deed


def _seconds(deeds: Sequence[Deed]) -> float:
    """Length by how much there is to see and to read."""
    length = 2.6 + 0.4 * min(3, max(0, len(deeds) - 1))
    if any(deed.does in {"walk", "run", "dance"} for deed in deeds):
        length += 0.4
    spoken = sum(len(deed.says.split()) for deed in deeds if deed.says)
    if spoken:
        length = max(length, 1.4 + 0.32 * spoken)
    return round(min(length, 7.0), 1)


def scenes_of(shots: Sequence[Shot], locations: Sequence[Location], sections: Sequence[int]) -> list[tuple[int, Scene]]:
    """Runs of shots in one place and one light, long ones split; with the section that each starts in."""
    runs: list[list[int]] = []
    for at, shot in enumerate(shots):
        before = shots[at - 1] if at else None
        same = before is not None and (before.location, before.time_of_day) == (shot.location, shot.time_of_day)
        if same and sections[at] == sections[at - 1]:
            runs[-1].append(at)
        else:
            runs.append([at])
    split: list[list[int]] = []
    for run in runs:
        parts = -(-len(run) // _LONGEST_SCENE)
        size, more = divmod(len(run), parts)
        start = 0
        for part in range(parts):
            end = start + size + (part < more)
            split.append(run[start:end])
            start = end
    names = {location.id: location.name for location in locations}
    found = []
    for number, run in enumerate(split, start=1):
        chosen = tuple(shots[at] for at in run)
        found.append(
            (sections[run[0]], Scene(id=f"scene-{number:02d}", title=_scene_title(chosen[0], names), shots=chosen))
        )
    return found


def _scene_title(shot: Shot, names: dict[str, str]) -> str:
    light = {"day": "", "sunset": " at sunset", "night": " at night"}[shot.time_of_day]
    air = {"clear": "", "rain": ", rain", "snow": ", snow", "fog": ", fog"}[shot.weather]
    name = names[shot.location]
    return f"{name[:1].upper()}{name[1:]}{light}{air}"


def acts_of(scenes: Sequence[tuple[int, Scene]], headings: Sequence[str]) -> tuple[Act, ...]:
    """Acts by the plot's own headings where it has two or more, else by thirds."""
    if len(headings) > 1:
        groups: dict[int, list[Scene]] = {}
        for section, scene in scenes:
            groups.setdefault(section, []).append(scene)
        return tuple(
            Act(id=f"act-{number}", title=headings[section] if section >= 0 else "Opening", scenes=tuple(group))
            for number, (section, group) in enumerate(sorted(groups.items()), start=1)
        )
    plain = [scene for _, scene in scenes]
    if len(plain) < 3:
        return (Act(id="act-1", title="The story", scenes=tuple(plain)),)
    size, more = divmod(len(plain), 3)
    sizes = [size + (part < more) for part in range(3)]
    starts = [sum(sizes[:part]) for part in range(3)]
    return tuple(
        Act(id=f"act-{part + 1}", title=title, scenes=tuple(plain[starts[part] : starts[part] + sizes[part]]))
        for part, title in enumerate(("Beginning", "Middle", "End"))
    )
