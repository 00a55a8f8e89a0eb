"""A found video from its first to its last frame, decoded once: small pictures for whoever measures, and its sound."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.imaging import opencv
from dreamgen.engines.probing import FileFacts, Unusable, open_found, packets_of
from dreamgen.engines.toning import plain

Pixels = NDArray[np.uint8]

WIDE: Final = 160
"""Pixels of a small picture's longer side, at most."""
HEARD: Final = 16000
"""Samples a second at which sound is measured."""
_EARLY: Final = 400
"""Frames of sound that are kept until the first picture comes, at most."""
_FAULTS: Final = 200
"""Packets that may be broken, one after the other, before the rest is given up."""


class Seen(NamedTuple):
    """One frame."""

    number: int
    """From 0, in the order in which frames are shown."""
    seconds: float
    """When it is shown, from the first frame on."""
    picture: Pixels
    """BGR, as a viewer sees it, at most `WIDE` pixels wide and high."""
    frame: Any
    """As it was decoded, for whoever needs it larger."""


class Heard(NamedTuple):
    """A stretch of sound."""

    seconds: float
    """When it begins, from the first frame on."""
    samples: NDArray[np.float32]
    """One channel at `HEARD`, 1.0 at full scale."""


@dataclass
class Tape:
    """What was learned of a file while it was decoded."""

    times: array[float] = field(default_factory=lambda: array("d"))
    """Seconds at which each frame is shown, from the first on."""
    end: float = 0.0
    """Seconds at which the last frame ends."""
    origin: float = 0.0
    """Seconds of the file's own clock at which the first frame is shown."""
    packets: array[int] = field(default_factory=lambda: array("q"))
    """Time of every packet of pictures, in the file's ticks and in the order of the file."""
    keys: array[int] = field(default_factory=lambda: array("q"))
    """Which packets can be decoded without those before them, by their place in `packets`."""
    odd: bool = False
    """Whether frames have no times of their own, or such as go back: then only counting tells which is which."""
    faults: int = 0
    """Packets that could not be decoded, and frames of which parts could not."""
    sizes: set[tuple[int, int]] = field(default_factory=set)
    """Of the frames, as they are stored."""
    fault: str = ""
    """What is wrong with one of them."""


