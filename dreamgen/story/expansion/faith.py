"""A story written for a given plot shows nothing that contradicts it.

The plot is read a second time, by the rules of the embedded writer. What they are sure of must hold: who is what, what
they wear, when and where it is, what is said. Where they are not sure, the model is believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dreamgen.core.brief import Brief
from dreamgen.core.story import Mend
from dreamgen.story.expansion.drafts import (
    ActDraft,
    ActPlan,
    ActWork,
    LineDraft,
    Premise,
    SceneDraft,
    ScenePlan,
    SceneWork,
    StoryDraft,
)
from dreamgen.story.expansion.ids import ids_of, scene_id, shot_id
from dreamgen.story.world.backdrop import is_stated, right_place, right_time, right_weather
from dreamgen.story.world.known import known_of
from dreamgen.story.world.light import without_light
from dreamgen.story.world.numbers import wrong_numbers
from dreamgen.story.world.plot import Plot, Told, plot_of
from dreamgen.story.world.portraits import corrected, strangers, who_is_who, wrong_colour, wrong_looks

_MOST_CAST = 6
"""Of a scene."""


def premise_faults(brief: Brief, premise: Premise) -> tuple[str, ...]:
    """What in a premise contradicts the plot, and is put right by `keep_faith`, one sentence each; none for a theme."""
    plot = plot_of(brief)
    if plot is None:
        return ()
    people = who_is_who(plot, premise)
    found = [one for at, told in people.items() for one in wrong_looks(premise.cast[at], told)]
    for prop in premise.props:
        colour = wrong_colour(plot, prop)
        if colour and prop.colour:
            found.append(f"{prop.name} is {colour} in the plot, not {prop.colour}.")
    return tuple(dict.fromkeys(found))


def cast_faults(brief: Brief, premise: Premise) -> tuple[str, ...]:
    """Whom a premise has too many or too few of for the plot, which nothing puts right; none for a theme."""
    plot = plot_of(brief)
    if plot is None:
        return ()
    people = who_is_who(plot, premise)
    found = [f"Nobody in the plot is {name}." for name in strangers(plot, premise, people)]
    return tuple(dict.fromkeys([*wrong_numbers(plot, premise, people), *found]))


def plan_contradictions(
    brief: Brief, premise: Premise, act: ActDraft, plan: ActPlan, parts: Sequence[tuple[int, int] | None]
) -> tuple[str, ...]:
    """Where or when scenes of an act are otherwise than the plot has them, one sentence each; none for a theme.

    Args:
        brief: the plot.
        premise: what the story is made of.
        act: the act, as the outline has it; its scenes can be in its places only.
        plan: the scenes.
        parts: first and last number of the plot's sentences that each of them tells, from 1.
    """
    plot = plot_of(brief)
    if plot is None:
        return ()
    found = []
    for number, (scene, told) in enumerate(zip(plan.scenes, parts, strict=True), start=1):
        for rule, _, is_, was in _settings(plot, premise, scene, told):
            if rule != "other_place" or is_ in act.places:
                found.append(f"Scene {number}: the plot has {is_} there, not {was}.")
    return tuple(found)


def scene_contradictions(
    brief: Brief, premise: Premise, scene: SceneDraft, plan: ScenePlan, told: tuple[int, int] | None = None
) -> tuple[str, ...]:
    """What in a scene's shots contradicts the plot, one sentence each; none for a theme.

    Its place, light and weather were settled before its shots: see `plan_contradictions`.

    Args:
        brief: the plot.
        premise: what the story is made of.
        scene: the scene, as its act's plan has it.
        plan: its shots.
        told: first and last number of the plot's sentences that it tells, from 1; None for all of them.
    """
    plot = plot_of(brief)
    if plot is None:
        return ()
    return tuple(dict.fromkeys(wrong for line in plan.dialogue for wrong in _wrong_words(plot, premise, line)))


def keep_faith(brief: Brief, draft: StoryDraft) -> tuple[StoryDraft, tuple[Mend, ...]]:
    """A draft in which the plot's own word wins, and what had to be changed for that.

    The names of a premise stay, and with them all ids.
    """
    plot = plot_of(brief)
    if plot is None:
        return draft, ()
    keeper = _Keeper(plot, draft.premise)
    acts = tuple(keeper.act(a, act) for a, act in enumerate(draft.acts, start=1))
    return draft.model_copy(update={"premise": keeper.faithful(), "acts": acts}), tuple(keeper.mends)


def _settings(
    plot: Plot, premise: Premise, scene: SceneDraft, told: tuple[int, int] | None
) -> Iterator[tuple[str, str, str, str]]:
    """What of a scene's setting is otherwise than the plot has it: rule, field, what is right, and what it is."""
    # a scene that tells no sentences of its own has nothing to be held to
    part = plot.part(told) if told else ()
    for rule, field_, is_, was in (
        ("other_light", "time_of_day", right_time(scene, part), scene.time_of_day),
        ("other_weather", "weather", right_weather(scene, part), scene.weather),
        ("other_place", "place", right_place(scene, part, premise), scene.place),
    ):
        if is_ != was:
            yield rule, field_, is_, was


