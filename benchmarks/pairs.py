"""Pairs a second: how fast the `programs` synthesizer and the screeners work on an invented clip.

Run it with `python benchmarks/pairs.py`; it needs no film. The clip has eight shots, with two of four people in each.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from dreamgen.core.claims import CLAIM, Claim
from dreamgen.core.media import Clip, MediaRef, Span
from dreamgen.qa.balance import balance_letters, letters
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer
from dreamgen.verify.screeners.balance import BalanceScreener
from dreamgen.verify.screeners.duplicates import DuplicatesScreener

SHOTS, SECONDS, FPS = 8, 3, 24
CAST = (("mara", "woman", "red"), ("ines", "woman", "blue"), ("tom", "boy", "yellow"), ("keeper", "old man", "green"))
PLACES = ("forest", "street", "harbour", "room")
POSES = ("walk", "sit", "wave", "dance", "run", "stand")


def invented() -> tuple[Clip, tuple[Claim, ...]]:
    """A clip of 24 seconds and 151 claims."""
    claims: list[Claim] = []
    for shot in range(SHOTS):
        claims += [CLAIM.validate_python({**content, **_span(shot)}) for content in _shot(shot)]
        if shot:
            claims.append(CLAIM.validate_python({"kind": "cut", "start": shot * SECONDS, "end": shot * SECONDS}))
    frames = SECONDS * FPS
    spans = tuple(Span(shot=f"shot-{n}", first=n * frames, stop=(n + 1) * frames) for n in range(SHOTS))
    video = MediaRef(path="clips/scene-01.mp4", sha256="0" * 64)
    clip = Clip(id="scene-01", video=video, fps=FPS, size=(1024, 576), frames=SHOTS * frames, spans=spans)
    return clip, tuple(claims)


def _span(shot: int) -> dict[str, float]:
    return {"start": float(shot * SECONDS), "end": float((shot + 1) * SECONDS)}


def _shot(shot: int) -> list[dict[str, Any]]:
    here = [CAST[shot % 4], CAST[(shot + 1) % 4]]
    about: list[dict[str, Any]] = [
        {"kind": "place", "place": PLACES[shot // 2 % 4]},
        {"kind": "time_of_day", "time": ("day", "night")[shot // 4]},
        {"kind": "weather", "weather": ("clear", "rain", "snow", "fog")[shot // 2 % 4]},
        {"kind": "camera_move", "move": ("static", "pan_left", "zoom_in")[shot % 3]},
        {"kind": "count", "what": "people", "number": 2},
        {"kind": "relation", "entity": here[0][0], "relation": "left of", "other": here[1][0]},
    ]
    for number, (who, what, colour) in enumerate(CAST):
        person = {"entity": who, "what": what, "category": "person"}
        if (who, what, colour) not in here:
            about.append({"kind": "absence", **person})
            continue
        about += [
            {"kind": "presence", **person},
            {"kind": "attribute", "entity": who, "slot": "top", "value": "coat", "colour": colour},
            {"kind": "attribute", "entity": who, "slot": "hair", "value": ("black", "blonde")[number % 2]},
            {"kind": "action", "entity": who, "action": POSES[(shot + number) % len(POSES)]},
            {"kind": "expression", "entity": who, "feeling": ("happy", "sad", "angry")[shot % 3]},
        ]
    return about


def main() -> None:
    """Prints one line for each step."""
    clip, claims = invented()
    synthesizer = ProgramsSynthesizer(pairs_per_minute=10_000)
    began, rounds = time.perf_counter(), 10
    for seed in range(rounds):
        pairs = tuple(synthesizer.synthesize(clip, claims, seed, Path()))
    took = (time.perf_counter() - began) / rounds
    print(f"{len(claims)} claims, {len(pairs)} pairs in {took * 1000:.0f} ms: {len(pairs) / took:.0f} pairs a second")

    began = time.perf_counter()
    for screener in (DuplicatesScreener(), BalanceScreener()):
        dropped = {verdict.about for verdict in screener.screen(pairs, {}, Path())}
        pairs = tuple(pair for pair in pairs if pair.id not in dropped)
        print(f"{type(screener).__name__} drops {len(dropped)}")
    pairs = balance_letters(pairs, 7)
    took = time.perf_counter() - began
    print(f"screened and balanced in {took * 1000:.0f} ms; {len(pairs)} kept; letters {letters(pairs)}")
    kept = len(list(ProgramsSynthesizer().synthesize(clip, claims, 7, Path())))
    print(f"with the default budget: {kept} pairs, {kept / clip.seconds * 60:.0f} a minute of film")


if __name__ == "__main__":
    main()
