"""The shortcut audit of a run: kept beside its dataset, and known to be of these pairs and no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from dreamgen.core.claims import Claim
from dreamgen.core.pairs import InstructionPair, View
from dreamgen.engines.guessing import learner, learns
from dreamgen.engines.vision.model import VisionModel
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.metrics.shortcuts.audit import Audit, By, audit, enough, name_of
from dreamgen.metrics.shortcuts.baseline import Chances
from dreamgen.run import disk
from dreamgen.run.blind import nameless_all
from dreamgen.run.filming import ANSWERS, Desk
from dreamgen.run.hints import UNFINISHED
from dreamgen.run.opened import Part, Run
from dreamgen.run.verifying import who_is_who
from dreamgen.run.watch import SILENT, Watch
from dreamgen.verify.screeners.answering import answerer_of, answers
from dreamgen.verify.screeners.guessable import guessable

SHORTCUTS: Final = "shortcuts.json"
"""In the run's folder: the audit is of the dataset, whatever stories it is made of."""

NOT_MADE: Final = (
    "note: whether the questions need the video was not audited, since scikit-learn is missing: "
    'pip install "dreamgen[audit]"'
)

_STAGE = "audit"


def audit_pairs(run: Desk, story: str, pairs: Sequence[InstructionPair]) -> Audit | None:
    """The audit of a run that is being made, in shortcuts.json; None where nothing can learn.

    Args:
        run: the run's folder and recipe.
        story: the id of the story; empty for videos.
        pairs: its pairs.
    """
    every = named(story, pairs)
    if not learns() and enough(every):
        run.store.watch.says(NOT_MADE)
        run.store.forget(_STAGE)
        (run.store.folder / SHORTCUTS).unlink(missing_ok=True)
        return None
    seed = run.recipe.seed
    step, inputs = run.step(_STAGE, room="metrics"), [every, learner()]
    found = run.store.once(step, inputs, TypeAdapter(Audit), lambda _: audit(every, seed))
    known = read_audit(run.store.folder, every)
    if known is not None and known.model:  # somebody had a model answer, too
        return known
    run.store.write(SHORTCUTS, _told(found))
    return found


def audit_run(run: Run, watch: Watch = SILENT, vision: VisionModel | None = None) -> Audit:
    """Audits a run's dataset and writes shortcuts.json in its folder.

    Args:
        run: with pairs.
        watch: hears how it goes.
        vision: a model to answer every choice and yes or no with the video and without it; None for none.

    Raises:
        MissingExtra: without scikit-learn, or without what the model needs.
        UsageError: when the run has no pairs yet.
        ModelError: when the model can't be had or reached.
    """
    pairs = pairs_of(run)
    watch.begins(_STAGE, 1, 0)
    try:
        seen = _seen(run, vision) if vision is not None and vision.model else {}
        found = audit(pairs, run.recipe.seed, seen, vision.model if vision and seen else "")
        watch.made(_STAGE, _STAGE)
    finally:
        watch.ends(_STAGE)
    disk.write_whole(run.folder / SHORTCUTS, _told(found))
    return found


def pairs_of(run: Run) -> tuple[InstructionPair, ...]:
    """The pairs of all stories, with names that are their own in the whole dataset.

    Raises:
        UsageError: when there are none yet.
    """
    found = [named(part.name, part.pairs) for part in run.parts]
    if not any(found):
        raise UsageError(f"{run.folder} has no pairs yet", UNFINISHED)
    return tuple(pair for pairs in found for pair in pairs)


def named(story: str, pairs: Sequence[InstructionPair]) -> tuple[InstructionPair, ...]:
    """Pairs as the dataset calls them; those of videos, which are of no story, have names of their own already."""
    if not story:
        return tuple(pairs)
    return tuple(
        pair.model_copy(
            update={
                "id": f"{story}-{pair.id}",
                "clip": f"{story}-{pair.clip}",
                "question": f"{story}-{pair.question}" if pair.question else "",
                "twin": f"{story}-{pair.twin}" if pair.twin else "",
            }
        )
        for pair in pairs
    )


def audited(run: Run) -> Audit | None:
    """What was found of the pairs that the run has now; None when nothing was.

    Raises:
        DreamgenError: when the file is damaged.
    """
    return read_audit(run.folder, [pair for part in run.parts for pair in named(part.name, part.pairs)])


def read_audit(folder: Path, pairs: Sequence[InstructionPair]) -> Audit | None:
    """The audit in a run's folder, if it is of these pairs.

    Raises:
        DreamgenError: when the file is damaged.
    """
    path = folder / SHORTCUTS
    if not path.is_file():
        return None
    try:
        found = Audit.model_validate_json(path.read_bytes())
    except ValidationError:
        raise DreamgenError(f"{path} is damaged", "Audit again: dreamgen evaluate shortcuts.") from None
    return found if found.of == name_of(pairs) else None


def _told(found: Audit) -> str:
    return found.model_dump_json(indent=1) + "\n"


def _seen(run: Run, vision: VisionModel) -> dict[By, Mapping[str, Chances]]:
    """What the model answers without the video and with it; what it has answered before it is not asked again."""
    return {
        "blind": {name: chances for part in run.parts for name, chances in _answered(run, part, vision, "none")},
        "video": {name: chances for part in run.parts for name, chances in _answered(run, part, vision, "video")},
    }


def _answered(run: Run, part: Part, vision: VisionModel, view: View) -> Iterator[tuple[str, Chances]]:
    """Pair, as the dataset calls it, to what the model gives each of its options."""
    said: dict[str, tuple[Claim, ...]] = {}
    for (clip, _), claim in part.claims.items():
        said[clip] = (*said.get(clip, ()), claim)
    cast = who_is_who(said)
    every = {name: clip.footage(part.folder, cast) for name, clip in part.clips.items()}
    with nameless_all(every, run.recipe.seed) as footage:
        for one in answers(answerer_of(vision), guessable(part.pairs), footage, view, run.folder / ANSWERS):
            if one.ways:
                mean = tuple(sum(chances) / len(one.ways) for chances in zip(*one.ways, strict=True))
                yield f"{part.name}-{one.guess.pair.id}" if part.name else one.guess.pair.id, mean
