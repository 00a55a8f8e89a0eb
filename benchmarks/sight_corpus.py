"""Draws what the `sight` verifier's network learns from: random stories, a few moments of every shot, and the truth.

    python benchmarks/sight_corpus.py CORPUS                        # all parts: learning, choosing, testing
    python benchmarks/sight_corpus.py CORPUS --part test --workers 2

Each story becomes one file: frames as JPEG (about what H.264 does to them), portraits as PNG, and truth.json.
One style pack, `LEFT_OUT`, is in none of the frames that are learned from or on which thresholds are chosen.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import zipfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from sight_heads import Heads
from verifier_world import PEOPLE, random_story

from dreamgen.core.base import derived_random
from dreamgen.core.media import Style
from dreamgen.core.story import Shot, Story
from dreamgen.illustrator import Picture, portrait
from dreamgen.story.staging import stage
from dreamgen.style.book import read_style, style_names

LEFT_OUT = "gouache"
"""The style pack that is never learned from."""
PARTS = {
    "learn": (100_000, 1000, 4),
    "choose": (200_000, 130, 4),
    "test": (300_000, 90, 4),
    "left_out": (400_000, 50, 4),
}
"""Name of a part to its first seed, its stories and the shots of each; no plot, test or demo has these seeds."""
MOMENTS = (0.12, 0.5, 0.88)
"""Shares into a shot at which frames are drawn, each with the frame that follows a twelfth of a second later."""
SEEN = (512, 288)
"""The size at which the verifier looks at frames."""


def style_of(seed: int, left_out: bool) -> Style:
    """A style pack by lot, its brush sometimes bent a little, so that no pack is learned by heart."""
    if left_out:
        return read_style(LEFT_OUT)
    lot = derived_random(seed, "sight style")
    packs = [name for name in style_names() if name != LEFT_OUT]
    name = lot.choice((*packs, "watercolor", "watercolor", "watercolor", "flat", "cutout", "noir"))
    style = read_style(name)
    if lot.random() < 0.6:
        return style
    bent = {
        "contrast": (style.brush.contrast or 1.0) * lot.uniform(0.92, 1.1),
        "warmth": max(-1.0, min(1.0, (style.brush.warmth or 0.0) + lot.uniform(-0.25, 0.25))),
        "grain": lot.uniform(0.2, 1.4),
        "vignette": lot.uniform(0.0, 0.4),
        "pull": lot.uniform(0.0, 0.6),
    }
    return style.model_copy(update={"brush": style.brush.model_copy(update=bent)})


def sight_story(seed: int, shots: int) -> Story:
    """A random story in which people also fall: the worlds of `pixels` know no falls."""
    story = random_story(seed, shots)
    lot, people = derived_random(seed, "sight story"), {c.id for c in story.cast if c.kind in PEOPLE}

    def varied(shot: Shot) -> Shot:
        events = []
        for event in shot.events:
            falls = event.who in people and event.does in ("stand", "talk", "walk") and lot.random() < 0.12
            alone = {"does": "fall", "action": "fall", "whom": None}
            events.append(event.model_copy(update=alone) if falls else event)
        return shot.model_copy(update={"events": tuple(events)})

    acts = tuple(
        act.model_copy(
            update={
                "scenes": tuple(
                    scene.model_copy(update={"shots": tuple(map(varied, scene.shots))}) for scene in act.scenes
                )
            }
        )
        for act in story.acts
    )
    return stage(story.model_copy(update={"acts": acts}))


def draw_story(into: Path, shots: int, left_out: bool, seed: int) -> str:
    """Draws one story; one that is there already stays."""
    path = into / f"{seed}.zip"
    if path.exists():
        return f"{seed} is there"
    story, style = sight_story(seed, shots), style_of(seed, left_out)
    # most films are drawn at twice the size at which they are looked at, some at that size
    size = (1024, 576) if derived_random(seed, "sight size").random() < 0.4 else SEEN
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for character in story.cast:
            _put(file, f"{character.id}.png", portrait(story, character.id, style))
        truth = {
            "style": style.name,
            "size": size,
            "cast": [character.model_dump(mode="json") for character in story.cast],
            "shots": [_draw_shot(story, shot, style, size, file) for shot in story.shots],
        }
        file.writestr("truth.json", json.dumps(truth))
    path.with_suffix(".part").write_bytes(held.getvalue())
    path.with_suffix(".part").rename(path)
    return f"{seed} drawn"


def _draw_shot(story: Story, shot: Shot, style: Style, size: tuple[int, int], file: zipfile.ZipFile) -> dict[str, Any]:
    picture, heads = Picture(story, shot, style, size), Heads(story, shot, style, size)
    moments = []
    for number, moment in enumerate(MOMENTS):
        t = moment * shot.seconds
        frame = picture.frame(t)
        assert frame.entities is not None  # asked for
        _put(file, f"{shot.id}-{number}a.jpg", frame.image)
        _put(file, f"{shot.id}-{number}b.jpg", picture.frame(t + 1 / 12, truth=False).image)
        cast = {character.id: picture.numbers[character.id] for character in story.cast}
        seen = {who: _seen(picture, t, who, frame.entities == key) for who, key in cast.items()}
        for who, (x, y, radius) in heads.of(t).items():
            seen[who]["head"] = [round(x, 4), round(y, 4), round(radius, 4)]
            seen[who]["face"] = _free(frame.entities == cast[who], x, y, radius)
        moments.append(seen)
    placed = {event.who: event for event in shot.events}
    return {
        "id": shot.id,
        "place": story.location(shot.location).set,
        "time": shot.time_of_day,
        "weather": shot.weather,
        "framing": shot.camera.framing,
        "move": shot.camera.move,
        "windows": [shot.camera.start.model_dump(), shot.camera.end.model_dump()],
        "placements": [placement.model_dump(mode="json") for placement in shot.layout.placements],
        "says": {who: event.says for who, event in placed.items() if event.says},
        "moments": moments,
    }


def _put(file: zipfile.ZipFile, name: str, image: NDArray[np.uint8]) -> None:
    if name.endswith(".jpg"):
        image = cv2.resize(image, SEEN, interpolation=cv2.INTER_AREA) if image.shape[1] != SEEN[0] else image
        _, code = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])
    else:
        _, code = cv2.imencode(".png", image)
    file.writestr(name, code.tobytes())


def _free(mask: NDArray[np.bool_], x: float, y: float, radius: float) -> float:
    """Share of the square around a head that belongs to its owner."""
    high, wide = mask.shape
    x0, x1 = round(x * wide - radius * high), round(x * wide + radius * high)
    y0, y1 = round((y - radius) * high), round((y + radius) * high)
    window = mask[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)]
    return round(float(window.sum()) / max(1, (x1 - x0) * (y1 - y0)), 3)


def _seen(picture: Picture, t: float, who: str, mask: NDArray[np.bool_]) -> dict[str, Any]:
    """Box in frame fractions, share of the frame, and share of the body that is free."""
    area = int(mask.sum())
    if not area:
        return {"area": 0.0, "free": 0.0, "box": None}
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    high, wide = mask.shape
    box = (columns[0] / wide, rows[0] / high, (columns[-1] + 1) / wide, (rows[-1] + 1) / high)
    whole = max(picture.amodal_area(t, who), area)
    return {"area": area / mask.size, "free": area / whole, "box": [round(float(v), 4) for v in box]}


def draw_part(into: Path, part: str, workers: int, share: float = 1.0) -> None:
    """Draws one part of the corpus."""
    first, stories, shots = PARTS[part]
    folder = into / part
    folder.mkdir(parents=True, exist_ok=True)
    draw = partial(draw_story, folder, shots, part == "left_out")
    seeds = range(first, first + round(share * stories))
    with ProcessPoolExecutor(workers) as pool:
        for number, _ in enumerate(pool.map(draw, seeds), start=1):
            if number % 50 == 0 or number == len(seeds):
                print(f"{part}: {number} of {len(seeds)} stories", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Draws the parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("into", type=Path)
    parser.add_argument("--part", choices=tuple(PARTS), action="append")
    parser.add_argument("--share", type=float, default=1.0, help="of the stories of each part")
    parser.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    for part in options.part or PARTS:
        draw_part(options.into, part, options.workers, options.share)


if __name__ == "__main__":
    main()
