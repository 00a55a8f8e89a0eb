"""A story for a given plot keeps to it; where the rules are not sure of the plot, the model is believed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.brief import Brief
from dreamgen.story.expansion.drafts import ActPlan, LineDraft, PersonDraft, PlaceDraft, Premise, PropDraft, StoryDraft
from dreamgen.story.expansion.faith import (
    cast_faults,
    keep_faith,
    plan_contradictions,
    premise_faults,
    scene_contradictions,
)
from dreamgen.story.world.plot import plot_of
from dreamgen.story.world.settling import settle
from tests.story.world.told import act, as_draft, premise, scene, shot

PLOT = (
    "Mara, an old woman in a yellow raincoat, walked along the harbour at sunset with a red lantern. "
    'A boy stood at the harbour. "Where is your mother?" asked Mara. '
    "Night fell. Mara walked through the forest in the dark night."
)
BRIEF = Brief(text=PLOT)
EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.txt"))


def cast(**changes: Any) -> Premise:
    """The plot's people, places and things, with Mara otherwise."""
    mara = {"name": "Mara", "kind": "old woman", "looks": "an old woman in a yellow raincoat", "top": "raincoat"}
    return premise(
        cast=(
            PersonDraft(**(mara | {"colour": "yellow"} | changes)),
            PersonDraft(name="The Boy", kind="boy", looks="a thin boy"),
        ),
        places=(PlaceDraft(name="harbour", set="harbour"), PlaceDraft(name="forest", set="forest")),
        props=(PropDraft(name="lantern", kind="lantern", colour="red"),),
    )


def told(part: tuple[int, int], made: Premise | None = None, lines: str = "", **changes: Any) -> StoryDraft:
    """One scene that tells these sentences of the plot."""
    given = {"place": "harbour", "time_of_day": "sunset", "cast": ("mara", "boy")} | changes
    work = scene(shot("mara walk"), **given).model_copy(update={"told": part})
    if lines and work.plan:
        who, _, words = lines.partition(": ")
        plan = work.plan.model_copy(update={"dialogue": (LineDraft(shot=1, who=who, words=words),)})
        work = work.model_copy(update={"plan": plan})
    whole = act(work, places=("harbour", "forest"), cast=("mara", "boy"))
    return StoryDraft(premise=made or cast(), acts=(whole,))


def rules(draft: StoryDraft) -> list[tuple[str, str, str]]:
    """What was set right."""
    return [(one.where, one.rule, one.outcome) for one in keep_faith(BRIEF, draft)[1]]


def test_a_faithful_draft_is_left_alone() -> None:
    draft = told((1, 3), lines="mara: where is your mother")
    assert premise_faults(BRIEF, draft.premise) == ()
    assert keep_faith(BRIEF, draft) == (draft, ())


def test_a_theme_can_not_be_contradicted() -> None:
    theme = Brief(text=PLOT, sort="theme")
    draft = told((1, 3), cast(kind="boy", top="dress"), lines="boy: Hello!")
    assert premise_faults(theme, draft.premise) == () and keep_faith(theme, draft) == (draft, ())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"top": "jacket"}, "Mara has a yellow raincoat in the plot, not a yellow jacket."),
        ({"colour": "blue"}, "Mara has a yellow raincoat in the plot, not a blue raincoat."),
        ({"looks": "a woman in a green coat"}, "Mara has a yellow raincoat in the plot, not a green coat."),
        ({"kind": "girl"}, "Mara is an old woman in the plot, not a girl."),
        (
            {"kind": "man", "looks": "a man with a beard in his yellow coat"},
            "Mara is an old woman in the plot, not a man.",
        ),
        ({"kind": "old man"}, "Mara is an old woman in the plot, not an old man."),
    ],
)
def test_looks_are_the_plots(changes: dict[str, Any], says: str) -> None:
    made = cast(**changes)
    assert says in premise_faults(BRIEF, made)
    mended, mends = keep_faith(BRIEF, told((1, 3), made))
    mara = mended.premise.cast[0]
    assert (mara.kind, mara.top, mara.colour) == ("old woman", "raincoat", "yellow")
    assert "green" not in mara.looks and "yellow" in mara.looks and " man" not in mara.looks
    assert {one.rule for one in mends} == {"not_as_told"}
    assert premise_faults(BRIEF, mended.premise) == ()


