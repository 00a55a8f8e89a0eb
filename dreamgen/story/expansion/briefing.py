"""What each call is told: its part of the story, what that part needs of the rest, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dreamgen.core.base import derive_seed
from dreamgen.engines.chat.prompts import Filled, read_prompt
from dreamgen.story.expansion.drafts import ActDraft, PersonDraft, PlaceDraft, Premise, PropDraft, SceneDraft
from dreamgen.story.expansion.faults import ASKED_WITH
from dreamgen.story.expansion.ids import ids_of
from dreamgen.story.expansion.telling import ActPart, Division, ScenePart
from dreamgen.story.offers import Offers


@dataclass(frozen=True)
class Briefing:
    """Texts from a premise, for prompts."""

    premise: Premise
    """Of the story."""
    division: Division
    """Its parts."""
    offers: Offers
    """What can be drawn."""
    seed: int
    """Of the story."""

    def outline(self, questions: int) -> Filled:
        """All acts."""
        shared = {
            "premise": self._premise(),
            "cast": self._cast(),
            "places": self._places(),
            "acts": len(self.division.acts),
            "questions": questions,
            "first_words": first_words(questions and len(self.division.acts), self.seed, "outline"),
        }
        if not self.division.sentences:
            return read_prompt("story/outline_theme").fill({**shared, "scenes": len(self.division.acts[0].scenes)})
        parts = (_part("Part", at, self._sentences(act), act.heading) for at, act in enumerate(self.division.acts, 1))
        return read_prompt("story/outline_plot").fill({**shared, "parts": "\n\n".join(parts)})

    def act(self, number: int, act: ActDraft, questions: int) -> Filled:
        """The scenes of one act."""
        scenes = self.division.acts[number - 1].scenes
        parts = (_part("Scene", at, self.division.lines(scene.told)) for at, scene in enumerate(scenes, 1))
        return read_prompt("story/act").fill(
            {
                "premise": self._premise(),
                "cast": self._cast(act.cast),
                "places": self._places(act.places),
                "props": self._props(ids_of(self.premise).props),
                "act": f"Act {number} of {len(self.division.acts)}: {act.title}\n{act.content}{_gone(act.gone)}",
                "parts": "\n\n".join(parts) if self.division.sentences else "",
                "scenes": len(scenes),
                "questions": questions,
                "first_words": first_words(questions, self.seed, "act", number),
            }
        )

    def scene(
        self, where: str, scene: SceneDraft, part: ScenePart, *, lines: tuple[int, int], questions: int
    ) -> Filled:
        """The shots of one scene."""
        return read_prompt("story/scene").fill(
            {
                "premise": self._premise(),
                "cast": self._cast(scene.cast),
                "place": self._places((scene.place,)),
                "props": self._props(self.things(scene, part)),
                "scene": _scene(scene),
                "sentences": self.division.lines(part.told),
                "shots": part.shots,
                "fewest_lines": lines[0],
                "most_lines": lines[1],
                "questions": questions,
                "first_words": first_words(questions, self.seed, where),
                "verbs": self.offers.verbs_text,
            }
        )

    def things(self, scene: SceneDraft, part: ScenePart) -> tuple[str, ...]:
        """Ids of the props of a scene: what is carried into it, and what its texts speak of."""
        said = _words(f"{scene.title} {scene.content} {self.division.lines(part.told)}")
        carried = {one.what for one in scene.carried}
        return tuple(
            one
            for one, prop in zip(ids_of(self.premise).props, self.premise.props, strict=True)
            if one in carried or _words(f"{prop.name.split()[-1:]} {prop.kind.split()[-1:]}") & said
        )

    def _sentences(self, act: ActPart) -> str:
        return self.division.lines(act.told)

    def _premise(self) -> str:
        """What everybody knows."""
        one = self.premise
        return f"Title: {one.title}\nGenre: {one.genre}\nHow it looks: {one.tone}\n{one.overview}"

    def _cast(self, of: Sequence[str] | None = None) -> str:
        ids = ids_of(self.premise).cast
        return _lines(of, ids, map(_person, self.premise.cast))

    def _places(self, of: Sequence[str] | None = None) -> str:
        ids = ids_of(self.premise).places
        return _lines(of, ids, map(_place, self.premise.places))

    def _props(self, of: Sequence[str]) -> str:
        ids = ids_of(self.premise).props
        return _lines(of, ids, (_prop(one, self.offers) for one in self.premise.props)) or "none"


def first_words(questions: int, seed: int, *where: str | int) -> str:
    """What so many questions begin with: the four words in turn, from one that is drawn by lot.

    Left to itself a model asks why: two of three questions in DreamFrame's story do.
    """
    first = derive_seed(seed, "first words", *where)
    words = [ASKED_WITH[(first + at) % len(ASKED_WITH)].capitalize() for at in range(questions)]
    return f"first word{'s in order' if questions > 1 else ''}: {', '.join(words)}"


def _lines(of: Sequence[str] | None, ids: Sequence[str], told: Iterable[str]) -> str:
    """One line an id, for those that are wanted."""
    return "\n".join(f"- {one}: {text}" for one, text in zip(ids, told, strict=True) if of is None or one in of)


def _person(one: PersonDraft) -> str:
    return f"{one.name}, {one.kind}. {one.looks}"


def _place(one: PlaceDraft) -> str:
    return f"{one.name}, drawn as a {one.set}"


def _prop(one: PropDraft, offers: Offers) -> str:
    colour = f"{one.colour} " if one.colour else ""
    where = "held in a hand" if one.kind in offers.held else "stands on the ground"
    return f"{one.name}, drawn as a {colour}{one.kind}, {where}"


def _part(what: str, number: int, sentences: str, heading: str = "") -> str:
    return f"{what} {number}{': ' if heading else ''}{heading}\n{sentences}"


def _scene(scene: SceneDraft) -> str:
    """One scene as its act has it."""
    light = f"{scene.time_of_day}, {scene.weather}"
    carried = "".join(f"\nWhen it begins, {one.who} has {one.what}." for one in scene.carried)
    return f"{scene.title} ({light})\n{scene.content}{carried}{_gone(scene.gone)}"


def _gone(ids: Sequence[str]) -> str:
    return f"\nWho dies or leaves for good in it: {', '.join(ids)}." if ids else ""


def _words(text: str) -> set[str]:
    """The words of a text, without the s of the plural."""
    return {word.removesuffix("s") for word in re.findall(r"\w+", text.casefold())}