def view(path: Path, facts: FileFacts, tape: Tape, threads: int = 0) -> Iterator[Seen | Heard]:
    """Every frame and all sound of a file, each decoded once, roughly in the order of time.

    A packet that can't be decoded is counted and passed over. What is known at the end is on the `tape`.

    Args:
        path: the file.
        facts: what `probe_file` said of it.
        tape: takes down times, packets and faults.
        threads: that decode; 0 for one a CPU. They change nothing that is seen.

    Raises:
        Unusable: when it can't be opened, or no frame can be decoded.
    """
    with open_found(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = threads
        sound = container.streams.audio[0] if facts.sound else None
        yield from _Viewing(container, stream, sound, facts, tape).run()
    if not tape.times:
        raise Unusable("undecodable", tape.fault or "no frame of it can be decoded")


class _Viewing:
    def __init__(self, container: Any, stream: Any, sound: Any, facts: FileFacts, tape: Tape) -> None:
        import av

        self._container, self._stream, self._sound, self._facts, self._tape = container, stream, sound, facts, tape
        self._even: Any = av.AudioResampler(format="flt", layout="mono", rate=HEARD) if sound else None
        self._early: list[Any] = []  # sound from before the first frame, whose clock starts the video's
        self._begun, self._broken = False, 0
        self._size = small_size(facts)

    def run(self) -> Iterator[Seen | Heard]:
        import av

        streams = [one for one in (self._stream, self._sound) if one is not None]
        packets = packets_of(self._container, *streams)
        while self._broken < _FAULTS:
            try:
                packet = next(packets, None)
            except (av.FFmpegError, OSError) as error:  # the file ends in the middle of something
                self._fault(error)
                break
            if packet is None:
                break
            if packet.stream is self._sound:
                yield from self._listen(packet)
            else:
                yield from self._look(packet)

    def _fault(self, error: Exception) -> None:
        self._tape.faults += 1
        self._broken += 1
        self._tape.fault = str(getattr(error, "strerror", "") or error)

    def _look(self, packet: Any) -> Iterator[Seen | Heard]:
        import av

        if packet.pts is not None or packet.dts is not None:
            if packet.is_keyframe:
                self._tape.keys.append(len(self._tape.packets))
            self._tape.packets.append(packet.pts if packet.pts is not None else packet.dts)
        try:
            frames = packet.decode()
        except (av.FFmpegError, ValueError) as error:
            return self._fault(error)
        for frame in frames:
            self._broken = 0
            yield self._seen(frame)
        yield from self._caught_up()

    def _seen(self, frame: Any) -> Seen:
        tape, base = self._tape, float(frame.time_base or self._stream.time_base)
        usual = float(1 / self._facts.fps)
        lasts = frame.duration * base if frame.duration else usual
        if not self._begun:
            tape.origin = frame.pts * base if frame.pts is not None else 0.0
            self._begun = True
        seconds = frame.pts * base - tape.origin if frame.pts is not None else tape.end
        tape.odd = tape.odd or frame.pts is None
        if tape.times and seconds <= tape.times[-1]:  # a clock that goes back or stands
            tape.odd = True
            seconds = tape.times[-1] + min(usual, lasts)
        if frame.is_corrupt:
            tape.faults += 1
            tape.fault = tape.fault or "parts of pictures are missing"
        tape.times.append(seconds)
        tape.end = seconds + (lasts if 0 < lasts < 60 * max(1.0, usual) else usual)
        tape.sizes.add((frame.width, frame.height))
        return Seen(len(tape.times) - 1, seconds, shown(frame, self._facts, self._size), frame)

    def _listen(self, packet: Any) -> Iterator[Heard]:
        import av

        try:
            frames = packet.decode()
        except (av.FFmpegError, ValueError):
            return  # a click in the sound is no reason to lose a picture
        self._early = [*self._early, *frames][-_EARLY:]
        if self._begun:
            yield from self._caught_up()

    def _caught_up(self) -> Iterator[Heard]:
        waiting, self._early = self._early, []
        for frame in waiting:
            if frame.pts is None or not frame.samples:
                continue
            start = float(frame.pts * frame.time_base) - self._tape.origin
            for piece in _resampled(self._even, frame):
                yield Heard(start, piece)
                start += len(piece) / HEARD


def _resampled(even: Any, frame: Any) -> Iterator[NDArray[np.float32]]:
    import av

    try:
        frame.pts = None  # the resampler would fill holes by itself
        for piece in even.resample(frame):
            yield np.asarray(piece.to_ndarray(), np.float32).reshape(-1)
    except (av.FFmpegError, ValueError):
        return  # the layout changed in the middle of the file


def small_size(facts: FileFacts, side: int = WIDE) -> tuple[int, int]:
    """Width and height of a small picture, before it is turned: `side` pixels at most, never larger than stored."""
    wide, high = facts.size if facts.rotation in (0, 180) else facts.size[::-1]
    scale = min(1.0, side / max(wide, high))
    return max(2, round(wide * scale)), max(2, round(high * scale))


def shown(frame: Any, facts: FileFacts, size: tuple[int, int]) -> Pixels:
    """A decoded frame as a viewer sees it: BGR, of this size before it is turned, HDR brought to an ordinary screen."""
    bent = frame.reformat(width=size[0], height=size[1], format="bgr24", interpolation="AREA", threads=1)
    picture = np.asarray(bent.to_ndarray(), np.uint8)
    if facts.hdr:
        picture = plain(picture, facts.hdr)
    if not facts.rotation:
        return picture
    cv2 = opencv()
    turns = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    return np.asarray(cv2.rotate(picture, turns[facts.rotation]), np.uint8)
