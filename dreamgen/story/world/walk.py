"""Walks a whole draft from state to state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dreamgen.story.expansion.drafts import LineDraft, SceneDraft, SceneWork, ShotDraft, StoryDraft
from dreamgen.story.expansion.ids import scene_id, shot_id
from dreamgen.story.world.acting import acts_in
from dreamgen.story.world.effects import Effect, comes_nearer, effect_of
from dreamgen.story.world.known import known_of
from dreamgen.story.world.light import times_told, weathers_told
from dreamgen.story.world.settling import settle
from dreamgen.story.world.state import Break, Rule, World
from dreamgen.story.world.steps import Fault, Stage, after, away


@dataclass(frozen=True)
class Finding:
    """A break, and the state in which it can't happen."""

    found: Break
    """What is broken."""
    world: World
    """The state right before it."""
    stage: Stage
    """Its scene."""


def breaks(draft: StoryDraft) -> tuple[Break, ...]:
    """Everything in a draft that can't happen as it is written, in the order of the story.

    What can't happen changes nothing: the walk goes on as if it were left out. So a draft without it has no breaks.
    """
    settled, wrong = settle(draft)
    found = [*wrong, *(one.found for one in findings(settled))]
    return tuple(sorted(found, key=in_order))


def findings(settled: StoryDraft) -> tuple[Finding, ...]:
    """What is broken in the scenes of a draft that was settled, with the states around it."""
    return tuple(one for visit in visits(settled) for one in visit.findings())


@dataclass(frozen=True)
class Visit:
    """One scene, and the state in which it begins."""

    act: int
    """Index of its act."""
    scene: int
    """Index in the act."""
    work: SceneWork
    """The scene."""
    world: World
    """Before anybody came in."""
    stage: Stage
    """Who is there and who is needed later."""

    def opened(self) -> tuple[World, tuple[tuple[int, Fault], ...]]:
        """The state when the scene begins, and which things can't be carried in."""
        draft = self.work.draft
        here = self.stage.cast - _arriving(self.stage.cast, self._shots)
        world = replace(
            self.world,
            place=draft.place,
            here=here,
            left=frozenset(),
            passing=frozenset(),
            nearby=frozenset(),
            dead=frozenset(),
            asleep=frozenset(),
            dozing=frozenset(),
            day=draft.day,
            time=draft.time_of_day,
        )
        return _carrying(draft, world, self.stage)

    def findings(self) -> Iterator[Finding]:
        """What is broken in it."""
        world, wrong = self.opened()
        for _, fault in wrong:
            yield Finding(self.break_of(fault), world, self.stage)
        for n, shot in enumerate(self._shots):
            before = world
            world = during(self._shots, n, world)
            for k, step in enumerate(shot.steps):
                then = after(step, world, self.stage)
                if isinstance(then, Fault):
                    yield Finding(self.break_of(then, shot=n, step=k), world, self.stage)
                else:
                    world = then
            for fault in self.text_faults(shot.text, before):
                yield Finding(self.break_of(fault, shot=n), world, self.stage)
        for m, n, fault in self.line_faults():
            yield Finding(self.break_of(fault, shot=n, line=m), world, self.stage)

    def text_faults(self, text: str, before: World) -> Iterator[Fault]:
        """Where the words of a shot disagree with the light or the weather, or let one act who is dead or gone.

        Args:
            text: the words.
            before: the state when the shot begins.
        """
        draft, known = self.work.draft, self.stage.known
        times, light = times_told(text, known.all_names)
        skies, sky = weathers_told(text, known.all_names)
        if draft.time_of_day not in times:
            yield Fault("other_light", f"the text speaks of {light}, but it is {draft.time_of_day}")
        if draft.weather not in skies:
            yield Fault("other_weather", f"the text speaks of {sky}, but the weather is {draft.weather}")
        for who, name in known.cast.items():
            if who in before.gone | before.dead and acts_in(text, name, known.all_names):
                rule: Rule = "gone" if who in before.gone else "dead"
                yield Fault(rule, f"the text lets {name} act, who is dead or has left the story")

    def line_faults(self) -> tuple[tuple[int, int, Fault], ...]:
        """Indices of the lines that can't be said, and of their shots, and why."""
        dialogue = self.work.plan.dialogue if self.work.plan else ()
        if not dialogue:
            return ()
        around, last = self._around(), len(self._shots) - 1
        wrong = (
            (m, min(line.shot - 1, last), _line_fault(line, around, self.stage)) for m, line in enumerate(dialogue)
        )
        return tuple((m, n, fault) for m, n, fault in wrong if fault)

    def closed(self) -> World:
        """The state when the scene has ended."""
        around = self._around()
        world = around[-1][1] if around else self.opened()[0]
        gone = world.gone | world.dead | set(self.work.draft.gone)
        if self.work.plan is None:
            # who has what when it ends is for its shots to say
            world = replace(world, held=(), lying=(), kept=(*world.kept, *world.held))
        # what the dead had is anybody's
        held = tuple(pair for pair in world.held if pair[1] not in gone)
        kept = tuple(pair for pair in world.kept if pair[1] not in gone)
        return replace(world, gone=gone, held=held, kept=kept)

    def break_of(self, fault: Fault, **at: int) -> Break:
        """A fault with its place: `shot`, `step` and `line` as they are known."""
        a, s, n = self.act, self.scene, at.get("shot")
        where = scene_id(a + 1, s + 1) if n is None else shot_id(a + 1, s + 1, n + 1)
        return Break(where=where, rule=fault.rule, detail=fault.says, act=a, scene=s, **at)

    @property
    def _shots(self) -> tuple[ShotDraft, ...]:
        return self.work.plan.shots if self.work.plan else ()

    def _around(self) -> list[tuple[World, World]]:
        """The states before and after each shot."""
        world, around = self.opened()[0], []
        for n, shot in enumerate(self._shots):
            before = world
            world = during(self._shots, n, world)
            for step in shot.steps:
                then = after(step, world, self.stage)
                world = world if isinstance(then, Fault) else then
            around.append((before, world))
        return around


