"""What `dreamgen doctor` looks at for a model that sees: libraries, name, key and server, and what it really does."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.cli.doctor_chat import reached, traced
from dreamgen.cli.doctor_models import Check
from dreamgen.engines.accelerators import installed, version_of
from dreamgen.engines.chat.places import Hosted, Server
from dreamgen.engines.chat.secrets import scrub
from dreamgen.engines.vision.choosing import WITHOUT
from dreamgen.engines.vision.frames import frames_name
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.opening import open_vision, ready
from dreamgen.engines.vision.places import InProcess, Place, place_of
from dreamgen.engines.vision.seeing import YES_NO, Frames, Query, Seen
from dreamgen.errors import DreamgenError

COLOURS: Final = {"red": (200, 20, 30), "green": (20, 150, 40), "blue": (30, 40, 200)}
"""What a probe shows, as RGB; it asks for each of them."""
SIDE: Final = 224
"""Pixels of the probe's pictures."""


def model_checks(vision: VisionModel, probe: bool) -> Iterator[Check]:
    """The model of a recipe: what it is, whether it can be opened and reached, and what it makes of pictures.

    Args:
        vision: how it is named.
        probe: whether to show it something: a few small calls, which may cost money, or else the time it takes to
            load it here.
    """
    try:
        place = place_of(vision)
        yield Check(name="eyes", ok=True, found=_named(place))
        ready(vision)
    except DreamgenError as error:
        yield Check(name="eyes", ok=False, found=error.message, hint=error.hint)
        return
    if isinstance(place, InProcess):
        yield _here()
    elif told := traced():
        yield told
    if isinstance(place, Server):
        server = reached(place, "vision.base_url")
        yield server
        if not server.ok:
            return
    if not probe:
        yield Check(name="pictures", ok=True, found="not asked; --probe shows it three pictures")
        return
    yield from _probed(vision)


def _named(place: Place) -> str:
    if isinstance(place, InProcess):
        return f"in this process, {place.folder or f'{place.name} of the hub'}"
    if isinstance(place, Server):
        return f"{place.name} at {scrub(place.address)}"
    return f"{place.name} at {place.provider}, through LangChain" if isinstance(place, Hosted) else ""


def _here() -> Check:
    numbers = [f"{name} {version_of(name)}" for name in ("torch", "transformers") if installed(name)]
    return Check(name="vlm", ok=True, found=", ".join(numbers))


def _probed(vision: VisionModel) -> Iterator[Check]:
    """Shows plain pictures and asks for their colours, by yes or no and in free words."""
    once = {"tries": 1, "max_calls": 0, "max_tokens": 0, "concurrency": 1, "max_output_tokens": 64}
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        eyes = open_vision(vision.model_copy(update=once), Path(folder))
        try:
            seen = [one for colour in COLOURS for one in eyes.ask(_shown(colour), _questions())]
        except DreamgenError as error:
            yield Check(name="pictures", ok=False, found=error.message, hint=error.hint)
            return
    seconds = time.monotonic() - began
    yield _answers(seen)
    yield _chances(seen)
    pace = f"{len(seen) / seconds:.1f} answers a second, one after the other" if seconds else "no time measured"
    yield Check(name="pace", ok=True, found=f"{len(seen)} answers in {seconds:.1f} s, {pace}")


def _shown(colour: str) -> Frames:
    pixels: NDArray[np.uint8] = np.full((1, SIDE, SIDE, 3), COLOURS[colour], np.uint8)
    return Frames(pixels, (0.0,), 1.0, frames_name(pixels, (0.0,)))


def _questions() -> list[Query]:
    standing = "You are shown a picture of a single colour. Answer with one word: Yes or No."
    return [
        Query("doctor/probe", colour, standing, f"Is the picture {colour}?", YES_NO)
        for colour in COLOURS
    ]  # fmt: skip


def _right(number: int, one: Seen) -> bool:
    colour = tuple(COLOURS)[number // len(COLOURS)]
    return one.text == YES_NO[one.query.where != colour]


def _answers(seen: list[Seen]) -> Check:
    """Whether it answers yes or no, and sees plain colours."""
    failed = [one for one in seen if one.failure]
    if len(failed) == len(seen):
        said = failed[0].detail or failed[0].failure.replace("_", " ")
        hint = "Take a model that follows instructions. One that thinks first needs vision.max_output_tokens."
        return Check(name="pictures", ok=False, found=f"answers neither Yes nor No: {scrub(said)[:80]!r}", hint=hint)
    right = sum(_right(number, one) for number, one in enumerate(seen))
    found = f"takes pictures; {right} of {len(seen)} questions about plain colours answered right"
    hint = "" if right == len(seen) else "Calibration counts what its answers are worth: see the report of a run."
    return Check(name="pictures", ok=True, found=found, hint=hint)


def _chances(seen: list[Seen]) -> Check:
    """Whether it tells how likely its answers are."""
    told = [one for one in seen if one.chances]
    if told and all(one.detail != WITHOUT for one in told):
        likely = min(max(one.chances) for one in told)
        return Check(name="probabilities", ok=True, found=f"told; the least sure answer has {likely:.2f}")
    hint = "Answers count as certain then; thresholds can't be set. vLLM and SGLang tell probabilities."
    return Check(name="probabilities", ok=True, found="not told", hint=hint)
