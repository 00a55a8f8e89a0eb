"""Which models a recipe has had a hand from, and under which licences, as far as somebody said."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from dreamgen.core.base import Record
from dreamgen.core.lineage import ModelUsed
from dreamgen.engines.diffusion.adapters.distilled import TABLE
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.inventory import inventory, published
from dreamgen.errors import UsageError
from dreamgen.run import registry
from dreamgen.run.recipe import SHARED, Choice, Recipe
from dreamgen.run.written import model_name
from dreamgen.style.book import read_style

MAKING: Final = ("story", "style", "render", "clip")
"""Stages that make films."""
FINDING: Final = ("embed", "annotate")
"""Stages that look at films which were found."""
TEACHING: Final = ("verify", "qa", "screen")
"""Stages of both."""

_DOES: Final[Mapping[tuple[str, str], str]] = {
    ("story", "chat"): "wrote the stories",
    ("annotate", "vision"): "described the videos",
    ("annotate", "chat"): "put descriptions together",
    ("verify", "vision"): "verified claims",
    ("qa", "chat"): "drafted questions",
    ("screen", "chat"): "answered blind, to find questions that need no video",
    ("screen", "vision"): "answered blind, to find questions that need no video",
    ("annotate", "segmenter"): "followed people and things",
    ("annotate", "detector"): "found people and things",
    ("embed", "model"): "compared clips",
    ("clip", "model"): "made pictures move",
    ("render", "check"): "checked who is where in the pictures",
}
"""Stage and field of a backend to what the model there did."""

_NAMING: Final = ("chat", "vision", "model")
"""Fields that name a model in any backend, those of a plugin too."""

_SWITCHES: Final[Mapping[tuple[str, str], str]] = {("annotate", "vision"): "describe", ("annotate", "chat"): "fuse"}
"""Stage and field of a model to the option, where a backend has it, without which the model is not asked."""

_DRAWS: Final[Mapping[str, str]] = {
    "model": "drew the pictures",
    "refiner": "drew the last steps of the pictures",
    "vae": "decoded the pictures",
    "distilled_lora": "shortened the drawing",
    "identity": "kept characters alike",
    "style_adapter": "held to the style's pictures",
    "image_encoder": "looked at reference pictures",
    "control": "kept the layout",
}
"""Field of a checkpoint to what its weights did."""

_RAIL: Final = (
    "Its use restrictions bind whoever uses the model, and what it drew may not be used against them: pass them on"
)
_NO_COMMERCE: Final = "Not for commercial use"


def models_of(recipe: Recipe, stages: Iterable[str], given: Mapping[str, str], *, written: bool) -> list[ModelUsed]:
    """Every model that a backend of these stages asks, each once, in the order of the work.

    Args:
        recipe: how the dataset is made.
        stages: those that had a part in it.
        given: model to its licence, where somebody says what is not known here.
        written: whether the story's writer wrote any of the stories; those that were brought in ask no model.

    Raises:
        UsageError: for a model in `given` that has no part in the dataset.
    """
    roles: dict[str, list[str]] = {}
    known: dict[str, str] = {}
    for name, role, licence in _used(recipe, tuple(stages), written):
        shown = model_name(name)
        roles.setdefault(shown, [])
        if role not in roles[shown]:
            roles[shown].append(role)
        known[shown] = known.get(shown) or licence or licence_of(name)
    strange = [name for name in given if name not in roles]
    if strange:
        raise UsageError(
            f"no model called {strange[0]!r} had a part in this dataset",
            f"Choices: {', '.join(roles)}" if roles else "It was made without any.",
        )
    licences = {**known, **given}
    return [
        ModelUsed(name=name, roles=tuple(did), licence=licences[name], terms=terms_of(licences[name]))
        for name, did in roles.items()
    ]


def stages_of(recipe: Recipe, stages: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Stage to the names of its backends."""
    return {stage: tuple(choice.backend for choice in _choices(recipe, stage)) for stage in stages}


def licence_of(name: str) -> str:
    """The licence of weights that are published; empty where it is not known here."""
    repository = "/".join(name.split("/")[:2])
    if found := published().get(repository):
        return found.licence
    distilled = next((one.licence for one in TABLE.values() if one.lora == name), "")
    return distilled or _known().get(repository, "")


def terms_of(licence: str) -> str:
    """What a licence of a model asks of those who use what was made with it, as far as its name says."""
    plain = licence.lower()
    if "rail" in plain:
        return _RAIL
    return _NO_COMMERCE if "-nc" in plain or "non-commercial" in plain else ""


@cache
def _known() -> dict[str, str]:
    return tomllib.loads(files("dreamgen.run").joinpath("licences.toml").read_text("utf-8"))


def _used(recipe: Recipe, stages: tuple[str, ...], written: bool) -> Iterator[tuple[str, str, str]]:
    """Name, what it did and licence; one that did several things comes several times."""
    draws = False
    for stage in stages:
        for choice in _choices(recipe, stage):
            values = _values(recipe, stage, choice)
            checkpoint = values.get("diffusion")
            if isinstance(checkpoint, Checkpoint) and stage != "style":
                draws = True
                yield from ((one.name, _DRAWS[one.use], one.licence) for one in inventory(checkpoint))
            for field, value in values.items():
                name = value if isinstance(value, str) else getattr(value, "model", "")
                does = _DOES.get((stage, field)) or (f"had a part in {stage}" if field in _NAMING else "")
                idle = values.get(_SWITCHES.get((stage, field), "")) is False or (stage == "story" and not written)
                if name and does and not idle:
                    yield name, does, ""
    if draws:
        yield from _style(recipe)
    if "annotate" in stages and recipe.cut.novelty.model:
        yield recipe.cut.novelty.model, "compared frames", ""


def _style(recipe: Recipe) -> Iterator[tuple[str, str, str]]:
    """What the style brings along; what was learnt for it here is somebody's, too: whoever made the pictures."""
    style = read_style(recipe.look)
    brought = [lora.file for lora in style.loras] + ([style.learned.file] if style.learned else [])
    for file in brought:
        yield getattr(file, "where", "") or getattr(file, "path", ""), "gave the style", ""
    if style.references and recipe.style.backend != "palette":
        yield f"pictures of the style {style.name}", "showed the style", ""


def _choices(recipe: Recipe, stage: str) -> tuple[Choice, ...]:
    chosen: Choice | tuple[Choice, ...] = getattr(recipe, stage)
    return (chosen,) if isinstance(chosen, Choice) else chosen


def _values(recipe: Recipe, stage: str, choice: Choice) -> dict[str, Any]:
    """The options of a backend, without making it: its libraries need not be here."""
    fields = getattr(registry.find(stage, choice.backend), "model_fields", {})
    own = {name: field.get_default(call_default_factory=False) for name, field in fields.items()}
    shared = {name: getattr(recipe, name) for name in SHARED if name in fields}
    said = {name: _as_record(fields[name].annotation, value) for name, value in choice.options if name in fields}
    return {**own, **shared, **said}


def _as_record(kind: Any, value: Any) -> Any:
    """A table of a recipe's file as the record that the backend makes of it."""
    return kind.model_validate(value) if isinstance(kind, type) and issubclass(kind, Record) else value
