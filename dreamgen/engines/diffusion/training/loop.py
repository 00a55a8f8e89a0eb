"""The training loop: small steps down a loss, with a state on disk from which a killed training goes on.

Everything that is drawn by lot follows from the number of the step (see lessons.py), and the state holds all else: so
a training that was interrupted anywhere ends in the same bytes as one that was not. (On one machine and one kind of
device; a GPU adds numbers up in an order of its own.)
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import Field

from dreamgen.core.base import Record
from dreamgen.engines.diffusion.training.images import Fit
from dreamgen.engines.diffusion.training.lessons import Lessons
from dreamgen.engines.diffusion.training.noising import Lesson
from dreamgen.engines.diffusion.training.state import restored, save
from dreamgen.errors import ModelError

if TYPE_CHECKING:
    import torch


class Training(Record, ABC):
    """How something is learned from pictures. The values that are DreamFrame's own are its defaults."""

    steps: int = Field(default=400, ge=1)
    """Steps of the optimiser."""
    side: int = Field(default=768, ge=64, multiple_of=8)
    """Width and height in pixels to which pictures are brought."""
    seed: int = 46
    """Everything drawn by lot derives from it."""
    batch: int = Field(default=1, ge=1)
    """Pictures at once."""
    accumulate: int = Field(default=2, ge=1)
    """Batches whose gradients are added up for one step."""
    weight_decay: float = Field(default=1e-2, ge=0.0)
    """AdamW's (Loshchilov and Hutter 2019)."""
    clip: float = Field(default=1.0, ge=0.0)
    """The largest norm of a gradient; 0 for any."""
    min_snr: float = Field(default=0.0, ge=0.0)
    """Gamma of min-SNR weighting (Hang et al. 2023), which balances amounts of noise; 5 is usual, 0 is none."""
    fit: Fit = "stretch"
    """Whether pictures that are not square are stretched, or their middle is cropped."""
    flip: bool = True
    """Whether pictures also count mirrored."""
    autocontrast: bool = True
    """Whether pictures are spread over the whole range of brightness first."""
    checkpointing: bool = True
    """Whether the network computes parts twice instead of keeping them: less memory, more time."""
    save_every: int = Field(default=25, ge=1, exclude=True)
    """Steps after which the state is saved."""
    keep: int = Field(default=9, ge=0)
    """How many intermediate results are kept, evenly spread."""
    evaluations: int = Field(default=8, ge=1)
    """Lessons by which it is judged whether something was learned."""

    @property
    def stride(self) -> int:
        """Steps from one intermediate result to the next; 0 for none."""
        return self.steps // (self.keep + 1) + 1 if self.keep else 0

    @abstractmethod
    def rate(self, step: int) -> float:
        """The learning rate of a step, from 0."""


class Learner(Protocol):
    """What is being learned."""

    @property
    def groups(self) -> Sequence[Mapping[str, torch.Tensor]]:
        """The numbers to change, float32, by name; gradients are clipped a group."""
        ...

    @property
    def loudness(self) -> float:
        """What a loss is multiplied with on its way back: float16 has no room for small gradients."""
        ...

    def loss(self, lesson: Lesson) -> torch.Tensor:
        """One number, with gradients to the numbers of `groups`."""
        ...

    def write(self, folder: Path, suffix: str = "") -> tuple[Path, ...]:
        """Files of what is learned so far; `suffix` ends their names."""
        ...


@dataclass(frozen=True)
class Progress:
    """How far a training is."""

    step: int
    """Steps done."""
    steps: int
    """Of how many."""
    loss: float
    """Of the last step; NaN when nothing was done yet."""


@dataclass(frozen=True)
class Outcome:
    """What a training came to."""

    before: float
    """The loss on fixed lessons before the first step."""
    after: float
    """And after the last."""
    losses: tuple[dict[str, Any], ...]
    """The lines of the log."""
    begun: int
    """The step that this session began with."""


Look = Callable[[int, tuple[Path, ...]], None]
"""Gets the step and the files of an intermediate result, and draws something with them."""


def train(
    learner: Learner,
    lessons: Lessons,
    options: Training,
    key: str,
    into: Path,
    watch: Callable[[Progress], None] = lambda progress: None,
    look: Look = lambda step, files: None,
) -> Outcome:
    """Learns, or goes on learning, and leaves the state in `into`.

    Args:
        learner: what is learned; it is changed.
        lessons: what from.
        options: how.
        key: names everything that shapes the result; a state of another key is not gone on from.
        into: the training's folder.
        watch: hears of every step.
        look: sees every intermediate result.

    Raises:
        ModelError: when a loss is not a number.
    """
    import torch

    weights = {name: weight for group in learner.groups for name, weight in group.items()}
    optimizer = torch.optim.AdamW(
        list(weights.values()), lr=1.0, betas=(0.9, 0.999), eps=1e-8, weight_decay=options.weight_decay, foreach=False
    )
    done, losses = restored(into, key, weights, optimizer)
    if not losses:
        losses.append({"step": 0, "evaluation": _evaluated(learner, lessons, options)})
    watch(Progress(done, options.steps, math.nan))
    for step in range(done, options.steps):
        loss = _step(learner, lessons, options, optimizer, step)
        losses.append({"step": step + 1, "loss": loss, "rate": options.rate(step)})
        last = step + 1 == options.steps
        if last:
            losses.append({"step": step + 1, "evaluation": _evaluated(learner, lessons, options)})
        elif options.stride and (step + 1) % options.stride == 0:
            look(step + 1, learner.write(into / "steps", f"-{step + 1:05d}"))
        if last or (step + 1) % options.save_every == 0:
            save(into, key, weights, optimizer, losses)
        watch(Progress(step + 1, options.steps, loss))
    evaluations = [line["evaluation"] for line in losses if "evaluation" in line]
    return Outcome(evaluations[0], evaluations[-1], tuple(losses), done)


def _step(learner: Learner, lessons: Lessons, options: Training, optimizer: Any, step: int) -> float:
    """One step; returns its mean loss."""
    import torch

    total = 0.0
    for part in range(options.accumulate):
        loss = learner.loss(lessons.at(step, part, options.batch)) / options.accumulate
        total += float(loss.detach())
        _check("loss", total, step)
        (loss * learner.loudness).backward()  # type: ignore[no-untyped-call]
    for group in learner.groups:
        for weight in group.values():
            if weight.grad is not None:
                weight.grad /= learner.loudness
        norm = torch.nn.utils.clip_grad_norm_(list(group.values()), options.clip or math.inf, foreach=False)
        _check("gradient", float(norm), step)
    for group in optimizer.param_groups:
        group["lr"] = options.rate(step)
    optimizer.step()
    optimizer.zero_grad()
    return total


def _check(what: str, value: float, step: int) -> None:
    if not math.isfinite(value):
        raise ModelError(
            f"the {what} of step {step + 1} is not a number; what was learned before is kept",
            "Learn in another folder with --set diffusion.dtype=float32, or with a lower learning rate.",
        )


def _evaluated(learner: Learner, lessons: Lessons, options: Training) -> float:
    import torch

    with torch.no_grad():
        found = [float(learner.loss(lesson)) for lesson in lessons.fixed(options.evaluations)]
    return sum(found) / len(found)
