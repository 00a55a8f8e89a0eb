"""Chooses how far the `sight` networks are believed, on the corpus' part `choose`, and writes it to sight.json.

    python benchmarks/sight_choosing.py CORPUS

Each kind of evidence gets a logistic scale (Platt 1999), so that its odds are those of a true claim among as many false
ones, and the probabilities from which claims count as supported and as refuted.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sight_claims import SHOT, true_claims
from sight_data import DrawnStory, stories
from sight_export import DATA

from dreamgen.core.claims import Attribute, Claim
from dreamgen.core.twins import false_twins
from dreamgen.engines.sight import Floats
from dreamgen.verify.glance.case import Case
from dreamgen.verify.glance.evidence import EVIDENCE
from dreamgen.verify.glance.scales import Evidence, Scale
from dreamgen.verify.glance.seer import Look, Seer

RIGHT = 0.985
"""Share of the decisions of a scale that are right, on the stories on which it is chosen."""
STRANGER = 1.3
"""How much stranger a film may be than the strangest of those stories before nothing is said of it."""
_FEWEST = 20


class DrawnFilm:
    """A drawn story in the place of a film: its three moments of each shot are the looks at it."""

    def __init__(self, story: DrawnStory, seer: Seer) -> None:
        self.seer = seer
        self.cast = {who: seer.portrait(image) for who, image in sorted(story.portraits().items())}
        self._looks = [
            tuple(seer.look(story.frame(shot, moment)) for moment in range(3))
            for shot in range(len(story.truth["shots"]))
        ]

    def looks(self, start: float, end: float) -> tuple[Look, ...]:
        """Those of the shots between two times."""
        return tuple(look for shot in self._looks[round(start / SHOT) : round(end / SHOT)] for look in shot)


class Judged(NamedTuple):
    """A claim about a drawn story, and what speaks for it."""

    claim: Claim
    true: bool
    pieces: tuple[Evidence, ...]
    holds: tuple[bool, ...]
    """Whether each piece is true: of a false attribute only one may be false."""


def case_of(story: DrawnStory, seer: Seer) -> Case:
    """A drawn story with all that is true of it."""
    every = [claim for claims in true_claims(story) for claim in claims]
    return Case(DrawnFilm(story, seer), every)  # type: ignore[arg-type]


def judged(story: DrawnStory, case: Case) -> Iterator[Judged]:
    """All true claims about a story and their false twins."""
    shots, every = true_claims(story), case.claims
    for claims in shots:
        for claim in claims:
            if claim.kind not in EVIDENCE:
                continue
            for said in (claim, *false_twins(claim, every)):
                pieces = EVIDENCE[said.kind](case, said, case.looks(said))
                yield Judged(said, said is claim, pieces, tuple(_holds(said, claim, piece) for piece in pieces))


def _holds(said: Claim, claim: Claim, piece: Evidence) -> bool:
    if isinstance(said, Attribute) and isinstance(claim, Attribute) and said.entity == claim.entity:
        return said.colour == claim.colour if piece.scale.startswith("colour") else said.value == claim.value
    return said is claim


def scale_of(odds: Floats, true: np.ndarray) -> Scale:
    """The scale by which odds are read; true and false claims weigh the same together."""
    weights = np.where(true, 0.5 / max(true.sum(), 1), 0.5 / max((~true).sum(), 1))
    slope, shift = _fitted(odds / (odds.std() + 1e-6), true, weights)
    slope /= float(odds.std()) + 1e-6
    p = _logistic(slope * odds + shift)
    supports = _threshold(p, true, weights)
    refutes = 1 - _threshold(1 - p, ~true, weights)
    return Scale(*(round(float(v), 4) for v in (slope, shift, supports, refutes)))


def _logistic(odds: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def _fitted(x: np.ndarray, true: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Logistic regression by Newton's method, steps halved until they help; a small pull to 0 keeps it finite."""
    design, fit = np.column_stack([x, np.ones_like(x)]).astype(np.float64), np.zeros(2)

    def loss(some: np.ndarray) -> float:
        signed = np.where(true, 1, -1) * (design @ some)
        return float((weights * np.logaddexp(0, -signed)).sum() + 5e-4 * some @ some)

    for _ in range(30):
        p = _logistic(design @ fit)
        gradient = design.T @ (weights * (p - true)) + 1e-3 * fit
        curve = (design * (weights * p * (1 - p))[:, None]).T @ design + 1e-3 * np.eye(2)
        step = np.linalg.solve(curve, gradient)
        while loss(fit - step) > loss(fit) and np.abs(step).max() > 1e-6:
            step = step / 2
        fit = fit - step
    return float(fit[0]), float(fit[1])


def _threshold(p: np.ndarray, true: np.ndarray, weights: np.ndarray) -> float:
    """The least probability from which `RIGHT` of the claims are true; 2 where there is none."""
    order = np.argsort(-p, kind="stable")
    right = np.cumsum(np.where(true, weights, 0.0)[order]) / np.cumsum(weights[order])
    good = np.flatnonzero((right >= RIGHT) & (np.arange(len(p)) >= _FEWEST - 1))
    return max(0.5, float(p[order][good[-1]])) if len(good) else 2.0


def main() -> None:
    """Chooses, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--into", type=Path, default=DATA)
    options = parser.parse_args()
    strange: list[float] = []
    rows: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    seer = Seer()
    for story in stories(options.corpus / "choose"):
        case = case_of(story, seer)
        looks = case.film.looks(0.0, len(story.truth["shots"]) * SHOT)
        strange.append(float(np.median([look.strange for look in looks])))
        for one in judged(story, case):
            for piece, true in zip(one.pieces, one.holds, strict=True):
                if piece.odds is not None:
                    rows[piece.scale].append((piece.odds, true))
    scales: dict[str, Any] = {}
    for name, some in sorted(rows.items()):
        odds, true = np.array([o for o, _ in some], np.float32), np.array([t for _, t in some])
        if min(true.sum(), (~true).sum()) >= _FEWEST:
            scale = scale_of(odds, true)
            scales[name] = list(scale.__dict__.values())
            p = np.array([scale.probability(float(o)) for o in odds])
            decided = (p >= scale.supports) | (p <= scale.refutes)
            half = ((p > 0.5) == true).mean()
            print(f"{name:14} {true.sum():5} true {(~true).sum():5} false  right at a half {half:.3f}", end="")
            print(f"  decided {decided.mean():.2f}  {scales[name]}")
    names = options.into / "sight.json"
    known = json.loads(names.read_text("utf-8"))
    print(f"strangeness {np.median(strange):.2f}, at most {max(strange):.2f}")
    known |= {"scales": scales, "strangest": round(STRANGER * max(strange), 2)}
    names.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
