"""Where an unfinished training stands, on disk: enough to go on as if nothing had happened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dreamgen.engines.files import whole

if TYPE_CHECKING:
    import torch

STATE = ".state.safetensors"
"""Where an unfinished training stands: what is learned so far, the optimiser's memory and the losses. No word's file
has a name that begins with a dot."""
LOSSES = "loss.jsonl"
"""A line a step, and one for every evaluation."""


def save(
    into: Path, key: str, weights: Mapping[str, torch.Tensor], optimizer: Any, losses: list[dict[str, Any]]
) -> None:
    """Writes where a training stands.

    Args:
        into: the training's folder.
        key: names everything that shapes the result.
        weights: what is learned, by name.
        optimizer: of exactly these, in this order.
        losses: the log.
    """
    from safetensors.torch import save as packed

    kept = {f"weight.{name}": weight.detach().cpu().contiguous() for name, weight in weights.items()}
    for number, name in enumerate(weights):
        for what, value in optimizer.state_dict()["state"][number].items():
            kept[f"{what}.{name}"] = value.detach().cpu().contiguous()
    # one key: safetensors writes several in any order, and the same state shall have the same bytes
    note = json.dumps({"key": key, "losses": losses})
    with whole(into / LOSSES) as unfinished:
        unfinished.write_text("".join(json.dumps(line) + "\n" for line in losses), "utf-8")
    with whole(into / STATE) as unfinished:
        unfinished.write_bytes(packed(kept, {"dreamgen": note}))


def restored(
    into: Path, key: str, weights: Mapping[str, torch.Tensor], optimizer: Any
) -> tuple[int, list[dict[str, Any]]]:
    """Puts a saved state back; see `save`.

    Returns:
        The steps done, and the log: none, where there is no such state, or it is damaged.
    """
    import torch
    from safetensors import SafetensorError, safe_open

    path = into / STATE
    if not path.is_file():
        return 0, []
    try:
        with safe_open(path, framework="pt") as file:
            note = json.loads(file.metadata()["dreamgen"])
            kept = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 -- it is no dict
        if note["key"] != key:
            return 0, []
        losses = list(note["losses"])
        done = max(int(line["step"]) for line in losses)
        # all is read before anything is changed: half a state would be worse than none
        learned = {name: _fitting(kept, f"weight.{name}", weight) for name, weight in weights.items()}
        state = {
            number: {
                "step": kept[f"step.{name}"],
                **{what: _fitting(kept, f"{what}.{name}", weight) for what in ("exp_avg", "exp_avg_sq")},
            }
            for number, (name, weight) in enumerate(weights.items())
        }
    except (SafetensorError, KeyError, ValueError, TypeError, OSError):
        return 0, []
    with torch.no_grad():
        for name, weight in weights.items():
            weight.copy_(learned[name])
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    return done, losses


def _fitting(kept: Mapping[str, torch.Tensor], name: str, weight: torch.Tensor) -> torch.Tensor:
    """The saved tensor of this name.

    Raises:
        KeyError: when there is none.
        ValueError: when it has another shape than what is learned.
    """
    found = kept[name]
    if found.shape != weight.shape:
        raise ValueError(f"{name} has the shape {tuple(found.shape)}")
    return found
