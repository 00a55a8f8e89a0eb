"""How one broken step is asked for again: its moment, the reason, and a shape with nobody in it who is not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import Field, create_model

from dreamgen.core.base import derive_seed
from dreamgen.core.vocabulary import Feeling
from dreamgen.engines.chat.asking import Request
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.story.expansion.drafts import ScenePlan, StepDraft, Verb
from dreamgen.story.expansion.shapes import Asked, settled
from dreamgen.story.offers import offers
from dreamgen.story.world.state import World
from dreamgen.story.world.steps import Stage
from dreamgen.story.world.walk import Finding
from dreamgen.story.world.wording import people_now, things_now

PURPOSE: Final = "story/repair"
"""Of the prompt."""


@dataclass(frozen=True)
class Repair:
    """What an answer says."""

    step: StepDraft | None
    """Instead of the broken one; None leaves it out."""


def repair_request(finding: Finding, plan: ScenePlan, seed: int, attempt: int) -> Request[Asked] | None:
    """The question for the step of a finding; None where nobody is left who could do anything.

    Args:
        finding: the broken step and its moment.
        plan: the shots of its scene.
        seed: of the story.
        attempt: which one it is, from 1; each is a question of its own.
    """
    found, world, stage = finding.found, finding.world, finding.stage
    shape = repair_shape(world, stage)
    if shape is None or found.shot is None or found.step is None:
        return None
    before = plan.shots[found.shot - 1].text if found.shot else ""
    filled = read_prompt(PURPOSE).fill(
        {
            "people": people_now(world, stage),
            "things": things_now(world, stage),
            "place": f"{stage.known.name(world.place)}, {world.time}",
            "shots": f"The shot before: {before or 'none'}\nThis shot: {plan.shots[found.shot].text}",
            "step": plan.shots[found.shot].steps[found.step].model_dump_json(),
            "reason": found.detail,
            "attempt": attempt,
            "verbs": offers().verbs_text,
        }
    )
    # servers take 31 bits
    seeded = derive_seed(seed, PURPOSE, found.where, found.step, attempt) % 2**31
    return Request(PURPOSE, found.where, filled.system, filled.user, shape, seeded)


def repair_shape(world: World, stage: Stage) -> type[Asked] | None:
    """A step of those who are in the scene, with what can be reached; None when all in it are dead."""
    who = tuple(one for one in stage.known.cast if one in stage.cast and one not in world.dead)
    things = tuple(one for one in stage.known.props if _at_hand(one, world, stage))
    met = tuple(one for one in stage.known.cast if one in world.here | world.dead | world.passing)
    if not who:
        return None
    fields: dict[str, Any] = {
        "leave_out": (bool, Field(description="Whether nothing like it can happen.")),
        "who": (Literal[who], Field(description="Who does it.")),
        "does": (Verb, Field(description="The verb, in the base form.")),
        "whom": (_maybe((*met, *things)), Field(None, description="To or with whom or what.")),
        "using": (
            _maybe(tuple(one for one in things if one not in stage.known.standing)),
            Field(None, description="The thing in the hand."),
        ),
        "feels": (Feeling | None, Field(None, description="What the face shows.")),
    }
    made: type[Asked] = create_model("Repair", __base__=Asked, __doc__="One step, mended.", **fields)
    return made


def read_repair(answer: Asked) -> Repair:
    """What an answer says."""
    return Repair(None if getattr(answer, "leave_out", False) else settled(answer, StepDraft))


def _maybe(ids: tuple[str, ...]) -> Any:
    return Literal[ids] | None if ids else None


def _at_hand(thing: str, world: World, stage: Stage) -> bool:
    holder, lies = world.holder(thing), world.resting_place(thing)
    if thing in stage.known.standing:
        return True
    return (holder is None or holder in stage.cast) and lies in (None, world.place)
