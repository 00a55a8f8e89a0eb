"""A whole training: from pictures to files that anybody can use, gone on with after a kill, done once."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from dreamgen.core.base import fingerprint
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.inversion import Inversion, word_learner
from dreamgen.engines.diffusion.lessons import Lessons
from dreamgen.engines.diffusion.lora_training import LoraTraining, lora_learner
from dreamgen.engines.diffusion.loss_curve import loss_curve
from dreamgen.engines.diffusion.noising import Network
from dreamgen.engines.diffusion.signature import signature
from dreamgen.engines.diffusion.training import LOSSES, STATE, Look, Outcome, Progress, train
from dreamgen.engines.diffusion.training_images import Picture, Skipped
from dreamgen.engines.files import whole
from dreamgen.engines.waiting import turn
from dreamgen.errors import UsageError

SUMMARY = "training.json"
"""What was learned, how and from what; without results while it is under way."""
CURVE = "loss.svg"
TIMES = "seconds.jsonl"
"""How long it took, a line a session: the only file that differs between two equal trainings."""


@dataclass(frozen=True)
class Course:
    """What is to be learned, and what from."""

    method: Literal["inversion", "lora"]
    """Which of the two options tells how."""
    word: str
    """The word that stands for the style."""
    prompts: tuple[str, ...]
    """What the pictures are called, with `{word}` for the word."""
    pictures: tuple[Picture, ...]
    """To learn from."""
    skipped: tuple[Skipped, ...]
    """Left out."""
    checkpoint: Checkpoint
    """The model that learns."""
    options: Inversion | LoraTraining
    """How."""

    def plan(self) -> dict[str, Any]:
        """Everything that shapes the result, as JSON."""
        model = self.checkpoint.model_dump(include={"model", "family", "vae", "variant", "device", "dtype", "threads"})
        return {
            "method": self.method,
            "word": self.word,
            "model": model,
            "weights": dict(signature(self.checkpoint)),
            "options": self.options.model_dump(mode="json"),
            "prompts": list(self.prompts),
            "images": [{"name": picture.name, "sha256": picture.sha256} for picture in self.pictures],
        }

    @property
    def key(self) -> str:
        """Names everything that shapes the result; the pictures' names are no part of that."""
        plan = self.plan()
        return fingerprint({**plan, "images": [image["sha256"] for image in plan["images"]]})

    @property
    def name(self) -> str:
        """The word as a file name."""
        return re.sub(r"[^\w.-]+", "", self.word).strip(".") or "word"


@dataclass(frozen=True)
class Learned:
    """What a course came to."""

    file: Path
    """Safetensors: the word's vectors, or the LoRA."""
    files: tuple[Path, ...]
    """That and other forms of it."""
    before: float
    """The loss on fixed lessons before."""
    after: float
    """And after."""


def study(
    course: Course,
    load: Callable[[], Network],
    into: Path,
    watch: Callable[[Progress], None] = lambda progress: None,
    look: Look = lambda step, files: None,
) -> Learned:
    """Takes a course, goes on with it, or finds it finished.

    Args:
        course: what is learned.
        load: gives the model, which is left as it was; not called when there is nothing to do.
        into: the course's folder.
        watch: hears of every step.
        look: sees every intermediate result.

    Raises:
        UsageError: when `into` holds another course.
        ModelError: when the model can't be loaded, or its losses are not numbers.
    """
    with turn(into):
        found = _finished(course, into)
        if found:
            return found
        _write(into / SUMMARY, {**course.plan(), "key": course.key})
        started = time.monotonic()
        network = load()
        with _readied(network, course):
            outcome, files = _taken(course, network, into, watch, look)
        _conclude(course, into, outcome, files, time.monotonic() - started)
        return Learned(files[0], files, outcome.before, outcome.after)


