"""A video is cut into clips. Shots, keyframes and measurements come from one decode; to encode a clip takes another."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from dreamgen.annotate.novelty import Keyframes, Novelty
from dreamgen.annotate.segments import Stretch, Timeline, Unit, plan
from dreamgen.annotate.shots import Shots
from dreamgen.annotate.signals import Gauge
from dreamgen.core.base import Record
from dreamgen.core.found import Excerpt, Source
from dreamgen.core.media import Clip, Span
from dreamgen.core.receipts import Reject
from dreamgen.engines.accelerators import version_of
from dreamgen.engines.diffusion.signature import signature
from dreamgen.engines.embedding import Eyes
from dreamgen.engines.excerpting import Excerpts, Piece
from dreamgen.engines.files import refer
from dreamgen.engines.probing import FileFacts, probe_file
from dreamgen.engines.shotfinding import Detector, need_detectors
from dreamgen.engines.video import probe
from dreamgen.engines.viewing import HEARD, Seen, Tape, view

SMALLEST, FEWEST = 64, 8
"""Pixels of a clip's sides and frames of a clip at least: loaders of datasets take no less."""


class Cutting(Record):
    """How found footage is cut. The recipe's table `[cut]`."""

    unit: Unit = "segments"
    """What a clip is. Segments: shots in a row, up to the longest duration; a longer shot comes in parts. Shots: each
    shot by itself, and those of another duration are dropped and counted."""
    longest: float = Field(default=30.0, gt=0.0)
    """Seconds of a clip at most, inclusive."""
    shortest: float = Field(default=2.0, ge=0.0)
    """Seconds of a clip at least, inclusive; what is shorter is dropped and counted."""
    detectors: tuple[Detector, ...] = ("steps",)
    """Who finds shots, together. steps: hard cuts, fades and dissolves, with nothing to install. content, adaptive,
    fades (black in between) and histogram are PySceneDetect's, from the extra `annotate`. None at all: one shot."""
    threshold: float = Field(default=0.0, ge=0.0)
    """How large a change must be for the first of them, in its own units; 0 for its own default."""
    novelty: Novelty = Novelty()
    """Which frames show something new; clips without one are dropped and counted."""
    copy_bytes: bool = True
    """Whether a clip is cut without encoding it again where its bytes allow it."""
    side: int = Field(default=1920, ge=0)
    """Pixels of the longer side at most of a clip that is encoded again; 0 for no limit."""
    workers: int = Field(default=0, ge=0, exclude=True)
    """Processes that read videos; 0 for one a CPU. They change no byte."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.shortest > self.longest:
            raise ValueError(f"no clip is {self.shortest} s long at least and {self.longest} s at most")
        return self

    def ready(self) -> None:
        """Makes sure that all that it needs is there.

        Raises:
            MissingExtra: for a library that is not installed.
            ModelError: for weights that are not there.
        """
        need_detectors(self.detectors)
        _eyes(self.novelty)


class Cutout(Record):
    """What was cut out of one video."""

    clips: tuple[Clip, ...]
    """In order; ids begin with the video's."""
    rejects: tuple[Reject, ...] = ()
    """What was left out of it, and why."""


def libraries(options: Cutting) -> tuple[tuple[str, str], ...]:
    """What else shapes the clips: the version of PySceneDetect and the bytes of weights, where they are used."""
    found = signature(options.novelty)
    if any(name != "steps" for name in options.detectors):
        return (("scenedetect", version_of("scenedetect-headless") or version_of("scenedetect")), *found)
    return found


class Watched(NamedTuple):
    """All that was learned of a video while it was decoded."""

    facts: FileFacts
    """What the file says."""
    tape: Tape
    """What its frames say."""
    cuts: tuple[int, ...]
    """First frames of all shots but the first."""
    gauge: Gauge
    """What was measured."""
    keyframes: tuple[float, ...] | None
    """Seconds at which something new is shown; None where nobody compared."""
    threads: int
    """That decoded it."""


@cache
def _eyes(novelty: Novelty) -> Eyes | None:
    """Whoever compares frames: loaded once a process."""
    return novelty.open()


def watch_video(path: Path, options: Cutting, threads: int = 0) -> Watched:
    """Decodes a video once.

    Args:
        path: the video.
        options: how it is going to be cut.
        threads: that decode; 0 for one a CPU. A damaged video is decoded once more by one alone.

    Raises:
        Unusable: when it can't be decoded at all.
    """
    facts, tape, eyes = probe_file(path), Tape(), _eyes(options.novelty)
    shots, gauge = Shots(options.detectors, facts.fps, options.threshold), Gauge(float(facts.fps))
    keyframes = Keyframes(options.novelty, eyes, facts) if eyes else None
    for one in view(path, facts, tape, threads):
        if isinstance(one, Seen):
            shots.see(one.number, one.picture)
            gauge.see(one.picture, one.seconds)
            if keyframes:
                keyframes.see(one)
        else:
            gauge.hear(one.samples, HEARD, one.seconds)
    if tape.faults and threads != 1:  # what is made of broken bytes depends on the threads
        return watch_video(path, options, 1)
    return Watched(facts, tape, shots.cuts(tape.times), gauge, tuple(keyframes.seconds) if keyframes else None, threads)


