"""The calls of every level: what is asked, in which shape, what would be wrong with an answer, how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Generic, TypeVar

from dreamgen.core.base import Record, derive_seed
from dreamgen.core.brief import Brief
from dreamgen.engines.chat.asking import Request
from dreamgen.engines.chat.prompts import Filled, read_prompt
from dreamgen.story.expansion import faith, faults
from dreamgen.story.expansion.briefing import Briefing, first_words
from dreamgen.story.expansion.drafts import ActPlan, Outline, Premise, QuestionDraft, SceneDraft, ScenePlan
from dreamgen.story.expansion.faults import Fault
from dreamgen.story.expansion.ids import act_id, scene_id
from dreamgen.story.expansion.shapes import (
    Asked,
    Known,
    act_shape,
    known_of,
    outline_shape,
    places_for,
    premise_shape,
    questions_of,
    scene_shape,
    settled,
)
from dreamgen.story.expansion.telling import Division
from dreamgen.story.expansion.tone import with_keyword
from dreamgen.story.offers import offers
from dreamgen.story.world import faults as world

_Read = TypeVar("_Read")

WHOLE: Final = "story"
"""What a call for the whole story is about."""
LAST_DAY: Final = 999
"""That a scene can be on: acts share the days among them."""


class Manner(Record):
    """How a story is to be written."""

    dialogues: float
    """Share of shots that are followed by a line."""
    questions: tuple[int, int, int]
    """About the story, each act and each scene."""
    likeness: bool
    """Whether people may look like somebody who is known."""

    @property
    def early(self) -> int:
        """Questions about an act that come with the outline; the others wait until its scenes are known."""
        return min(1, self.questions[1])


@dataclass(frozen=True)
class Call(Generic[_Read]):
    """A request with what its answer means."""

    request: Request[Asked]
    """What is asked."""
    read: Callable[[Asked], _Read]
    """The answer as a draft."""
    check: Callable[[Asked], Sequence[Fault]]
    """What is wrong with it."""


@dataclass(frozen=True)
class Calls:
    """Makes the calls of one story."""

    brief: Brief
    """The plot or theme."""
    seed: int
    """Of the story."""
    division: Division
    """Its parts."""
    manner: Manner
    """How it is written."""

    @property
    def plot(self) -> bool:
        """Whether there is a plot to be faithful to."""
        return bool(self.division.sentences)

    def premise(self) -> Call[Premise]:
        """For the premise."""
        on_offer, number = offers(), self.manner.questions[0]
        shape = premise_shape(
            on_offer,
            plot=self.plot,
            scenes=self.division.scenes,
            genre=self.brief.genre,
            likeness=self.manner.likeness,
            questions=number,
        )
        given = {
            self.brief.sort: self.brief.text,
            "genre": self.brief.genre,
            "acts": len(self.division.acts),
            "questions": number,
            "first_words": first_words(number, self.seed, WHOLE),
            "likeness": self.manner.likeness,
            "kinds": ", ".join(on_offer.kinds),
            "looks": on_offer.looks_text,
            "sets": on_offer.sets_text,
            "props": on_offer.props_text,
        }
        if not self.plot:
            given["fewest_places"], given["most_places"] = places_for(self.division.scenes)

        def read(answer: Asked) -> Premise:
            draft = settled(answer, Premise)
            return draft.model_copy(update={"tone": with_keyword(draft.tone, draft.style_word.strip())})

        def check(answer: Asked) -> Sequence[Fault]:
            draft = settled(answer, Premise)
            against = [
                *(Fault("contradicts_plot", one) for one in faith.cast_faults(self.brief, draft)),
                *_mendable("contradicts_plot", faith.premise_faults(self.brief, draft)),
            ]
            return (*faults.premise_faults(draft, likeness=self.manner.likeness, genre=self.brief.genre), *against)

        purpose = f"story/premise_{self.brief.sort}"
        filled = read_prompt(purpose).fill(given)
        return self._call(purpose, WHOLE, filled, shape, read, check)

    def outline(self, premise: Premise) -> Call[Outline]:
        """For all acts."""
        shape = outline_shape(self._known(premise), len(self.division.acts), self.manner.early)

        def check(answer: Asked) -> Sequence[Fault]:
            draft = settled(answer, Outline)
            broken = _mendable("can_not_be", world.outline_faults(premise, draft))
            return (*faults.outline_faults(draft), *broken)

        filled = self._briefing(premise).outline(self.manner.early)
        return self._call(
            f"story/outline_{self.brief.sort}", WHOLE, filled, shape, lambda answer: settled(answer, Outline), check
        )

    def act(self, premise: Premise, outline: Outline, number: int) -> Call[tuple[ActPlan, tuple[QuestionDraft, ...]]]:
        """For the scenes of one act, and the questions about it that need them."""
        act = outline.acts[number - 1]
        late = self.manner.questions[1] - self.manner.early
        parts = self.division.acts
        shape = act_shape(
            self._known(premise),
            act,
            scenes=len(parts[number - 1].scenes),
            days=LAST_DAY // len(parts),
            questions=late,
        )
        gone = _once(one.gone for one in outline.acts[: number - 1])
        needed = _once(one.cast for one in outline.acts[number:])
        told = [scene.told for scene in parts[number - 1].scenes]

        def check(answer: Asked) -> Sequence[Fault]:
            draft = settled(answer, ActPlan)
            broken = _mendable("can_not_be", world.act_faults(premise, act, draft, gone, needed))
            against = _mendable("contradicts_plot", faith.plan_contradictions(self.brief, premise, act, draft, told))
            return (*faults.act_faults(draft, questions_of(answer)), *broken, *against)

        def read(answer: Asked) -> tuple[ActPlan, tuple[QuestionDraft, ...]]:
            return settled(answer, ActPlan), questions_of(answer)

        filled = self._briefing(premise).act(number, act, late)
        return self._call("story/act", act_id(number), filled, shape, read, check)

    def scene(self, premise: Premise, scene: SceneDraft, act: int, number: int) -> Call[ScenePlan]:
        """For the shots of one scene."""
        part = self.division.acts[act - 1].scenes[number - 1]
        questions = self.manner.questions[2]
        lines = self._lines(part.shots)
        briefing, known = self._briefing(premise), self._known(premise)
        here = briefing.things(scene, part)
        nearby = Known(scene.cast, (scene.place,), here, tuple(one for one in known.handy if one in here))
        shape = scene_shape(nearby, shots=part.shots, lines=lines, told=part.told, questions=questions)

        def read(answer: Asked) -> ScenePlan:
            plan = settled(answer, ScenePlan)
            # a line belongs to its shot, wherever in the list it was written
            return plan.model_copy(update={"dialogue": tuple(sorted(plan.dialogue, key=lambda line: line.shot))})

        def check(answer: Asked) -> Sequence[Fault]:
            plan = read(answer)
            against = faith.scene_contradictions(self.brief, premise, scene, plan, part.told)
            return (*faults.scene_faults(plan, part.told), *_mendable("contradicts_plot", against))

        where = scene_id(act, number)
        filled = briefing.scene(where, scene, part, lines=lines, questions=questions)
        return self._call("story/scene", where, filled, shape, read, check)

    def _lines(self, shots: int) -> tuple[int, int]:
        """Fewest and most lines of dialogue of a scene."""
        wanted = round(shots * self.manner.dialogues)
        # a plot's people say what it has them say, be it nothing or be it in every shot
        return (0, shots if wanted else 0) if self.plot else (wanted, wanted)

    def _known(self, premise: Premise) -> Known:
        return known_of(premise, offers())

    def _briefing(self, premise: Premise) -> Briefing:
        return Briefing(premise, self.division, offers(), self.seed)

    def _call(
        self,
        purpose: str,
        where: str,
        filled: Filled,
        shape: type[Asked],
        read: Callable[[Asked], _Read],
        check: Callable[[Asked], Sequence[Fault]],
    ) -> Call[_Read]:
        request = Request(
            purpose=purpose,
            where=where,
            system=filled.system,
            user=filled.user,
            shape=shape,
            # servers take 31 bits
            seed=derive_seed(self.seed, purpose, where) % 2**31,
            faults=lambda answer: [fault.says for fault in check(answer)],
        )
        return Call(request, read, check)


def _mendable(reason: str, told: Sequence[str]) -> tuple[Fault, ...]:
    """What is mended in the whole draft, where asking again does not help."""
    return tuple(Fault(reason, one, later=True) for one in told)


def _once(groups: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(groups)))
