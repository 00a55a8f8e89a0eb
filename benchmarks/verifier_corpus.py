"""Draws the frames that the `pixels` verifier learns from: random stories, a few moments of every shot, and the truth.

    python benchmarks/verifier_corpus.py DIR --first 1000 --stories 120

Each story gets a folder with portraits, frames as JPEG (about what H.264 does to them) and truth.json.
"""

from __future__ import annotations

import argparse
import json
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from verifier_world import random_story

from dreamgen.core.media import Style
from dreamgen.core.story import Shot, Story
from dreamgen.illustrator import Picture, portrait

PAINTERS = ("watercolor", "flat", "cutout", "noir")
MOMENTS = (0.12, 0.5, 0.88)
"""Shares into a shot at which frames are drawn, each with the frame that follows a twelfth of a second later."""
SIZE = (1024, 576)
SEEN = (512, 288)
"""The size at which the verifier looks at frames."""


def draw_story(into: Path, shots: int, seed: int) -> str:
    """Draws one story; one that is there already stays."""
    folder = into / str(seed)
    if (folder / "truth.json").exists():
        return f"{seed} is there"
    folder.mkdir(parents=True, exist_ok=True)
    story = random_story(seed, shots)
    style = Style(name="any", words="", painter=PAINTERS[seed % len(PAINTERS)])
    for character in story.cast:
        cv2.imwrite(str(folder / f"{character.id}.png"), portrait(story, character.id, style))
    truth = {
        "painter": style.painter,
        "cast": [character.model_dump(mode="json") for character in story.cast],
        "shots": [_draw_shot(story, shot, style, folder) for shot in story.shots],
    }
    (folder / "truth.json").write_text(json.dumps(truth))
    return f"{seed} drawn"


def _draw_shot(story: Story, shot: Shot, style: Style, folder: Path) -> dict[str, Any]:
    picture = Picture(story, shot, style, SIZE)
    moments = []
    for number, moment in enumerate(MOMENTS):
        t = moment * shot.seconds
        frame = picture.frame(t)
        assert frame.entities is not None  # asked for
        _save(folder / f"{shot.id}-{number}a.jpg", frame.image)
        _save(folder / f"{shot.id}-{number}b.jpg", picture.frame(t + 1 / 12, truth=False).image)
        moments.append({who: _seen(picture, t, who, frame.entities == key) for who, key in picture.numbers.items()})
    return {
        "id": shot.id,
        "place": story.location(shot.location).set,
        "time": shot.time_of_day,
        "weather": shot.weather,
        "framing": shot.camera.framing,
        "move": shot.camera.move,
        "placements": [placement.model_dump(mode="json") for placement in shot.layout.placements],
        "says": {event.who: event.says for event in shot.events if event.says},
        "moments": moments,
    }


def _save(path: Path, image: NDArray[np.uint8]) -> None:
    small = cv2.resize(image, SEEN, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(path), small, [cv2.IMWRITE_JPEG_QUALITY, 88])


def _seen(picture: Picture, t: float, who: str, mask: NDArray[np.bool_]) -> dict[str, Any]:
    """Box in frame fractions, share of the frame, and share of the body that is free."""
    area = int(mask.sum())
    if not area:
        return {"area": 0.0, "free": 0.0, "box": None}
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    width, height = SIZE
    box = (columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height)
    whole = max(picture.amodal_area(t, who), area)
    return {"area": area / mask.size, "free": area / whole, "box": [round(float(v), 4) for v in box]}


def main() -> None:
    """Draws the stories on all CPUs but one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("into", type=Path)
    parser.add_argument("--first", type=int, default=1000, help="seed of the first story")
    parser.add_argument("--stories", type=int, default=120)
    parser.add_argument("--shots", type=int, default=8, help="of each story")
    parser.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    options = parser.parse_args()
    with ProcessPoolExecutor(options.workers) as pool:
        for done in pool.map(
            partial(draw_story, options.into, options.shots), range(options.first, options.first + options.stories)
        ):
            print(done, flush=True)


if __name__ == "__main__":
    main()
