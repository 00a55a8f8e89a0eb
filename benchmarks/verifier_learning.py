"""Learns the `pixels` verifier's small classifiers from a drawn corpus and writes dreamgen/verify/data/sight.npz.

    python benchmarks/verifier_corpus.py DIR --first 2000 --stories 130
    python benchmarks/verifier_learning.py DIR

Measurements are kept beside the frames (measured.pkl), so that learning again takes a minute.
Every fourth quadruple of seeds (one for each painter) is held out and its accuracy printed.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from operator import eq
from pathlib import Path
from typing import Any

import numpy as np
from verifier_heads import head_rows
from verifier_measures import Drawn, drawn, finders, hits
from verifier_training import fitted

import dreamgen.verify.sight.sightings as sightings
from dreamgen.core.colours import confusable
from dreamgen.core.lookalikes import VALUES, alike
from dreamgen.verify.sight.bodies import body_measures, clothes_measures, face_measures, head_measures
from dreamgen.verify.sight.finding import Frame, Place
from dreamgen.verify.sight.learned import Classifier
from dreamgen.verify.sight.scenery import change, scenery
from dreamgen.verify.sight.wardrobe import SLOTS, piece_measures

INDOORS = ("room", "bedroom", "workshop", "castle hall")
TARGET = Path(__file__).parents[1] / "dreamgen" / "verify" / "data" / "sight.npz"


@dataclass
class Measured:
    """One moment of one shot."""

    shot: dict[str, Any]
    """Truth of the shot."""
    story: int
    """Seed of the story."""
    painter: str
    """How it is painted."""
    moment: int
    """Which of the three."""
    scenery: np.ndarray
    """Of the frame."""
    places: dict[str, list[tuple[Place, bool]]] = field(default_factory=dict)
    """For each member of the cast where it may be, and whether it is there."""
    bodies: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)
    """Body, head and face of those who were found where they are."""
    pieces: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)
    """Colours of the clothes of the same."""
    looks: dict[str, Any] = field(default_factory=dict)
    """Traits of the cast."""

    @property
    def held_out(self) -> bool:
        """Whether it is for measuring only."""
        return self.story // 4 % 4 == 0

    def clear(self, who: str) -> bool | None:
        """Whether somebody is clearly there; None where that is open to doubt."""
        seen = self.shot["moments"][self.moment].get(who) or {"area": 0.0, "free": 0.0}
        if seen["area"] == 0:
            return False
        return True if seen["area"] >= 0.0016 and seen["free"] >= 0.5 else None


def measure(folder: Path) -> list[Measured]:
    """All moments of one story."""
    kept = folder / "measured.pkl"
    if kept.exists():
        return list(pickle.loads(kept.read_bytes()))
    rows = [row for shot, finder in finders(drawn(folder)) for row in _moments(shot, finder)]
    kept.write_bytes(pickle.dumps(rows))
    return rows


def _moments(shot: Drawn, finder: Any) -> Iterator[Measured]:
    # in short stories many casts matter more than many moments
    for moment in range(3) if shot.long_story else (1,):
        image = shot.reel.colour(2 * moment)
        frame = Frame(image)
        found = finder.find(frame)
        lying = finder.find_lying(frame, list(found))
        changed, sure = change(shot.reel, 2 * moment)
        places = {
            who: [(place, hits(place, shot.seen(moment, who))) for place in (*upright, *lying.get(who, []))]
            for who, upright in found.items()
        }
        row = Measured(
            shot.truth, shot.story, shot.painter, moment, scenery(image, changed, sure), places, looks=shot.looks
        )
        for who, candidates in places.items():
            right = [place for place, hit in candidates if hit]
            if right and row.clear(who):
                best = max(right, key=lambda place: place.cues[1])
                row.bodies[who] = {
                    "body": body_measures(image, changed, best),
                    "clothes": clothes_measures(image, best),
                    "head": head_measures(image, best),
                    "face": face_measures(image, changed, best),
                }
                row.pieces[who] = pieces_of(image, shot, who, best)
        yield row


def pieces_of(image: np.ndarray, shot: Drawn, who: str, place: Place) -> dict[str, np.ndarray]:
    """The measured colour of each piece that is in the picture."""
    animal = "coat" in shot.looks[who]
    slots = ("coat",) if animal else tuple(slot for slot in SLOTS if slot != "coat" and slot in shot.looks[who])
    measured = {slot: piece_measures(image, shot.cast[who], place, slot) for slot in slots}
    return {slot: value for slot, value in measured.items() if value is not None}


def main() -> None:
    """Measures, learns, writes, and prints how well it went on the stories held out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    heads = list(head_rows(4000, 700))
    _write({"head": learn("head", heads, hidden=48, decay=5e-2, rounds=40)})
    folders = sorted(path.parent for path in options.corpus.glob("*/truth.json"))
    rows: list[Measured] = []
    with ProcessPoolExecutor(options.workers) as pool:
        for some in pool.map(measure, folders):
            rows += some
    print(f"{len(folders)} stories, {len(rows)} moments")
    _write({**_settings(rows), **_company(rows), **_people(rows)})
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1000:.0f} kB")


