"""Videos of which everything measurable is known, since this program makes them: textures, moving things, noise, tones.

They stand in for footage that nobody made: shots with camera moves of many speeds, things that cross the picture,
light and colour that differ, hard cuts and now and then a dissolve, grain, compression, and sound of known level.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, Final, Literal, NamedTuple

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from dreamgen.core.base import derived_random
from dreamgen.core.claims import CameraMove, Claim, Cut, Duration, Light, Loudness, Motion, Order, Shots, Tint
from dreamgen.core.vocabulary import CameraMotion

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIZES: Final = ((320, 180), (320, 240), (512, 288), (270, 480), (640, 360))
RATES: Final = (12, 24, 25, 30)
RATE: Final = 44100
MOVES: Final[tuple[CameraMotion, ...]] = ("static", "pan_left", "pan_right", "zoom_in", "zoom_out")
COLOURS: Final[dict[str, tuple[int, int, int]]] = {
    "red": (200, 30, 30), "yellow": (235, 205, 40), "green": (50, 150, 60), "blue": (40, 80, 200),
    "purple": (130, 50, 170), "brown": (95, 60, 35), "white": (240, 240, 240), "grey": (130, 130, 130),
    "black": (12, 12, 12),
}  # fmt: skip
"""Colours of grounds, sRGB."""


class Shot(NamedTuple):
    """One shot as it is meant to be."""

    seconds: float
    move: CameraMotion
    speed: float
    """Picture widths, or growth, a second."""
    colour: str
    """Of most of the picture; empty for many colours."""
    light: Literal["dark", "bright", ""]
    things: int
    """How many things cross the picture."""
    way: Literal["left", "right", "up", "down", "none"]
    """Which way they all go; none for every way."""
    still: bool
    """Whether there is no grain either, and nothing moves."""


class Plan(NamedTuple):
    """One video as it is meant to be."""

    size: tuple[int, int]
    fps: int
    shots: tuple[Shot, ...]
    dissolve: int
    """The shot that the one before dissolves into; 0 for none."""
    sound: tuple[tuple[float, str], ...]
    """Seconds and silent, quiet, loud, or other; empty for no sound track."""

    @property
    def frames(self) -> tuple[int, ...]:
        """Of each shot."""
        return tuple(round(shot.seconds * self.fps) for shot in self.shots)


def planned(seed: int) -> Plan:
    """A video by lot."""
    lot = derived_random(seed, "footage")
    shots = tuple(_shot(lot) for _ in range(lot.choice((1, 1, 2, 3, 4))))
    dissolve = lot.randrange(1, len(shots)) if len(shots) > 1 and lot.random() < 0.2 else 0
    total = sum(shot.seconds for shot in shots)
    return Plan(lot.choice(SIZES), lot.choice(RATES), shots, dissolve, _sound(lot, total))


def _shot(lot: Random) -> Shot:
    move: CameraMotion = lot.choice(MOVES)
    speed = {"p": lot.uniform(0.015, 0.22), "z": lot.uniform(0.01, 0.14), "s": 0.0}[move[0]]
    things = lot.choice((0, 0, 3, 6)) if move == "static" else lot.choice((0, 0, 0, 2))
    still = move == "static" and things == 0 and lot.random() < 0.7
    way: Any = lot.choice(("left", "right", "up", "down", "none")) if things else "none"
    colour = lot.choice(("", *COLOURS))
    light: Any = "" if colour else lot.choice(("", "", "dark", "bright"))
    return Shot(round(lot.uniform(1.8, 5.0) * 4) / 4, move, speed, colour, light, things, way, still)


def _sound(lot: Random, total: float) -> tuple[tuple[float, str], ...]:
    if lot.random() < 0.25:
        return ()
    levels = ("silent", "loud", "quiet", "other")
    if total < 4 or lot.random() < 0.4:
        return ((total, lot.choice(levels)),)
    first = round(lot.uniform(1.5, total - 1.5), 2)
    one = lot.choice(levels)
    return ((first, one), (total - first, lot.choice([level for level in levels if level != one])))


def film(plan: Plan, seed: int) -> Iterator[Picture]:
    """The frames of a plan, BGR."""
    noise = np.random.default_rng(seed)
    last: list[Picture] = []
    for number, (shot, count) in enumerate(zip(plan.shots, plan.frames, strict=True)):
        fading = round(plan.fps * 0.8) if plan.dissolve == number + 1 else 0
        frames = _frames(plan, shot, count + fading, number, seed)
        for at, frame in enumerate(frames[:count]):
            if number == plan.dissolve and last and at < len(last):
                share = (at + 1) / (len(last) + 1)
                frame = np.asarray(cv2.addWeighted(frame, share, last[at], 1 - share, 0), np.uint8)
            yield frame if shot.still and number != plan.dissolve else _grain(frame, noise)
        last = frames[count:]


def _grain(frame: Picture, noise: np.random.Generator) -> Picture:
    grain = noise.normal(0, 2.0, frame.shape[:2]).astype(np.float32)
    return np.asarray(np.clip(frame + grain[..., None], 0, 255), np.uint8)


def _frames(plan: Plan, shot: Shot, count: int, number: int, seed: int) -> list[Picture]:
    """One shot: a ground seen by a camera, and things before it."""
    width, height = plan.size
    lot = np.random.default_rng((seed, number))
    side = int(max(width, height) * 2)
    ground = _ground(side, shot, lot)
    things = [_Thing.by_lot(plan.size, shot, lot) for _ in range(shot.things)]
    found: list[Picture] = []
    for at in range(count):
        seconds = at / plan.fps
        zoom, shift = 1.0, 0.0
        if shot.move.startswith("zoom"):
            zoom = float(np.exp(shot.speed * (seconds if shot.move == "zoom_in" else -seconds)))
        if shot.move.startswith("pan"):
            shift = shot.speed * seconds * width * (1 if shot.move == "pan_left" else -1)
        matrix = np.array(
            [[zoom, 0, width / 2 - zoom * side / 2 + shift], [0, zoom, height / 2 - zoom * side / 2]], np.float32
        )
        frame: Any = cv2.warpAffine(ground, matrix, plan.size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        for thing in things:
            thing.draw(frame, seconds)
        found.append(np.asarray(frame, np.uint8))
    return found


def _ground(side: int, shot: Shot, lot: np.random.Generator) -> Picture:
    """A texture with details of many sizes, in many colours or mostly in one, light or dark."""
    field = np.zeros((side, side), np.float32)
    for cell, weight in ((96, 1.0), (40, 0.8), (16, 0.6), (7, 0.45), (3, 0.3)):
        field += weight * _bumps(side, cell, lot)
    field = (field - field.min()) / max(float(np.ptp(field)), 1e-6)
    field = _edges(field, lot)
    if shot.colour:
        base = np.array(COLOURS[shot.colour][::-1], np.float32)
        spread = 26 if shot.colour in ("white", "black", "grey") else 60
        picture = base + (field[..., None] - 0.5) * spread * np.maximum(base / max(base.max(), 1), 0.35)
    else:
        low, high = {"dark": (2, 52), "bright": (150, 250), "": (35, 215)}[shot.light]
        hues = np.dstack([_bumps(side, 60, lot) for _ in range(3)])
        picture = low + (high - low) * np.clip(field[..., None] * 0.75 + (hues - 0.5) * 0.5 + 0.1, 0, 1)
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _edges(field: Floats, lot: np.random.Generator) -> Floats:
    """The same with plates that are lighter or darker and have sharp edges, as things in a scene have."""
    side = len(field)
    for _ in range(240):
        middle = tuple(float(one) for one in lot.uniform(0, side, 2))
        size = tuple(float(one) for one in lot.uniform(8, 70, 2))
        corners = cv2.boxPoints((middle, size, float(lot.uniform(0, 90)))).astype(np.int32)
        shade = float(lot.uniform(-0.35, 0.35))
        low, high = np.clip(corners.min(0), 0, side - 1), np.clip(corners.max(0) + 1, 1, side)
        part = field[low[1] : high[1], low[0] : high[0]]
        mask = np.zeros(part.shape, np.uint8)
        cv2.fillConvexPoly(mask, corners - low, 1)
        part[mask > 0] = np.clip(part[mask > 0] + shade, 0, 1)
    return field


def _bumps(side: int, cell: int, lot: np.random.Generator) -> Floats:
    grid = lot.random((side // cell + 3, side // cell + 3), dtype=np.float32)
    return np.asarray(cv2.resize(grid, (side, side), interpolation=cv2.INTER_CUBIC), np.float32)


class _Thing(NamedTuple):
    """A disc with a pattern that crosses the picture."""

    start: tuple[float, float]
    speed: tuple[float, float]
    radius: int
    colour: tuple[int, int, int]
    size: tuple[int, int]

    @classmethod
    def by_lot(cls, size: tuple[int, int], shot: Shot, lot: np.random.Generator) -> _Thing:
        width, height = size
        pace = float(lot.uniform(0.15, 0.4)) * width
        ways = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
        turn = float(lot.uniform(0, 2 * np.pi))
        x, y = ways.get(shot.way, (np.cos(turn), np.sin(turn)))
        low = 0 if shot.light != "bright" else 120
        red, green, blue = (int(one) for one in lot.integers(low, 60 if shot.light == "dark" else 256, 3))
        at = float(lot.uniform(0, width)), float(lot.uniform(0, height))
        return cls(
            at, (float(x) * pace, float(y) * pace), int(min(size) * lot.uniform(0.1, 0.16)), (blue, green, red), size
        )

    def draw(self, frame: Picture, seconds: float) -> None:
        reach = 2 * self.radius
        span = self.size[0] + 2 * reach, self.size[1] + 2 * reach
        x, y = (
            (at + speed * seconds + reach) % wide - reach
            for at, speed, wide in zip(self.start, self.speed, span, strict=True)
        )
        cv2.circle(frame, (round(x * 16), round(y * 16)), self.radius * 16, self.colour, -1, cv2.LINE_AA, 4)
        inner = tuple((one + 90) % 256 if one > 60 else one // 2 for one in self.colour)
        for dx, dy in ((-0.4, -0.2), (0.3, 0.35), (0.1, -0.5)):
            spot = round((x + dx * self.radius) * 16), round((y + dy * self.radius) * 16)
            cv2.circle(frame, spot, self.radius * 4, inner, -1, cv2.LINE_AA, 4)


def sound(plan: Plan, seed: int) -> Floats:
    """One channel of the plan's sound."""
    lot = np.random.default_rng((seed, 99))
    parts = []
    for seconds, level in plan.sound:
        count = round(seconds * RATE)
        t = np.arange(count) / RATE
        tone = np.sin(2 * np.pi * lot.uniform(200, 1500) * t) + 0.5 * lot.standard_normal(count)
        tone /= np.sqrt(np.mean(tone**2))
        parts.append(tone * 10 ** ({"silent": -90.0, "quiet": -46.0, "loud": -11.0, "other": -25.0}[level] / 20))
    return np.clip(np.concatenate(parts), -1, 1).astype(np.float32)


