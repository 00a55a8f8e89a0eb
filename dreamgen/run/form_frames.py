"""The frames that a form counts: a trainer that shows a clip's frames in part asks about those that it shows."""

from __future__ import annotations

from collections.abc import Mapping

from dreamgen.core.pairs import InstructionPair
from dreamgen.run import registry
from dreamgen.run.folder import DATASET
from dreamgen.run.opened import Run


def in_frames_of(
    run: Run, form: str, pairs: Mapping[str, InstructionPair]
) -> tuple[dict[str, InstructionPair], dict[str, int]]:
    """The pairs with their keys as a form wrote them, and how many frames it asks of where those are not the clip's.

    Args:
        run: whose.
        form: that lies in its folder.
        pairs: by their ids.
    """
    told, shown = dict(pairs), dict[str, int]()
    keys = getattr(registry.find("export", form), "region_keys", None)
    if keys is None:
        return told, shown
    for key in keys(run.folder / DATASET / form.rpartition(":")[2]):
        if pair := told.get(key.pair):
            answer = pair.turns[-1].model_copy(update={"text": key.answer})
            told[pair.id] = pair.model_copy(update={"turns": (*pair.turns[:-1], answer)})
            shown[pair.id] = key.frames
    return told, shown
