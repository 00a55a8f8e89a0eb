"""Measures films and Ken Burns moves, ours beside others, in one run: `python benchmarks/video.py`.

The peers come with `pip install "dreamgen[bench]"`; the table says which are missing.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from walk import walk_story

from dreamgen.clip.animators.kenburns import film_still, pan, path_over, prepare
from dreamgen.clip.animators.storyboard import StoryboardAnimator
from dreamgen.clip.scenes import Format
from dreamgen.core.layout import Box, Camera
from dreamgen.core.story import Shot
from dreamgen.engines.video import probe, read_frames
from dreamgen.illustrator import Picture
from dreamgen.render.renderers.storyboard import StoryboardRenderer
from dreamgen.style.book import read_style, style_names

SIZE, FPS = (1024, 576), 24
STILL = (1344, 768)
FRAMES = 96
ZOOM = 0.06
SPOT = (940.0, 300.0)


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="runs of each; the median counts")
    parser.add_argument("--workers", type=int, default=2, help="processes that film shots")
    parser.add_argument("--styles", nargs="*", default=style_names(), help="style packs to film in")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.workers])
    print(f"{platform.processor() or platform.machine()}, {options.workers} CPUs, load {os.getloadavg()[0]:.1f} before")
    print(f"{SIZE[0]}x{SIZE[1]}, {FPS} frames a second, H.264 veryfast crf 20, median of {options.repeats}\n")
    with tempfile.TemporaryDirectory() as folder:
        measure_films(Path(folder), options.styles, options.workers, options.repeats)
        measure_moves(Path(folder), options.repeats)


def measure_films(folder: Path, styles: list[str], workers: int, repeats: int) -> None:
    print("Films: two shots with two walkers, pan and zoom; masks of every frame, the bake and the start included")
    print(f"{'style':<12}{'film s / wall s':>16}{'frames / s':>12}{'CPU ms / frame':>16}{'KB / film s':>13}")
    story = walk_story()
    for name in styles:
        style, into = read_style(name), folder / name
        renderer = StoryboardRenderer(workers=1)
        list(renderer.introduce(story, style, into))
        keyframes = list(renderer.render(story, style, into))
        animator = StoryboardAnimator(size=SIZE, fps=FPS, workers=workers)
        runs = []
        for _ in range(repeats):
            began, used = time.perf_counter(), cpu_seconds()
            (clip,) = animator.animate(story, style, keyframes, into)
            runs.append((time.perf_counter() - began, cpu_seconds() - used))
        wall, cpu = (statistics.median(column) for column in zip(*runs, strict=True))
        kilobytes = (into / clip.video.path).stat().st_size / 1024 / clip.seconds
        speed = f"{clip.seconds / wall:>15.2f}x{clip.frames / wall:>12.1f}{cpu / clip.frames * 1000:>16.1f}"
        print(f"{name:<12}{speed}{kilobytes:>13.0f}", flush=True)


def measure_moves(folder: Path, repeats: int) -> None:
    still = painted_still()
    image = folder / "still.png"
    Image.fromarray(still[..., ::-1]).save(image)
    spot = folder / "spot.png"
    Image.fromarray(spot_still()).save(spot)
    print(f"\nKen Burns: a still of {STILL[0]}x{STILL[1]}, a {ZOOM:.0%} zoom over {FRAMES} frames, still to mp4")
    print("Trembling is measured in the finished mp4, whose own noise is about 0.04 px")
    print(f"{'':<44}{'CPU ms / frame':>16}{'KB':>7}{'tremble px':>12}{'largest step px':>17}")
    for name, needs, make in MOVES:
        if needs and find_spec(needs) is None:
            print(f"{name:<44}{f'{needs} is not installed: pip install dreamgen[bench]':>52}")
            continue
        video = folder / "move.mp4"
        make(spot, video)  # also warms up: imports are not counted
        tremble, step = trembling(video)
        runs = []
        for _ in range(repeats):
            used = cpu_seconds()
            make(image, video)
            runs.append((cpu_seconds() - used) / FRAMES * 1000)
        assert probe(video).frames == FRAMES, name
        kilobytes = video.stat().st_size / 1024
        print(f"{name:<44}{statistics.median(runs):>16.1f}{kilobytes:>7.0f}{tremble:>12.3f}{step:>17.3f}", flush=True)


def cpu_seconds() -> float:
    """CPU time of this process and of every child that has ended."""
    usage = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in usage)


def painted_still() -> NDArray[np.uint8]:
    """A keyframe with grain and edges, as encoders meet them."""
    shot = walk_story(1).shots[0]
    return Picture(walk_story(1), shot, read_style("watercolor"), STILL).frame(shot.seconds / 2, truth=False).image


def spot_still() -> NDArray[np.uint8]:
    """One soft bright spot, whose place can be measured to a hundredth of a pixel."""
    rows, columns = np.mgrid[0 : STILL[1], 0 : STILL[0]] + 0.5
    light = 16 + 220 * np.exp(-((columns - SPOT[0]) ** 2 + (rows - SPOT[1]) ** 2) / (2 * 14**2))
    return np.repeat(light.round().astype(np.uint8)[..., None], 3, axis=2)


def trembling(video: Path) -> tuple[float, float]:
    """How the spot leaves its smooth way: root mean square and the largest change from one frame to the next, px."""
    rows, columns = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    ways = []
    for _, picture in read_frames(video):
        light = np.clip(picture[..., 1].astype(float) - 32, 0, None)
        ways.append(((light * columns).sum() / light.sum(), (light * rows).sum() / light.sum()))
    way = np.array(ways)
    time_line = np.linspace(-1, 1, len(way))
    smooth = np.stack([np.polyval(np.polyfit(time_line, axis, 5), time_line) for axis in way.T], axis=1)
    rest = way - smooth
    return float(np.sqrt((rest**2).sum(axis=1).mean())), float(np.abs(np.diff(rest, axis=0)).max())


def zoom_shot() -> Shot:
    end = 1 / (1 + ZOOM)
    margin = (1 - end) / 2
    window = Box(x0=margin, y0=margin, x1=1 - margin, y1=1 - margin)
    camera = Camera(move="zoom_in", end=window)
    return Shot(id="shot-1", location="x", camera=camera, seconds=FRAMES / FPS)


def with_dreamgen(still: Path, video: Path) -> None:
    video.write_bytes(film_still({"shot-1": still}, Format(SIZE, FPS), zoom_shot()).segment)


def with_our_warp_piped(still: Path, video: Path) -> None:
    import imageio_ffmpeg

    shot = zoom_shot()
    with Image.open(still) as image:
        ready = prepare(np.ascontiguousarray(image.convert("RGB")), 1.0, SIZE)
    quality = ["-crf", "20", "-preset", "veryfast"]
    pipe = imageio_ffmpeg.write_frames(
        str(video), SIZE, fps=FPS, codec="libx264", quality=None, output_params=quality, macro_block_size=2
    )
    pipe.send(None)
    for frame in range(FRAMES):
        pipe.send(pan(ready, path_over(shot.camera, frame / FRAMES), SIZE))
    pipe.close()


def with_zoompan(scale: int) -> Callable[[Path, Path], None]:
    def make(still: Path, video: Path) -> None:
        import imageio_ffmpeg

        larger = f"scale={STILL[0] * scale}:{STILL[1] * scale}:flags=bicubic," if scale > 1 else ""
        zoom = f"zoompan=z='1+{ZOOM}*on/{FRAMES}':x='iw/2-(iw/zoom/2)':y='ih/2-(ih/zoom/2)':d={FRAMES}"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", "-loop", "1", "-i", str(still)]
        command += ["-vf", f"{larger}{zoom}:s={SIZE[0]}x{SIZE[1]}:fps={FPS}", "-frames:v", str(FRAMES)]
        command += ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", str(video)]
        subprocess.run(command, check=True)

    return make


def with_moviepy(still: Path, video: Path) -> None:
    from moviepy import CompositeVideoClip, ImageClip
    from moviepy.video.fx import Resize

    def scale(t: float) -> float:
        return float(SIZE[0] / STILL[0] * (1 + ZOOM * t * FPS / FRAMES))

    clip = ImageClip(str(still), duration=FRAMES / FPS).with_effects([Resize(scale)]).with_position("center")
    film = CompositeVideoClip([clip], size=SIZE)
    quality = ["-crf", "20", "-pix_fmt", "yuv420p"]
    film.write_videofile(
        str(video), fps=FPS, codec="libx264", preset="veryfast", audio=False, logger=None, ffmpeg_params=quality
    )


MOVES: tuple[tuple[str, str, Callable[[Path, Path], None]], ...] = (
    ("dreamgen", "", with_dreamgen),
    ("our warp, piped through imageio-ffmpeg", "imageio_ffmpeg", with_our_warp_piped),
    ("imageio-ffmpeg, zoompan", "imageio_ffmpeg", with_zoompan(1)),
    ("imageio-ffmpeg, zoompan from 4x the size", "imageio_ffmpeg", with_zoompan(4)),
    ("MoviePy, Resize and CompositeVideoClip", "moviepy", with_moviepy),
)


if __name__ == "__main__":
    main()
