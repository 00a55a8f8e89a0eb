"""Cuts a stretch out of a found video: as the bytes that it is, or encoded again where that can't be."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from dreamgen.engines.files import whole
from dreamgen.engines.imaging import opencv
from dreamgen.engines.probing import FileFacts, open_found, packets_of
from dreamgen.engines.video import add_pictures, rate_of
from dreamgen.engines.viewing import Tape, shown
from dreamgen.engines.voicing import Voice
from dreamgen.errors import DreamgenError, first_line

SLOWEST, FASTEST = 5, 60
"""Frames a second of a clip, at least and at most."""
_BACK: Final = 5
"""Seconds by which a search that ended too late begins again."""
_LEAST: Final = 16
"""Pixels of the sides of a clip at least: encoders take no less."""


class Piece(NamedTuple):
    """A stretch of a video."""

    first: int
    """Its first frame."""
    stop: int
    """One past its last frame."""
    start: float
    """Seconds of the video at which the first frame is shown."""
    end: float
    """Seconds at which the last frame ends."""


class Excerpts:
    """Cuts pieces out of one video that has been decoded once.

    Args:
        path: the video.
        facts: what it says of itself.
        tape: what was learned while it was decoded.
        side: pixels of the longer side of a clip at most, where it is encoded again; 0 for no limit.
        threads: that decode; 0 for one a CPU.
        copies: whether pieces are copied where they can be.
    """

    def __init__(
        self, path: Path, facts: FileFacts, tape: Tape, side: int = 0, threads: int = 0, copies: bool = True
    ) -> None:
        self._path, self._facts, self._tape, self._threads = path, facts, tape, threads
        self.rate = steady_rate(facts, tape)
        """Frames a second of the clips."""
        self.size = _even(facts.size, side)
        """Width and height of clips that are encoded again."""
        self._whole = copies and self._copies()
        self._keys = set(tape.keys)
        self._places = {pts: place for place, pts in enumerate(tape.packets)} if self._whole else {}
        self._order = sorted(tape.packets) if self._whole else []

    def keyed(self, frame: int) -> bool:
        """Whether the video can be cut before this frame without encoding anything again."""
        return self._whole and frame < len(self._order) and self._places[self._order[frame]] in self._keys

    def frames(self, piece: Piece) -> int:
        """How many frames a piece has as a clip."""
        return max(1, round((piece.end - piece.start) * self.rate))

    def write(self, piece: Piece, path: Path) -> bool:
        """Writes a piece as an mp4, and returns whether it was copied.

        Raises:
            DreamgenError: when it can't be read or written.
        """
        import av

        packets = self._packets(piece)
        try:
            with whole(path) as unfinished:
                if packets is not None:
                    self._copy(piece, packets, unfinished)
                else:
                    self._encode(piece, unfinished)
        except (av.FFmpegError, ValueError) as error:
            raise DreamgenError(f"{piece.start:.2f}-{piece.end:.2f} s can't be cut: {first_line(error)}") from None
        return packets is not None

    def _copies(self) -> bool:
        """Whether the video's own packets make clips that everything here reads."""
        facts, tape = self._facts, self._tape
        return (
            facts.codec == "h264" and facts.pixels == "yuv420p" and not facts.rotation and not facts.hdr
            and facts.size == facts.stored and facts.size[0] % 2 == 0 and facts.size[1] % 2 == 0
            and tape.sizes == {facts.stored} and not tape.faults and not tape.odd
            and len(tape.packets) == len(tape.times) == len(set(tape.packets)) and is_steady(tape)
            and abs(self.rate * Fraction(tape.end or 1) / len(tape.times) - 1) < 0.005
        )  # fmt: skip

    def _packets(self, piece: Piece) -> tuple[int, int] | None:
        """From which packet to which a piece goes, if they hold it and nothing else."""
        if not self.keyed(piece.first):
            return None
        first, last = self._places[self._order[piece.first]], piece.stop - piece.first
        if first + last > len(self._tape.packets):
            return None
        held = sorted(self._tape.packets[first : first + last])
        return (first, first + last) if held == self._order[piece.first : piece.stop] else None

    def _copy(self, piece: Piece, packets: tuple[int, int], path: Path) -> None:
        first, stop = packets
        wanted = list(self._tape.packets[first:stop])
        ranks = {pts: rank for rank, pts in enumerate(self._order[piece.first : piece.stop])}
        late = max(number - ranks[pts] for number, pts in enumerate(wanted))
        with open_found(self._path) as source, _new(path) as made:
            stream, sound = source.streams.video[0], _sound(source, self._facts)
            pictures = made.add_stream_from_template(stream)
            pictures.time_base = 1 / self.rate
            audio = self._voice(made, sound, piece) if sound else None
            _seek(source, stream, wanted[0])
            count = 0
            for packet in packets_of(source, *(one for one in (stream, sound) if one is not None)):
                if audio and packet.stream is sound:
                    audio.take(packet)
                elif count < len(wanted) and packet.pts == wanted[count]:
                    packet.time_base = 1 / self.rate
                    packet.pts, packet.dts, packet.duration = ranks[wanted[count]], count - late, 1
                    packet.stream = pictures
                    made.mux(packet)
                    count += 1
                if count == len(wanted) and (audio is None or audio.done):
                    break
            if count < len(wanted):
                raise ValueError("the file changed while it was cut")
            if audio:
                audio.finish()

    def _encode(self, piece: Piece, path: Path) -> None:
        total = self.frames(piece)
        with open_found(self._path) as source, _new(path) as made:
            stream, sound = source.streams.video[0], _sound(source, self._facts)
            stream.thread_type, stream.codec_context.thread_count = "AUTO", self._threads
            pictures = add_pictures(made, float(self.rate), self.size)
            audio = self._voice(made, sound, piece) if sound else None
            if not self._tape.odd:
                _seek(source, stream, int((piece.start + self._tape.origin) / float(stream.time_base or 1)))
            count = 0
            for number, frame in self._stretch(source, stream, sound, audio, piece):
                # a frame is shown until the next one comes
                last = number == piece.stop - 1
                until = piece.end if last else self._tape.times[number + 1]
                due = total if last else min(total, _ticks(until - piece.start, self.rate))
                if due > count:
                    planes = self._planes(frame)
                    for tick in range(count, due):
                        planes.pts = tick
                        made.mux(pictures.encode(planes))
                    count = due
            if not count:
                raise ValueError("none of its frames could be decoded again")
            for tick in range(count, total):  # after a search, what is broken may be broken otherwise
                planes.pts = tick
                made.mux(pictures.encode(planes))
            made.mux(pictures.encode(None))
            if audio:
                audio.finish()

    def _stretch(self, source: Any, stream: Any, sound: Any, audio: Voice | None, piece: Piece) -> Iterator[Any]:
        """Number and frame of every frame of a piece; what is heard goes to `audio`."""
        import av

        ended, counted = False, itertools.count()
        for packet in packets_of(source, *(one for one in (stream, sound) if one is not None)):
            if audio and packet.stream is sound:
                audio.take(packet)
            elif not ended:
                try:
                    frames = packet.decode()
                except (av.FFmpegError, ValueError):
                    continue  # passed over when it was seen first, too
                for frame in frames:
                    number = next(counted) if self._tape.odd else self._number(frame)
                    ended = ended or number >= piece.stop
                    if piece.first <= number < piece.stop:
                        yield number, frame
            if ended and (audio is None or audio.done):
                return

    def _voice(self, made: Any, sound: Any, piece: Piece) -> Voice:
        return Voice(made, sound, piece.start + self._tape.origin, piece.end - piece.start)

    def _number(self, frame: Any) -> int:
        """Which frame it is, by its time; from the beginning of the file they are counted instead."""
        if frame.pts is None:
            return -1
        seconds = float(frame.pts * frame.time_base) - self._tape.origin
        return bisect_left(self._tape.times, seconds - 1e-6)

    def _planes(self, frame: Any) -> Any:
        import av

        facts = self._facts
        size = self.size if facts.rotation in (0, 180) else self.size[::-1]
        planes = opencv().cvtColor(shown(frame, facts, size), opencv().COLOR_BGR2YUV_I420)
        return av.VideoFrame.from_ndarray(np.asarray(planes, np.uint8), format="yuv420p")


