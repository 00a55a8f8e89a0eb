"""Learns the networks of the `sight` verifier from a drawn corpus; one CPU core, seeds fixed.

    python benchmarks/sight_training.py CORPUS WEIGHTS

dreamgen/verify/data/README.md has all the steps.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from sight_data import DrawnStory, batches, frame_example, people_batch, stories
from sight_labels import HEADS
from sight_network import BodyNetwork, FrameNetwork, PortraitNetwork
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

FRAMES, STORIES = 24, 8
"""Frames of a batch for the frame network; stories of one for the body and portrait networks."""
SHARPNESS = 12.0
"""What cosines are multiplied with."""


def frame_loss(network: FrameNetwork, batch: tuple[Tensor, ...]) -> Tensor:
    """Cross entropy of the setting, focal loss of who is where, absolute error of their shape."""
    image, setting, found, counts, shape = batch
    made = {name: value.float() for name, value in network(image).items()}
    loss = sum(
        (told(made[name], setting[:, at]) for at, name in enumerate(("place", "time", "weather"))), torch.zeros(())
    )
    share = torch.sigmoid(made["found"]).clamp(1e-4, 1 - 1e-4)
    peak = (found == 1).float()
    right = peak * (1 - share) ** 2 * torch.log(share)
    wrong = (1 - peak) * (1 - found) ** 4 * share**2 * torch.log(1 - share)
    focal = -((right + wrong) * counts).sum() / peak.sum().clamp(min=1)
    apart = []
    for sort in range(2):
        at = peak[:, sort] > 0
        given, wanted = (part[:, 7 * sort : 7 * sort + 7].permute(0, 2, 3, 1)[at] for part in (made["shape"], shape))
        weights = torch.tensor([0.5, 0.5, 1.0, 4.0, 4.0, 4.0, 4.0])
        apart.append(((given - wanted).abs() * weights).sum())
    return loss + focal + sum(apart) / peak.sum().clamp(min=1)


def told(logits: Tensor, classes: Tensor) -> Tensor:
    """Cross entropy where there is something to be told."""
    known = classes >= 0
    return cross_entropy(logits[known], classes[known], label_smoothing=0.02) if known.any() else logits.sum() * 0


def people_loss(body: BodyNetwork, portrait: PortraitNetwork, batch: tuple[Tensor, ...]) -> Tensor:
    """Cross entropy of all that is told of a body, and of whose portrait it is: of all, and of its story's."""
    bodies, heads, numbers, classes, portraits, owners, of_body, of_portrait = batch
    made = {name: value.float() for name, value in body(bodies, heads, numbers).items()}
    vectors = portrait(portraits)["vector"].float()
    likeness = SHARPNESS * made["vector"] @ vectors.T
    own = likeness.masked_fill(of_body[:, None] != of_portrait[None], -1e4)
    # somebody who is in no portrait must be far from all of them, so near and far is taught beside nearer
    same = torch.nn.functional.one_hot(owners, len(vectors)).float()
    rivals = (of_body[:, None] == of_portrait[None]).float()
    apart = binary_cross_entropy_with_logits(likeness - SHARPNESS / 2, same, reduction="none")
    who = cross_entropy(likeness, owners) + 2 * cross_entropy(own, owners) + (apart * rivals).sum() / rivals.sum()
    return who + sum(told(made[name], classes[:, at]) * (2 if name == "pose" else 0.5) for at, name in enumerate(HEADS))


def learn(
    name: str, networks: list[nn.Module], given: Iterator[tuple[Tensor, ...]], loss_of: Callable[..., Tensor],
    steps: int, rate: float,
) -> None:  # fmt: skip
    """Adam with weight decay, its rate rising and then falling along a cosine; prints the loss now and then."""
    weights = [weight for network in networks for weight in network.parameters()]
    adam = torch.optim.AdamW(weights, rate, weight_decay=0.02)
    course = torch.optim.lr_scheduler.OneCycleLR(adam, rate, steps, pct_start=0.1)
    begin, kept = time.time(), []
    for step, batch in enumerate(given, start=1):
        with torch.autocast("cpu", torch.bfloat16):
            loss = loss_of(*networks, batch)
        adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 5.0)
        adam.step()
        course.step()
        kept.append(float(loss.detach()))
        if step % 100 == 0 or step == steps:
            print(
                f"{name} {step}/{steps} loss {np.mean(kept[-100:]):.3f} after {time.time() - begin:.0f} s", flush=True
            )


def frames_of(drawn: list[DrawnStory], lot: np.random.Generator) -> tuple[np.ndarray, ...]:
    """A batch of frames from anywhere."""
    rows = []
    for at in lot.integers(len(drawn), size=FRAMES).tolist():
        shots = len(drawn[at].truth["shots"])
        rows.append(frame_example(drawn[at], int(lot.integers(shots)), int(lot.integers(3)), lot))
    return tuple(np.stack(column) for column in zip(*rows, strict=True))


def people_of(drawn: list[DrawnStory], lot: np.random.Generator) -> tuple[np.ndarray, ...]:
    """A batch of people and animals from a few stories."""
    return people_batch([drawn[at] for at in lot.choice(len(drawn), STORIES, replace=False).tolist()], lot)


def main() -> None:
    """Learns and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--only", choices=("frames", "people"))
    parser.add_argument("--frame-steps", type=int, default=2800)
    parser.add_argument("--people-steps", type=int, default=2000)
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    drawn = stories(options.corpus / "learn")
    options.weights.mkdir(parents=True, exist_ok=True)
    if options.only != "people":
        torch.manual_seed(1)
        frame = FrameNetwork().to(memory_format=torch.channels_last)
        given = batches("frames", lambda lot: frames_of(drawn, lot), options.frame_steps)
        learn("frames", [frame], given, frame_loss, options.frame_steps, 3e-3)
        torch.save(frame.state_dict(), options.weights / "frame.pt")
    if options.only != "frames":
        torch.manual_seed(2)
        body, portrait = BodyNetwork(), PortraitNetwork()
        given = batches("people", lambda lot: people_of(drawn, lot), options.people_steps)
        learn("people", [body, portrait], given, people_loss, options.people_steps, 2e-3)
        torch.save(body.state_dict(), options.weights / "body.pt")
        torch.save(portrait.state_dict(), options.weights / "portrait.pt")


if __name__ == "__main__":
    main()
