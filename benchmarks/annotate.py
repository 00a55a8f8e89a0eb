"""Measures how fast found footage goes in: `python benchmarks/annotate.py`, or with videos of your own.

Hours of video in an hour: `dreamgen annotate` as far as its claims (files probed and hashed, decoded, shots, keyframes,
sound, clips cut, all that `classic` measures and claims), beside PySceneDetect's own command, which finds shots and
does nothing else. Both run as commands, start-up included, in turn and on the same CPUs.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from chance import random_story
from numpy.typing import NDArray

from dreamgen.clip.animators.kenburns import pan, prepare
from dreamgen.core.base import derived_random
from dreamgen.core.layout import Box
from dreamgen.engines.accelerators import installed
from dreamgen.engines.probing import probe_file
from dreamgen.illustrator import Picture
from dreamgen.style.book import read_style

SIZE, FPS, RATE = (1280, 720), 25, 48000
SHOT = 100
"""Frames of a shot."""

Pixels = NDArray[np.uint8]


def main() -> None:
    """Prints one line for each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("videos", nargs="*", type=Path, help="files; films are made where none are named")
    parser.add_argument("--films", type=int, default=4, help="so many films are made")
    parser.add_argument("--seconds", type=int, default=60, help="of each")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each way; the median counts")
    parser.add_argument("--cpus", type=int, default=2, help="that may be used")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.cpus])
    print(f"{platform.processor() or platform.machine()}, {options.cpus} CPUs, load {os.getloadavg()[0]:.1f} before")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        films = ((folder / f"film-{n}.mp4", n) for n in range(0 if options.videos else options.films))
        videos = options.videos or [make_film(path, n, options.seconds) for path, n in films]
        seconds, size = (sum(one) for one in zip(*map(_measures, videos), strict=True))
        print(f"{len(videos)} videos, {seconds:.0f} s in all, {size / 1e6:.0f} MB\n")
        measure(videos, seconds, folder, options.repeats)


def measure(videos: Sequence[Path], seconds: float, folder: Path, repeats: int) -> None:
    print(f"{'':<44}{'wall s':>8}{'CPU s':>8}{'hours in an hour':>18}{'beside ours':>13}")
    ways: list[tuple[str, Callable[[], None]]] = [
        ("dreamgen annotate: shots, clips, claims", lambda: with_dreamgen(videos, folder, "coreset.near=0")),
        ("the same, and clips that are nearly alike", lambda: with_dreamgen(videos, folder)),
    ]
    if installed("scenedetect"):
        ways += [
            ("scenedetect detect-adaptive, one by one", lambda: with_scenedetect(videos, folder, 1)),
            ("scenedetect detect-adaptive, two at a time", lambda: with_scenedetect(videos, folder, 2)),
            ("scenedetect detect-content, one by one", lambda: with_scenedetect(videos, folder, 1, "detect-content")),
        ]
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name, _ in ways}
    for _ in range(repeats):  # in turn, so that what else the machine does meets all of them
        for name, way in ways:
            began, used = time.perf_counter(), os.times()
            way()
            now = os.times()
            cpu = now.children_user + now.children_system - used.children_user - used.children_system
            runs[name].append((time.perf_counter() - began, cpu))
    ours = statistics.median(wall for wall, _ in runs[ways[0][0]])
    for name, took in runs.items():
        wall, cpu = (statistics.median(column) for column in zip(*took, strict=True))
        print(f"{name:<44}{wall:>8.1f}{cpu:>8.1f}{seconds / wall:>18.1f}{ours / wall:>12.2f}x", flush=True)
    if not installed("scenedetect"):
        print('scenedetect is not installed: pip install "dreamgen[annotate]"')


def _measures(path: Path) -> tuple[float, int]:
    return probe_file(path).seconds, path.stat().st_size


def with_dreamgen(videos: Sequence[Path], folder: Path, *changes: str) -> None:
    out = folder / "run"
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "dreamgen", "annotate", *map(str, videos), "--out", str(out)]
    _run([*command, *(part for change in changes for part in ("--set", change)), "--stop-after", "claims", "--quiet"])


def with_scenedetect(videos: Sequence[Path], folder: Path, at_once: int, how: str = "detect-adaptive") -> None:
    waiting, running = list(videos), list[subprocess.Popen[bytes]]()
    while waiting or running:
        while waiting and len(running) < at_once:
            tail = ["-o", str(folder / "scenes"), how, "list-scenes", "--quiet"]
            command = [sys.executable, "-m", "scenedetect", "--quiet", "-i", str(waiting.pop()), *tail]
            running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        if running.pop(0).wait():
            raise SystemExit("scenedetect failed")


def _run(command: Sequence[str]) -> None:
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:
        raise SystemExit(f"{command[2]} failed")


def make_film(path: Path, number: int, seconds: int) -> Path:
    """A film with sound: a camera that pans over drawn pictures with grain, another one every four seconds."""
    lot = derived_random(7, "annotate", number)
    noise = np.random.default_rng(number).normal(0, 5, (8, SIZE[1], SIZE[0], 1)).astype(np.float32)
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "crf": "23"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        voice = film.add_stream("aac", rate=RATE, layout="mono")
        for frame in range(seconds * FPS):
            if frame % SHOT == 0:
                still = _still(number, frame // SHOT)
                way = lot.uniform(-0.3, 0.3)
            part = frame % SHOT / SHOT
            left = 0.2 + way * (part - 0.5)
            bare = pan(still, Box(x0=max(0.0, left), y0=0.2, x1=max(0.0, left) + 0.6, y1=0.8), SIZE)
            grainy = np.clip(bare + noise[frame % len(noise)], 0, 255).astype(np.uint8)
            picture = av.VideoFrame.from_ndarray(grainy, format="bgr24")
            picture.pts = frame
            film.mux(stream.encode(picture))
            film.mux(voice.encode(_tone(frame)))
        film.mux(stream.encode(None))
        film.mux(voice.encode(None))
    return path


def _still(number: int, shot: int) -> Pixels:
    story = random_story(7, 100 * number + shot)
    style = read_style(("watercolor", "flat", "noir")[shot % 3])
    return prepare(Picture(story, story.shots[0], style, SIZE).frame(0.5, truth=False).image, 0.6, SIZE)


def _tone(frame: int) -> av.AudioFrame:
    count = RATE // FPS
    turns = np.arange(frame * count, (frame + 1) * count) * (220 + 20 * (frame // SHOT)) / RATE
    samples = (0.2 * np.sin(2 * np.pi * turns)).astype(np.float32)[None]
    sound = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
    sound.sample_rate, sound.pts, sound.time_base = RATE, frame * count, Fraction(1, RATE)
    return sound


if __name__ == "__main__":
    main()