def visits(settled: StoryDraft) -> Iterator[Visit]:
    """All scenes of a draft that was settled, in order."""
    known = known_of(settled.premise)
    casts = [frozenset(scene.draft.cast) for act in settled.acts for scene in act.scenes]
    world, at = World(), 0
    for a, act in enumerate(settled.acts):
        # acts are written without knowing each other: what was in hand is kept, what lay about may lie anywhere
        world = replace(world, held=(), lying=(), kept=(*world.kept, *world.held))
        for s, work in enumerate(act.scenes):
            at += 1
            stage = Stage(known, frozenset(work.draft.cast), frozenset().union(*casts[at:]))
            visit = Visit(a, s, work, world, stage)
            yield visit
            world = visit.closed()
        world = replace(world, gone=world.gone | set(act.draft.gone))


def during(shots: Sequence[ShotDraft], n: int, world: World) -> World:
    """The state in which one of the shots of a scene begins: whoever comes or goes in it is seen in all of it."""
    passing = _moving(shots[n : n + 1], "enter") | _moving(shots[n : n + 1], "leave")
    nearby = _moving(shots[max(0, n - 1) : n], "leave") | _moving(shots[n + 1 : n + 2], "enter")
    return replace(world, passing=passing, nearby=nearby, dozing=frozenset())


def in_order(one: Break) -> tuple[int, ...]:
    """Sorts breaks as they stand in the story: an act comes before its scenes, a scene before its shots."""
    return tuple(-1 if at is None else at for at in (one.act, one.scene, one.shot, one.step, one.line))


def _moving(shots: Sequence[ShotDraft], effect: Effect) -> frozenset[str]:
    """Who does something of this effect in these shots."""
    return frozenset(one.who for shot in shots for one in shot.steps if effect_of(one.does) == effect)


def _arriving(cast: frozenset[str], shots: Sequence[ShotDraft]) -> frozenset[str]:
    """Who comes in later: whose first deed it is."""
    arriving, acted, met = set(), set(), set()
    for step in (step for shot in shots for step in shot.steps):
        comes = step.who not in acted and effect_of(step.does) == "enter"
        if comes and not (step.who in met and comes_nearer(step.does)):
            arriving.add(step.who)
        acted.add(step.who)
        met.add(step.whom)
    return cast & frozenset(arriving)


def _carrying(draft: SceneDraft, world: World, stage: Stage) -> tuple[World, tuple[tuple[int, Fault], ...]]:
    """The state with what is carried in, and what can't be."""
    known, wrong = stage.known, []
    carried: dict[str, str] = {}
    for at, one in enumerate(draft.carried):
        fault = None
        if one.what not in known.props:
            fault = Fault("unknown_id", f"{known.name(one.what)} is no thing of this story")
        elif one.who not in stage.cast:
            fault = Fault("not_here", f"{known.name(one.who)} carries {known.name(one.what)} but is not in this scene")
        elif carried.setdefault(one.what, one.who) != one.who:
            two = f"{known.name(carried[one.what])} and {known.name(one.who)}"
            fault = Fault("two_holders", f"{two} can't both carry {known.name(one.what)}")
        elif (holder := world.holder(one.what)) not in {None, one.who, *stage.cast}:
            fault = Fault("held_by_another", f"{known.name(str(holder))} has {known.name(one.what)}, and is not here")
        if fault:
            wrong.append((at, fault))
        else:
            world = world.with_holder(one.what, one.who)
    return world, tuple(wrong)


def _line_fault(line: LineDraft, around: Sequence[tuple[World, World]], stage: Stage) -> Fault | None:
    """Why a line can't be said in, or right after, its shot."""
    if line.shot > len(around):
        return Fault("no_such_shot", f"{stage.known.name(line.who)} speaks in shot {line.shot} of {len(around)}")
    wrong = None
    for world in around[line.shot - 1]:
        wrong = away(line.who, world, stage)
        if not wrong and line.who in world.dead:
            wrong = Fault("dead", f"{stage.known.name(line.who)} is dead and can't speak")
        if not wrong and line.who in world.asleep:
            wrong = Fault("asleep", f"{stage.known.name(line.who)} sleeps and can't speak")
        if not wrong:
            return None
    return wrong
