"""A picture that is final goes to disk: the keyframe, the map of who is where, and what is known of both."""

from __future__ import annotations

from pathlib import Path

from dreamgen.core.media import EntityMap, Keyframe
from dreamgen.engines.files import refer
from dreamgen.engines.pictures import write_png
from dreamgen.render.fitting import fitted_map
from dreamgen.render.locking import shrunk
from dreamgen.render.redrawing import Take
from dreamgen.render.sketching import Sketch


def keep(take: Take[Sketch], size: tuple[int, int], into: Path, note: str = "") -> Keyframe:
    """Writes keyframes/<shot>.png and maps/<shot>.png.

    Args:
        take: whose picture is final.
        size: width and height of the files.
        into: the story's folder.
        note: what the machine could not do, from the plan.
    """
    assert take.image is not None, "only what was drawn is kept"
    planned = take.subject
    image, truth = into / "keyframes" / f"{planned.shot.id}.png", into / "maps" / f"{planned.shot.id}.png"
    write_png(shrunk(take.image, size), image)
    write_png(fitted_map(planned, take.judgement.alignments), truth)
    return Keyframe(
        shot=planned.shot.id,
        t=planned.t,
        image=refer(image, into),
        layout=planned.shot.layout,
        made_by="diffusion",
        map=EntityMap(image=refer(truth, into), numbers=tuple(planned.numbers.items())),
        alignments=take.judgement.alignments,
        likenesses=take.judgement.likenesses,
        attempts=take.attempts,
        strained="; ".join(filter(None, (take.strained, note))),
    )
