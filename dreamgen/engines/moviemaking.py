"""A film with sound for people, through MoviePy: it fades in and out, and comes as H.264 with AAC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.accelerators import installed
from dreamgen.engines.files import whole
from dreamgen.engines.sound import RATE, Sound
from dreamgen.errors import DreamgenError, MissingExtra

Pixels = NDArray[np.uint8]

_BEHIND = "The film could not be written by FFmpeg"
# One thread and no mbtree, as in engines/video.py: else the bytes change from run to run. The matrix is the one that
# FFmpeg turns RGB into YUV by, and the file says so.
_CODING = (
    "-crf", "20", "-x264-params", "mbtree=0", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
    "-map_metadata", "-1", "-movflags", "+faststart",
    "-color_range", "tv", "-colorspace", "smpte170m", "-color_primaries", "bt709", "-color_trc", "bt709",
)  # fmt: skip


@dataclass(frozen=True)
class Movie:
    """What is to be seen and heard."""

    frame: Callable[[int], Pixels]
    """A frame's number to its picture, uint8 (h, w, 3), BGR; asked for in order, and once more for the first."""
    frames: int
    """How many."""
    fps: int
    """Frames a second."""
    sound: Sound | None = None
    """As long as the pictures; None for none."""
    fade: float = 0.0
    """Seconds in which it comes out of black and goes back."""


def need(wanted_by: str) -> None:
    """Makes sure that MoviePy is there.

    Raises:
        MissingExtra: when it is not.
    """
    if not installed("moviepy"):
        raise MissingExtra("moviepy", "film", wanted_by)


def write_movie(movie: Movie, path: Path, tick: Callable[[], None] = lambda: None) -> None:
    """Writes the film, whole or not at all; the same bytes for the same film.

    Args:
        movie: what to write.
        path: ends in .mp4.
        tick: called for every frame.

    Raises:
        MissingExtra: without MoviePy.
        DreamgenError: when FFmpeg fails.
    """
    need("cutting a film for people")
    try:
        from moviepy import AudioClip, VideoClip, vfx
    except RuntimeError as error:  # it looks for FFmpeg when it is imported
        raise DreamgenError(f"MoviePy finds no FFmpeg: {error}", "pip install imageio-ffmpeg") from None

    reached = -1

    def shown(seconds: float) -> Pixels:
        nonlocal reached
        index = min(movie.frames - 1, int(seconds * movie.fps + 0.5))
        if index > reached:
            reached = index
            tick()
        return np.ascontiguousarray(movie.frame(index)[..., ::-1])

    # MoviePy counts frames by rounding down, so a hair more than the last one's end
    clip = VideoClip(shown, duration=(movie.frames + 1e-3) / movie.fps)
    if movie.fade > 0:
        clip = clip.with_effects([vfx.FadeIn(movie.fade), vfx.FadeOut(movie.fade)])
    if movie.sound is not None:
        clip = clip.with_audio(AudioClip(partial(_heard, movie.sound), len(movie.sound) / RATE, RATE))
    try:
        with whole(path) as unfinished, TemporaryDirectory() as folder:
            clip.write_videofile(
                str(unfinished),
                fps=movie.fps,
                codec="libx264",
                preset="veryfast",
                threads=1,
                audio=movie.sound is not None,
                audio_fps=RATE,
                audio_codec="aac",
                audio_bitrate="160k",
                temp_audiofile_path=folder,
                ffmpeg_params=list(_CODING),
                logger=None,
            )
    except OSError as error:
        said = [line for line in str(error).splitlines() if line.strip()]
        raise DreamgenError(f"{_BEHIND}: {said[-1] if said else error}", "Choose another size or folder.") from None
    finally:
        clip.close()


def _heard(sound: Sound, seconds: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Samples at moments, -1 to 1: (2,) or (moments, 2)."""
    at = np.rint(np.asarray(seconds) * RATE).astype(np.int64)
    return np.asarray(sound[np.minimum(at, len(sound) - 1)] / 32768, np.float64)
