"""How well shots are found in films of known cuts: `python benchmarks/cuts.py`.

The films are drawn, put together and encoded here: scenes by lot, three shots of each in one place, in three styles.
A hard cut is found if it is named within one frame, a fade or a dissolve if a frame of it is named; each is found
once. Everything else that is named counts against the detector.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import numpy as np
from chance import random_story
from numpy.typing import NDArray

from dreamgen.annotate.shots import Shots
from dreamgen.clip.animators.kenburns import pan, prepare
from dreamgen.core.base import derived_random
from dreamgen.core.layout import Box
from dreamgen.engines.probing import probe_file
from dreamgen.engines.shotfinding import Detector
from dreamgen.engines.video import write_video
from dreamgen.engines.viewing import Seen, Tape, view
from dreamgen.illustrator import Picture
from dreamgen.style.book import read_style

SIZE, FPS = (256, 144), 24
STYLES = ("watercolor", "flat", "noir")

Pixels = NDArray[np.uint8]
Kind = Literal["hard cuts", "fades", "dissolves", "fast motion", "flashes"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Change(NamedTuple):
    """Where one shot turns into the next: from its first frame to its last, both of which may be named."""

    first: int
    last: int


class Film(NamedTuple):
    """A film, and where its shots change."""

    kind: Kind
    path: Path
    changes: tuple[Change, ...]


class Score(NamedTuple):
    """What a detector found."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: object) -> Score:
        assert isinstance(other, Score)
        return Score(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        whole = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / whole if whole else 1.0


SETUPS: tuple[tuple[Detector, ...], ...] = (
    ("steps",), ("content",), ("adaptive",), ("histogram",), ("fades",), ("content", "fades"), ("adaptive", "fades"),
)  # fmt: skip


def main() -> None:
    """Prints F1 by detector and kind of film."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=12, help="scenes by lot, three shots of each")
    parser.add_argument("--seed", type=int, default=1, help="what the lot is derived from")
    parser.add_argument("--worst", action="store_true", help="also list what was missed or wrong")
    options = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        films = tuple(make_films(Path(folder), options.stories, options.seed))
        counts = {kind: sum(len(film.changes) for film in films if film.kind == kind) for kind in KINDS}
        print(f"{len(films)} films of {SIZE[0]}x{SIZE[1]}, {FPS} frames a second, seed {options.seed}; changes of each")
        print("kind: " + ", ".join(f"{kind} {number}" for kind, number in counts.items()) + "\n")
        print(f"{'F1 of':<20}" + "".join(f"{kind:>14}" for kind in KINDS) + f"{'all':>8}")
        for setup in SETUPS:
            scores = {kind: Score() for kind in KINDS}
            for film in films:
                found = find(film.path, setup)
                scores[film.kind] += score(found, film.changes)
                if options.worst and setup == ("steps",):
                    tell(film, found)
            total = sum(scores.values(), Score())
            row = "".join(f"{scores[kind].f1:>14.3f}" for kind in KINDS)
            print(f"{' + '.join(setup):<20}{row}{total.f1:>8.3f}", flush=True)
    print(f"\n{time.perf_counter() - began:.0f} s in all, load {os.getloadavg()[0]:.1f}")


def tell(film: Film, found: Sequence[int]) -> None:
    missed = [change for change in film.changes if not any(_near(change, one) for one in found)]
    wrong = [one for one in found if not any(_near(change, one) for change in film.changes)]
    if missed or wrong:
        print(f"  {film.path.name}: missed {[tuple(one) for one in missed]}, wrong {wrong}")


def find(path: Path, detectors: Sequence[Detector]) -> tuple[int, ...]:
    """The first frames of shots that detectors name, all from one decode."""
    facts, tape = probe_file(path), Tape()
    shots = Shots(detectors, facts.fps)
    for one in view(path, facts, tape):
        if isinstance(one, Seen):
            shots.see(one.number, one.picture)
    return shots.cuts(tape.times)


def _near(change: Change, frame: int) -> bool:
    return change.first - 1 <= frame <= change.last + 1


def score(found: Sequence[int], changes: Sequence[Change]) -> Score:
    """Each change is found by one frame at most, and each frame finds one change at most."""
    left = list(found)
    right = 0
    for change in changes:
        one = next((frame for frame in left if _near(change, frame)), None)
        if one is not None:
            left.remove(one)
            right += 1
    return Score(right, len(left), len(changes) - right)


def make_films(folder: Path, stories: int, seed: int, kinds: Sequence[Kind] = KINDS) -> Iterator[Film]:
    """Films of these kinds, from scenes by lot."""
    for number in range(stories):
        style = read_style(STYLES[number % len(STYLES)])
        story = random_story(seed, number)
        lot = derived_random(seed, "cuts", number)
        takes = []
        for shot in story.shots:
            picture = Picture(story, shot, style, SIZE)
            length = lot.randint(30, 60)
            moments = np.linspace(0, min(shot.seconds, length / FPS), length, endpoint=False)
            takes.append([picture.frame(float(t), truth=False).image for t in moments])
        sweeps = [(lot.uniform(0.25, 0.7), lot.choice((-1, 1)), lot.randint(8, 14)) for _ in takes]
        other = [_swept(take, *sweep) for take, sweep in zip(takes, sweeps, strict=True) if "fast motion" in kinds]
        for kind in kinds:
            frames, changes = put_together(kind, other if kind == "fast motion" else takes)
            path = folder / f"{kind.replace(' ', '-')}-{number:02}.mp4"
            write_video(frames, path, FPS, SIZE)
            yield Film(kind, path, tuple(changes))


def put_together(kind: Kind, takes: Sequence[Sequence[Pixels]], over: int = 16) -> tuple[list[Pixels], list[Change]]:
    """One film of several takes, and where they change.

    Args:
        kind: how they change.
        takes: the frames of each.
        over: frames that a fade down, a fade up or a dissolve lasts.
    """
    frames: list[Pixels] = list(takes[0])
    changes: list[Change] = []
    for take in takes[1:]:
        if kind == "dissolves":
            start = len(frames) - over
            weights = np.linspace(0, 1, over + 2)[1:-1]
            frames[start:] = [_mixed(a, b, w) for a, b, w in zip(frames[start:], take, weights, strict=False)]
            changes.append(Change(start, len(frames) - 1))
            frames += take[over:]
            continue
        if kind == "fades":
            start, black = len(frames) - over, np.zeros_like(take[0])
            dim = np.linspace(0, 1, over)
            frames[start:] = [_mixed(frame, black, w) for frame, w in zip(frames[start:], dim, strict=False)]
            frames += [black] * 4
            take = [*(_mixed(black, frame, w) for frame, w in zip(take, dim, strict=False)), *take[over:]]
            changes.append(Change(start, len(frames) + over - 1))
        else:
            changes.append(Change(len(frames), len(frames)))
        frames += take
    if kind == "flashes":
        for change in changes:
            for at in (change.first - 12, change.first - 11):  # two frames of lightning
                frames[at] = _mixed(frames[at], np.full_like(frames[at], 255), 0.75)
    return frames, changes


def _mixed(a: Pixels, b: Pixels, weight: float) -> Pixels:
    return np.asarray((1 - weight) * a.astype(np.float32) + weight * b.astype(np.float32) + 0.5, np.uint8)


def _swept(take: Sequence[Pixels], part: float, way: int, frames: int) -> list[Pixels]:
    """A camera that sweeps back and forth over what is shown, half of it wide.

    Args:
        take: the frames.
        part: how far it goes, as a share of the frame's width.
        way: 1 to the right first, -1 to the left.
        frames: that one sweep takes.
    """
    swept = []
    for number, frame in enumerate(take):
        turn = np.sin(np.pi * number / frames) * way * 0.5 * part / 0.7
        left = 0.25 + 0.25 * float(np.clip(turn * 2, -1, 1))
        top = 0.25 + 0.1 * float(np.cos(np.pi * number / frames))
        window = Box(x0=left, y0=top, x1=left + 0.5, y1=top + 0.5)
        swept.append(pan(prepare(frame, 0.5, SIZE), window, SIZE))
    return swept


if __name__ == "__main__":
    main()
