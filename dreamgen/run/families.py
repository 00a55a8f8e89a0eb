"""A model should not judge what its own kin wrote: it shares their mistakes, and lets them pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dreamgen.engines.vision.kinship import family_of
from dreamgen.errors import UsageError

if TYPE_CHECKING:
    from dreamgen.run.recipe import Recipe

_WRITES = {"story": "writes the story", "qa": "writes the questions"}


def check_families(recipe: Recipe) -> None:
    """Refuses a recipe in which a model looks over what a model of its own family wrote.

    Raises:
        UsageError: unless `trust.same_family` allows it.
    """
    judges = [backend for stage in ("verify", "screen") for _, backend in recipe.build_all(stage)]
    seeing = {family_of(one.vision) for one in judges if hasattr(one, "vision")} - {""}
    if recipe.trust.same_family or not seeing:
        return
    writers = [("story", recipe.build("story")), *(("qa", one) for _, one in recipe.build_all("qa"))]
    for stage, writer in writers:
        chat = getattr(writer, "chat", None)
        if chat is not None and (kin := family_of(chat)) in seeing:
            raise UsageError(
                f"vision.model is of the family {kin!r}, and so is chat.model, which {_WRITES[stage]}: a model is no"
                " judge of its own kin",
                "Take a model of another family for one of them; say what family it is of with --set vision.family=NAME"
                " where the name misleads; or go on all the same with --set trust.same_family=true.",
            )
