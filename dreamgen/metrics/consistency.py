"""Whether a story's keyframes belong together.

Measured are how alike they are, how much changes from one to the next, and whether everybody keeps their looks.
DreamFrame (arXiv 2403.01422v5, Table 5) reports the CLIP similarity between frames and the LPIPS of adjacent frames.
It says neither over which pairs of frames it took the mean of the first nor by which weights; here are both readings,
all pairs and adjacent ones, and the weights are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import Record
from dreamgen.engines.embedding import Eyes, Pixels, Vectors
from dreamgen.engines.perceptual import Distance
from dreamgen.metrics.resampling import Mean, mean_of, mean_of_pairs
from dreamgen.metrics.stills import Still

RENDERER = "renderer"
"""By whom a likeness was measured that the renderer wrote down itself."""


class Score(Record):
    """One measure of one story."""

    what: Literal["pairs", "neighbours", "change"]
    """pairs: mean cosine of all pairs of keyframes. neighbours: of keyframes that follow each other. change: mean
    distance of keyframes that follow each other, 0 for none."""
    by: str
    """Who measured: clip, dino, lpips, colours."""
    model: str
    """The weights; empty where there are none."""
    mean: Mean
    """The value. For `pairs` the keyframes are resampled, for the others the neighbours."""


class Identity(Record):
    """How much one character is like its portrait, over the keyframes that show it."""

    entity: str
    """The id of the character."""
    by: str
    """Who measured: clip, dino, colours, or `renderer` for what the renderer itself found."""
    model: str
    """The weights; empty where there are none, or the renderer's own."""
    mean: Mean
    """Cosine of its part of the picture and its portrait."""
    worst: float
    """The least of them."""
    worst_shot: str
    """Where that is."""


class Consistency(Record):
    """What was measured of one story."""

    keyframes: int
    """How many."""
    of: str
    """The fingerprint of the pictures, by which to tell whether they are still these."""
    scores: tuple[Score, ...]
    """Of whole pictures."""
    identities: tuple[Identity, ...]
    """Of characters."""
    skipped: int
    """Times that a character was too small to compare with its portrait."""

    def score(self, what: str, by: str) -> Mean | None:
        """One value, or None when it was not measured."""
        return next((score.mean for score in self.scores if (score.what, score.by) == (what, by)), None)


def measure(
    stills: Iterable[Still],
    portraits: Mapping[str, Pixels],
    eyes: Sequence[Eyes],
    distance: Distance,
    seed: int,
    of: str = "",
) -> Consistency:
    """Measures the keyframes of one story.

    Args:
        stills: the keyframes, in the order of the story.
        portraits: character to its portrait.
        eyes: what compares pictures as a whole and characters with their portraits; one set of scores each.
        distance: what compares keyframes that follow each other.
        seed: of the resampling.
        of: the fingerprint of the pictures.
    """
    seen: dict[str, list[Vectors]] = {one.by: [] for one in eyes}
    alike: dict[tuple[str, str, str], list[tuple[float, str]]] = {}
    changes, before, skipped = [], None, 0
    for still in stills:
        known = [who for who in still.cutouts if who in portraits]
        for one in eyes:
            vectors = one.look([still.picture, *(still.cutouts[who] for who in known)])
            seen[one.by].append(vectors[0])
            for who, vector in zip(known, vectors[1:], strict=True):
                score = _cosine(vector, one.look([portraits[who]])[0])
                alike.setdefault((who, one.by, one.model), []).append((score, still.shot))
        for likeness in still.likenesses:
            alike.setdefault((likeness.entity, RENDERER, ""), []).append((likeness.score, still.shot))
        if before is not None:
            changes.append(distance.between(before, still.picture))
        before, skipped = still.picture, skipped + still.skipped
    scores = [score for one in eyes for score in _similarities(one, np.array(seen[one.by], np.float64), seed)]
    if changes:
        mean = mean_of(np.array(changes), seed, "change", distance.by)
        scores.append(Score(what="change", by=distance.by, model=distance.model, mean=mean))
    return Consistency(
        keyframes=max((len(vectors) for vectors in seen.values()), default=0),
        of=of,
        scores=tuple(scores),
        identities=tuple(_identity(*key, found, seed) for key, found in sorted(alike.items())),
        skipped=skipped,
    )


def _similarities(eyes: Eyes, vectors: NDArray[np.float64], seed: int) -> list[Score]:
    if len(vectors) < 2:
        return []
    table = vectors @ vectors.T
    means: dict[Literal["pairs", "neighbours"], Mean] = {
        "pairs": mean_of_pairs(table, seed, "pairs", eyes.by),
        "neighbours": mean_of(np.diagonal(table, 1), seed, "neighbours", eyes.by),
    }
    return [Score(what=what, by=eyes.by, model=eyes.model, mean=mean) for what, mean in means.items()]


def _identity(entity: str, by: str, model: str, found: list[tuple[float, str]], seed: int) -> Identity:
    worst, shot = min(found)
    scores = np.array([score for score, _ in found], np.float64)
    mean = mean_of(scores, seed, "identity", by, entity)
    return Identity(entity=entity, by=by, model=model, mean=mean, worst=round(worst, 6), worst_shot=shot)


def _cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(one.astype(np.float64) @ other.astype(np.float64))
