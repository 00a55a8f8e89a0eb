"""What every trainer's loader takes for granted, looked at before a line is written.

Loaders are silent: LLaVA-NeXT replaces a sample that it can't read by the next one, LLaMA-Factory skips one whose
turns do not alternate. So what none of them could read is found here, where the reason can still be told. A defect of
ours stops the export; a clip that only needs another shape is mended, and what can't be is left out with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from dreamgen.core.dataset import Dataset
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.streaming import survey
from dreamgen.engines.refitting import Fit, fit_of
from dreamgen.engines.video import Facts, probe
from dreamgen.errors import DreamgenError

LEAST_RATE: Final = 1.0
"""Frames a second: LLaVA-NeXT takes a frame of every round(rate), and PLM too, which is none of them below a half."""
LEAST_FRAMES: Final = 8
"""InternVL takes so many, and Qwen-VL and its like two at least."""
LEAST_SIDE: Final = 64
"""Pixels of a side: vision towers cut pictures into patches of 14 or 16, and merge four of them."""
MOST_SIDE: Final = 4096
MOST_RATE: Final = 240.0
"""What is mended gets no larger and no faster: encoders and decoders end somewhere above it."""


class Fault(NamedTuple):
    """Why a clip or a pair can't be in any form."""

    reason: str
    """Machine-readable: unreadable, wrong_record, too_narrow, too_short, empty_text."""
    detail: str
    """For people."""


def check(dataset: Dataset) -> dict[str, Fault]:
    """Makes sure that no pair has a defect of ours.

    Returns:
        The pairs that nothing can be learned from, by id.

    Raises:
        DreamgenError: with the first defects, when there are any.
    """
    known = dataset.survey
    defects = [f"several pairs are called {name}" for name in known.twice]
    strange = known.where.keys() - dataset.by_id.keys()
    if strange:
        of = (pair for pair in dataset.pairs if pair.clip in strange)
        defects += [f"{pair.id} is about {pair.clip}, which is not among the clips" for pair in of]
    if defects:
        more = f" and {len(defects) - 5} more" if len(defects) > 5 else ""
        raise DreamgenError(
            f"the dataset can't be exported: {'; '.join(defects[:5])}{more}",
            "This is a defect of dreamgen or of a backend: nothing was written.",
        )
    return {name: Fault("empty_text", f"a turn of {name} has no words") for name in known.wordless}


def pair_defects(pairs: Sequence[InstructionPair], clips: Sequence[Clip]) -> Iterator[str]:
    """What is wrong with the pairs of one story, in words."""
    known = {clip.id for clip in clips}
    found = survey((pairs,))
    yield from (f"several pairs are called {name}" for name in found.twice)
    strange = (pair for pair in pairs if pair.clip not in known)
    yield from (f"{pair.id} is about {pair.clip}, which is not among the clips" for pair in strange)
    yield from (f"a turn of {name} has no words" for name in found.wordless)


def look_at(clip: Clip, media: Path) -> Fault | Fit | None:
    """Whether any loader takes a clip: None where it does, else how it has to be changed, or why nothing helps.

    Args:
        clip: any.
        media: where its file is.

    Raises:
        DreamgenError: when the file is missing.
    """
    path = media / clip.video.path
    if not path.is_file():
        raise DreamgenError(
            f"{clip.id}: {clip.video.path} is missing from {media}",
            "`dreamgen verify-run` says what else is; running the same command again makes it anew.",
        )
    try:
        facts = probe(path)
    except DreamgenError as error:
        return Fault("unreadable", error.message)
    if not facts.frames or not facts.fps:
        return Fault("unreadable", f"{clip.video.path} holds no pictures")
    if facts.frames != clip.frames or float(facts.fps) != float(clip.fps) or facts.size != clip.size:
        return Fault("wrong_record", _unlike(clip, facts))
    fit = fit_of(facts, LEAST_RATE, LEAST_FRAMES, LEAST_SIDE)
    if max(fit.size(facts.size)) > MOST_SIDE:
        return Fault("too_narrow", f"{clip.video.path} is {facts.size[0]}x{facts.size[1]}")
    if fit.repeat > 1 and facts.fps * fit.repeat > MOST_RATE:
        return Fault("too_short", f"{clip.video.path} has {facts.frames} frames at {float(facts.fps):g} a second")
    return fit if fit != Fit() else None


def _unlike(clip: Clip, facts: Facts) -> str:
    return (
        f"the file has {facts.frames} frames of {facts.size} at {float(facts.fps):g} a second, "
        f"not {clip.frames} of {clip.size} at {clip.fps:g}"
    )
