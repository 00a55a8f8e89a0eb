"""Clips beside the dataset that speaks of them: as they are, or mended where loaders would not take them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from dreamgen.core.base import Record
from dreamgen.core.media import Clip, Span
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.files import refer
from dreamgen.engines.masks import read_masklets, write_masklets
from dreamgen.engines.refitting import Fit, refit, refit_masklet
from dreamgen.engines.video import probe
from dreamgen.export.marking import mark_synthetic

MENDED: Final = "mended.jsonl"
"""In the folder of a form: a `Mended` for each clip that is not as it was made."""


class Mended(Record):
    """A clip that was changed so that loaders take it; all its moments are where they were, in seconds."""

    clip: str
    """Its id in the dataset."""
    did: tuple[str, ...]
    """Machine-readable: repeated:2 (every frame so many times), enlarged:2 (every pixel), padded:1x0 (columns on the
    right and rows below)."""
    sha256: str
    """Of the video as it is here."""
    was: str
    """Of the video as it was made."""


def used(pairs: Iterable[InstructionPair], clips: Sequence[Clip]) -> list[Clip]:
    """The clips that some pair is about, in order."""
    wanted = {pair.clip for pair in pairs}
    return [clip for clip in clips if clip.id in wanted]


def bring(
    clips: Iterable[Clip], media: Callable[[str], Path], into: Path, within: Callable[[Clip], str] | None = None
) -> dict[str, str]:
    """Puts every clip's video under `into`; a hard link where the disk allows it, else a copy.

    Args:
        clips: all of them.
        media: where the files of a clip are, by its id.
        into: where to.
        within: the folder below `into` that has the clips/ of a clip; None for `into` itself.

    Returns:
        Clip id to the video's path, relative to `into`, with forward slashes.
    """
    every = tuple(clips)
    names = {clip.id: Path(clip.video.path).name for clip in every}
    if len(set(names.values())) < len(names):  # every story has a scene-01.mp4
        names = {clip.id: clip.id + Path(clip.video.path).suffix for clip in every}
    folders = {clip.id: "/".join(filter(None, (within(clip) if within else "", "clips"))) for clip in every}
    for folder in set(folders.values()):
        (into / folder).mkdir(parents=True, exist_ok=True)
    places = {}
    for clip in every:
        places[clip.id] = f"{folders[clip.id]}/{names[clip.id]}"
        source, target = media(clip.id) / clip.video.path, into / places[clip.id]
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
    return places


def mend(clip: Clip, media: Path, fit: Fit, into: Path) -> tuple[Clip, Mended]:
    """Writes a copy of a clip, and of its masks, that is fitted.

    Args:
        clip: its paths lead down from `media`.
        media: where its files are.
        fit: what is to be done to every frame.
        into: where to; its paths are the same there.

    Returns:
        The copy's record, and what is told of it.

    Raises:
        DreamgenError: when its video can't be decoded.
    """
    source, target = media / clip.video.path, into / clip.video.path
    target.parent.mkdir(parents=True, exist_ok=True)
    refit(source, probe(source), fit, target)
    mark_synthetic(clip, target)
    masklets = clip.masklets
    if masklets:
        masks = into / masklets.path
        masks.parent.mkdir(parents=True, exist_ok=True)
        write_masklets((refit_masklet(one, fit) for one in read_masklets(media / masklets.path)), masks)
        masklets = refer(masks, into)
    video = refer(target, into)
    new = clip.model_copy(
        update={
            "video": video,
            "fps": clip.fps * fit.repeat,
            "size": fit.size(clip.size),
            "frames": clip.frames * fit.repeat,
            "spans": tuple(
                Span(shot=span.shot, first=span.first * fit.repeat, stop=span.stop * fit.repeat) for span in clip.spans
            ),
            "masklets": masklets,
        }
    )
    return new, Mended(clip=clip.id, did=_did(fit), sha256=video.sha256, was=clip.video.sha256)


def _did(fit: Fit) -> tuple[str, ...]:
    told = (
        (fit.repeat > 1, f"repeated:{fit.repeat}"),
        (fit.scale > 1, f"enlarged:{fit.scale}"),
        (fit.right or fit.below, f"padded:{fit.right}x{fit.below}"),
    )
    return tuple(words for done, words in told if done)
