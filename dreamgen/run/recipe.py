"""How a dataset is made: which backend does each stage, with which options."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import Field, JsonValue, ValidationError, field_validator, model_serializer, model_validator

from dreamgen.annotate.categories import Sorting
from dreamgen.annotate.coreset import Coreset
from dreamgen.annotate.cutting import Cutting
from dreamgen.core.base import Record
from dreamgen.core.toml import toml
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.vision.model import VisionModel
from dreamgen.errors import UsageError, unknown_name
from dreamgen.export.holdout import Holdout
from dreamgen.run import registry
from dreamgen.run.bulking import Bulk
from dreamgen.run.families import check_families, check_served
from dreamgen.run.trust import Trust
from dreamgen.style.book import read_style

RECIPES = Path(__file__).parent / "recipes"

SMALLEST = 64
"""Pixels that the sides of pictures have at least."""

SHARED = ("size", "fps", "diffusion", "chat", "vision")
"""Fields of a recipe that every backend gets which has a field of that name."""


class Choice(Record):
    """One backend and its options. In a file, the options stand beside `backend`."""

    backend: str
    """A name of the registry, or "package.module:Class"."""
    options: tuple[tuple[str, JsonValue], ...] = ()
    """Option and value; what is left out keeps the backend's own default."""

    @model_validator(mode="before")
    @classmethod
    def _from_file(cls, data: Any) -> Any:
        if isinstance(data, str):
            return {"backend": data}
        if not isinstance(data, dict) or "options" in data:
            return data
        return {"backend": data.get("backend"), "options": tuple((k, v) for k, v in data.items() if k != "backend")}

    @model_serializer
    def _to_file(self) -> dict[str, JsonValue]:
        return {"backend": self.backend, **dict(self.options)}


