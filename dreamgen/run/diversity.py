"""How different a run's questions, answers and pictures are, measured and written down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from dreamgen.core.dataset import Dataset
from dreamgen.engines.embedding import Eyes
from dreamgen.engines.picking import pick
from dreamgen.metrics.diversity import Diversity, Spread, drawn_of, shares_of, spread_of, texts_of
from dreamgen.run import disk
from dreamgen.run.opened import Run
from dreamgen.run.predicting import dataset_of
from dreamgen.run.watch import SILENT, Watch

DIVERSITY: Final = "diversity.json"
"""In the run's folder: what was measured last."""


def measure_diversity(run: Run, eyes: Sequence[Eyes], watch: Watch = SILENT) -> Diversity:
    """Measures a run and writes diversity.json in its folder.

    Args:
        run: with pairs.
        eyes: what compares pictures; once each.
        watch: hears how it goes.

    Raises:
        UsageError: when the run has no pairs yet.
        DreamgenError: for a clip that is damaged or gone.
    """
    dataset, seed = dataset_of(run), run.recipe.seed
    turns = [pair.turns for pair in dataset.pairs]
    found = Diversity(
        texts=(
            texts_of("questions", [one.text for some in turns for one in some[::2]], seed),
            texts_of("answers", [one.text for some in turns for one in some[1::2]], seed),
        ),
        shares=shares_of(dataset.pairs),
        pictures=_seen(dataset, eyes, seed, watch),
    )
    disk.write_whole(run.folder / DIVERSITY, found.model_dump_json(indent=1) + "\n")
    return found


def _seen(dataset: Dataset, eyes: Sequence[Eyes], seed: int, watch: Watch) -> tuple[Spread, ...]:
    """The middle pictures of clips about which something is asked, compared by each; one in memory at a time."""
    clips = [dataset.by_id[name] for name in dataset.asked]
    drawn = drawn_of(clips, seed, "clips")
    vectors: list[list[np.typing.NDArray[np.float32]]] = [[] for _ in eyes]
    watch.begins("evaluate", len(drawn), 0)
    try:
        for clip in drawn:
            (picture,) = pick(dataset.media / clip.video.path, (clip.seconds / 2,))
            for one, known in zip(eyes, vectors, strict=True):
                known.append(one.look([picture])[0])
            watch.made("evaluate", clip.id)
    finally:
        watch.ends("evaluate")
    return tuple(
        spread_of(np.stack(known), one.by, len(clips), seed, one.model)
        for one, known in zip(eyes, vectors, strict=True)
    )