def _wrong_words(plot: Plot, premise: Premise, line: LineDraft) -> Iterator[str]:
    if not plot.says(line.words):
        yield f'Nobody in the plot says "{line.words}"; people say what it quotes, word by word, or nothing.'
        return
    right = _speaker(plot, premise, line)
    if right is not None:
        yield f'In the plot it is {right}, not {line.who}, who says "{line.words}".'


def _speaker(plot: Plot, premise: Premise, line: LineDraft) -> str | None:
    """The id of whoever says a line in the plot, where it is surely somebody else."""
    ids = ids_of(premise).cast
    who = {told.person.id: ids[at] for at, told in who_is_who(plot, premise).items()}
    right = who.get(plot.speaker(line.words) or "")
    # the one who speaks in the draft must be somebody else of the plot, not one whom nobody could place
    return right if right is not None and right != line.who and line.who in who.values() else None


@dataclass
class _Keeper:
    """Sets right what contradicts the plot, and keeps account."""

    plot: Plot
    premise: Premise
    mends: list[Mend] = field(default_factory=list)

    def faithful(self) -> Premise:
        """The premise with the plot's looks and colours."""
        people: Mapping[int, Told] = who_is_who(self.plot, self.premise)
        ids = ids_of(self.premise)
        cast = list(self.premise.cast)
        for at, told in people.items():
            for wrong in dict.fromkeys(wrong_looks(cast[at], told)):
                self._note(ids.cast[at], "not_as_told", wrong)
            cast[at] = corrected(cast[at], told)
        props = []
        for prop, one in zip(self.premise.props, ids.props, strict=True):
            colour = wrong_colour(self.plot, prop)
            if colour and prop.colour:
                self._note(one, "not_as_told", f"{prop.name} is {colour} in the plot, not {prop.colour}.")
            props.append(prop.model_copy(update={"colour": colour}) if colour else prop)
        return self.premise.model_copy(update={"cast": tuple(cast), "props": tuple(props)})

    def act(self, number: int, act: ActWork) -> ActWork:
        """The act with scenes where, when and in what words the plot has them."""
        scenes = tuple(self._scene(number, s, scene) for s, scene in enumerate(act.scenes, start=1))
        return act.model_copy(update={"scenes": scenes})

    def _scene(self, a: int, s: int, work: SceneWork) -> SceneWork:
        scene = work.draft
        changed: dict[str, object] = {}
        for rule, field_, is_, was in _settings(self.plot, self.premise, scene, work.told):
            self._note(scene_id(a, s), rule, f"The plot has {is_} here, not {was}.")
            changed[field_] = is_
        plan = self._spoken(a, s, work.plan) if work.plan else None
        # whom the plot has speak is there, though the scene did not know
        speakers = (line.who for line in (plan.dialogue if plan else ()))
        cast = tuple(dict.fromkeys((*scene.cast, *speakers)))[: max(_MOST_CAST, len(scene.cast))]
        draft = scene.model_copy(update=changed | {"cast": cast})
        if work.told and is_stated(self.plot.part(work.told)):
            # or the scene's own words would be believed later, and move it to another light
            names = known_of(self.premise).all_names
            kept = without_light(scene.content, names, draft.time_of_day, draft.weather)
            draft = draft.model_copy(update={"content": kept or scene.title})
        return work.model_copy(update={"draft": draft, "plan": plan})

    def _spoken(self, a: int, s: int, plan: ScenePlan) -> ScenePlan:
        """The shots with lines that the plot has, said by those who say them."""
        lines = []
        for line in plan.dialogue:
            where = shot_id(a, s, line.shot)
            wrong = next(_wrong_words(self.plot, self.premise, line), None)
            right = _speaker(self.plot, self.premise, line)
            if wrong and not self.plot.says(line.words):
                self._note(where, "not_said", f'Nobody in the plot says "{line.words}".', "dropped")
                continue
            if wrong and right:
                self._note(where, "other_speaker", wrong)
                line = line.model_copy(update={"who": right})
            lines.append(line)
        return plan.model_copy(update={"dialogue": tuple(lines)})

    def _note(self, where: str, rule: str, detail: str, outcome: Literal["repaired", "dropped"] = "repaired") -> None:
        self.mends.append(Mend(where=where, rule=rule, detail=detail, outcome=outcome))
