"""Takes become shots, shots become scenes, scenes become acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dreamgen.core.story import Act, Event, Location, Note, Scene, Shot
from dreamgen.story.writers.beats import Deed
from dreamgen.story.writers.takes import MOST_VISIBLE, Take, text_of

_LONGEST_SCENE = 6


def described(take: Take) -> str:
    """The plot's words for a shot as a sentence of its own; one that goes on in the next shot has no mark last."""
    first, last = take.beats[0], take.beats[-1]
    text = text_of(take)
    # `When she wakes up` is told without its first word only where `she finds a key` is another shot
    if first.leading is not None and (first is last or not text[:1].isupper()):
        skipped, words = first.leading
        quoted = not words and text[:skipped].endswith('"')
        text = f"{words} {text[skipped - quoted :]}"
    text = text.strip(" ,;:-")
    if any(deed.says for deed in take.deeds):
        text = _quoted(text)
    if last.closing and not text.endswith((".", "!", "?", '"')):
        text += last.closing
    at = 1 if text.startswith('"') else 0
    return text if first.goes_on else text[:at] + text[at : at + 1].upper() + text[at + 1 :]


def _quoted(text: str) -> str:
    """With the mark that a piece of a quotation lost to the piece before or after it."""
    if text.count('"') % 2 == 0:
        return text
    if text.endswith('"'):
        return f'"{text}'
    return f'{text}"' if text.endswith((".", "!", "?")) else f'{text}."'


def shot_of(take: Take, number: int, ids: Mapping[str, str]) -> tuple[Shot, list[Note]]:
    """The shot of a take, with the story's own `ids`; who finds no room in it is noted."""
    shot = f"shot-{number:02d}"
    notes = [
        Note(where=shot, what=what, reason=reason, shown_as=ids.get(shown, shown))
        for beat in take.beats
        for what, reason, shown in beat.notes
    ]
    deeds, left_out = in_the_picture(take.deeds)
    notes += [Note(where=shot, what=who, reason="too_many_in_one_shot", shown_as="") for who in left_out]
    seconds = seconds_of(deeds)
    events = tuple(event_of(f"{shot}-{at}", deed, ids, seconds) for at, deed in enumerate(deeds, start=1))
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


def event_of(event: str, deed: Deed, ids: Mapping[str, str], seconds: float) -> Event:
    """The event of a deed, with an id of its own and the story's own `ids` for everything else."""
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


def in_the_picture(deeds: Sequence[Deed]) -> tuple[list[Deed], list[str]]:
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


def seconds_of(deeds: Sequence[Deed]) -> float:
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
