"""The verbs that make a film: each runs one stage's backend through the store and hands on what it made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from dreamgen.clip.film import make_film, make_previews
from dreamgen.core.base import Record
from dreamgen.core.brief import Brief
from dreamgen.core.contracts import Animator, Renderer, StoryWriter, Stylist
from dreamgen.core.media import Clip, Keyframe, MediaRef, Portrait, Style
from dreamgen.core.story import Story
from dreamgen.engines.files import refer
from dreamgen.run import keys
from dreamgen.run.listening import heard
from dreamgen.run.recipe import Choice, Recipe
from dreamgen.run.store import Step, Store, key_of, references
from dreamgen.story.expansion.factors import read_factors
from dreamgen.story.expansion.telling import divided
from dreamgen.story.staging import stage as staged
from dreamgen.style.book import read_style


class Previews(Record):
    """Small moving pictures of the film."""

    files: tuple[MediaRef, ...]
    """Under previews/."""


ANSWERS: Final = "answers"
"""The folder of what a language model has answered: paid for once, so it outlives what was made of it."""

Source = Brief | Story
"""A plot or a theme to write a story for, or a story that is planned already."""

Portraits = tuple[Portrait, ...]
Keyframes = tuple[Keyframe, ...]


@dataclass(frozen=True)
class Desk:
    """Where one story is worked on."""

    store: Store
    """The story's folder."""
    recipe: Recipe
    """How everything is made."""
    run: Path | None = None
    """The run's folder, where it is not the store's."""

    @property
    def kept(self) -> Path:
        """What models have answered in this run: see `ANSWERS`."""
        return (self.run or self.store.folder) / ANSWERS

    def step(self, stage: str, backend: object = None, room: str = "") -> Step:
        """The key's part that all items of a stage share.

        Args:
            stage: its name.
            backend: who makes it; None when there is only one way.
            room: the package whose source it runs, when that is not the stage's name.
        """
        choice = getattr(self.recipe, stage.partition("-")[0], None)
        return Step(
            stage=stage,
            backend=choice.backend if isinstance(choice, Choice) else stage.partition("-")[2],
            options=keys.options_of(backend),
            code=keys.code_version(room or stage, backend),
            seed=self.recipe.seed,
        )


def plan(recipe: Recipe, source: Source, kept: Path) -> Story:
    """A staged story from a plot, a theme, or a plan that is there already.

    Args:
        recipe: names the writer.
        source: what to write it from.
        kept: where a writer keeps what should not be paid for twice; the others write nothing.
    """
    if isinstance(source, Story):
        story = source.model_copy(update={"seed": recipe.seed})
    else:
        writer: StoryWriter = recipe.build("story")
        story = writer.write(source, recipe.seed, kept)
    return staged(story.first(recipe.shots) if recipe.shots else story)


def write(desk: Desk, source: Source) -> Story:
    """What a story is made from, to a staged story."""
    writer = desk.recipe.build("story")

    def make(into: Path) -> Story:
        with _heard(desk, writer, source):
            return plan(desk.recipe, source, desk.kept)

    return desk.store.once(_writing(desk, source), [source, desk.recipe.shots], TypeAdapter(Story), make)


def story_key(desk: Desk, source: Source) -> str:
    """The key under which the store has a story that was written for a source."""
    return key_of(_writing(desk, source), "story", [source, desk.recipe.shots])


def is_written(desk: Desk, source: Source | None) -> bool:
    """Whether nobody has to write the story any more: it is planned, or in the store."""
    if source is None or isinstance(source, Story):
        return True
    return desk.store.has("story", "story", story_key(desk, source))


def kept_story(desk: Desk, source: Source) -> Story | None:
    """The story that is in the store for a source; None where somebody would have to write it."""

    def refuse(_: Path) -> Story:
        raise _Unwritten

    try:
        return desk.store.once(_writing(desk, source), [source, desk.recipe.shots], TypeAdapter(Story), refuse)
    except _Unwritten:
        return None


class _Unwritten(Exception):
    """Nobody has written it yet."""


def _writing(desk: Desk, source: Source) -> Step:
    """Who writes a story for a source."""
    step = desk.step("story", desk.recipe.build("story"))
    return step.model_copy(update={"backend": "planned", "options": ()}) if isinstance(source, Story) else step