def _taken(
    course: Course, network: Network, into: Path, watch: Callable[[Progress], None], look: Look
) -> tuple[Outcome, tuple[Path, ...]]:
    options = course.options
    prompts = [prompt.format(word=course.word) for prompt in course.prompts]
    lessons = Lessons(
        network, course.pictures, prompts,
        seed=options.seed, side=options.side, fit=options.fit, autocontrast=options.autocontrast, flip=options.flip,
    )  # fmt: skip
    chosen = (
        word_learner(network, course.word, options, course.name)
        if isinstance(options, Inversion)
        else lora_learner(network, options, course.name)
    )
    with chosen as learner:
        outcome = train(learner, lessons, options, course.key, into, watch, look)
        return outcome, learner.write(into)


@contextmanager
def _readied(network: Network, course: Course) -> Iterator[None]:
    """Nothing of the model learns but what the course adds; afterwards it is as it was."""
    import torch

    parts = (network.unet, network.vae, *network.text_encoders)
    learning = [(weight, weight.requires_grad) for part in parts for weight in part.parameters()]
    precision = network.vae.dtype
    checkpointing = network.unet.is_gradient_checkpointing
    try:
        for weight, _ in learning:
            weight.requires_grad_(False)
        # SDXL's breaks down in half precision; the plain call, since diffusers' own warns of what is meant here
        torch.nn.Module.to(network.vae, torch.float32)
        if course.options.checkpointing and not checkpointing:
            network.unet.enable_gradient_checkpointing()
        yield
    finally:
        if not checkpointing:
            network.unet.disable_gradient_checkpointing()
        torch.nn.Module.to(network.vae, precision)
        for weight, learns in learning:
            weight.requires_grad_(learns)


def _finished(course: Course, into: Path) -> Learned | None:
    """What is there already.

    Raises:
        UsageError: when it is another course.
    """
    path = into / SUMMARY
    try:
        kept = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if kept.get("key") != course.key:
        raise UsageError(
            f"{into} holds another training: {_difference(kept, course.plan())}",
            "Give another folder, or delete this one.",
        )
    files = tuple((into / file["name"], file["sha256"]) for file in kept.get("files", ()))
    if not files or any(not file.is_file() or _sha256(file) != digest for file, digest in files):
        return None
    return Learned(files[0][0], tuple(file for file, _ in files), kept["before"], kept["after"])


def _difference(kept: Any, plan: dict[str, Any]) -> str:
    """The first thing that differs between two plans, in words."""
    for name, value in plan.items():
        there = kept.get(name) if isinstance(kept, dict) else None
        if there == value:
            continue
        if isinstance(value, dict) and isinstance(there, dict):
            option = next(key for key in {**there, **value} if there.get(key) != value.get(key))
            return f"its {name}.{option} is {there.get(option)!r}, and not {value.get(option)!r}"
        if isinstance(value, str):
            return f"its {name} is {there!r}, and not {value!r}"
        return f"its {name} are others"
    return "an older one"


def _conclude(course: Course, into: Path, outcome: Outcome, files: Sequence[Path], seconds: float) -> None:
    """Writes the summary, last of all."""
    import platform

    session = {"seconds": round(seconds, 3), "machine": platform.machine()}
    with (into / TIMES).open("a", encoding="utf-8") as times:
        times.write(json.dumps(session) + "\n")
    with whole(into / CURVE) as unfinished:
        unfinished.write_text(loss_curve(outcome.losses), "utf-8")
    with whole(into / LOSSES) as unfinished:
        unfinished.write_text("".join(json.dumps(line) + "\n" for line in outcome.losses), "utf-8")
    results = {
        "skipped": [{"name": each.name, "reason": each.reason} for each in course.skipped],
        "before": outcome.before,
        "after": outcome.after,
        "files": [{"name": file.name, "sha256": _sha256(file)} for file in files],
    }
    _write(into / SUMMARY, {**course.plan(), "key": course.key, **results})
    (into / STATE).unlink(missing_ok=True)


def _write(path: Path, value: dict[str, Any]) -> None:
    with whole(path) as unfinished:
        unfinished.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