def is_steady(tape: Tape) -> bool:
    """Whether all frames but the last are shown for the same time; rounding to milliseconds is no difference."""
    steps = np.diff(np.frombuffer(tape.times, np.float64))
    if not len(steps):
        return True
    usual = float(np.median(steps))
    return bool(np.abs(steps - usual).max() <= max(0.0011, 0.01 * usual))


def steady_rate(facts: FileFacts, tape: Tape) -> Fraction:
    """A constant rate that suits a video: its own where that is one and sane, else a sane one near its mean."""
    count, length = len(tape.times), tape.end
    mean = Fraction(count / length).limit_denominator(1001) if length > 0 else facts.fps
    said = facts.fps
    own = said if said and abs(float(said / mean) - 1) < 0.005 else mean
    if SLOWEST <= own <= FASTEST and is_steady(tape):
        return rate_of(float(own))
    return Fraction(min(max(round(mean), SLOWEST), FASTEST // 2 if mean > FASTEST else FASTEST))


def _ticks(seconds: float, rate: Fraction) -> int:
    return round(seconds * float(rate))


def _even(size: tuple[int, int], side: int) -> tuple[int, int]:
    scale = min(1.0, side / max(size)) if side else 1.0
    wide, high = (max(_LEAST, round(one * scale) // 2 * 2) for one in size)
    return wide, high


def _new(path: Path) -> Any:
    import av

    return av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"})


def _sound(source: Any, facts: FileFacts) -> Any:
    return source.streams.audio[0] if facts.sound else None


def _seek(source: Any, stream: Any, pts: int) -> None:
    """To a key frame before a moment, in the stream's ticks, or to the beginning of the file."""
    import av

    back = round(_BACK / stream.time_base)
    for target in (pts, pts - back, pts - 4 * back):
        try:
            source.seek(target, stream=stream, backward=True)
            packet = next(packets_of(source, stream), None)
            # some containers are only searched roughly, and end up behind it
            if packet is not None and packet.is_keyframe and packet.pts is not None and packet.pts <= pts:
                source.seek(target, stream=stream, backward=True)
                return
        except (av.FFmpegError, OSError):
            break
    source.seek(stream.start_time or 0, stream=stream, backward=True, any_frame=True)
