"""Whatever a model has written, as long as it has the shape: a valid story that can be staged, or a clear refusal."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dreamgen.core.brief import Brief
from dreamgen.core.story import Story, Writing
from dreamgen.core.vocabulary import Colour, Feeling, Framing, TimeOfDay, Weather
from dreamgen.errors import ModelError
from dreamgen.illustrator import catalogue
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import read_recipe
from dreamgen.story.composing.compose import compose
from dreamgen.story.expansion.drafts import (
    ActDraft,
    ActWork,
    Carried,
    LineDraft,
    PersonDraft,
    PlaceDraft,
    Premise,
    PropDraft,
    QuestionDraft,
    SceneDraft,
    ScenePlan,
    SceneWork,
    ShotDraft,
    StepDraft,
    StoryDraft,
)
from dreamgen.story.expansion.ids import ids_of
from dreamgen.story.offers import offers
from dreamgen.story.staging import stage

_NAMES = (
    "Mara", "mara", "the old keeper", "Tom", "Queen Isolde", "ȜÞ'x", "💡", "?", " ", "\x00\x07", "rabbit",
    "a dragon", "bench", "lantern", "harbour", "A" * 40, "ﬀ\u202e", "none", "Mara's dog", "x\ny",
)  # fmt: skip
_ODD = ("nobody", "Mara", "-", " ", "old_keeper")
_WORDS = (
    "a tall woman in a red coat",
    "bald",
    "no hat, grey fur",
    "Mara walks because Tom runs.",
    "\u2028",
    "%s {x} </b>",
)


def _some(values: tuple[str, ...], longest: int) -> st.SearchStrategy[str]:
    return st.sampled_from(values) | st.text(min_size=1, max_size=longest)


_name = _some((*_NAMES, *offers().kinds, *offers().props, *offers().set_names), 40)
_line = _some((*_WORDS, " ".join(["word"] * 39)), 200)
_verb = _some((*offers().all_verbs, "pick up", "hugs", "ride", "is giving", "kill", "read", "not move", " "), 24)
_questions = st.lists(st.builds(QuestionDraft, question=_line, answer=_line), max_size=2).map(tuple)
_colour = st.none() | st.sampled_from(get_args(Colour))
_feeling = st.none() | st.sampled_from(get_args(Feeling))


def _tuples(of: st.SearchStrategy[object], least: int, most: int) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, min_size=least, max_size=most).map(tuple)


_people = st.builds(
    PersonDraft, name=_name, kind=_name, looks=_line, top=st.none() | _name, colour=_colour, hair=st.none() | _name,
    hairstyle=st.none() | _name, hat=st.none() | _name, glasses=st.booleans(), beard=st.booleans(),
    likeness=st.none() | _name,
)  # fmt: skip
_premise = st.builds(
    Premise, title=_name, overview=_line, genre=_name, tone=_line, style_word=_name, cast=_tuples(_people, 1, 12),
    places=_tuples(st.builds(PlaceDraft, name=_name, set=_name), 1, 4),
    props=_tuples(st.builds(PropDraft, name=_name, kind=_name, colour=_colour), 0, 4), questions=_questions,
)  # fmt: skip


@st.composite
def _drafts(draw: st.DrawFn) -> StoryDraft:
    """Drafts whose ids mostly mean something, be it the wrong thing."""
    premise = draw(_premise)
    ids = ids_of(premise)
    one = st.sampled_from((*ids.cast, *ids.cast, *ids.props, *ids.places, *_ODD))
    maybe = st.none() | one
    step = st.builds(StepDraft, who=one, does=_verb, whom=maybe, using=maybe, feels=_feeling)
    shot = st.builds(
        ShotDraft,
        text=_line,
        framing=st.sampled_from(get_args(Framing)),
        steps=_tuples(step, 1, 3),
    )
    plan = st.builds(
        ScenePlan, shots=_tuples(shot, 1, 4), questions=_questions,
        dialogue=_tuples(st.builds(LineDraft, shot=st.integers(1, 9), who=one, words=_line), 0, 6),
    )  # fmt: skip
    scene = st.builds(
        SceneDraft, title=_name, content=_line, place=one, day=st.integers(1, 999), questions=_questions,
        time_of_day=st.sampled_from(get_args(TimeOfDay)), weather=st.sampled_from(get_args(Weather)),
        cast=_tuples(one, 1, 6), gone=_tuples(one, 0, 2),
        carried=_tuples(st.builds(Carried, who=one, what=one), 0, 4),
    )  # fmt: skip
    scenes = _tuples(st.builds(SceneWork, draft=scene, plan=plan | plan | plan | st.none()), 0, 2)
    act = st.builds(
        ActDraft, title=_name, content=_line, places=_tuples(one, 1, 2), cast=_tuples(one, 1, 2), gone=st.just(()),
        questions=_questions,
    )  # fmt: skip
    acts = draw(_tuples(st.builds(ActWork, draft=act, scenes=scenes), 1, 2))
    return StoryDraft.model_validate({"premise": premise, "acts": acts})


_MANY = settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)  # fmt: skip


def _shots(draft: StoryDraft) -> int:
    plans = [scene.plan for act in draft.acts for scene in act.scenes if scene.plan is not None]
    return sum(len(plan.shots) for plan in plans)


def _composed(draft: StoryDraft, seed: int) -> Story | None:
    try:
        return compose(draft, Brief(text="x", sort="theme"), seed, Writing(model="m", prompts=()))
    except ModelError:
        assert _shots(draft) == 0
        return None


@given(_drafts(), st.integers(0, 5))
@_MANY
def test_any_draft_is_a_story_with_as_many_shots(draft: StoryDraft, seed: int) -> None:
    story = _composed(draft, seed)
    if story is None:
        return
    assert len(story.shots) == _shots(draft)
    assert Story.model_validate_json(story.model_dump_json()) == story
    assert {one.kind for one in story.cast} <= {*catalogue().people, *catalogue().animals}
    assert {prop.kind for prop in story.props} <= set(catalogue().props)
    assert {place.set for place in story.locations} <= set(catalogue().sets)
    staged = stage(story)
    assert len(staged.shots) == len(story.shots)
    for shot in staged.shots:
        hands = [placement.holds for placement in shot.layout.placements if placement.holds]
        assert len(hands) == len(set(hands))
        times = [(event.start, event.end) for event in shot.events if event.says]
        assert all(0 <= start < end <= shot.seconds for start, end in times)


@given(_drafts(), st.integers(0, 5))
@_MANY
def test_everything_said_in_any_draft_is_heard_or_noted(draft: StoryDraft, seed: int) -> None:
    story = _composed(draft, seed)
    if story is None:
        return
    told = " ".join(
        [*(event.says for shot in story.shots for event in shot.events if event.says), *(n.what for n in story.notes)]
    )
    heard = " ".join(told.split())
    lines = [
        line
        for act in draft.acts
        for scene in act.scenes
        if scene.plan is not None
        for line in scene.plan.dialogue
    ]  # fmt: skip
    for line in lines:
        if line.words in _WORDS[:4]:
            assert line.words in heard


@pytest.mark.slow
def test_nonsense_can_be_rendered(tmp_path: Path) -> None:
    draft = _nonsense()
    story = compose(draft, Brief(text="x", sort="theme"), 3, Writing(model="m", prompts=()))
    recipe = read_recipe("storyboard", ["size=192x108", "look=flat", "render.workers=1", "clip.workers=1"])
    dream(story, recipe, tmp_path / "run", until="render")
    assert len(list((tmp_path / "run").rglob("keyframes/*.png"))) == _shots(draft)


def _nonsense() -> StoryDraft:
    """What a random model writes under constrained decoding."""
    person = PersonDraft(name="ȜÞ'x", kind="\x7f", looks="�", colour="red", top="red", beard=True)
    premise = Premise(
        title="\u200b", overview="?", genre="💡", tone="(", style_word="{", cast=(person,) * 5,
        places=(PlaceDraft(name="💡", set="💡"),) * 2, props=(PropDraft(name="\t", kind="?"),) * 3, questions=(),
    )  # fmt: skip
    step = StepDraft(who="x", does="ȜÞ", whom="x", using="x-2")
    other = StepDraft(who="x-2", does="hug", whom="x", using="thing")
    shot = ShotDraft(text="ȜÞ'x \x00", framing="close", steps=(step, other, step))
    line = LineDraft(shot=9, who="x-3", words="ȜÞ'x" * 40)
    scene = SceneDraft(
        title=" ", content="?", place="nowhere", day=999, time_of_day="night", weather="fog", cast=("x", "x", "y"),
        carried=(Carried(who="x", what="thing"), Carried(who="x-2", what="thing")), gone=("x",), questions=(),
    )  # fmt: skip
    plan = ScenePlan(shots=(shot, shot), dialogue=(line,) * 6, questions=())
    act = ActDraft(title="?", content="?", places=("x",), cast=("x",), gone=(), questions=())
    works = (SceneWork(draft=scene, plan=plan), SceneWork(draft=scene, plan=None))
    return StoryDraft(premise=premise, acts=(ActWork(draft=act, scenes=works), ActWork(draft=act)))