def _write(learned: dict[str, Classifier]) -> None:
    """Adds to the data file: portraits are read with what was learned of heads before anything else is."""
    arrays: dict[str, np.ndarray] = {}
    if TARGET.exists():
        with np.load(TARGET) as stored:
            arrays = {name: stored[name] for name in stored.files}
    for name, known in learned.items():
        arrays[f"{name}.classes"] = np.array(known.classes)
        arrays[f"{name}.sure"] = np.array(known.sure, np.float32)
        for part in ("mean", "spread", "inner", "outer"):
            arrays[f"{name}.{part}"] = getattr(known, part).astype(np.float16 if part == "inner" else np.float32)
    TARGET.parent.mkdir(exist_ok=True)
    np.savez_compressed(TARGET, **{name: arrays[name] for name in sorted(arrays)})  # type: ignore[arg-type]


def learn(name: str, rows: list[tuple[np.ndarray, str, bool]], **how: Any) -> Classifier:
    """Fits one classifier to (measurements, label, held out), and finds from where on its word can be taken."""
    learned = [(x, y) for x, y, held in rows if not held]
    known = fitted(name, np.array([x for x, _ in learned]), [y for _, y in learned], **how)
    test = [(x, y) for x, y, held in rows if held and y in known.classes]
    chances = known.probabilities(np.array([x for x, _ in test]))
    labels = [y for _, y in test]
    right = np.mean([known.classes[i] == y for i, y in zip(chances.argmax(1), labels, strict=True)])
    known = replace(known, sure=_sure(known.classes, chances, labels, _alike(name)))
    held = f"{len(rows):6} rows, {len(known.classes):2} classes, held out {len(test):5}"
    print(f"{name:13} {held}: {right:.3f} right, sure under {known.sure[0]:.2f} and from {known.sure[1]:.2f}")
    return known


def _alike(name: str) -> Callable[[str, str], bool]:
    """Whether two classes could be taken for each other, and so are never twins."""
    if name.startswith("colour_"):
        return confusable
    what = {"tone": "hair", "pose_person": "pose", "pose_animal": "pose"}.get(name, name)
    known = what in VALUES or what in ("pose", "feeling", "place", "time", "weather")
    return partial(alike, what) if known else eq


def _sure(
    classes: Sequence[str], chances: np.ndarray, labels: Sequence[str], like: Callable[[str, str], bool]
) -> tuple[float, float]:
    """The two limits that decide most claims while at least 94 of 100 decided ones, true or false, are decided right.

    Every label is a true claim, and every class that is not like it a false twin.
    """
    table = np.array([[like(one, other) for one in classes] for other in classes], float)
    near = chances @ table.T
    index = [classes.index(label) for label in labels]
    true = near[np.arange(len(labels)), index]
    false = np.concatenate([near[i][table[k] == 0] for i, k in enumerate(index)]) if len(labels) else np.zeros(0)
    best, limits = 0.0, (-1.0, 2.0)
    for supports in (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99):
        for refutes in (0.3, 0.25, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002):
            hits, misses = (true >= supports).mean(), (true <= refutes).mean()
            caught, fooled = (false <= refutes).mean(), (false >= supports).mean()
            if hits < 15.6 * misses or caught < 15.6 * fooled or hits == 0 or caught == 0:
                continue
            if hits + caught > best:
                best, limits = float(hits + caught), (refutes, supports)
    return limits


def _settings(rows: list[Measured]) -> dict[str, Classifier]:
    open_ = [row for row in rows if row.shot["framing"] != "close"]
    outdoors = [row for row in open_ if row.shot["place"] not in INDOORS]
    lit = [row for row in outdoors if row.painter != "noir"]
    some = {"place": (open_, "place"), "time": (lit, "time"), "weather": (outdoors, "weather")}
    return {
        name: learn(
            name, [(row.scenery, row.shot[key], row.held_out) for row in chosen], hidden=32, decay=2e-2, rounds=30
        )
        for name, (chosen, key) in some.items()
    }