def _heard(desk: Desk, writer: object, source: Source) -> AbstractContextManager[None]:
    """Lets whoever watches hear of the calls, where the writer makes some."""
    if isinstance(source, Story) or not hasattr(writer, "chat"):
        return nullcontext()
    factors = getattr(writer, "expand", None)
    expected = divided(source, read_factors(factors)).calls if isinstance(factors, str) else 0
    return heard("story", desk.kept, expected, desk.store.watch)


def settle(desk: Desk, story: Story) -> Style:
    """The look, settled for this story."""
    stylist: Stylist = desk.recipe.build("style")
    pack = read_style(desk.recipe.look)

    def make(into: Path) -> Style:
        return stylist.settle(pack, story, into)

    desk.store.write("story.json", story.model_dump_json(indent=1))
    style = desk.store.once(desk.step("style", stylist), [pack, story], TypeAdapter(Style), make)
    desk.store.write("style.json", style.model_dump_json(indent=1))
    return style


def introduce(desk: Desk, story: Story, style: Style) -> tuple[Portrait, ...]:
    """A portrait of everybody, made once: later stages hold what is drawn against it."""
    renderer: Renderer = desk.recipe.build("render")
    known = visible(story, ())

    def make(into: Path) -> tuple[Portrait, ...]:
        return tuple(renderer.introduce(known, style, into))

    step = desk.step("render-cast", renderer, room="render")
    shape: TypeAdapter[tuple[Portrait, ...]] = TypeAdapter(tuple[Portrait, ...])
    return desk.store.once(step, [known, style], shape, make, references(style))


def render(desk: Desk, story: Story, style: Style, portraits: Portraits) -> dict[str, Keyframes]:
    """Keyframes, scene by scene."""
    renderer: Renderer = desk.recipe.build("render")

    def make(scenes: tuple[str, ...], into: Path) -> Iterator[tuple[str, Keyframes]]:
        frames = renderer.render(visible(story, scenes), style, into)
        home = {shot.id: scene.id for scene in story.scenes for shot in scene.shots}
        for scene, group in groupby(frames, key=lambda frame: home[frame.shot]):
            yield scene, tuple(group)

    inputs = {scene.id: [visible(story, (scene.id,)), style, portraits] for scene in story.scenes}
    given = (*references(style), *references(portraits))
    shape: TypeAdapter[Keyframes] = TypeAdapter(Keyframes)
    return desk.store.each(desk.step("render", renderer), inputs, shape, make, given)


def animate(
    desk: Desk, story: Story, style: Style, portraits: Portraits, drawn: Mapping[str, Keyframes]
) -> tuple[Clip, ...]:
    """One clip a scene."""
    animator: Animator = desk.recipe.build("clip")

    def make(scenes: tuple[str, ...], into: Path) -> Iterator[tuple[str, Clip]]:
        keyframes = [keyframe for scene in scenes for keyframe in drawn[scene]]
        for clip in animator.animate(visible(story, scenes), style, keyframes, into):
            yield clip.id, clip

    inputs = {scene.id: [visible(story, (scene.id,)), style, portraits, drawn[scene.id]] for scene in story.scenes}
    given = (*references(style), *references(portraits), *references(tuple(drawn.values())))
    return tuple(desk.store.each(desk.step("clip", animator), inputs, TypeAdapter(Clip), make, given).values())


def join(desk: Desk, story: Story, style: Style, clips: Sequence[Clip]) -> Clip:
    """All scenes in one video, after a title card."""

    def make(into: Path) -> Clip:
        return make_film(story.title, style, clips, into)

    step = desk.step("film", room="clip")
    return desk.store.once(step, [story.title, style, *clips], TypeAdapter(Clip), make, references(tuple(clips)))


def visible(story: Story, scenes: Iterable[str]) -> Story:
    """What an artist needs to draw these scenes.

    The text of the plot and the writer's notes and questions stay behind, so that a change in one scene leaves the
    others as they are.
    """
    unseen = {"plot": "", "notes": (), "questions": (), "writing": None}
    return story.only(scenes).model_copy(update=unseen)


def preview(desk: Desk, film: Clip) -> None:
    """A small GIF and a small WebP of the film, for pages that can't play a video."""

    def make(into: Path) -> Previews:
        return Previews(files=tuple(refer(path, into) for path in make_previews(film, into)))

    step = desk.step("preview", room="clip")
    desk.store.once(step, film.video, TypeAdapter(Previews), make, [film.video])