def test_what_a_draft_leaves_open_is_filled_from_the_plot() -> None:
    made = cast(top=None, colour=None, looks="a tired woman")
    assert premise_faults(BRIEF, made) == ()
    mended, mends = keep_faith(BRIEF, told((1, 3), made))
    assert (mended.premise.cast[0].top, mended.premise.cast[0].colour, mends) == ("raincoat", "yellow", ())


def test_what_the_plot_leaves_open_is_free() -> None:
    assert premise_faults(BRIEF, cast(hair="red", hairstyle="bob", hat="cap", glasses=True)) == ()


def test_things_have_the_plots_colour() -> None:
    made = cast().model_copy(update={"props": (PropDraft(name="old lantern", kind="lantern", colour="blue"),)})
    assert premise_faults(BRIEF, made) == ("old lantern is red in the plot, not blue.",)
    assert keep_faith(BRIEF, told((1, 3), made))[0].premise.props[0].colour == "red"


def test_people_who_are_not_in_the_plot_are_named() -> None:
    made = cast().model_copy(update={"cast": (*cast().cast, PersonDraft(name="Duke", kind="man", looks="a man"))})
    assert cast_faults(BRIEF, made) == ("Nobody in the plot is Duke.",)


def test_somebody_without_a_name_may_get_one() -> None:
    made = cast()
    named = made.model_copy(update={"cast": (made.cast[0], PersonDraft(name="Finn", kind="boy", looks="a boy"))})
    assert cast_faults(BRIEF, named) == ()


@pytest.mark.parametrize(
    "plot",
    [
        "Mara waits at the lake. 'Where's Tom?' asks Mara. Tom's boat is gone.",
        "Mara waits at the lake. ‘Where’s Tom?’ asks Mara. Tom’s boat is gone.",
        "Mara waits at the lake. «Where's Tom?» asks Mara. Tom's boat is gone.",
        "Mara waits at the lake.\n\nMara: Where's Tom?\n\nTom's boat is gone.",
    ],
)
def test_plots_quote_in_many_ways(plot: str) -> None:
    found = plot_of(Brief(text=plot))
    assert found and found.says("Where's Tom?") and not found.says("boat is gone")


def test_only_what_is_quoted_is_said() -> None:
    draft = told((1, 3), lines="mara: Follow me!")
    work = draft.acts[0].scenes[0]
    assert work.plan
    assert scene_contradictions(BRIEF, draft.premise, work.draft, work.plan, work.told) == (
        'Nobody in the plot says "Follow me!"; people say what it quotes, word by word, or nothing.',
    )
    assert rules(draft) == [("shot-01-01-01", "not_said", "dropped")]


def test_what_is_said_is_said_by_whom_the_plot_names() -> None:
    draft = told((1, 3), lines="boy: Where is your mother?", cast=("boy",))
    assert rules(draft) == [("shot-01-01-01", "other_speaker", "repaired")]
    work = keep_faith(BRIEF, draft)[0].acts[0].scenes[0]
    assert work.plan and work.plan.dialogue[0].who == "mara"
    assert work.draft.cast == ("boy", "mara")


