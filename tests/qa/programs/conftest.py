"""What the tests of programs say of a clip in few words."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.claims import CLAIM, Claim
from dreamgen.core.media import Clip, MediaRef, Span
from dreamgen.core.pairs import InstructionPair, Program
from dreamgen.qa.programs import rerun
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer

Say = Callable[..., Claim]
Run = Callable[..., str | None]
Ask = Callable[..., list[InstructionPair]]


@pytest.fixture
def say() -> Say:
    """A claim: `say("action", 0, 4, entity="boy", action="walk")`."""

    def claim(kind: str, start: float, end: float, **content: Any) -> Claim:
        if kind in ("presence", "absence"):
            animal = content["entity"] in ("dog", "cat", "horse")
            sort = "prop" if content["entity"] in ("lantern", "book") else "animal" if animal else "person"
            content = {"what": content["entity"], "category": sort, **content}
        return CLAIM.validate_python({"kind": kind, "start": start, "end": end, **content})

    return claim


@pytest.fixture
def run() -> Run:
    """The answer of a program: `run("next_act", claims, entity="boy", start=0, end=4)`."""

    def answer(name: str, claims: list[Claim], /, **arguments: Any) -> str | None:
        return rerun(Program(name=name, arguments=tuple((k, str(v)) for k, v in arguments.items())), claims)

    return answer


@pytest.fixture
def asked() -> Ask:
    """Every pair of some tasks about a clip with shots of so many seconds each."""

    def pairs(claims: list[Claim], shots: list[float], *tasks: str, name: str = "scene-01") -> list[InstructionPair]:
        bounds = [round(sum(shots[:n]) * 24) for n in range(len(shots) + 1)]
        spans = tuple(Span(shot=f"shot-{n}", first=a, stop=b) for n, (a, b) in enumerate(pairwise(bounds)))
        video = MediaRef(path=f"clips/{name}.mp4", sha256="0" * 64)
        clip = Clip(id=name, video=video, fps=24, size=(512, 288), frames=bounds[-1], spans=spans)
        many = 10_000
        synthesizer = ProgramsSynthesizer(pairs_per_minute=many, film_pairs_per_minute=many, even=False, tasks=tasks)
        return list(synthesizer.synthesize(clip, claims, 7, Path()))

    return pairs
