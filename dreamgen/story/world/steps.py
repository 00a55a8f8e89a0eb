"""One step leads from one state to the next, or says why it can't."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from dreamgen.story.expansion.drafts import StepDraft
from dreamgen.story.world.effects import Effect, effect_of, hands_over, is_from_afar
from dreamgen.story.world.known import Known
from dreamgen.story.world.state import Rule, World

_DONE_ASLEEP: Final[tuple[Effect, ...]] = ("sleep", "wake", "lie", "die")
"""What somebody who sleeps can do."""


@dataclass(frozen=True)
class Fault:
    """Why something can't happen."""

    rule: Rule
    """Machine-readable."""
    says: str
    """For people, and for the model: a sentence without its full stop."""


@dataclass(frozen=True)
class Stage:
    """What does not change while a scene goes on."""

    known: Known
    """The premise."""
    cast: frozenset[str]
    """Who is in the scene at any time."""
    needed: frozenset[str]
    """Who is in the cast of a later scene, and can't die."""


def after(step: StepDraft, world: World, stage: Stage) -> World | Fault:
    """The state after a step, or why the step is impossible. The step's effect is on nothing but what it names."""
    effect = effect_in(step, stage)
    thing = moved(step, world, stage)
    fault = (
        _actor(step, effect, world, stage)
        or _whom(step, effect, world, stage)
        or _using(step, thing, world, stage)
        or _moving(step, effect, thing, world, stage)
        or _dying(step, effect, stage)
    )
    return fault or _changed(step, effect, thing, world)


def effect_in(step: StepDraft, stage: Stage) -> Effect:
    """What the verb of a step does, with those whom the step names."""
    effect = effect_of(step.does)
    if step.using is not None and step.whom in stage.known.cast and hands_over(step.does):
        return "give"
    # somebody leaves a room, but leaves a lantern behind
    return "put" if effect == "leave" and step.whom in stage.known.props else effect


def moved(step: StepDraft, world: World, stage: Stage) -> str | None:
    """The thing that a step takes, gives, puts down or holds; None where it does nothing of the kind."""
    effect, standing = effect_in(step, stage), stage.known.standing
    if effect not in ("take", "give", "put", "hold"):
        return None
    whom = step.whom if step.whom in stage.known.props else None
    # a thing on another: the lantern on the bench, the letter in the box
    on_another = whom is not None and step.using is not None
    if on_another and (whom in standing or (effect != "take" and not world.has(step.who, str(whom)))):
        whom = None
    found = whom or step.using
    return None if found in standing else found


def away(who: str, world: World, stage: Stage) -> Fault | None:
    """Why somebody is not on stage, dead or alive; None when they are."""
    name = stage.known.name(who)
    if who in stage.known.props:
        return Fault("unknown_id", f"{name} is a thing, not somebody")
    if who not in stage.known.cast:
        return Fault("unknown_id", f"{who} is nobody and nothing of this story")
    if who in world.gone:
        return Fault("gone", f"{name} is dead or has left the story in an earlier scene")
    if who not in stage.cast:
        return Fault("not_here", f"{name} is not in this scene")
    if who in world.left:
        return Fault("left", f"{name} has left this scene before")
    if who not in world.here and who not in world.dead:
        return Fault("not_come_yet", f"{name} has not come yet")
    return None


def _actor(step: StepDraft, effect: Effect, world: World, stage: Stage) -> Fault | None:
    fault, name = away(step.who, world, stage), stage.known.name(step.who)
    if effect_of(step.does) == "enter" and fault and fault.rule in ("left", "not_come_yet"):
        fault = None
    if not fault and step.who in world.dead and effect != "lie":
        return Fault("dead", f"{name} is dead and can't {step.does}")
    if not fault and step.who in world.dozing and effect not in _DONE_ASLEEP:
        return Fault("asleep", f"{name} sleeps and can't {step.does} without having woken")
    return fault


def _whom(step: StepDraft, effect: Effect, world: World, stage: Stage) -> Fault | None:
    whom = step.whom
    if whom is None:
        return None
    if whom in stage.known.props:
        return _reach(step.who, whom, world, stage)
    if whom == step.who:
        return Fault("with_self", f"{stage.known.name(whom)} can't {step.does} themselves")
    fault = away(whom, world, stage)
    near = world.passing | (world.nearby if is_from_afar(step.does) else frozenset())
    if fault and fault.rule in ("left", "not_come_yet") and whom in near:
        fault = None
    if not fault and whom in world.dead and effect in ("give", "kill"):
        return Fault("dead", f"{stage.known.name(whom)} is dead already")
    return fault