@pytest.mark.parametrize(
    ("part", "changes", "expected"),
    [
        ((1, 1), {"time_of_day": "day"}, [("scene-01-01", "other_light", "repaired")]),
        ((5, 5), {"time_of_day": "sunset", "place": "forest"}, [("scene-01-01", "other_light", "repaired")]),
        ((5, 5), {"time_of_day": "night"}, [("scene-01-01", "other_place", "repaired")]),
        # of two lights in one scene either may be meant
        ((1, 5), {"time_of_day": "day"}, []),
        # nothing is told of the light here
        ((2, 3), {"time_of_day": "night"}, []),
    ],
)
def test_light_and_place_are_the_plots(
    part: tuple[int, int], changes: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert rules(told(part, **changes)) == expected


def test_an_act_is_told_where_and_when_its_scenes_are() -> None:
    draft = told((5, 5), place="harbour", time_of_day="day", content="Mara walks.")
    plan, parts = ActPlan(scenes=(draft.acts[0].scenes[0].draft,)), ((5, 5),)
    here = act(places=("harbour", "forest")).draft
    assert plan_contradictions(BRIEF, draft.premise, here, plan, parts) == (
        "Scene 1: the plot has night there, not day.",
        "Scene 1: the plot has forest there, not harbour.",
    )
    # it can't go where its act is not
    there = here.model_copy(update={"places": ("harbour",)})
    assert len(plan_contradictions(BRIEF, draft.premise, there, plan, parts)) == 1
    assert plan_contradictions(Brief(text="a lie", sort="theme"), draft.premise, here, plan, parts) == ()


def test_no_words_of_a_scene_move_it_from_the_plots_light() -> None:
    draft = told((5, 5), content="Mara walks. The sunlight falls on her.", place="forest", time_of_day="night")
    faithful, _ = keep_faith(BRIEF, draft)
    assert faithful.acts[0].scenes[0].draft.content == "Mara walks."
    assert settle(faithful)[0].acts[0].scenes[0].draft.time_of_day == "night"


def test_rain_that_is_told_is_seen() -> None:
    brief = Brief(text="Mara stood in the street. It began to rain, and Mara ran home in the heavy rain.")
    draft = told((2, 2), time_of_day="day")
    assert [one.rule for one in keep_faith(brief, draft)[1] if one.rule != "other_place"] == ["other_weather"]


def test_animals_are_the_plots() -> None:
    brief = Brief(text="A lion slept in the forest. A mouse ran across the lion.")
    made = premise(cast=(PersonDraft(name="Lion", kind="dog", looks="a large beast"),))
    assert premise_faults(brief, made) == ("Lion is a lion in the plot, not a dog.",)


@pytest.mark.parametrize(
    ("names", "wrong"),
    [
        (("Tall Bandit", "Fat Bandit"), False),
        (("Bandit",), True),
        (("Two Bandits",), True),
        (("First Bandit", "Second Bandit", "Third Bandit"), True),
        # the other one may be called Otto
        (("Bandit", "Otto"), False),
    ],
)
def test_there_are_as_many_as_the_plot_has(names: tuple[str, ...], wrong: bool) -> None:
    brief = Brief(text="Two bandits hid behind a bench. The tall bandit grabbed a basket and ran.")
    made = premise(cast=tuple(PersonDraft(name=name, kind="man", looks="a man") for name in names))
    assert bool(cast_faults(brief, made)) is wrong


def test_a_plot_that_the_rules_can_not_read_contradicts_nothing() -> None:
    brief = Brief(text="Der Leuchtturmwärter ging am Hafen entlang und trug eine rote Laterne in der Hand.")
    assert premise_faults(brief, cast(kind="boy")) == ()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_rules_own_stories_contradict_nothing(path: Path) -> None:
    plot = path.read_text("utf-8")
    brief, draft = Brief(text=plot), as_draft(plot)
    assert (*premise_faults(brief, draft.premise), *cast_faults(brief, draft.premise)) == ()
    for work in draft.acts[0].scenes:
        assert work.plan
        assert scene_contradictions(brief, draft.premise, work.draft, work.plan, work.told) == ()
    assert keep_faith(brief, draft)[1] == ()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_look_that_a_plot_tells_is_missed_when_it_is_wrong(path: Path) -> None:
    plot = path.read_text("utf-8")
    brief, draft = Brief(text=plot), as_draft(plot)
    dressed = draft.premise.cast
    spoilt = tuple(one.model_copy(update={"colour": "pink", "hair": one.hair and "blonde"}) for one in dressed)
    made = draft.premise.model_copy(update={"cast": spoilt})
    assert premise_faults(brief, made)
    mended, _ = keep_faith(brief, draft.model_copy(update={"premise": made}))
    assert premise_faults(brief, mended.premise) == ()
