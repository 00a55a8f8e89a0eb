"""The `rules` writer: an English plot becomes a story without a model.

The text is cleaned (`reading`), taken apart into phrases and clauses (`tokens`, `parsing`, `clauses`), its people are
told apart (`cast`), place and light are followed (`setting`), and each clause becomes a beat (`planning`) of a shot
(`shots`). All words it knows are in `lexicons/*.toml`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.core.brief import Brief
from dreamgen.core.story import Location, Note, Prop, Story
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.story.writers.casting import characters
from dreamgen.story.writers.language import refuse_foreign
from dreamgen.story.writers.planning import Plan, plan
from dreamgen.story.writers.reading import Reading, read
from dreamgen.story.writers.shots import acts_of, scenes_of, shot_of
from dreamgen.story.writers.takes import takes
from dreamgen.story.writers.titles import genre_of, id_of, overview_of, title_of

_Named = TypeVar("_Named", Prop, Location)


class NothingToDraw(DreamgenError):
    """The text holds nothing that happens."""


class RulesWriter(Record):
    """Plans a story by rules over word lists; English only."""

    max_shots: int = Field(default=400, ge=1)
    """Longest film, in shots; what is cut is in the story's notes (`over_max_shots`)."""

    def write(self, brief: Brief, seed: int, kept: Path) -> Story:
        """The story of a plot; its shots are not staged yet.

        Args:
            brief: the plot.
            seed: everything that the plot leaves open is drawn from it.
            kept: not needed: nothing here is paid for.

        Raises:
            UsageError: for a theme, which rules can't invent a story for.
            NothingToDraw: for a text in which nothing happens that could be shown.
            DreamgenError: for a text that is empty or not English.
        """
        if brief.sort == "theme":
            raise UsageError(
                "the rules writer plans a plot, it can't invent a story for a theme",
                "Name a model with --model, or write the plot into a file.",
            )
        reading = read(brief.text)
        if not reading.sentences:
            raise NothingToDraw("the plot is empty", "Write a few sentences about what happens, who does it and where.")
        refuse_foreign(" ".join(sentence.text for sentence in reading.sentences))
        planned = plan(reading)
        if not _shows_something(planned):
            raise NothingToDraw(
                "nothing happens in this text that could be shown",
                'Write sentences in which somebody does something: "A girl walks through the forest with a lantern."',
            )
        return self._story(brief, seed, reading, planned)

    def _story(self, brief: Brief, seed: int, reading: Reading, planned: Plan) -> Story:
        drawn = frozenset(person.id for person in planned.cast.members.values() if person.drawn)
        length = sum(len(sentence.text.split()) for sentence in reading.sentences)
        chosen, notes = takes(planned.beats, length, self.max_shots, drawn)
        ids = _ids(planned, drawn)
        made = [shot_of(take, number, ids) for number, take in enumerate(chosen, start=1)]
        shots = [shot for shot, _ in made]
        notes += [note for _, more in made for note in more]
        seen = {who for shot in shots for who in shot.present}
        weight = Counter(event.who for shot in shots for event in shot.events if event.text)
        cast, stand_ins = characters(
            [person for person in planned.cast.members.values() if person.id in seen], planned.said, weight, seed
        )
        props = tuple(prop for prop in _renamed(planned.props.found.values(), ids) if prop.id in seen)
        here = {shot.location for shot in shots}
        locations = tuple(place for place in _renamed(planned.setting.locations.values(), ids) if place.id in here)
        title = title_of(reading, cast, locations)
        scenes = scenes_of(shots, locations, [take.beats[0].section for take in chosen])
        return Story(
            id=id_of(title),
            title=title,
            overview=overview_of(reading),
            genre=brief.genre or genre_of(brief.text),
            plot=brief.text,
            seed=seed,
            cast=cast,
            props=props,
            locations=locations,
            acts=acts_of(scenes, reading.headings),
            notes=tuple(dict.fromkeys([*stand_ins, *_thing_notes(props, locations, planned), *_lost(planned), *notes])),
        )


def _ids(planned: Plan, cast: frozenset[str]) -> dict[str, str]:
    """Ids of props and places as the story has them: like their names, unless somebody is called so."""
    taken = set(cast)
    found: dict[str, str] = {}
    for inner in [*planned.props.found, *(place.id for place in planned.setting.locations.values())]:
        sort, _, base = inner.partition(":")
        outer = base if base not in taken else f"{base}-{sort}"
        while outer in taken:
            outer += "-too"
        taken.add(outer)
        found[inner] = outer
    return found


def _renamed(records: Iterable[_Named], ids: Mapping[str, str]) -> list[_Named]:
    return [record.model_copy(update={"id": ids[record.id]}) for record in records]


def _shows_something(planned: Plan) -> bool:
    """Whether anybody acts, or at least a sentence with a verb names a place."""
    if any(deed.text for beat in planned.beats for deed in beat.deeds):
        return True
    spoken = any(reason != "unreadable_sentence" for beat in planned.beats for _, reason, _ in beat.notes)
    return spoken and not planned.setting.assumed


def _thing_notes(props: tuple[Prop, ...], locations: tuple[Location, ...], planned: Plan) -> list[Note]:
    notes = [
        Note(where=prop.id, what=prop.stand_in_for, reason="thing_not_drawable", shown_as=prop.kind)
        for prop in props
        if prop.stand_in_for
    ]
    for place in locations:
        if place.stand_in_for:
            notes.append(Note(where=place.id, what=place.stand_in_for, reason="place_not_drawable", shown_as=place.set))
    if planned.setting.assumed:
        notes.append(Note(where="plot", what="", reason="place_not_told", shown_as=locations[0].set))
    notes += [
        Note(where="plot", what=what, reason="place_not_drawable", shown_as="") for what in planned.setting.unplaced
    ]
    return notes


def _lost(planned: Plan) -> list[Note]:
    """What the plan left out, and groups that are too large."""
    notes = [
        Note(where="plot", what=what, reason=reason, shown_as=shown) for what, reason, shown in planned.notes if what
    ]
    notes += [
        Note(where="plot", what=what, reason="group_too_large", shown_as=shown) for what, shown in planned.cast.notes
    ]
    return notes
