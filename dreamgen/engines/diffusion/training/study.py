"""A whole training: from pictures to files that anybody can use, gone on with after a kill, done once."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dreamgen.engines.device import machine, set_up, tidy
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.loading import load
from dreamgen.engines.diffusion.training.course import Course
from dreamgen.engines.diffusion.training.inversion import Inversion, word_learner
from dreamgen.engines.diffusion.training.lessons import Lessons
from dreamgen.engines.diffusion.training.loop import Look, Outcome, Progress, train
from dreamgen.engines.diffusion.training.lora import lora_learner
from dreamgen.engines.diffusion.training.loss_curve import loss_curve
from dreamgen.engines.diffusion.training.noising import Network
from dreamgen.engines.diffusion.training.state import LOSSES, STATE
from dreamgen.engines.diffusion.weights import find
from dreamgen.engines.diffusion.words import token_of
from dreamgen.engines.files import whole
from dreamgen.errors import ModelError, UsageError

SUMMARY = "training.json"
"""What was learned, how and from what; without results while it is under way."""
CURVE = "loss.svg"
TIMES = "seconds.jsonl"
"""How long it took, a line a session: the only file that differs between two equal trainings."""
_LIBRARIES = ("torch", "diffusers", "transformers", "peft")


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
    into: Path,
    watch: Callable[[Progress], None] = lambda progress: None,
    look: Look = lambda step, files: None,
) -> Learned:
    """Takes a course, goes on with it, or finds it finished.

    Args:
        course: what is learned.
        into: the course's folder, in which nobody else is at work.
        watch: hears of every step.
        look: sees every intermediate result.

    Raises:
        UsageError: when `into` holds another course, or the model is none of SDXL's kind.
        ModelError: when the model can't be loaded, or its losses are not numbers.
    """
    found = _finished(course, into)
    if found:
        return found
    started = time.monotonic()
    taken = _taken(course, into, watch, look)
    if taken.device != "cpu":
        tidy(machine(course.checkpoint.device))  # before the look, which needs a model of its own
    if course.method.stride:
        look(course.method.steps, (_kept(course, into, taken.files[0]),))
    session = {"steps": course.method.steps - taken.outcome.begun, "seconds": round(time.monotonic() - started, 3)}
    with (into / TIMES).open("a", encoding="utf-8") as times:
        times.write(json.dumps({**session, "device": taken.device}) + "\n")
    _conclude(course, into, taken)
    return Learned(taken.files[0], taken.files, taken.outcome.before, taken.outcome.after)


@dataclass(frozen=True)
class _Taken:
    outcome: Outcome
    files: tuple[Path, ...]
    tokens: tuple[int | None, ...]
    device: str


def _taken(course: Course, into: Path, watch: Callable[[Progress], None], look: Look) -> _Taken:
    """The course up to the files of what was learned; the model is let go of."""
    import torch

    try:
        network = _model(course.checkpoint)
        with _readied(network, course.method.checkpointing):
            _write(into / SUMMARY, {**course.plan(), "key": course.key})
            outcome, files = _trained(course, network, into, watch, look)
            tokens = tuple(token_of(tokenizer, course.word) for tokenizer in network.tokenizers)
            return _Taken(outcome, files, tokens, _device(network))
    except torch.OutOfMemoryError:
        raise ModelError(
            f"the GPU's memory is too small to learn from pictures of {course.method.side} pixels",
            "Learn from smaller ones (--size 512, or style.side), draw no samples, or close what else uses the GPU.",
        ) from None


def _trained(
    course: Course, network: Network, into: Path, watch: Callable[[Progress], None], look: Look
) -> tuple[Outcome, tuple[Path, ...]]:
    method = course.method
    prompts = [prompt.format(word=course.word) for prompt in course.prompts]
    lessons = Lessons(
        network, course.pictures, prompts,
        seed=method.seed, side=method.side, fit=method.fit, autocontrast=method.autocontrast, flip=method.flip,
    )  # fmt: skip
    chosen = (
        word_learner(network, course.word, method, course.name)
        if isinstance(method, Inversion)
        else lora_learner(network, method, course.name)
    )
    with chosen as learner:
        outcome = train(learner, lessons, method, course.key, into, watch, look)
        return outcome, learner.write(into)


def _model(checkpoint: Checkpoint) -> Network:
    """A model of our own to teach: what draws elsewhere in this process is not disturbed."""
    if checkpoint.family != "sdxl":
        raise UsageError("only SDXL can be taught a style", "--set diffusion.family=sdxl, with a model of that kind")
    place = machine(checkpoint.device, checkpoint.dtype)
    set_up(place, checkpoint.threads)
    fetch = partial(find, variant=checkpoint.variant, offline=checkpoint.offline)
    return load(checkpoint.model_copy(update={"refiner": ""}), place, fetch)


def _kept(course: Course, into: Path, file: Path) -> Path:
    """The final result among the intermediate ones."""
    last = into / "steps" / f"{file.stem}-{course.method.steps:05d}{file.suffix}"
    with whole(last) as unfinished:
        unfinished.write_bytes(file.read_bytes())
    return last


@contextmanager
def _readied(network: Network, sparing: bool) -> Iterator[None]:
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
        if sparing and not checkpointing:
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
        if "files" not in kept and not (into / STATE).exists():
            return None  # it was only begun
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


def _device(network: Network) -> str:
    """What it was learned on."""
    import torch

    return torch.cuda.get_device_name(network.device) if network.device.type == "cuda" else str(network.device)


def _conclude(course: Course, into: Path, taken: _Taken) -> None:
    """Writes the summary, last of all."""
    outcome = taken.outcome
    with whole(into / CURVE) as unfinished:
        unfinished.write_text(loss_curve(outcome.losses), "utf-8")
    with whole(into / LOSSES) as unfinished:
        unfinished.write_text("".join(json.dumps(line) + "\n" for line in outcome.losses), "utf-8")
    results = {
        "skipped": [{"name": each.name, "reason": each.reason} for each in course.skipped],
        # a number for a word that the model had; others were given a token of their own
        "tokens": list(taken.tokens),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "before": outcome.before,
        "after": outcome.after,
        "files": [{"name": file.name, "sha256": _sha256(file)} for file in taken.files],
    }
    _write(into / SUMMARY, {**course.plan(), "key": course.key, **results})
    (into / STATE).unlink(missing_ok=True)


def _write(path: Path, value: dict[str, Any]) -> None:
    with whole(path) as unfinished:
        unfinished.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