def _company(rows: list[Measured]) -> dict[str, Classifier]:
    """Places are scored by one half of the stories' classifier, takes by the other half's, so that neither flatters."""
    places = [
        (np.array(place.cues), "there" if hit else "elsewhere", row.held_out, row.story)
        for row in rows
        for candidates in row.places.values()
        for place, hit in candidates
    ]
    how: dict[str, Any] = {"hidden": 16, "rounds": 30, "classes": ("elsewhere", "there")}
    odds = learn("place_odds", [place[:3] for place in places], **how)
    even = learn("half", [(*place[:2], place[3] % 8 < 4) for place in places], **how)
    odd = learn("half", [(*place[:2], place[3] % 8 >= 4) for place in places], **how)
    takes: dict[tuple[int, str], list[Measured]] = {}
    for row in rows:
        takes.setdefault((row.story, row.shot["id"]), []).append(row)
    evidence = []
    for (story, _), moments in takes.items():
        other = even if story % 8 < 4 else odd
        frames = [
            sightings.compete({who: [place for place, _ in some] for who, some in row.places.items()}, other)
            for row in moments
        ]
        for who in moments[0].places:
            seen = {row.clear(who) for row in moments}
            if seen in ({True}, {False}):
                label = "there" if True in seen else "gone"
                evidence.append((sightings.evidence_of(frames, who), label, moments[0].held_out))
    present = learn("present", evidence, hidden=12, rounds=60, classes=("gone", "there"))
    return {"place_odds": odds, "present": present}


def _people(rows: list[Measured]) -> dict[str, Classifier]:
    samples: dict[str, list[tuple[np.ndarray, str, bool]]] = {}
    for row in rows:
        for who, measures in row.bodies.items():
            for name, measured, label in (*_kinds(row, who, measures), *_colours(row, who)):
                samples.setdefault(name, []).append((measured, label, row.held_out))
    large = {"pose_person": 48, "pose_animal": 24, "feeling": 32, "hairstyle": 32, "top": 32}
    return {
        name: learn(name, some, hidden=large.get(name, 16), decay=2e-2, rounds=40)
        for name, some in sorted(samples.items())
    }


def _kinds(row: Measured, who: str, measures: dict[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray, str]]:
    """What a body shows of what kind of thing somebody wears, does and feels, where the framing shows it."""
    looks = row.looks[who]
    plan = next(plan for plan in row.shot["placements"] if plan["who"] == who)
    pose, framing = plan["pose"], row.shot["framing"]
    whole = framing in ("wide", "full")
    animal = "coat" in looks
    if whole or (framing == "medium" and pose not in ("walk", "run", "sit", "kneel", "dance", "lie")):
        yield "pose_animal" if animal else "pose_person", measures["body"], pose
    if animal:
        yield "coat", measures["body"], looks["coat"]["value"]
        return
    if pose == "lie":
        return
    if whole:
        yield "top", measures["clothes"], looks["top"]["value"]
    if whole and looks["top"]["value"] not in ("dress", "robe"):
        yield "bottom", measures["clothes"], looks["bottom"]["value"]
    if "hat" in looks:
        yield "hat", measures["head"], looks["hat"]["value"]
    else:
        yield "hairstyle", measures["head"], looks["hairstyle"]["value"]
    yield "glasses", measures["face"], "glasses" if "glasses" in looks else "none"
    yield "beard", measures["face"], "beard" if "beard" in looks else "none"
    seen = row.shot["moments"][row.moment][who]
    if seen["area"] > 0.03 and pose != "hug" and plan["expression"] != "neutral":
        yield "feeling", measures["face"], plan["expression"]


def _colours(row: Measured, who: str) -> Iterator[tuple[str, np.ndarray, str]]:
    looks, pieces = row.looks[who], row.pieces.get(who, {})
    pose = next(plan["pose"] for plan in row.shot["placements"] if plan["who"] == who)
    long = looks.get("top", {}).get("value") in ("dress", "robe")
    for slot, measured in pieces.items():
        trait = looks.get(slot)
        if trait is None or (slot == "bottom" and (long or pose in ("sit", "kneel", "lie"))):
            continue
        if slot == "hair":
            style = looks["hairstyle"]["value"]
            if style != "bald" and ("hat" not in looks or style in ("long", "ponytail", "bob")):
                yield "tone", measured, trait["value"]
        elif trait["colour"]:
            yield f"colour_{slot}", measured, trait["colour"]


if __name__ == "__main__":
    main()
