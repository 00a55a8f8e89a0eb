"""The `classic` annotator: what can be measured without any model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pydantic import Field

from dreamgen.annotate.measuring.camera import camera_claims, motion_claims, takes_of
from dreamgen.annotate.measuring.shots import shots_of
from dreamgen.annotate.measuring.states import light_claims, loudness_claims, tint_claims
from dreamgen.annotate.measuring.timing import timing_claims
from dreamgen.annotate.signals import Gauge, Signals, read_signals
from dreamgen.core.base import Record
from dreamgen.core.claims import Claim, Cut, Shots
from dreamgen.core.found import Notes
from dreamgen.core.media import Footage
from dreamgen.engines.gauging import show
from dreamgen.engines.video import probe

_RATE: Final = 5.0
"""Frames a second without which nobody can tell a cut from what moves."""
_FEWEST: Final = 10
"""Frames of a clip likewise."""


class ClassicAnnotator(Record):
    """Claims that are measured: cuts, camera, motion, light, colour and loudness.

    It claims what lies clearly on one side of a threshold at every measured moment of a stretch, and nothing else.
    """

    workers: int = Field(default=1, ge=0, exclude=True)
    """Clips measured at once, each in its own process; 0 for one a CPU. They change no claim. Clips whose signals were
    kept while the video was cut take a few milliseconds."""

    def annotate(self, footage: Footage, notes: Notes, known: Sequence[Claim], kept: Path) -> Iterator[Claim]:
        """What was measured in a clip.

        Raises:
            DreamgenError: when the clip, or what was measured of it, can't be read.
        """
        yield from claims_of(read_signals(notes.signals) if notes.signals else measured(footage.video))


def measured(video: Path) -> Signals:
    """The numbers of a clip of which none were kept: it is decoded once more.

    Raises:
        DreamgenError: when it can't be read.
    """
    gauge = Gauge(float(probe(video).fps))
    show(video, gauge)
    return gauge.signals()


def claims_of(signals: Signals) -> Iterator[Claim]:
    """Every claim that a clip's numbers bear out."""
    if not len(signals.seconds):
        return
    shots, enough = shots_of(signals), signals.fps >= _RATE and len(signals.seconds) >= _FEWEST
    if enough and shots.sure:
        yield Shots(start=0.0, end=round(signals.end, 4), number=len(shots.runs))
    for at in shots.cuts if enough else ():
        yield Cut(start=round(at, 4), end=round(at, 4))
    states: list[Claim] = [*light_claims(signals, shots), *tint_claims(signals, shots)]
    for run in shots.runs if enough else ():
        takes = takes_of(signals, run, shots.turns)
        states += [*camera_claims(takes), *motion_claims(signals, takes)]
    states += loudness_claims(signals)
    yield from states
    yield from timing_claims(states, shots.cuts, signals.end)
