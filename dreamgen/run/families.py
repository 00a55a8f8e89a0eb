"""A model should not judge what its own kin wrote: it shares their mistakes, and lets them pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dreamgen.engines.naming import is_own
from dreamgen.engines.vision.kinship import family_of
from dreamgen.errors import UsageError

if TYPE_CHECKING:
    from dreamgen.run.recipe import Recipe

_WRITES = {"story": "writes the story", "annotate": "describes the footage", "qa": "writes the questions"}
_TABLES = {"chat": "chat.model", "vision": "vision.model"}
"""Fields of a backend that name a model, and what they are called in a recipe."""


def check_families(recipe: Recipe) -> None:
    """Refuses a recipe in which a model looks over what a model of its own family wrote, or saw.

    Raises:
        UsageError: unless `trust.same_family` allows it.
    """
    judges = [backend for stage in ("verify", "screen") for _, backend in recipe.build_all(stage)]
    seeing = {family_of(one.vision) for one in judges if hasattr(one, "vision")} - {""}
    if recipe.trust.same_family or not seeing:
        return
    for stage, writer, table in _writers(recipe):
        if (kin := family_of(getattr(writer, table))) in seeing:
            raise UsageError(
                f"vision.model is of the family {kin!r}, and so is {_called(stage, table)}, which"
                f" {_WRITES[stage]}: a model is no judge of its own kin",
                "Take a model of another family for one of them; say what family it is of with --set vision.family=NAME"
                " where the name misleads; or go on all the same with --set trust.same_family=true."
                f"{_OWN if table == 'vision' else ''}",
            )


_OWN = (
    " A backend has a model of its own where its options name one:"
    ' --set \'annotate=[{backend = "captions", vision = {model = "..."}}]\'.'
)


def check_served(recipe: Recipe) -> None:
    """Refuses a recipe with a model that somebody else runs, where the recipe wants none.

    Raises:
        UsageError: for a model of a provider, or behind an address out in the world, under `trust.own_models`.
    """
    if not recipe.trust.own_models:
        return
    several = ("annotate", "verify", "qa", "screen")
    others = (one for stage in several for one in recipe.build_all(stage))
    for name, backend in ((recipe.story.backend, recipe.build("story")), *others):
        for table in _asked(backend):
            model = getattr(backend, table)
            if model.model and not is_own(model):
                raise UsageError(
                    f"{name} asks {model.model!r}, which somebody else runs, and trust.own_models wants none of those:"
                    " nobody but they can say which weights answer",
                    "Take a folder with weights, a name on the hub, or a server of your own"
                    f" ({table}.base_url=http://localhost:8000/v1); or allow it with --set trust.own_models=false.",
                )


def _writers(recipe: Recipe) -> Iterator[tuple[str, Any, str]]:
    """Stage, backend and the field of its model, of all that write what is judged later."""
    several = ((stage, one) for stage in ("annotate", "qa") for _, one in recipe.build_all(stage))
    for stage, writer in (("story", recipe.build("story")), *several):
        yield from ((stage, writer, table) for table in _asked(writer))


def _asked(backend: Any) -> tuple[str, ...]:
    """The fields of a backend whose models it asks; with some options it leaves one alone, and says so."""
    return tuple(table for table in _TABLES if hasattr(backend, table) and table not in getattr(backend, "unasked", ()))


def _called(stage: str, table: str) -> str:
    return _TABLES[table] if stage != "annotate" else f"the annotator's {_TABLES[table]}"
