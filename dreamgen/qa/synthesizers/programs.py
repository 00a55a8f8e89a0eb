"""The `programs` synthesizer: questions with answers that small programs compute from claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from dreamgen.core.base import Record, derived_random, fingerprint
from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.errors import unknown_name
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking, Draft, finished
from dreamgen.qa.choosing import Answered, answered, choose, evened
from dreamgen.qa.dimensions import tasks
from dreamgen.qa.habits import Habits, habits
from dreamgen.qa.leaving_open import MANY_UNTOLD, with_untold
from dreamgen.qa.programs import ask, objects, regions, rerun, subjects_described, unanswerable
from dreamgen.qa.programs.dialogue import dialogues, program_of
from dreamgen.qa.rationales import rationale_of

FILM = "film"
"""The id of the clip that is the whole film; it is asked only what no single scene answers."""

_CAPTIONS = {"shot_caption", "scene_caption", "synopsis"}


class ProgramsSynthesizer(Record):
    """Pairs from claims, without a model: every answer is computed, and can be computed again."""

    pairs_per_minute: float = Field(default=90.0, gt=0.0)
    """How many pairs a minute of a scene gives, before the screeners."""
    film_pairs_per_minute: float = Field(default=20.0, gt=0.0)
    """How many more a minute of the whole film gives."""
    least: int = Field(default=8, ge=1)
    """How many a short clip gives, if its claims allow so many."""
    objects: int = Field(default=3, ge=0)
    """How many more pairs a scene gives that each describe one person, animal or thing of it at length."""
    unanswerable: float = Field(default=0.05, ge=0.0, le=0.9)
    """Share of the pairs whose right answer is that the video does not tell. Much more of it, and a model that is
    trained on them says so too often."""
    even: bool = True
    """Whether what is right oftener than chance in other stories is a wrong option as often, and seldom asked where it
    is right. Without it each question that can be asked may be, and many answers can be guessed."""
    tasks: tuple[str, ...] = ()
    """The tasks to ask, of docs/tasks.md; all of them when empty."""
    without: tuple[str, ...] = ()
    """Tasks to leave out."""

    @field_validator("tasks", "without", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("tasks", "without")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in tasks():
                raise unknown_name("task", name, tasks())
        return names

    def synthesize(self, clip: Clip, claims: Sequence[Claim], seed: int, kept: Path) -> Iterator[InstructionPair]:
        """Pairs that rest on `claims`, all of which stand; the same for the same claims in any order.

        It asks nobody, so it keeps nothing in `kept`.
        """
        world = World.of(clip, sorted(claims, key=lambda claim: (claim.start, claim.end, claim.kind, claim.id)))
        asking = Asking(world, seed, habits() if self.even else Habits())
        film = clip.id == FILM
        rate = self.film_pairs_per_minute if film else self.pairs_per_minute
        drafts = (draft for draft in ask(asking, film) if _can_be_shown(clip, draft))
        ready = answered(asking, [draft for draft in drafts if draft.task not in self.without])
        budget = max(self.least, round(rate * clip.seconds / 60.0))
        wanted = evened(asking, [one for one in ready if self._asks(one.draft.task)])
        ordinary = [one for one in wanted if one.draft.task not in {objects.TASK, unanswerable.TASK}]
        described = [one for one in wanted if one.draft.task == objects.TASK]
        described.sort(key=lambda one: objects.rank(asking, one.draft))
        few = subjects_described.few([one.draft for one in described], self.objects)
        chosen = [*choose(asking, ordinary, budget), *(one for one in described if one.draft in few)]
        untold = [one for one in wanted if one.draft.task == unanswerable.TASK]
        share = self.unanswerable if self.tasks != (unanswerable.TASK,) else 1.0
        yield from (_pair(world, one, seed) for one in with_untold(asking, chosen, untold, share, ordinary))
        if self._asks("dialogue"):
            groups = list(dialogues(asking, {one.draft: one.answer for one in ready}))
            yield from (_dialogue(world, parts, turns) for parts, turns in groups[: max(1, budget // 12)])

    def warnings(self) -> tuple[str, ...]:
        """What whoever starts a run should know of these options."""
        if self.unanswerable <= MANY_UNTOLD:
            return ()
        return (
            f"{self.unanswerable:.0%} of the questions will have no answer in the video; beyond {MANY_UNTOLD:.0%} "
            "models learn to give up",
        )

    def _asks(self, task: str) -> bool:
        return task not in self.without and (not self.tasks or task in self.tasks)


def _can_be_shown(clip: Clip, draft: Draft) -> bool:
    """Whether there are the masks that a question needs."""
    if clip.masklets:
        return True
    # whoever looked at some frames of found footage has not watched who comes and goes
    comes_and_goes = clip.origin == "found" and draft.task == "localisation" and bool(draft.entities)
    return draft.task not in regions.TASKS and not comes_and_goes


def _pair(world: World, one: Answered, seed: int) -> InstructionPair:
    draft, answer = one.draft, one.answer
    why = rationale_of(world, draft.program, draft.claims)
    arguments = dict(draft.program.arguments)
    options = [answer, *(finished(text, arguments) for text in draft.wrong)] if draft.form == "choice" else []
    derived_random(seed, "options", world.clip, draft.key).shuffle(options)
    return InstructionPair(
        id=_name(world.clip, draft.task, (draft.form, draft.question, sorted(options), answer)),
        clip=world.clip,
        task=draft.task,
        form="caption" if draft.task in _CAPTIONS else draft.form,
        turns=(Turn(role="human", text=draft.question), Turn(role="assistant", text=answer)),
        options=tuple(options),
        answer_index=options.index(answer) if options else None,
        span=draft.span,
        masklets=draft.entities,
        claims=tuple(dict.fromkeys((*draft.claims, *why.claims))),
        program=draft.program,
        rationale=why.text,
        benchmarks=draft.benchmarks,
        segments=draft.segments,
        answerable=draft.answerable,
    )


def _dialogue(world: World, parts: Sequence[Draft], questions: Sequence[str]) -> InstructionPair:
    turns = []
    for question, draft in zip(questions, parts, strict=True):
        answer = rerun(draft.program, world) or ""
        turns += [Turn(role="human", text=question), Turn(role="assistant", text=answer)]
    program: Program = program_of(parts)
    return InstructionPair(
        id=_name(world.clip, "dialogue", [turn.text for turn in turns]),
        clip=world.clip,
        task="dialogue",
        form="dialogue",
        turns=tuple(turns),
        span=(min(d.span[0] for d in parts), max(d.span[1] for d in parts)),
        masklets=tuple(dict.fromkeys(who for draft in parts for who in draft.entities)),
        claims=tuple(dict.fromkeys(claim for draft in parts for claim in draft.claims)),
        program=program,
        benchmarks=tuple(dict.fromkeys(name for draft in parts for name in draft.benchmarks)),
    )


def _name(clip: str, task: str, content: object) -> str:
    return f"{clip}-{task.replace('_', '-')}-{fingerprint(content)[:6]}"