def _using(step: StepDraft, thing: str | None, world: World, stage: Stage) -> Fault | None:
    used, known = step.using, stage.known
    if used is None:
        return None
    if used not in known.props:
        rule: Rule = "not_a_thing" if used in {*known.cast, *known.places} else "unknown_id"
        return Fault(rule, f"{known.name(used)} is no thing to use")
    fault = _reach(step.who, used, world, stage)
    return fault if fault or used == thing else _in_hand(step.who, used, world, stage)


def _reach(who: str, thing: str, world: World, stage: Stage) -> Fault | None:
    """Why somebody can't see a thing here; None when they can: whoever comes in has brought their own along."""
    known, holder, lies = stage.known, world.holder(thing), world.resting_place(thing)
    if thing in known.standing:
        return None
    if holder is not None and holder not in world.here | world.dead | world.passing | {who}:
        return Fault("held_by_another", f"{known.name(holder)} has {known.name(thing)}, and is not here")
    if lies is not None and lies != world.place:
        return Fault("thing_elsewhere", f"{known.name(thing)} was left at {known.name(lies)}")
    return None


def _in_hand(who: str, thing: str, world: World, stage: Stage) -> Fault | None:
    """Why somebody can't use a thing; None when they have it."""
    known, holder = stage.known, world.holder(thing)
    if thing in known.standing or world.has(who, thing):
        return None
    if holder is not None:
        return Fault("held_by_another", f"{known.name(holder)} has {known.name(thing)}, not {known.name(who)}")
    return Fault("not_held", f"{known.name(who)} uses {known.name(thing)} before it was taken or carried in")


def _moving(step: StepDraft, effect: Effect, thing: str | None, world: World, stage: Stage) -> Fault | None:
    """Why a thing can't be passed on or held by whoever does it.

    What nobody has had, or has put down, yet is taken by whoever is seen to hold it; whoever brings somebody a thing
    that nobody holds has taken it.
    """
    if thing is None or effect == "take":
        return None
    free = world.holder(thing) is None
    untouched = free and world.resting_place(thing) is None
    takes = (effect == "hold" and untouched) or (free and effect_of(step.does) == "take")
    return None if takes else _in_hand(step.who, thing, world, stage)


def _dying(step: StepDraft, effect: Effect, stage: Stage) -> Fault | None:
    """Why somebody can't die yet."""
    dies = step.who if effect == "die" else step.whom if effect == "kill" else None
    if dies is None or dies not in stage.needed:
        return None
    return Fault("needed_later", f"{stage.known.name(dies)} can't die here, a later scene still has them")


def _changed(step: StepDraft, effect: Effect, thing: str | None, world: World) -> World:
    """The state after a step that is possible."""
    who, whom = step.who, step.whom
    if effect not in _DONE_ASLEEP:
        # between two shots they have woken
        world = replace(world, asleep=world.asleep - {who})
    if effect == "enter" or (effect == "give" and effect_of(step.does) == "enter"):
        world = replace(world, here=world.here | {who}, left=world.left - {who})
    if thing is not None:
        return _passed(step, effect, thing, world)
    if effect == "leave":
        return replace(world, here=world.here - {who}, left=world.left | {who})
    dies = who if effect == "die" else whom if effect == "kill" else None
    if dies in world.here:
        gone = {str(dies)}
        return replace(world, here=world.here - gone, dead=world.dead | gone, asleep=world.asleep - gone)
    if effect == "sleep" and who in world.here:
        return replace(world, asleep=world.asleep | {who}, dozing=world.dozing | {who})
    if effect == "wake":
        woken = {whom or who}
        return replace(world, asleep=world.asleep - woken, dozing=world.dozing - woken)
    return world


def _passed(step: StepDraft, effect: Effect, thing: str, world: World) -> World:
    """The state after a thing has changed hands."""
    if effect in ("take", "hold"):
        return world.with_holder(thing, step.who)
    if effect == "give" and step.whom in world.here | world.passing:
        return world.with_holder(thing, step.whom)
    return world.with_holder(thing, None, world.place)
