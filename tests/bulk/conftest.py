"""What the tests of bulk runs share: plans of any size, whose stories need not be made."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from dreamgen.bulk.driving import run_bulk
from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.working import Outcome, Task, work
from dreamgen.core.brief import Brief
from dreamgen.errors import UsageError
from dreamgen.export.holdout import Holdout
from dreamgen.run.bulking import STAGES, Bulk, Pool
from dreamgen.run.recipe import Recipe, read_recipe
from tests.bulk.stubs import FakeExecutor, failed

PlanOf = Callable[..., Plan]

POOLS = (
    Pool(name="write", stages=("story", "style"), workers=1),
    Pool(name="draw", stages=("render", "clip", "film", "preview"), workers=2),
    Pool(name="check", stages=STAGES[STAGES.index("claims") :], workers=1),
)
"""Three pools, one after the other."""


@pytest.fixture(scope="session")
def small_recipe() -> Recipe:
    """Of stories that take a second of a core each to make."""
    return read_recipe("storyboard", ["size=[128,72]", "fps=4", "shots=1", 'verify=["sight"]'])


@pytest.fixture(scope="session")
def plan_of(small_recipe: Recipe) -> PlanOf:
    """A plan of so many stories, or of these plots, with these fields of the [bulk] table, or what is held out."""

    def make(plots: int | Sequence[str], **fields: object) -> Plan:
        if isinstance(plots, int):
            plots = [
                f"Mara, a woman in a red coat, walks into a forest. She finds {k + 2} apples." for k in range(plots)
            ]
        items = tuple(
            Item(id=f"story-{k}", source=Brief(text=text), seed=k, look="flat") for k, text in enumerate(plots)
        )
        holdout = Holdout.model_validate(fields.pop("holdout", {}))
        bulk = Bulk.model_validate({"backoff": 0.0, **fields})
        return Plan(items=items, recipe=small_recipe.model_copy(update={"bulk": bulk, "holdout": holdout}))

    return make


@pytest.fixture(scope="session")
def pools() -> tuple[Pool, ...]:
    """Three pools, one after the other."""
    return POOLS


@pytest.fixture(scope="session")
def filmed(plan_of: PlanOf, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bulk run of two stories, of which one was put aside. Tests read it and leave it as it is."""

    def act(task: Task) -> Outcome:
        error = UsageError("nobody can film this")
        return failed(task, error) if task.item.id == "story-1" else work(task)

    folder = tmp_path_factory.mktemp("filmed") / "run"
    run_bulk(plan_of(2), folder, FakeExecutor(act))
    return folder


@pytest.fixture
def filmed_again(filmed: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may damage."""
    return Path(shutil.copytree(filmed, tmp_path / "run"))