def cut(path: Path, source: Source, options: Cutting, into: Path, threads: int = 0) -> Cutout:
    """The clips of one video.

    Args:
        path: the video.
        source: what is known of it.
        options: how to cut.
        into: files go under clips/ and signals/ there; paths in records are relative to it.
        threads: that decode; 0 for one a CPU. They change no byte.

    Raises:
        DreamgenError: for a video that can't be decoded.
    """
    seen = watch_video(path, options, threads)
    excerpts = Excerpts(path, seen.facts, seen.tape, options.side, seen.threads, options.copy_bytes)
    line = Timeline(seen.tape.times, seen.tape.end, seen.cuts)
    clips: list[Clip] = []
    rejects: list[Reject] = list(_damage(source, seen))
    stretches = plan(line, options.unit, options.shortest, options.longest, excerpts.keyed)
    for number, stretch in enumerate(stretches, 1):
        name = f"{source.id}-{number:03}"
        keyframes = _within(seen.keyframes, stretch.piece)
        reason = stretch.reason or _lacks(excerpts, stretch.piece)
        if not reason and options.novelty.drop and keyframes == ():
            reason = "nothing_new"
        if reason:
            where = f"{stretch.piece.start:.2f}-{stretch.piece.end:.2f} s"
            rejects.append(Reject(what=name, kind="clip", stage="cut", reason=reason, clip=name, detail=where))
            continue
        clips.append(_Made(source, seen, excerpts, into).clip(name, stretch, keyframes or ()))
    return Cutout(clips=tuple(clips), rejects=tuple(rejects))


def _lacks(excerpts: Excerpts, piece: Piece) -> str:
    """Why no trainer would load a piece: too_small, too_few_frames; empty where one would."""
    if min(excerpts.size) < SMALLEST:
        return "too_small"
    return "too_few_frames" if excerpts.frames(piece) < FEWEST else ""


def _damage(source: Source, seen: Watched) -> Iterator[Reject]:
    """What of a file could not be decoded."""
    said, got = seen.facts.seconds, seen.tape.end
    if said > got + max(0.5, 2 / float(seen.facts.fps)):
        yield Reject(
            what=source.name, kind="stretch", stage="cut", reason="truncated",
            detail=f"{got:.2f} of {said:.2f} s can be decoded" + (f": {seen.tape.fault}" if seen.tape.fault else ""),
        )  # fmt: skip
    elif seen.tape.faults:
        yield Reject(
            what=source.name, kind="stretch", stage="cut", reason="damaged",
            detail=f"{seen.tape.faults} faults: {seen.tape.fault}",
        )  # fmt: skip


def _within(seconds: tuple[float, ...] | None, piece: Piece) -> tuple[float, ...] | None:
    """The keyframes of a piece, in its own time."""
    if seconds is None:
        return None
    first, stop = bisect_left(seconds, piece.start - 1e-6), bisect_left(seconds, piece.end - 1e-6)
    return tuple(round(one - piece.start, 4) for one in seconds[first:stop])


class _Made(NamedTuple):
    source: Source
    seen: Watched
    excerpts: Excerpts
    into: Path

    def clip(self, name: str, stretch: Stretch, keyframes: tuple[float, ...]) -> Clip:
        """Writes a clip and what was measured of it."""
        piece, video = stretch.piece, self.into / "clips" / f"{name}.mp4"
        copied = self.excerpts.write(piece, video)
        facts = probe(video)
        signals, fps = self.into / "signals" / f"{name}.npz", float(facts.fps)
        # a steady rate may end a little before the last frame of one that varies
        self.seen.gauge.write(signals, piece.start, min(piece.end, piece.start + facts.frames / fps))
        return Clip(
            id=name, video=refer(video, self.into), fps=int(fps) if fps.is_integer() else fps, size=facts.size,
            frames=facts.frames, motion="found", pictures="found", origin="found", strained=self._strained(),
            spans=tuple(self._spans(name, stretch, fps, facts.frames)), signals=refer(signals, self.into),
            excerpt=Excerpt(
                source=self.source.id, start=round(piece.start, 6), end=round(piece.end, 6), copied=copied,
                keyframes=keyframes,
            ),
        )  # fmt: skip

    def _strained(self) -> str:
        curve = self.seen.facts.hdr
        return f"HDR ({curve.upper()}) brought to an ordinary screen by one simple curve" if curve else ""

    def _spans(self, name: str, stretch: Stretch, fps: float, frames: int) -> Iterator[Span]:
        times, start = self.seen.tape.times, stretch.piece.start
        inside = [round((times[cut] - start) * fps) for cut in stretch.cuts]
        bounds = [0, *sorted({at for at in inside if 0 < at < frames}), frames]
        for number, (first, stop) in enumerate(pairwise(bounds), 1):
            yield Span(shot=f"{name}-{number}", first=first, stop=stop)