def write(plan: Plan, seed: int, path: Path) -> None:
    """A plan as an mp4 with its sound."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        video: Any = container.add_stream("libx264", rate=plan.fps, options={"preset": "veryfast", "crf": "23"})
        video.width, video.height = plan.size
        video.pix_fmt, video.codec_context.thread_count = "yuv420p", 1
        audio: Any = container.add_stream("aac", rate=RATE, layout="mono") if plan.sound else None
        for picture in film(plan, seed):
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(video.encode(None))
        if audio is not None:
            heard = sound(plan, seed)
            for first in range(0, len(heard), 1024):
                frame = av.AudioFrame.from_ndarray(heard[None, first : first + 1024], format="fltp", layout="mono")
                frame.sample_rate, frame.pts, frame.time_base = RATE, first, Fraction(1, RATE)
                container.mux(audio.encode(frame))
            container.mux(audio.encode(None))
    path.write_bytes(buffer.getvalue())


def truth(plan: Plan) -> list[Claim]:
    """Everything that is certainly true of a plan, as claims."""
    claims: list[Claim] = []
    bounds = np.cumsum((0, *plan.frames)) / plan.fps
    spans = [(float(a), float(b)) for a, b in pairwise(bounds)]
    for number, (shot, (start, end)) in enumerate(zip(plan.shots, spans, strict=True)):
        start = start + 0.85 if number and number == plan.dissolve else start
        if number and number != plan.dissolve:
            claims.append(Cut(start=start, end=start))
        if end - start >= 1.0:
            claims += _of_shot(shot, start, end)
    if not plan.dissolve:
        claims.append(Shots(start=0, end=float(bounds[-1]), number=len(plan.shots)))
    begun = 0.0
    for seconds, level in plan.sound:
        if level != "other":
            level_is: Any = level
            claims.append(Loudness(start=begun, end=min(begun + seconds, float(bounds[-1])), level=level_is))
        begun += seconds
    return [_rounded(claim) for claim in claims]


def _of_shot(shot: Shot, start: float, end: float) -> Iterator[Claim]:
    yield CameraMove(start=start, end=end, move=shot.move)
    if shot.light or shot.colour in ("black", "white"):
        dark = shot.light == "dark" or shot.colour == "black"
        if not (shot.things and shot.colour):
            yield Light(start=start, end=end, level="dark" if dark else "bright")
    if shot.colour and shot.things <= 3:
        colour: Any = shot.colour
        yield Tint(start=start, end=end, colour=colour)
    if shot.still:
        yield Motion(start=start, end=end, amount="none")
    elif shot.move == "static" and shot.things >= 3:
        yield Motion(start=start, end=end, amount="much", direction=shot.way)


def _rounded(claim: Claim) -> Claim:
    return claim.model_copy(update={"start": round(claim.start, 4), "end": round(claim.end, 4)})


def right(claim: Claim, known: Sequence[Claim], plan: Plan) -> bool | None:
    """Whether a claim about a planned video is right; None where the plan does not say."""
    fps = plan.fps
    if isinstance(claim, Cut):
        return any(isinstance(one, Cut) and abs(one.start - claim.start) <= 1.5 / fps for one in known)
    if isinstance(claim, Shots):
        return any(isinstance(one, Shots) and one.number == claim.number for one in known)
    return _right_state(claim, plan)


def right_time(claim: Duration | Order, states: Sequence[Claim], plan: Plan) -> bool | None:
    """Whether a claim about the times of states is right; None where the plan does not say."""
    by_id = {state.id: state for state in states}
    if isinstance(claim, Duration):
        found = extent(by_id[claim.of], plan)
        return None if found is None else 0.8 <= (found[1] - found[0]) / claim.seconds <= 1.25
    first, second = (extent(by_id[name], plan) for name in (claim.first, claim.second))
    return None if first is None or second is None else first[0] < second[0]


def extent(state: Claim, plan: Plan) -> tuple[float, float] | None:
    """From when to when a state around its middle really holds; None where the plan does not say."""
    parts = _parts(state, plan)
    fits = [_right_state(state.model_copy(update={"start": start, "end": end}), plan) for start, end in parts]
    middle = (state.start + state.end) / 2
    at = next((n for n, (start, end) in enumerate(parts) if start <= middle <= end), None)
    if at is None or not fits[at]:
        return None
    low, high = at, at
    while low and fits[low - 1]:
        low -= 1
    while high + 1 < len(parts) and fits[high + 1]:
        high += 1
    return (parts[low][0], parts[high][1]) if None not in fits[max(0, low - 1) : high + 2] else None


def _parts(state: Claim, plan: Plan) -> list[tuple[float, float]]:
    """The stretches in which a state of this kind may change."""
    lengths = [seconds for seconds, _ in plan.sound] if isinstance(state, Loudness) else plan.frames
    bounds = np.cumsum((0, *lengths)) / (1 if isinstance(state, Loudness) else plan.fps)
    return [(float(start), float(end)) for start, end in pairwise(bounds)]


def _right_state(claim: Claim, plan: Plan) -> bool | None:
    """Whether every stretch that a claim touches by more than a quarter of a second is as it says."""
    if isinstance(claim, Loudness):
        at, ok = 0.0, True
        for seconds, level in plan.sound:
            if min(at + seconds, claim.end) - max(at, claim.start) > 0.25:
                ok = ok and level == claim.level
            at += seconds
        return ok and bool(plan.sound)
    bounds = np.cumsum((0, *plan.frames)) / plan.fps
    found: list[bool | None] = []
    for shot, start, end in zip(plan.shots, bounds, bounds[1:], strict=False):
        if min(end, claim.end) - max(start, claim.start) > 0.25:
            found.append(_fits(claim, shot))
    return None if None in found else all(found)


def _fits(claim: Claim, shot: Shot) -> bool | None:
    match claim:
        case CameraMove():
            return claim.move == shot.move or (claim.move == "static" and 0 < shot.speed < 0.004)
        case Light():
            if shot.light or shot.colour in ("black", "white"):
                return claim.level == ("dark" if shot.light == "dark" or shot.colour == "black" else "bright")
            # the lightness of grounds of other colours is what it is
            return None if shot.colour else False
        case Tint():
            # the darkest picture is black to some
            return None if shot.light == "dark" and claim.colour == "black" else claim.colour == shot.colour
        case Motion():
            if claim.amount == "none":
                return shot.things == 0
            way = claim.direction in ("none", shot.way)
            return shot.things > 0 and way
    return None
