"""lmms-eval with its dummy model: it builds every task below a folder, asks every question and scores every answer."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from importlib.metadata import version
from pathlib import Path
from typing import Final

from dreamgen.engines.loaders.loaded import Loaded

_SCORES: Final = ("acc", "exact", "answered")
"""One of them is on every answer that was scored."""


def load(folder: Path) -> Loaded:
    """Every question of every task; the model answers A to all of them, after it has decoded frames of the clip.

    Raises:
        ImportError: without lmms-eval.
    """
    from lmms_eval.evaluator import simple_evaluate
    from lmms_eval.tasks import TaskManager
    from loguru import logger

    logger.disable("lmms_eval")
    tasks = TaskManager(include_path=str(folder), include_defaults=False)
    try:
        with redirect_stderr(io.StringIO()):  # it shows bars of its own
            found = simple_evaluate(
                model="dummy",
                model_args="decode_num_frames=2",
                tasks=list(tasks.all_subtasks),
                task_manager=tasks,
                batch_size=1,
                bootstrap_iters=0,
                force_simple=True,
            )
    finally:
        logger.enable("lmms_eval")
    samples = [sample for some in found["samples"].values() for sample in some]
    scored = sum(any(score in sample for score in _SCORES) for sample in samples)
    return Loaded(f"lmms-eval {version('lmms-eval')}", rows=scored, decoded=scored > 0)