class Recipe(Record):
    """Everything that shapes a dataset, next to the plot."""

    seed: int = 0
    """Everything drawn by lot derives from it."""
    look: str = "watercolor"
    """The style pack: a name of `dreamgen style list`, or a TOML file."""
    size: tuple[int, int] = (1024, 576)
    """Width and height in pixels of keyframes and clips, where a stage's own `size` does not say otherwise."""
    fps: int = 24
    """Frames a second, where a stage's own `fps` does not say otherwise."""
    diffusion: Checkpoint = Checkpoint()
    """The weights, for backends that draw with a text-to-image model."""
    chat: ChatModel = ChatModel()
    """The language model, for backends that ask one."""
    vision: VisionModel = VisionModel()
    """The vision-language model, for backends that show it frames."""
    trust: Trust = Trust()
    """How far verifiers are believed."""
    shots: int = Field(default=0, ge=0)
    """Film only so many shots, from the first on; 0 films all."""
    twins: int = Field(default=0, ge=0)
    """So many scenes are filmed once more with one thing changed, so that the same question has another answer."""
    previews: bool = False
    """Whether the film also comes as a small GIF and WebP."""
    story: Choice = Choice(backend="rules")
    """Plot to story."""
    style: Choice = Choice(backend="palette")
    """Settles the look for a story."""
    render: Choice = Choice(backend="storyboard")
    """Story to keyframes."""
    clip: Choice = Choice(backend="storyboard")
    """Keyframes to clips."""
    cut: Cutting = Cutting()
    """How found footage is cut into clips."""
    embed: Choice = Choice(backend="classic")
    """Clips of found footage to vectors, by which they are compared."""
    coreset: Coreset = Coreset()
    """Which of the clips are annotated."""
    categories: Sorting = Sorting()
    """How clips of found footage are sorted into categories, and how many of each are kept."""
    annotate: tuple[Choice, ...] = Field(default=(Choice(backend="classic"),), min_length=1)
    """Found footage to claims, one after the other; each knows what those before it said."""
    verify: tuple[Choice, ...] = Field(default=(Choice(backend="pixels"), Choice(backend="sight")), min_length=1)
    """Look at the clips and judge the claims; `trust.votes` says how several agree."""
    qa: tuple[Choice, ...] = Field(default=(Choice(backend="programs"),), min_length=1)
    """Claims to pairs, one after the other."""
    screen: tuple[Choice, ...] = (Choice(backend="duplicates"), Choice(backend="priors"), Choice(backend="balance"))
    """Find the pairs that teach a shortcut, one after the other."""
    holdout: Holdout = Holdout()
    """Which stories and videos are held out of training."""
    export: tuple[Choice, ...] = Field(
        default=(Choice(backend="llava"), Choice(backend="llamafactory"), Choice(backend="huggingface"))
    )
    """The dataset's forms."""
    bulk: Bulk = Bulk()
    """How many stories are made at once; it shapes none of them."""

    @field_validator("annotate", "verify", "qa", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str | dict | Choice) else value

    @property
    def asks(self) -> bool:
        """Whether the story's writer asks a language model."""
        return "chat" in getattr(registry.find("story", self.story.backend), "model_fields", {})

    def build(self, stage: str) -> Any:
        """The backend of a stage that has one; see `build_all` for the others.

        Raises:
            UsageError: for a backend or option that does not exist.
        """
        return self._built(stage, getattr(self, stage))

    def check(self, done: Collection[str] = ()) -> None:
        """Builds everything once, so that a mistake in the last stage shows before the first one runs.

        Args:
            done: stages that have nothing left to make, and so need neither their weights nor their libraries.

        Raises:
            UsageError: for the first style, backend or option that does not exist, or pictures too small to tell
                anything by.
            MissingExtra: when a backend's library is not installed.
            ModelError: when a backend's weights are not where the recipe says.
            UsageError: when a model is to look over what a model of its own family wrote, or somebody else's model is
                asked where the recipe wants none.
        """
        read_style(self.look)
        one = [(stage, self.build(stage)) for stage in ("story", "style", "render", "clip", "embed")]
        several = [
            (stage, backend)
            for stage in ("annotate", "verify", "qa", "screen", "export")
            for _, backend in self.build_all(stage)
        ]
        for stage, backend in (*one, *several):
            _check_size(stage, backend)
            # a backend that needs weights or a library says so before anything is made
            if stage not in done:
                getattr(backend, "ready", lambda: None)()
        self.coreset.ready()
        check_families(self)
        check_served(self)

    def warnings(self) -> tuple[str, ...]:
        """What backends say that people should know of the options chosen, before anything is made."""
        built = (backend for stage in ("verify", "qa", "screen", "export") for _, backend in self.build_all(stage))
        return tuple(words for backend in built for words in getattr(backend, "warnings", tuple)())

    def build_all(self, stage: str) -> tuple[tuple[str, Any], ...]:
        """Name and backend of a stage that may have several."""
        choices: tuple[Choice, ...] = getattr(self, stage)
        return tuple((choice.backend, self._built(stage, choice)) for choice in choices)

    def _built(self, stage: str, choice: Choice) -> Any:
        fields = getattr(registry.find(stage, choice.backend), "model_fields", {})
        shared = {name: getattr(self, name) for name in SHARED if name in fields}
        return registry.build(stage, choice.backend, {**shared, **dict(choice.options)})

    def toml(self) -> str:
        """The recipe as a file that `read_recipe` reads back."""
        data = self.model_dump(mode="json")
        tables = {key: value for key, value in data.items() if isinstance(value, dict)}
        lines = [f"{key} = {toml(value)}" for key, value in data.items() if key not in tables]
        for key, table in tables.items():
            lines += ["", f"[{key}]", *(f"{option} = {toml(value)}" for option, value in table.items())]
        return "\n".join(lines) + "\n"


def read_recipe(name: str = "storyboard", changes: Sequence[str] = ()) -> Recipe:
    """A recipe by name or file, with changes such as `render.size=[512, 288]` on top.

    Raises:
        UsageError: for a recipe, stage, backend or option that does not exist, or a file that is not TOML.
    """
    data = _load(name)
    for change in changes:
        _apply(data, change)
    _check_keys(data)
    try:
        return Recipe.model_validate(data)
    except ValidationError as error:
        raise UsageError(*registry.wrong_value("", error)) from None


