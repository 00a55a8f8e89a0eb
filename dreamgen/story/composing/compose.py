"""A draft becomes a story. Whatever the draft says, either the story shows it or a note tells what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from dreamgen.core.brief import Brief
from dreamgen.core.story import Act, DraftQuestion, Note, Scene, Story, Writing
from dreamgen.errors import ModelError
from dreamgen.story.composing.frames import flags_of
from dreamgen.story.composing.known import Known
from dreamgen.story.composing.people import cast_of
from dreamgen.story.composing.scenes import scene_of
from dreamgen.story.composing.settings import locations_of, props_of
from dreamgen.story.composing.texts import plain
from dreamgen.story.expansion.drafts import ActWork, QuestionDraft, SceneWork, StoryDraft
from dreamgen.story.expansion.ids import act_id, ids_of, scene_id
from dreamgen.story.writers.titles import genre_of, id_of

_MOST_GENRE = 40


def compose(draft: StoryDraft, brief: Brief, seed: int, writing: Writing, notes: tuple[Note, ...] = ()) -> Story:
    """The story of a draft; its shots are not staged yet, and each shot of the draft is one shot.

    Args:
        draft: as the model wrote it. What can't be drawn gets a stand-in; ids that mean nothing are left out.
        brief: what it was written from.
        seed: of the story; all that the draft leaves open is drawn from it.
        writing: how the model wrote it.
        notes: what got lost on the way to the draft.

    Raises:
        ModelError: when the draft has no shot at all.
    """
    if not any(scene.plan for act in draft.acts for scene in act.scenes):
        raise ModelError(
            "the model wrote no scene that could be used", "Try another model, or fewer and shorter scenes."
        )
    premise, ids = draft.premise, ids_of(draft.premise)
    locations, place_notes = locations_of(premise.places, ids.places)
    props, prop_notes = props_of(premise.props, ids.props)
    cast, cast_notes = cast_of(premise.cast, ids.cast, _weight(draft), seed)
    known = Known.of(cast, props, locations)
    found = [*notes, *cast_notes, *prop_notes, *place_notes]
    acts = tuple(_acts(draft, known, found))
    title = plain(premise.title) or "A story"
    story = id_of(title)
    there = {story, *(act.id for act in acts), *(scene.id for act in acts for scene in act.scenes)}
    asked = [*_questions(draft, story)]
    found += [
        Note(where=one.node, what=one.question, reason="part_not_written") for one in asked if one.node not in there
    ]
    made = Story(
        id=story,
        title=title,
        overview=plain(premise.overview) or title,
        genre=plain(brief.genre or premise.genre).lower()[:_MOST_GENRE] or genre_of(brief.text),
        plot=brief.text,
        seed=seed,
        cast=cast,
        props=props,
        locations=locations,
        acts=acts,
        tone=plain(premise.tone),
        style_word=plain(premise.style_word),
        questions=tuple(one for one in asked if one.node in there),
        writing=writing,
    )
    return made.model_copy(update={"notes": tuple(dict.fromkeys([*found, *flags_of(made)]))})


def _weight(draft: StoryDraft) -> Counter[str]:
    """How often each acts or speaks."""
    weight: Counter[str] = Counter()
    for act in draft.acts:
        for scene in act.scenes:
            if scene.plan is not None:
                weight.update(step.who for shot in scene.plan.shots for step in shot.steps)
                weight.update(line.who for line in scene.plan.dialogue)
    return weight


def _acts(draft: StoryDraft, known: Known, notes: list[Note]) -> Iterator[Act]:
    """The acts that have a scene; `notes` get what their shots don't show."""
    for number, act in enumerate(draft.acts, start=1):
        scenes = tuple(_scenes(act, number, known, notes))
        if scenes:
            yield Act(id=act_id(number), title=plain(act.draft.title) or act_id(number), scenes=scenes)
        else:
            _not_written(act_id(number), act.draft.title, notes)


def _scenes(act: ActWork, number: int, known: Known, notes: list[Note]) -> Iterator[Scene]:
    for at, work in enumerate(act.scenes, start=1):
        if work.plan is None:
            _not_written(scene_id(number, at), work.draft.title, notes)
            continue
        scene, lost = scene_of(work.draft, work.plan, number, at, known)
        notes += lost
        yield scene


def _not_written(part: str, title: str, notes: list[Note]) -> None:
    """Tells of a part that is missing, unless whoever asked for it has told."""
    if not any(note.where == part for note in notes):
        notes.append(Note(where=part, what=plain(title), reason="part_not_written"))


def _questions(draft: StoryDraft, story: str) -> Iterator[DraftQuestion]:
    for one in _asked(draft.premise.questions):
        yield DraftQuestion(node=story, level="story", question=one.question, answer=one.answer)
    for number, act in enumerate(draft.acts, start=1):
        for one in _asked(act.draft.questions):
            yield DraftQuestion(node=act_id(number), level="act", question=one.question, answer=one.answer)
        for at, scene in enumerate(act.scenes, start=1):
            for one in _asked(_of_scene(scene)):
                yield DraftQuestion(node=scene_id(number, at), level="scene", question=one.question, answer=one.answer)


def _of_scene(scene: SceneWork) -> tuple[QuestionDraft, ...]:
    return (*scene.draft.questions, *(scene.plan.questions if scene.plan is not None else ()))


def _asked(drafts: Sequence[QuestionDraft]) -> Iterator[QuestionDraft]:
    """Questions with words in them, each once."""
    seen: set[str] = set()
    for draft in drafts:
        question, answer = plain(draft.question), plain(draft.answer)
        if question and answer and question.casefold() not in seen:
            seen.add(question.casefold())
            yield QuestionDraft(question=question, answer=answer)
