"""A brief becomes a draft, level by level: premise, outline, all acts at once, all scenes at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from dreamgen.core.brief import Brief
from dreamgen.core.story import Note
from dreamgen.engines.chat.asking import Asks, Reply
from dreamgen.errors import ModelError
from dreamgen.story.expansion.calls import WHOLE, Call, Calls, Manner
from dreamgen.story.expansion.drafts import ActDraft, ActPlan, ActWork, SceneWork, StoryDraft
from dreamgen.story.expansion.shapes import Asked
from dreamgen.story.expansion.telling import Division, untold
from dreamgen.story.world.state import moment

_Read = TypeVar("_Read")

FORGIVEN: Final = 10
"""One in so many scenes may stay unwritten; one alone may, where there are others."""

_ON: Final = (
    "All that was answered is kept, and is not asked for again. Ask on with more --set chat.asks, or take another "
    "model, a smaller --expand or another --seed."
)


@dataclass(frozen=True)
class Expansion:
    """A story as the model has written it."""

    draft: StoryDraft
    """All levels."""
    notes: tuple[Note, ...]
    """What is not as it should be, level by level, in the order of the story."""


def expand(asks: Asks, brief: Brief, seed: int, division: Division, manner: Manner) -> Expansion:
    """Asks for a whole story.

    An answer that has its shape but stays faulty after all asks is taken and noted. A scene that can't be had is left
    unwritten and noted; anything above it ends the expansion.

    Raises:
        ModelError: when the premise, the outline, an act or too many scenes could not be had.
        BudgetSpent: when the next call could pass the limit.
    """
    desk = _Desk(asks)
    calls = Calls(brief, seed, division, manner)
    (premise,) = desk.all_of([calls.premise()])
    (outline,) = desk.all_of([calls.outline(premise)])
    planned = desk.all_of([calls.act(premise, outline, number) for number in range(1, len(outline.acts) + 1)])
    plans = _dated([plan for plan, _ in planned])
    scenes = desk.most_of(
        [
            calls.scene(premise, scene, act, number)
            for act, plan in enumerate(plans, start=1)
            for number, scene in enumerate(plan.scenes, start=1)
        ]
    )
    left = iter(scenes)
    acts = []
    for act, (_, late), plan, part in zip(outline.acts, planned, plans, division.acts, strict=True):
        works = [
            SceneWork(draft=scene, plan=next(left), told=one.told)
            for scene, one in zip(plan.scenes, part.scenes, strict=True)
        ]
        whole: ActDraft = act.model_copy(update={"questions": (*act.questions, *late)})
        acts.append(ActWork(draft=whole, scenes=tuple(works)))
    draft = StoryDraft(premise=premise, acts=tuple(acts))
    return Expansion(draft, (*desk.notes, *_not_told(division, draft)))


@dataclass
class _Desk:
    """Asks, takes what is good enough, and keeps account of what is not good."""

    asks: Asks
    notes: list[Note] = field(default_factory=list)

    def all_of(self, calls: Sequence[Call[_Read]]) -> list[_Read]:
        """What the answers say; the first that can't be had ends everything."""
        found = []
        for call, reply in self._replies(calls):
            read = self._read(call, reply)
            if read is None:
                what = f"the model could not write {call.request.where} ({call.request.purpose}): {_why(reply)}"
                raise ModelError(what, _next_move([reply]))
            found.append(read)
        return found

    def most_of(self, calls: Sequence[Call[_Read]]) -> list[_Read | None]:
        """What the answers say; None for those that can't be had, of which there may be a few."""
        found = []
        lost: list[Reply[Asked]] = []
        for call, reply in self._replies(calls):
            read = self._read(call, reply)
            if read is None:
                lost.append(reply)
                self.notes.append(Note(where=call.request.where, what=_why(reply), reason="scene_not_written"))
            found.append(read)
        if lost and (len(lost) == len(found) or len(lost) > max(1, len(found) // FORGIVEN)):
            first = f"{lost[0].request.where}: {_why(lost[0])}"
            raise ModelError(
                f"the model could not write {len(lost)} of {len(found)} scenes, the first {first}", _next_move(lost)
            )
        return found

    def _replies(self, calls: Sequence[Call[_Read]]) -> list[tuple[Call[_Read], Reply[Asked]]]:
        return list(zip(calls, self.asks.ask([call.request for call in calls]), strict=True))

    def _read(self, call: Call[_Read], reply: Reply[Asked]) -> _Read | None:
        """What a reply says, right or as good as it gets."""
        if reply.answer is not None:
            return call.read(reply.answer)
        if reply.best is None:
            return None
        where = "plot" if call.request.where == WHOLE else call.request.where
        faults = call.check(reply.best)
        self.notes += [Note(where=where, what=fault.says, reason=fault.reason) for fault in faults if not fault.later]
        if not faults:
            # what the engine itself finds wrong: texts that are left out
            self.notes.append(Note(where=where, what=reply.detail, reason="elided"))
        return call.read(reply.best)


def _why(reply: Reply[Asked]) -> str:
    return f"{reply.failure or 'no answer'}, asked {reply.asks} times. {reply.detail}".strip()


def _next_move(lost: Sequence[Reply[Asked]]) -> str:
    longer = "Let it write more with --set chat.max_output_tokens=16384. "
    return (longer if any(reply.failure == "cut_off" for reply in lost) else "") + _ON


def _dated(plans: Sequence[ActPlan]) -> list[ActPlan]:
    """Acts know nothing of each other and count their days from 1: each goes on where the one before has ended.

    It begins on the same day when its light allows that, and else on the next.
    """
    day, last = 0, None
    dated = []
    for plan in plans:
        first = plan.scenes[0]
        same = last is not None and moment(1, first.time_of_day) >= moment(1, last)
        shift = day - first.day + (0 if same else 1)
        scenes = tuple(scene.model_copy(update={"day": max(1, scene.day + shift)}) for scene in plan.scenes)
        dated.append(plan.model_copy(update={"scenes": scenes}))
        end = max(scenes, key=lambda scene: moment(scene.day, scene.time_of_day))
        day, last = end.day, end.time_of_day
    return dated


def _not_told(division: Division, draft: StoryDraft) -> list[Note]:
    """Sentences of the plot that no shot tells; those of a scene that is not written are among them."""
    tells = [
        shot.tells for act in draft.acts for scene in act.scenes for shot in (scene.plan.shots if scene.plan else ())
    ]
    left = untold((1, len(division.sentences)), tells)
    return [Note(where="plot", what=division.sentences[number - 1], reason="not_told") for number in left]