def _check_keys(data: Mapping[str, Any]) -> None:
    for key, value in data.items():
        if key not in Recipe.model_fields:
            raise unknown_name("key in the recipe:", key, Recipe.model_fields)
        kind = Recipe.model_fields[key].annotation
        if not isinstance(value, dict) or not isinstance(kind, type) or not issubclass(kind, TABLES):
            continue
        for option in value:
            if option not in kind.model_fields:
                raise unknown_name(f"key in the recipe's [{key}]:", option, kind.model_fields)


def _check_size(stage: str, backend: object) -> None:
    size = getattr(backend, "size", None)
    if isinstance(size, tuple) and min(size) < SMALLEST:
        raise UsageError(
            f"{stage} can't make pictures of {size[0]}x{size[1]} pixels",
            f"Choose a 16:9 size with sides of at least {SMALLEST} pixels, such as 1024x576 or 512x288.",
        )


_WHOLE = 'Write them out: --set verify=["pixels", {backend = "vlm", twins = false}], or in the recipe\'s file.'


def recipe_names() -> tuple[str, ...]:
    """The recipes that travel with the package."""
    return tuple(sorted(path.stem for path in RECIPES.glob("*.toml")))


def _load(name: str) -> dict[str, Any]:
    path = RECIPES / f"{name}.toml"
    if name not in recipe_names():
        path = Path(name)
        if not path.is_file():
            near = get_close_matches(name, recipe_names(), n=1)
            guess = f"Did you mean {near[0]!r}? " if near else ""
            raise UsageError(
                f"there is no recipe {name!r}, neither by name nor as a file",
                f"{guess}Choices: {', '.join(recipe_names())}, or a TOML file",
            )
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not a recipe: {error}") from None


def _apply(data: dict[str, Any], change: str) -> None:
    target, equals, text = change.partition("=")
    stage, _, option = target.strip().partition(".")
    if not equals or not stage:
        raise UsageError(f"--set {change!r} has no value", "Write --set render.size=[512,288]")
    if stage not in Recipe.model_fields:
        raise unknown_name("key in the recipe:", stage, Recipe.model_fields)
    value = _value(text.strip())
    if not option:
        data[stage] = value
        return
    if Recipe.model_fields[stage].annotation in TABLES:
        data.setdefault(stage, {})[option] = value
        return
    if stage not in STAGES:
        raise UsageError(f"{stage} has no options", f"Write --set {stage}=VALUE")
    if option == "backend":
        # another backend has other options
        data[stage] = {"backend": value}
        return
    data[stage] = {**_one(data.get(stage, getattr(Recipe(), stage)), stage, change), option: value}


def _one(table: Any, stage: str, change: str) -> dict[str, Any]:
    """The only backend of a stage, as a table that takes options."""
    if isinstance(table, list | tuple) and len(table) == 1:  # verify = ["pixels"]
        table = table[0]
    if isinstance(table, list | tuple):
        raise UsageError(f"{stage} has {len(table)} backends, and --set {change!r} does not say which is meant", _WHOLE)
    if isinstance(table, Choice):
        table = table.model_dump()
    if isinstance(table, str):  # clip = "kenburns", for short
        table = {"backend": table}
    if not isinstance(table, dict):
        raise UsageError(f"{stage} can't be {table!r}", f"Write --set {stage}=NAME, with the name of a backend")
    return table


TABLES = (Checkpoint, ChatModel, VisionModel, Trust, Cutting, Coreset, Sorting, Holdout, Bulk)
"""Kinds of fields whose options are set one by one."""

STAGES = ("story", "style", "render", "clip", "embed", "annotate", "verify", "qa")
"""Fields that name a backend with options."""


def _value(text: str) -> Any:
    if "x" in text and all(part.isdecimal() for part in text.split("x", 1)):
        return [int(part) for part in text.split("x", 1)]
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
