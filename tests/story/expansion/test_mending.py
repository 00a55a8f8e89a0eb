"""Broken steps are asked for again, one by one; after it nothing is broken, whatever was answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from dreamgen.core.base import derived_random
from dreamgen.core.story import Mend
from dreamgen.engines.chat.asking import Reply, Request
from dreamgen.story.expansion.drafts import SceneWork, StepDraft, StoryDraft
from dreamgen.story.expansion.mending import MOST_ASKS_A_SCENE, mend, notes_of
from dreamgen.story.world import breaks
from tests.story.world.told import act, premise, right_story, scene, shot, story

T = TypeVar("T", bound=BaseModel)
VERBS = (
    "take", "give", "drop", "hold", "enter", "leave", "die", "kill", "sleep", "wake", "lie", "return", "walk", "hug",
    "talk", "come", "sunset", "throw", "bring", "put down",
)  # fmt: skip
TEXTS = (
    "They walk.", "Mara walks in the moonlight.", "It is noon. They stand.", "They stand in the rain.",
    "At midnight snow falls. Moonlight shines.",
)  # fmt: skip


class Model:
    """Answers every repair by a function of the request; None is no answer."""

    def __init__(self, answer: Callable[[Request[Any]], dict[str, Any] | None]) -> None:
        self.asked: list[Request[Any]] = []
        self.rounds = 0
        self._answer = answer

    def ask(self, requests: Sequence[Request[T]]) -> Iterator[Reply[T]]:
        """One reply a request."""
        self.rounds += 1
        for request in requests:
            self.asked.append(request)
            told = self._answer(request)
            if told is None:
                yield Reply(request, None, 3, "malformed", "no JSON")
            else:
                yield Reply(request, request.shape.model_validate(told), 1)


def step(does: str, **more: Any) -> Callable[[Request[Any]], dict[str, Any]]:
    """A model that knows one answer."""
    return lambda request: {"leave_out": False, "who": "mara", "does": does} | more


def nonsense(request: Request[Any]) -> dict[str, Any] | None:
    """Anything that has the shape, or nothing at all."""
    lot = derived_random(request.seed, request.user)
    if lot.random() < 0.2:
        return None
    return {"leave_out": lot.random() < 0.1, "does": lot.choice(VERBS)} | {
        name: lot.choice(choices(request, name)) for name in ("who", "whom", "using")
    }


def choices(request: Request[Any], name: str) -> list[Any]:
    """The ids that a shape lets one choose from."""
    kind = request.shape.model_fields[name].annotation
    found: list[Any] = []
    for one in get_args(kind) or (None,):
        found += get_args(one) or ([None] if one in (None, type(None)) else [one])
    return found


def outcomes(mends: Sequence[Mend]) -> list[tuple[str, str, str]]:
    """Where, what and how."""
    return [(one.where, one.rule, one.outcome) for one in mends]


def test_a_right_story_is_not_touched_and_nothing_is_asked() -> None:
    model = Model(nonsense)
    assert mend(right_story(), model, 1, 2) == (right_story(), ())
    assert not model.asked


def test_a_lantern_that_was_not_taken_is_taken() -> None:
    model = Model(step("take", whom="lantern"))
    draft = story(scene(shot("mara point bench lantern", text="She points."), shot("mara walk - lantern")))
    mended, mends = mend(draft, model, 1, 2)
    plan = mended.acts[0].scenes[0].plan
    assert plan and plan.shots[0].steps == (StepDraft(who="mara", does="take", whom="lantern"),)
    assert plan.shots[0].text == "Mara takes the lantern."
    # the second step rests on the first and is well by itself
    assert outcomes(mends) == [("shot-01-01-01", "not_held", "repaired")]
    assert len(model.asked) == 1
    told = "Mara points at the bench with the lantern."
    assert mends[0].detail == f"{told} Mara uses lantern before it was taken or carried in."


def test_a_step_is_asked_for_with_its_moment_and_the_reason() -> None:
    model = Model(step("wave"))
    mend(story(scene(shot("tom leave"), shot("mara hug tom"))), model, 1, 2)
    (request,) = model.asked
    assert request.purpose == "story/repair" and request.where == "shot-01-01-02"
    assert "Tom has left this scene before" in request.user
    assert "- tom: Tom, has left" in request.user and "- lantern: lantern, nobody has it" in request.user
    assert choices(request, "who") == ["mara", "tom"]
    assert choices(request, "whom") == ["mara", "lantern", "key", "bench", None]
    assert choices(request, "using") == ["lantern", "key", None]


def test_a_step_that_stays_broken_is_left_out_after_its_tries() -> None:
    model = Model(step("hug", whom="mara"))
    mended, mends = mend(story(scene(shot("tom leave"), shot("mara hug tom"))), model, 1, 3)
    plan = mended.acts[0].scenes[0].plan
    assert len(model.asked) == 3 and len({request.seed for request in model.asked}) == 3
    assert outcomes(mends) == [("shot-01-01-02", "left", "dropped")]
    # the shot stays, and shows who is there
    assert plan and plan.shots[1].steps == (StepDraft(who="mara", does="stand"),)
    assert plan.shots[1].text == "Mara stands."
    (note,) = notes_of(mends)
    assert (note.where, note.reason) == ("shot-01-01-02", "left")
    assert note.what == "Mara hugs Tom. Tom has left this scene before."


def test_a_model_may_leave_a_step_out() -> None:
    model = Model(step("x", leave_out=True))
    _, mends = mend(story(scene(shot("tom leave"), shot("mara hug tom"))), model, 1, 3)
    assert len(model.asked) == 1
    assert outcomes(mends) == [("shot-01-01-02", "left", "dropped")]


def test_without_tries_nothing_is_asked() -> None:
    model = Model(nonsense)
    mended, mends = mend(story(scene(shot("tom leave"), shot("mara hug tom", "tom run"))), model, 1, 0)
    assert not model.asked and breaks(mended) == ()
    assert [one.outcome for one in mends] == ["dropped", "dropped"]


def test_scenes_are_mended_at_the_same_time() -> None:
    broken = scene(shot("mara hug aldo"))
    model = Model(step("wave"))
    mend(story(broken, broken, broken), model, 1, 2)
    assert len(model.asked) == 3 and model.rounds == 1


def test_a_hopeless_scene_is_not_asked_for_without_end() -> None:
    model = Model(lambda request: None)
    hopeless = scene(*(shot("mara hug aldo", "tom hug aldo", "aldo walk") for _ in range(8)))
    mended, mends = mend(story(hopeless), model, 1, 2)
    assert len(model.asked) == MOST_ASKS_A_SCENE
    assert len(mends) == 24 and breaks(mended) == ()


def test_acts_and_scenes_are_put_right_by_rule() -> None:
    draft = story(
        scene(shot("mara walk"), time_of_day="night", gone=("tom",)),
        scene(shot("mara walk"), content="They stand in the rain.", carried="aldo=lantern"),
    )
    mended, mends = mend(draft, Model(nonsense), 1, 2)
    second = mended.acts[0].scenes[1].draft
    assert (second.day, second.time_of_day, second.weather, second.cast) == (2, "day", "rain", ("mara",))
    assert second.carried == ()
    assert [one[1:] for one in outcomes(mends)] == [
        ("gone", "repaired"), ("back_in_time", "repaired"), ("other_weather", "repaired"), ("not_here", "repaired"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("later", "day", "time"), [((), 2, "day"), ((scene(shot("mara walk"), time_of_day="night"),), 1, "night")]
)
def test_a_scene_moves_to_the_light_that_it_tells_where_the_clock_lets_it(
    later: tuple[SceneWork, ...], day: int, time: str
) -> None:
    sunny = scene(shot("mara walk"), content="Mara walks. It is noon.", time_of_day="night")
    mended, _ = mend(story(scene(shot("mara walk"), time_of_day="night"), sunny, *later), Model(nonsense), 1, 2)
    second = mended.acts[0].scenes[1].draft
    assert (second.day, second.time_of_day) == (day, time)
    assert ("noon" in second.content) is (not later)


def test_lines_that_nobody_could_say_are_left_out() -> None:
    draft = story(scene(shot("tom leave"), shot("mara wave"), lines="2=tom 9=mara"))
    mended, mends = mend(draft, Model(nonsense), 1, 2)
    plan = mended.acts[0].scenes[0].plan
    assert plan and [(line.shot, line.who) for line in plan.dialogue] == [(2, "mara")]
    assert outcomes(mends) == [("shot-01-01-02", "left", "dropped"), ("shot-01-01-02", "no_such_shot", "repaired")]


def test_words_of_another_light_are_told_again_from_the_steps() -> None:
    draft = story(scene(shot("mara give tom lantern", text="In the moonlight Mara gives."), carried="mara=lantern"))
    mended, mends = mend(draft, Model(nonsense), 1, 2)
    plan = mended.acts[0].scenes[0].plan
    assert plan and plan.shots[0].text == "Mara gives the lantern to Tom."
    assert outcomes(mends) == [("shot-01-01-01", "other_light", "repaired")]


def test_mends_stand_in_the_order_of_the_story() -> None:
    draft = story(act(scene(shot("mara hug aldo"), shot("aldo hug mara"))), act(scene(shot("aldo walk"))))
    _, mends = mend(draft, Model(lambda request: None), 1, 1)
    assert [one.where for one in mends] == ["shot-01-01-01", "shot-01-01-02", "shot-02-01-01"]


_CAST = st.sampled_from(("mara", "tom", "aldo", "mara", "tom", "nobody"))
_THINGS = st.sampled_from(("lantern", "key", "bench", "wand", "tom"))
_MANY = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@st.composite
def drafts(draw: Any) -> StoryDraft:
    """Any draft with ids that mostly exist."""
    steps = st.builds(
        StepDraft,
        who=_CAST,
        does=st.sampled_from(VERBS),
        whom=st.none() | _CAST | _THINGS,
        using=st.none() | _THINGS,
        feels=st.none(),
    )
    shots = st.builds(
        lambda some, text: shot("mara walk", text=text).model_copy(update={"steps": tuple(some)}),
        st.lists(steps, min_size=1, max_size=3),
        st.sampled_from(TEXTS),
    )
    spoken = st.builds(lambda number, who: f"{number}={who}", st.integers(1, 5), _CAST)
    held = st.builds(lambda who, what: f"{who}={what}", _CAST, _THINGS)
    scenes = st.builds(
        lambda some, lines, carried, **changes: scene(
            *some, lines=" ".join(lines), carried=" ".join(carried), **changes
        ),
        st.lists(shots, max_size=4),
        st.lists(spoken, max_size=2),
        st.lists(held, max_size=2),
        content=st.sampled_from(TEXTS),
        title=st.sampled_from(("Scene", "Moonlight")),
        place=st.sampled_from(("old-harbour", "dark-wood", "moon")),
        day=st.sampled_from((1, 2, 999)),
        time_of_day=st.sampled_from(("day", "sunset", "night")),
        weather=st.sampled_from(("clear", "rain", "fog")),
        cast=st.lists(_CAST, min_size=1, max_size=3).map(tuple),
        gone=st.lists(_CAST, max_size=2).map(tuple),
    )
    acts = st.builds(
        lambda some, **changes: act(*some, **changes),
        st.lists(scenes, max_size=2),
        places=st.lists(st.sampled_from(("old-harbour", "dark-wood", "moon")), min_size=1, max_size=2).map(tuple),
        cast=st.lists(_CAST, min_size=1, max_size=3).map(tuple),
        gone=st.lists(_CAST, max_size=3).map(tuple),
    )
    return StoryDraft(premise=premise(), acts=tuple(draw(st.lists(acts, min_size=1, max_size=3))))


@pytest.mark.slow
@_MANY
@given(drafts(), st.integers(0, 2))
def test_a_mended_story_has_no_breaks_whatever_is_answered(draft: StoryDraft, tries: int) -> None:
    mended, mends = mend(draft, Model(nonsense), 7, tries)
    assert breaks(mended) == ()
    assert StoryDraft.model_validate(mended.model_dump()) == mended
    assert bool(mends) == bool(breaks(draft))
    assert (mended, mends) == mend(draft, Model(nonsense), 7, tries)
    # nothing is lost but steps, lines and what stood in lists
    for before, after in zip(draft.acts, mended.acts, strict=True):
        assert [shots(one) for one in before.scenes] == [shots(one) for one in after.scenes]
    assert len(notes_of(mends)) == Counter(one.outcome for one in mends)["dropped"]


def shots(work: Any) -> int:
    """How many a scene has."""
    return len(work.plan.shots) if work.plan else 0
