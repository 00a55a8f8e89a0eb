"""A DreamFrame story becomes a Story that renders: every frame one shot, with the people, places and words in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from dreamgen.core.layout import Camera
from dreamgen.core.story import Act, DraftQuestion, Event, Location, Note, Scene, Shot, Story, Writing
from dreamgen.core.vocabulary import TimeOfDay
from dreamgen.errors import UsageError
from dreamgen.story.dreamframe import frames, places
from dreamgen.story.dreamframe.company import Company
from dreamgen.story.dreamframe.dialogues import Voices, said_in
from dreamgen.story.dreamframe.feelings import with_feelings
from dreamgen.story.dreamframe.file import StoryInfo
from dreamgen.story.dreamframe.hands import in_hand, without_scenery
from dreamgen.story.dreamframe.looks import Looks, looks_in
from dreamgen.story.dreamframe.plan import questions_of, sizes_of
from dreamgen.story.dreamframe.reading import Aliases, bystanders, read_frame
from dreamgen.story.dreamframe.remarks import EARLY, MUTE, ORIGIN, about_frame, about_things, about_verbs
from dreamgen.story.dreamframe.shooting import framing_of, light_of, shot_from
from dreamgen.story.dreamframe.taking import Frame, frames_of, labels_of
from dreamgen.story.expansion.ids import act_id, scene_id, shot_id
from dreamgen.story.writers.kinds import slug
from dreamgen.story.writers.planning import Plan
from dreamgen.story.writers.takes import MOST_VISIBLE

SEED: Final = 0
"""Looks that the file leaves open are drawn from it."""


_PRONOUN: Final = re.compile(r"\b(they|he|she)\b", re.I)


def story_of(info: StoryInfo, title: str, likeness: bool = False) -> Story:
    """The planned story of a DreamFrame file; its shots are not staged yet.

    Args:
        info: the file.
        title: for a story whose overview does not begin with one in quotes.
        likeness: whether its characters may look like the real people that the file names.

    Raises:
        UsageError: for looks in which neither a person nor an animal can be read.
    """
    return _Importer(info, likeness).story(_title(info.overview) or title)


class _Importer:
    """Takes a file through all the steps."""

    def __init__(self, info: StoryInfo, likeness: bool) -> None:
        self.info, self.likeness = info, likeness
        self.looks = dict(info.looks)
        self.word = frames.style_word_of(info.frames)
        self.frames = frames_of(info, self.word)
        self.names = frames.called(tuple(self.looks))
        self.seen = {name: _looks(name, text) for name, text in info.looks}
        kinds = {name: seen.kind for name, seen in self.seen.items()}
        self.aliases = Aliases(kinds, [frame.told for frame in self.frames])
        self.company = Company({name: (self.looks[name], seen) for name, seen in self.seen.items()}, self.aliases.of)
        callings = {self.company.ids[name]: [part for part in self.names if self.names[part] == name] for name in kinds}
        self.voices = Voices(callings)
        self.sexes = {one: self.company.people[one].gender for one in self.company.ids.values()}
        self.notes: list[Note] = []
        self.lines: list[Note] = []
        """Notes on dialogues, of which two may be alike."""
        self.before: list[str] = []
        """Ids of those whom the last frame with names in it has named."""

    def story(self, title: str) -> Story:
        """All of it."""
        names = [frame.place for frame in self.frames]
        locations = places.locations_of(names, labels_of(self.frames), self.company.taken)
        sizes = sizes_of(names, len(self.info.questions))
        acts: list[Act] = []
        left = iter(self.frames)
        for act, inner in enumerate(sizes, start=1):
            scenes = []
            for scene, size in enumerate(inner, start=1):
                chosen = [next(left) for _ in range(size)]
                shots = self._shots(chosen, [shot_id(act, scene, at) for at in range(1, size + 1)], locations)
                place = Counter(frame.place for frame in chosen).most_common(1)[0][0]
                scenes.append(Scene(id=scene_id(act, scene), title=_capital(locations[place].name), shots=shots))
            acts.append(Act(id=act_id(act), title=_act_title(act, len(sizes)), scenes=tuple(scenes)))
        return self._told(
            title,
            tuple(acts),
            tuple(locations.values()),
            questions_of(slug(title) or "story", self.info.questions, sizes),
        )

    def _told(
        self, title: str, acts: tuple[Act, ...], locations: tuple[Location, ...], questions: tuple[DraftQuestion, ...]
    ) -> Story:
        shots = [shot for act in acts for scene in act.scenes for shot in scene.shots]
        seen = {who for shot in shots for who in shot.present}
        weight = Counter(event.who for shot in shots for event in shot.events if event.text)
        cast, stand_ins = self.company.cast(seen, weight, SEED, self.likeness)
        props = tuple(prop for one, prop in self.company.props.items() if one in seen)
        notes = [*self._about_looks(), *stand_ins, *about_things(props, locations), *self.notes]
        return Story(
            id=slug(title) or "story",
            title=title,
            overview=self.info.overview,
            plot=self.info.overview,
            seed=SEED,
            cast=cast,
            props=props,
            locations=locations,
            acts=acts,
            notes=(*dict.fromkeys(notes), *self.lines),
            style_word=self.word,
            questions=questions,
            writing=Writing(model=ORIGIN, prompts=()),
        )

    def _shots(
        self, chosen: Sequence[Frame], ids: Sequence[str], locations: Mapping[str, Location]
    ) -> tuple[Shot, ...]:
        """The shots of a scene; a light that a frame tells of lasts."""
        made: list[Shot] = []
        light: TimeOfDay = "day"
        for frame, name in zip(chosen, ids, strict=True):
            shot = self._shot(frame, name)
            light = light_of(frame.rest, shot, light)
            update: dict[str, object] = {"location": locations[frame.place].id, "time_of_day": light}
            update["description"] = frame.told
            update["camera"] = Camera(framing=framing_of(shot, first=not made))
            shot = without_scenery(shot.model_copy(update=update), self.company.props, locations[frame.place].set)
            made.append(self._said(shot, frame))
        return tuple(made)

    def _shot(self, frame: Frame, name: str) -> Shot:
        """Who does what in a frame; whoever it names without a deed stands there."""
        rest = self._told_of(frame.rest)
        plan = read_frame(rest, self.aliases)
        self.before = self._named(frame) or self.before
        shot, notes, verbs = shot_from(name, rest, plan, self.company, self.aliases)
        self.notes += [*notes, *about_verbs(name, verbs)]
        self.notes += about_frame(name, frame.written, frame.told, self.word, self.looks)
        missing = [who for who in self._named(frame) if who not in shot.present]
        if not shot.events:
            shown = ", ".join(missing)
            self.notes.append(Note(where=name, what=frame.told, reason="unreadable_frame", shown_as=shown))
        told, called = self.aliases.put(rest), self.company.called
        shot = with_feelings(in_hand(shot, told, called, self.company), told, called, self.sexes)
        # whoever something is done to is in the picture as much as who does it
        met = [who for who in shot.present if who in self.company.people]
        return self._with(shot, [*missing, *met, *self._strangers(frame, plan, shot)])

    def _told_of(self, text: str) -> str:
        """A frame with names for a pronoun that nobody comes before: `they are standing`."""
        name_of = {one: name for name, one in self.company.ids.items()}
        if any(frames.stands_in(part, text) for part in self.names):
            return text
        pronoun = _PRONOUN.search(text)
        sex = {"he": "m", "she": "f"}.get(pronoun[1].lower(), "") if pronoun else ""
        meant = [name_of[who] for who in self.before if not sex or self.sexes[who] == sex]
        if pronoun is None or not meant:
            return text
        return text[: pronoun.start()] + " and ".join(meant[: 1 if sex else 3]) + text[pronoun.end() :]

    def _strangers(self, frame: Frame, plan: Plan | None, shot: Shot) -> list[str]:
        """Ids of those whom a frame mentions and its reading has left out."""
        known = {head for person in plan.cast.members.values() for head in person.heads} if plan is not None else set()
        found = [self.company.stranger(one) for one in bystanders(frame.rest, self.aliases) if one.head not in known]
        return [who for who in dict.fromkeys(found) if who not in shot.present]

    def _with(self, shot: Shot, others: Sequence[str]) -> Shot:
        """The shot with others who only stand there, as many as there is room for."""
        # what is done to another tells best where somebody turns, so it comes first
        people = self.company.people
        events = sorted(shot.events, key=lambda event: event.whom not in people or event.whom == event.who)
        acting = {event.who for event in shot.events}
        others = [who for who in dict.fromkeys(others) if who not in acting]
        room = max(0, MOST_VISIBLE - len(acting))
        there = tuple(
            Event(id=f"{shot.id}-there-{at}", who=who, does="stand", action="stand", end=shot.seconds)
            for at, who in enumerate(others[:room], start=1)
        )
        return shot.model_copy(update={"events": (*events, *there)})

    def _said(self, shot: Shot, frame: Frame) -> Shot:
        self.lines += (Note(where=shot.id, what=text, reason=EARLY) for text in frame.dialogues[: frame.early])
        if not (self.sexes or shot.events):
            self.lines += (Note(where=shot.id, what=text, reason=MUTE) for text in frame.dialogues)
            return shot
        spoken = [self.voices.speaker(text, shot) for text in frame.dialogues]
        guessed = [one for one in spoken if one.guessed]
        self.notes += [
            Note(where=shot.id, what=one.text, reason="speaker_guessed", shown_as=one.who) for one in guessed
        ]
        return said_in(shot, spoken) if spoken else shot

    def _named(self, frame: Frame) -> list[str]:
        """Ids of those whom a frame names."""
        found = [name for part, name in self.names.items() if frames.stands_in(part, frame.told)]
        return [self.company.ids[name] for name in dict.fromkeys(found)]

    def _about_looks(self) -> list[Note]:
        reason = "likeness_kept" if self.likeness else "likeness_removed"
        return [
            Note(where=self.company.ids[name], what=seen.likeness, reason=reason, shown_as=seen.kind)
            for name, seen in self.seen.items()
            if seen.likeness
        ]


def _looks(name: str, text: str) -> Looks:
    found = looks_in(text)
    if found is None:
        raise UsageError(
            f"character.{name}: no person and no animal can be read in {text[:80]!r}",
            "Write looks such as: a woman in royal blue",
        )
    return found


def _title(overview: str) -> str:
    """The title that an overview begins with in quotes."""
    found = re.match(r"\s*(['\"\u2018\u201c])(?P<title>[^\n]{2,60}?)['\"\u2019\u201d](?=[\s,.])", overview)
    return found["title"].strip() if found else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _act_title(act: int, acts: int) -> str:
    if acts == 1:
        return "The story"
    return ("Beginning", "Middle", "End")[act - 1] if acts == 3 else f"Part {act}"
