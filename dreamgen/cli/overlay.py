"""`dreamgen overlay`: the subject of a pair, marked in the pictures as a model is shown it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dreamgen.clip.truth import read_masklets
from dreamgen.core.media import Clip, Masklet
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.masks import box_map
from dreamgen.engines.overlay import sampled, write_overlay, write_stills
from dreamgen.errors import UsageError, unknown_name
from dreamgen.run.opened import Part, open_run
from dreamgen.run.tracing import pair_of


def overlay(
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    pair: Annotated[str, typer.Argument(help="The pair's id, as in pairs.jsonl or in a dataset.", show_default=False)],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="An mp4 to write, or a folder for the sampled frames.", show_default=False),
    ],
    entity: Annotated[
        str, typer.Option("--entity", help="Whom to mark.", show_default="the first that the pair speaks of")
    ] = "",
    most: Annotated[int, typer.Option("--frames", min=1, help="Where --out is a folder: frames at most.")] = 32,
) -> None:
    """Draw a red box around the subject of a pair, frame by frame."""
    part, found = pair_of(open_run(run), pair)
    clip = part.clips[found.clip]
    masklet = _masklet(part, clip, found, entity)
    boxes, video = box_map(masklet, clip.frames), part.folder / clip.video.path
    if out.suffix.lower() == ".mp4":
        out.parent.mkdir(parents=True, exist_ok=True)
        count = write_overlay(video, boxes, out)
    else:
        count = len(write_stills(video, boxes, sampled(clip.frames, clip.fps, most), out))
    marked = sum(box is not None for box in boxes)
    typer.echo(f"{out}: {count} frames; {masklet.entity} is marked in {marked} of {clip.frames} of {clip.id}")


def _masklet(part: Part, clip: Clip, pair: InstructionPair, entity: str) -> Masklet:
    known = read_masklets(part.folder / clip.masklets.path) if clip.masklets else ()
    by_entity = {masklet.entity: masklet for masklet in known}
    wanted = entity or next((who for who in pair.masklets if who in by_entity), "")
    if not wanted:
        raise UsageError(f"the pair {pair.id} speaks of nobody whose masks are known", "Name somebody with --entity.")
    if wanted not in by_entity:
        raise unknown_name(f"entity in {clip.id}", wanted, by_entity)
    return by_entity[wanted]
