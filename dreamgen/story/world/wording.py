"""Steps and states in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dreamgen.story.expansion.drafts import StepDraft
from dreamgen.story.world.effects import Effect, base_form, effect_of, hands_over, preposition_of
from dreamgen.story.world.known import Known
from dreamgen.story.world.state import World
from dreamgen.story.world.steps import Stage
from dreamgen.story.writers.lexicon import third_person

_LONGEST = 200
_IRREGULAR = {"be": "is", "have": "has"}
_BETWEEN: Mapping[Effect, str] = {"take": "from", "give": "to", "put": "by", "hold": "to"}
"""What stands between a thing and whom it is taken from, put by or held out to."""
_ARTICLES = ("the ", "a ", "an ")


def step_told(step: StepDraft, known: Known) -> str:
    """Mara gives the lantern to Tom."""
    verb, _, rest = base_form(step.does).partition(" ")
    does = f"{_IRREGULAR.get(verb) or third_person(verb)} {rest}".strip() if verb else "is there"
    whom = _named(step.whom, known) if step.whom else ""
    effect = effect_of(step.does)
    using = _named(step.using, known) if step.using and step.using != step.whom else ""
    if whom and using and hands_over(step.does):
        row = [does, using, "to", whom]
    elif using and effect in _BETWEEN:
        row = [does, using, *([_BETWEEN[effect], whom] if whom else [])]
    elif whom:
        joined = preposition_of(step.does)
        # one sits with somebody, and by the fire
        joined = "by" if joined == "with" and step.whom in known.props else joined
        row = [does, joined, whom, *(["with", using] if using else [])]
    else:
        row = [does, *(["with", using] if using else [])]
    told = " ".join(word for word in (_named(step.who, known), *row) if word)
    return told[:1].upper() + told[1:] + "."


def shot_told(steps: Sequence[StepDraft], known: Known) -> str:
    """The steps of a shot, a sentence each."""
    return " ".join(step_told(step, known) for step in steps)[:_LONGEST]


def people_now(world: World, stage: Stage) -> str:
    """Who is where, a line each."""
    return "\n".join(
        f"- {one}: {name}, {_whereabouts(one, world)}" for one, name in stage.known.cast.items() if one in stage.cast
    )


def things_now(world: World, stage: Stage) -> str:
    """What is where, a line each."""
    lines = (f"- {one}: {name}, {_held(one, world, stage)}" for one, name in stage.known.props.items())
    return "\n".join(lines) or "none"


def _whereabouts(who: str, world: World) -> str:
    if who in world.dead:
        return "dead"
    if who in world.asleep:
        return "asleep"
    if who in world.here:
        return "here"
    return "has left" if who in world.left else "has not come yet"


def _held(thing: str, world: World, stage: Stage) -> str:
    holder, lies = world.holder(thing), world.resting_place(thing)
    if thing in stage.known.standing:
        return "stands here"
    if holder is not None:
        return f"{holder} has it" if holder in world.here | world.dead else f"{holder} has it and is not here"
    if lies is not None:
        return "lies here" if lies == world.place else f"is left at {stage.known.name(lies)}"
    return "nobody has it"


def _named(one: str, known: Known) -> str:
    name = known.name(one)
    plain = one in known.props and name[:1].islower() and not name.startswith(_ARTICLES)
    return f"the {name}" if plain else name
