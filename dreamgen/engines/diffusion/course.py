"""A whole training: from pictures to files that anybody can use, gone on with after a kill, done once."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dreamgen.core.base import fingerprint
from dreamgen.engines.device import machine, set_up, tidy
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.inversion import Inversion, word_learner
from dreamgen.engines.diffusion.lessons import Lessons
from dreamgen.engines.diffusion.loading import load
from dreamgen.engines.diffusion.lora_training import LoraTraining, lora_learner
from dreamgen.engines.diffusion.loss_curve import loss_curve
from dreamgen.engines.diffusion.noising import Network
from dreamgen.engines.diffusion.signature import signature
from dreamgen.engines.diffusion.training import LOSSES, STATE, Look, Outcome, Progress, train
from dreamgen.engines.diffusion.training_images import Picture, Skipped
from dreamgen.engines.diffusion.weights import find
from dreamgen.engines.diffusion.words import token_of
from dreamgen.engines.files import whole
from dreamgen.errors import UsageError

SUMMARY = "training.json"
"""What was learned, how and from what; without results while it is under way."""
CURVE = "loss.svg"
Method = Inversion | LoraTraining
"""How a style is learned: as a word, or as a LoRA."""
TIMES = "seconds.jsonl"
"""How long it took, a line a session: the only file that differs between two equal trainings."""
_LIBRARIES = ("torch", "diffusers", "transformers", "peft")


@dataclass(frozen=True)
class Course:
    """What is to be learned, and what from."""

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
    method: Method
    """How."""

    def plan(self) -> dict[str, Any]:
        """Everything that shapes the result, as JSON."""
        # a stylist has more fields, which shape where pictures come from and not what is learned of them
        own = set((Inversion if isinstance(self.method, Inversion) else LoraTraining).model_fields)
        model = self.checkpoint.model_dump(include={"model", "family", "vae", "variant", "device", "dtype", "threads"})
        return {
            "method": "inversion" if isinstance(self.method, Inversion) else "lora",
            "word": self.word,
            "model": model,
            "weights": {name: digest for name, digest in signature(self.checkpoint) if name in model},
            "options": self.method.model_dump(mode="json", include=own),
            "prompts": list(self.prompts),
            "images": [{"name": picture.name, "sha256": picture.sha256} for picture in self.pictures],
        }

    @property
    def key(self) -> str:
        """Names everything that shapes the result: bytes, and not where they lie."""
        plan = self.plan()
        model = {name: value for name, value in plan["model"].items() if name not in plan["weights"]}
        return fingerprint({**plan, "model": model, "images": [image["sha256"] for image in plan["images"]]})

    def kept(self, into: Path, file: Path) -> tuple[Path, ...]:
        """The final result among the intermediate ones."""
        last = into / "steps" / f"{file.stem}-{self.method.steps:05d}{file.suffix}"
        with whole(last) as unfinished:
            unfinished.write_bytes(file.read_bytes())
        return (last,)

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
    with _model(course.checkpoint) as network, _readied(network, course.method.checkpointing):
        _write(into / SUMMARY, {**course.plan(), "key": course.key})
        outcome, files = _taken(course, network, into, watch, look)
        tokens = [token_of(tokenizer, course.word) for tokenizer in network.tokenizers]
        where = _device(network)
    if course.method.stride:
        look(course.method.steps, course.kept(into, files[0]))
    session = {"steps": course.method.steps - outcome.begun, "seconds": round(time.monotonic() - started, 3)}
    with (into / TIMES).open("a", encoding="utf-8") as times:
        times.write(json.dumps({**session, "device": where}) + "\n")
    _conclude(course, into, outcome, files, tokens)
    return Learned(files[0], files, outcome.before, outcome.after)


def _taken(
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


@contextmanager
def _model(checkpoint: Checkpoint) -> Iterator[Network]:
    """A model of our own to teach: what draws elsewhere in this process is not disturbed."""
    if checkpoint.family != "sdxl":
        raise UsageError("only SDXL can be taught a style", "--set diffusion.family=sdxl, with a model of that kind")
    place = machine(checkpoint.device, checkpoint.dtype)
    set_up(place, checkpoint.threads)
    fetch = partial(find, variant=checkpoint.variant, offline=checkpoint.offline)
    try:
        yield load(checkpoint.model_copy(update={"refiner": ""}), place, fetch)
    finally:
        tidy(place)


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


def _conclude(
    course: Course, into: Path, outcome: Outcome, files: Sequence[Path], tokens: Sequence[int | None]
) -> None:
    """Writes the summary, last of all."""
    with whole(into / CURVE) as unfinished:
        unfinished.write_text(loss_curve(outcome.losses), "utf-8")
    with whole(into / LOSSES) as unfinished:
        unfinished.write_text("".join(json.dumps(line) + "\n" for line in outcome.losses), "utf-8")
    results = {
        "skipped": [{"name": each.name, "reason": each.reason} for each in course.skipped],
        # a number for a word that the model had; others were given a token of their own
        "tokens": list(tokens),
        "libraries": {name: version(name) for name in _LIBRARIES},
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
