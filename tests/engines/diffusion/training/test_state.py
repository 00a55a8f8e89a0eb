from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from dreamgen.engines.diffusion.training.state import STATE, restored, save


@pytest.mark.parametrize("lost", ["weight.", "exp_avg.", "step."])
def test_a_state_that_lacks_a_tensor_changes_nothing(tmp_path: Path, lost: str) -> None:
    learned = {"first": torch.zeros(1, 3, requires_grad=True), "second": torch.zeros(1, 5, requires_grad=True)}
    optimizer = torch.optim.AdamW(learned.values())
    torch.cat([weight.flatten() for weight in learned.values()]).sum().backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    save(tmp_path, "key", learned, optimizer, [{"step": 1, "loss": 0.5}])

    fresh = {name: torch.full_like(weight, 7.0) for name, weight in learned.items()}
    assert restored(tmp_path, "key", fresh, torch.optim.AdamW(fresh.values())) == (1, [{"step": 1, "loss": 0.5}])
    assert all(torch.equal(fresh[name], weight) for name, weight in learned.items())

    path = tmp_path / STATE
    with safe_open(path, framework="pt") as file:
        note = file.metadata()
    save_file({name: part for name, part in load_file(path).items() if name != f"{lost}second"}, path, note)
    anew = {name: torch.full_like(weight, 7.0) for name, weight in learned.items()}
    assert restored(tmp_path, "key", anew, torch.optim.AdamW(anew.values())) == (0, [])
    assert all(bool((weight == 7.0).all()) for weight in anew.values())


def test_a_state_of_other_shapes_changes_nothing(tmp_path: Path) -> None:
    learned = {"word": torch.zeros(1, 3, requires_grad=True)}
    optimizer = torch.optim.AdamW(learned.values())
    learned["word"].sum().backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    save(tmp_path, "key", learned, optimizer, [{"step": 1, "loss": 0.5}])
    wider = {"word": torch.full((2, 3), 7.0)}
    assert restored(tmp_path, "key", wider, torch.optim.AdamW(wider.values())) == (0, [])
    assert bool((wider["word"] == 7.0).all())
